"""Which tests run together, where a retry begins, and what workflow parameters become."""

from typing import Literal

import pytest

from core.local.store.records import WorkflowExecution, WorkflowStatus
from core.local.workflow.failure import ImageFailed
from core.local.workflow.plan import PlannedWorkflow, parameter_values
from core.local.workflow.retry import retry_stage
from core.local.workflow.stages import groups
from core.recipe.workflow import WorkflowDocument, WorkflowParameter

ARN = "arn:aws:imagebuilder:eu-central-1:aws:workflow/test/test-image/1.0.0/1"
Kind = Literal["BUILD", "TEST", "DISTRIBUTION"]


def planned(name: str, group: str = "") -> PlannedWorkflow:
    return PlannedWorkflow(name, "TEST", WorkflowDocument(), {}, group)


def test_groups_run_in_the_order_they_first_appear_and_loners_alone() -> None:
    tests = [planned("a", "x"), planned("b"), planned("c", "y"), planned("d", "x"), planned("e")]
    assert [[test.arn for test in group] for group in groups(tests)] == [["a", "d"], ["b"], ["c"], ["e"]]


def execution(kind: Kind, status: WorkflowStatus, retried: bool | None = None) -> WorkflowExecution:
    return WorkflowExecution(
        image_build_version_arn="image",
        workflow_build_version_arn=ARN,
        type=kind,
        status=status,
        total_step_count=1,
        retried=retried,
    )


@pytest.mark.parametrize(
    ("executions", "stage"),
    [
        ([], None),
        ([execution("BUILD", "ROLLBACK_COMPLETED")], None),
        ([execution("BUILD", "CANCELLED")], None),
        ([execution("BUILD", "COMPLETED")], "TEST"),
        ([execution("BUILD", "COMPLETED"), execution("TEST", "FAILED")], "TEST"),
        ([execution("TEST", "FAILED")], "TEST"),
        ([execution("BUILD", "COMPLETED"), execution("TEST", "FAILED"), execution("DISTRIBUTION", "FAILED")],
         "DISTRIBUTION"),
        ([execution("BUILD", "COMPLETED"), execution("DISTRIBUTION", "FAILED", retried=True),
          execution("DISTRIBUTION", "FAILED")], "DISTRIBUTION"),
    ],
)  # fmt: skip
def test_a_retry_begins_with_the_stage_that_failed(executions: list[WorkflowExecution], stage: Kind | None) -> None:
    assert retry_stage(executions) == stage


def document(kind: Literal["string", "integer", "boolean", "stringList"], *default: str) -> WorkflowDocument:
    return WorkflowDocument(parameters=(WorkflowParameter("P", kind, default or None),))


def test_parameters_have_the_types_their_document_declares() -> None:
    assert parameter_values(document("integer"), {"P": ("-7",)}, ARN) == {"P": -7}
    assert parameter_values(document("boolean"), {"P": ("false",)}, ARN) == {"P": False}
    assert parameter_values(document("stringList"), {"P": ("a", "b")}, ARN) == {"P": ["a", "b"]}
    assert parameter_values(document("string", "x"), {}, ARN) == {"P": "x"}
    assert parameter_values(document("integer", "4"), {"Q": ("1",)}, ARN) == {"P": 4}


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("string", {}, "needs a value for its parameter 'P'"),
        ("integer", {"P": ("four",)}, "of type integer, not 'four'"),
        ("boolean", {"P": ("yes",)}, "of type boolean, not 'yes'"),
    ],
)
def test_a_parameter_that_is_missing_or_of_a_wrong_type_fails_the_image(
    kind: Literal["string", "integer", "boolean"], given: dict[str, tuple[str, ...]], said: str
) -> None:
    with pytest.raises(ImageFailed, match=said):
        parameter_values(document(kind), given, ARN)
