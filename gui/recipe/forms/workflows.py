"""Workflows of one's own in place of the managed ones, one form each; and the role they need."""

from typing import Final

from PySide6.QtWidgets import QWidget

from core.catalog.limits import WORKFLOWS_PER_IMAGE
from core.recipe.address import Path
from gui.recipe.forms.bound import TableField, TextField, choice
from gui.recipe.forms.form import MORE, Form
from gui.recipe.forms.shared import description, name, tags
from gui.recipe.forms.workplace import Workplace
from gui.widgets.entry import Option, TextEntry
from gui.widgets.meter import Meter

PLACE: Final = ("workflows",)
_MORE_KEYS: Final = ("name", "semanticVersion", "description", "kmsKeyId", "tags")
_STAGES: Final = (Option("BUILD", "Build"), Option("TEST", "Test"), Option("DISTRIBUTION", "Distribution"))
_REFERENCES: Final = {
    "document": ("Document", "workflows/build.yml", "A path beside or below the recipe file, published with it."),
    "uri": ("S3 URI", "s3://bucket/key", "An object in S3, published with the recipe."),
    "workflowArn": (
        "Workflow",
        "aws/build/build-image/x.x.x",
        "owner/type/name/version, or a full ARN. Those of aws are used with x.x.x.",
    ),
}


class WorkflowForm(Form):
    def __init__(self, at: Workplace, index: int) -> None:
        item: Path = (*PLACE, index)
        card = at.session.canvas.workflows[index]
        kind = card.kind or "workflowArn"
        sentence = "Steps that Image Builder takes in place of its own, or test steps besides them."
        super().__init__(at, "workflow", card.name or "Workflow", sentence, places=(item,))
        what, example, words = _REFERENCES[kind]
        self.add(TextField(at, (*item, kind), what, TextEntry(example, fixed=True), words, required=True))
        if kind != "workflowArn":
            self.add(TextField(at, (*item, "type"), "Stage", choice("Choose …", *_STAGES), required=True))
        self.add(
            TableField(
                at, (*item, "parameters"), "Parameters", "Parameter", "As the workflow's document declares them."
            ),
            execution_role(at),
        )
        if card.stage != "BUILD" and card.stage != "DISTRIBUTION":
            tested = ((*item, "onFailure"), (*item, "parallelGroup"))
            self.section("As a test", tested, lambda: _test_fields(at, item))
        if kind != "workflowArn":
            self.section(MORE, tuple((*item, key) for key in _MORE_KEYS), lambda: _publishing(at, item, card.name))


class WorkflowsForm(Form):
    """All workflows together."""

    def __init__(self, at: Workplace) -> None:
        sentence = "Without workflows of its own a pipeline builds, tests and distributes with the managed ones."
        super().__init__(at, "workflow", "Workflows", sentence, places=(PLACE, ("executionRole",)))
        self._meter = Meter(at.theme, "workflows", WORKFLOWS_PER_IMAGE)
        self.add(self._meter, execution_role(at))
        self.refresh()

    def refresh(self) -> None:
        super().refresh()
        self._meter.measure(self.at.session.draft.count(PLACE))


def execution_role(at: Workplace) -> TextField:
    return TextField(
        at,
        ("executionRole",),
        "Execution role",
        TextEntry("Name or ARN of an IAM role"),
        "AWS runs workflows of your own in this role. It holds for the whole pipeline.",
    )


def _test_fields(at: Workplace, item: Path) -> tuple[TextField, ...]:
    ends = (Option("CONTINUE", "The build goes on"), Option("ABORT", "The build fails"))
    return (
        TextField(at, (*item, "onFailure"), "When it fails", choice("Default", *ends)),
        TextField(
            at,
            (*item, "parallelGroup"),
            "Parallel group",
            TextEntry("None: one after the other"),
            "Test workflows of one group run at the same time, at most 5.",
        ),
    )


def _publishing(at: Workplace, item: Path, given: str) -> tuple[QWidget, ...]:
    return (
        name(at, (*item, "name"), given),
        TextField(at, (*item, "semanticVersion"), "Version", TextEntry("1.0.0")),
        description(at, (*item, "description")),
        TextField(at, (*item, "kmsKeyId"), "KMS key", TextEntry("The service's own")),
        tags(at, (*item, "tags"), "On the workflow."),
    )
