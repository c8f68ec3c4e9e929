"""The fold: what a run is known to be, whatever order and number its events arrive in."""

import random

from hypothesis import given
from hypothesis import strategies as st

from core.build.events import Event, ImageChanged, RunOpened, from_json, to_json
from core.build.run import Run, fold, replay
from core.build.source import ImageStatus, RollbackStatus, StepStatus, WorkflowStatus
from tests.fakes.builds import BUILD_WORKFLOW, NGINX, failed_build, good_build, step, workflow
from tests.fakes.source import ARN, Scene, at, image, line
from tests.unit.build.following import followed, opened

GOOD = followed(good_build())
FAILED = followed(failed_build())


@given(st.randoms(use_true_random=False), st.integers(0, 30))
def test_duplicates_and_disorder_change_nothing(chance: random.Random, repeated: int) -> None:
    pile = [*GOOD, *chance.choices(GOOD, k=repeated)]
    chance.shuffle(pile)
    assert replay(pile) == replay(GOOD)


@given(st.data())
def test_replaying_from_any_earlier_point_again_changes_nothing(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(FAILED)))
    assert replay([*FAILED, *FAILED[start:]]) == replay(FAILED)


def test_an_older_event_of_a_subject_is_passed_over() -> None:
    newer = ImageChanged(number=7, at=at(7), image=image(ImageStatus.TESTING))
    older = ImageChanged(number=3, at=at(3), image=image(ImageStatus.BUILDING))
    assert fold(fold(Run(), newer), older).status is ImageStatus.TESTING


@given(st.sampled_from([*GOOD, *FAILED]))
def test_events_survive_json(event: Event) -> None:
    assert from_json(to_json(event)) == event


def test_a_whole_build_is_known_at_its_end() -> None:
    run = replay(GOOD)
    assert run.status is ImageStatus.AVAILABLE
    assert run.ended is not None
    assert [each.name for each in run.workflows_in_order()] == ["build-image", "test-image"]
    assert [ami.image for ami in run.amis] == ["ami-0123456789abcdef0"]
    assert run.start == at(0)


def test_components_belong_to_the_workflow_step_that_ran_them() -> None:
    run = replay(GOOD)
    assert [span.name for span in run.components_of("step-1")] == [
        NGINX, "build", "Install", "Kernel", "validate", "Served",
    ]  # fmt: skip
    assert [span.name for span in run.components_of("step-t1")] == [NGINX, "test", "Fetch"]


def test_of_two_quick_steps_each_has_its_own_components() -> None:
    """A build of less than a second showed the components of both below the second step."""
    build = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.COMPLETED, 1, 2)
    quick = tuple(
        step(f"step-{n}", name, "ExecuteComponents", StepStatus.COMPLETED, 1 + n / 10, 1.05 + n / 10)
        for n, name in enumerate(("First", "Second"))
    )
    said = ((1.02, "Document a.yml"), (1.02, "Phase build"), (1.12, "Document b.yml"), (1.12, "Phase build"))
    log = tuple(line(at, text) for at, text in said)
    scene = Scene(image=image(ImageStatus.AVAILABLE), workflows=(build,), steps={"wf": quick}, log=log)
    run = replay(followed([scene]))
    assert [span.name for span in run.components_of("step-0")] == ["a.yml", "build"]
    assert [span.name for span in run.components_of("step-1")] == ["b.yml", "build"]


def test_steps_after_a_failed_one_stay_pending_and_rollback_is_known() -> None:
    steps = [entry.step for entry in replay(FAILED).steps_of("wf-build")]
    assert [each.status for each in steps] == [
        StepStatus.COMPLETED,
        StepStatus.FAILED,
        StepStatus.PENDING,
        StepStatus.PENDING,
    ]
    assert steps[0].rollback_status is RollbackStatus.COMPLETED


def test_executions_superseded_by_a_retry_are_kept_and_marked() -> None:
    first = workflow("wf-1", BUILD_WORKFLOW, "BUILD", WorkflowStatus.FAILED, 1, 5, retried=True)
    second = workflow("wf-2", BUILD_WORKFLOW, "BUILD", WorkflowStatus.COMPLETED, 6, 9)
    run = replay(followed([Scene(image=image(ImageStatus.AVAILABLE), workflows=(second, first))]))
    assert [(each.workflow_execution_id, each.retried) for each in run.workflows_in_order()] == [
        ("wf-1", True),
        ("wf-2", False),
    ]


def test_a_step_waiting_for_an_action_is_known_as_waiting() -> None:
    approval = step("step-w", "Approval", "WaitForAction", StepStatus.RUNNING, 3)
    running = workflow("wf", BUILD_WORKFLOW, "TEST", WorkflowStatus.RUNNING, 1)
    waiting = Scene(workflows=(running,), steps={"wf": (approval,)})
    answered = Scene(
        image=image(ImageStatus.AVAILABLE),
        workflows=(running,),
        steps={"wf": (approval.model_copy(update={"status": StepStatus.COMPLETED}),)},
    )
    story = followed([waiting, answered])
    seen = [[entry.step.name for entry in replay(story[:n]).waiting] for n in range(len(story))]
    assert ["Approval"] in seen
    assert replay(story).waiting == ()


def test_log_text_is_not_in_the_run_but_its_length_and_last_line_are() -> None:
    run = replay(GOOD)
    assert run.log.events == sum(1 for _ in good_build()[-1].log or ())
    assert run.log.last is not None
    assert run.log.last.message == "TOE has completed execution successfully"
    assert "Reading package lists" not in repr(run)


def test_a_run_knows_what_it_was_opened_with() -> None:
    run = replay([opened()])
    assert isinstance(run.opened, RunOpened)
    assert run.opened.image_arn == ARN
    assert run.status is ImageStatus.PENDING
