"""The recipe file as a whole: its name, what it is for, its tags, and where its logs go."""

from typing import Final

from core.catalog.limits import TAGS
from gui.recipe.forms.bound import TableField, TextField, choice, flag, truth
from gui.recipe.forms.form import MORE, Form
from gui.recipe.forms.shared import NAME_RULE
from gui.recipe.forms.workplace import Workplace
from gui.widgets.entry import Option, TextArea, TextEntry

LOGS: Final = ("loggingConfiguration",)
_MORE_PLACES: Final = (("platform",), ("executionRole",), ("enhancedImageMetadataEnabled",), ("status",))
PLACES: Final = (("name",), ("description",), ("tags",), ("imageTags",), LOGS, *_MORE_PLACES)
APART: Final = (
    ("imageRecipe",),
    ("containerRecipe",),
    ("infrastructureConfiguration",),
    ("imageTestsConfiguration",),
    ("distributionConfiguration",),
    ("distributions",),
    ("imageScanningConfiguration",),
    ("schedule",),
    ("workflows",),
)
"""The parts of a file that have forms of their own."""


class RecipeForm(Form):
    def __init__(self, at: Workplace) -> None:
        super().__init__(
            at, "recipe", "Recipe", "What holds for the whole pipeline.", places=((), *PLACES), apart=APART
        )
        self.add(
            TextField(
                at,
                ("name",),
                "Name",
                TextEntry("web-server"),
                f"Of the pipeline, and of everything in it that has no name of its own. {NAME_RULE}",
                required=True,
            ),
            TextField(at, ("description",), "Description", TextArea("What this image is for", lines=3)),
            TableField(at, ("tags",), "Tags", "Tag", f"On the pipeline and what belongs to it. At most {TAGS}."),
            TableField(at, ("imageTags",), "Image tags", "Image tag", "On every image this pipeline makes."),
        )
        self.section("Logs", (LOGS,), lambda: _logs(at))
        self.section(MORE, _MORE_PLACES, lambda: _more(at))


def _logs(at: Workplace) -> tuple[TextField, ...]:
    return (
        TextField(
            at,
            (*LOGS, "imageLogGroupName"),
            "Log group of builds",
            TextEntry("/aws/imagebuilder/…", fixed=True),
            "In CloudWatch Logs. A group of your own needs an execution role.",
        ),
        TextField(
            at,
            (*LOGS, "pipelineLogGroupName"),
            "Log group of the pipeline",
            TextEntry("/aws/imagebuilder/pipeline/…", fixed=True),
        ),
    )


def _more(at: Workplace) -> tuple[TextField, ...]:
    platforms = (Option("Linux"), Option("Windows"), Option("macOS"))
    return (
        TextField(at, ("platform",), "Platform", choice("Default: Linux", *platforms[1:])),
        TextField(
            at,
            ("executionRole",),
            "Execution role",
            TextEntry("The service's own role"),
            "Name or ARN of an IAM role. Workflows of your own and own log groups need one.",
        ),
        TextField(
            at,
            ("enhancedImageMetadataEnabled",),
            "Collect image metadata",
            flag("yes"),
            "Reads the list of installed packages and the version of the system from the machine.",
            write=truth,
        ),
        TextField(
            at,
            ("status",),
            "Pipeline",
            choice("Default: enabled", Option("ENABLED", "Enabled"), Option("DISABLED", "Disabled")),
            "A disabled pipeline doesn't run on its schedule.",
        ),
    )
