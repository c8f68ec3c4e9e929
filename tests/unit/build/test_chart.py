"""A run as bars on lanes."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.chart import Bar, Chart, Charter, Kind, chart
from core.build.events import ComponentChanged, Event, RunEnded, StepChanged, WorkflowChanged
from core.build.run import Run, fold, replay
from core.build.source import (
    Ami,
    ImageStatus,
    OutputResources,
    StepExecution,
    StepStatus,
    WorkflowStatus,
)
from core.build.toe_log import Span, SpanKind, SpanStatus
from tests.fakes.builds import BUILD_WORKFLOW, NGINX, TEST_WORKFLOW, failed_build, good_build, step, workflow
from tests.fakes.source import Scene, at, image, lines
from tests.unit.build.following import followed, opened

GOOD = followed(good_build())
FAILED = followed(failed_build())
LATER = at(1000)
DISTRIBUTE = "arn:aws:imagebuilder:eu-central-1:aws:workflow/distribution/distribute-image/1.0.0/1"
DISTRIBUTED = """{"distributedImages": [
 {"region": "eu-central-1", "amiId": "ami-1", "accountId": "1", "dateStarted": "2026-09-01T10:01:10Z",
  "dateStopped": "2026-09-01T10:01:12Z", "status": "Completed", "step": "Completed"},
 {"region": "us-east-1", "accountId": "1", "dateStarted": "2026-09-01T10:01:10Z",
  "dateStopped": "2026-09-01T10:01:30Z", "status": "Failed", "step": "CopyAmiRunning", "errorMessage": "quota"}]}"""


def drawn(*scenes: Scene) -> Chart:
    return chart(replay(followed(scenes)), LATER)


def one(found: Chart, name: str) -> Bar:
    [bar] = [bar for bar in found.bars if bar.name == name]
    return bar


def executing(
    *steps: StepExecution, log: str = "", status: WorkflowStatus = WorkflowStatus.RUNNING, begin: float = 20
) -> Scene:
    """A build workflow of these steps that is under way."""
    building = workflow("wf", BUILD_WORKFLOW, "BUILD", status, 1, 90 if status.terminal else None)
    return Scene(workflows=(building,), steps={"wf": steps}, log=lines(begin, log) if log else None)


def test_lanes_go_from_the_image_down_to_the_steps_of_components() -> None:
    found = chart(replay(GOOD), LATER)
    assert [(lane.title, lane.depth, lane.parent) for lane in found.lanes] == [
        ("Image", 0, None),
        ("build-image", 0, None),
        ("Workflow steps", 1, 1),
        ("Components", 2, 2),
        ("Phases", 3, 3),
        ("Steps", 4, 4),
        ("test-image", 0, None),
        ("Workflow steps", 1, 6),
        ("Components", 2, 7),
        ("Phases", 3, 8),
        ("Steps", 4, 9),
    ]
    assert [bar.name for bar in found.bars if bar.lane == 5] == ["Install", "Kernel", "Served"]
    assert all(found.lanes[bar.lane].kind is bar.kind for bar in found.bars)


def test_states_of_the_image_are_read_off_its_workflows() -> None:
    """When a poll happened to see a state says little: a run that nobody watched for a while has the same bars."""
    states = [bar for bar in chart(replay(GOOD), LATER).bars if bar.kind is Kind.STATE]
    assert [(bar.key, bar.status, bar.start, bar.end) for bar in states[:3]] == [
        ("state CREATING", "COMPLETED", at(0), at(1)),
        ("state BUILDING", "COMPLETED", at(1), at(43)),
        ("state TESTING", "COMPLETED", at(43), at(70)),
    ]


def test_a_distribution_without_a_workflow_lasts_until_it_was_seen_to_have_ended() -> None:
    ended = GOOD[-1].model_copy(update={"at": at(200)})
    found = chart(replay([*GOOD[:-1], ended]), LATER)
    [state] = [bar for bar in found.bars if bar.name == "DISTRIBUTING"]
    assert (state.start, state.end) == (at(70), at(200))
    assert "No workflow records" in state.note
    assert one(found, "eu-central-1").parent == "state DISTRIBUTING"


def test_what_has_not_ended_has_no_end_and_the_chart_goes_on_to_now() -> None:
    run = replay(followed(good_build())[:9])
    found = chart(run, at(500))
    assert found.running
    assert found.end == at(500)
    assert one(found, "build-image").end is None
    assert one(found, "build-image").seconds(found.end) == 499


def test_the_chart_of_a_run_that_is_over_ends_with_its_last_record() -> None:
    found = chart(replay(FAILED), LATER)
    assert not found.running
    assert found.end == at(50)


def test_a_failed_build_shows_its_rollback_and_what_never_began() -> None:
    found = chart(replay(FAILED), LATER)
    launched = one(found, "LaunchBuildInstance")
    assert (launched.rollback, launched.note) == (True, "Rollback: COMPLETED")
    assert one(found, "build-image").rollback
    assert [(each.name, each.status) for each in found.pending] == [
        ("CreateOutputAMI", "PENDING"),
        ("TerminateBuildInstance", "PENDING"),
    ]
    assert found.bars[1].name == "BUILDING"
    assert found.bars[1].status == "FAILED"


def test_a_step_of_the_same_name_twice_is_two_bars_with_paths_of_their_own() -> None:
    """By name alone the second took the place of the first in history and in comparisons."""
    log = """
Document a.yml
Phase build
Step Install
ExecuteBash: STARTED EXECUTION
ExecuteBash: FINISHED EXECUTION
Step Install
ExecuteBash: STARTED EXECUTION
ExecuteBash: FINISHED EXECUTION
"""
    steps = (
        step("s0", "Apply", "ExecuteComponents", StepStatus.RUNNING, 20),
        step("s1", "Apply", "RunCommand", StepStatus.PENDING),
    )
    run = replay(followed([executing(*steps, log=log), Scene(image=image(ImageStatus.FAILED))])[:-1])
    found = chart(run, LATER)
    installs = [bar for bar in found.bars if bar.name == "Install"]
    assert [bar.path[-1] for bar in installs] == ["Install", "Install (2)"]
    assert [bar.key for bar in installs] == ["component 3", "component 6"]
    assert [each.path[-1] for each in found.pending] == ["Apply (2)"]


def test_a_components_path_is_the_same_in_every_version_of_it() -> None:
    path = one(chart(replay(GOOD), LATER), "Install").path
    assert path == ("build-image", "ApplyBuildComponents", "nginx", "build", "Install")


def test_lines_of_the_log_belong_to_what_printed_them() -> None:
    found = chart(replay(GOOD), LATER)
    stream = good_build()[-1].log or ()
    for name, first, last in (("Install", "Step Install", "ExecuteBash: FINISHED"), ("Fetch", "Step Fetch", "WebDown")):
        bar = one(found, name)
        assert bar.lines is not None
        assert stream[bar.lines[0]].message.startswith(first)
        assert stream[bar.lines[1]].message.startswith(last)
    apply = one(found, "ApplyBuildComponents")
    assert apply.lines is not None
    assert stream[apply.lines[0]].message == f"Document {NGINX}"


def test_a_step_that_still_prints_reaches_to_the_last_line() -> None:
    log = "Document a.yml\nPhase build\nStep Install\nExecuteBash: STARTED EXECUTION\nStdout: one\nStdout: two"
    events = followed(
        [executing(step("s", "Apply", "ExecuteComponents", StepStatus.RUNNING, 20), log=log)] * 2
        + [Scene(image=image(ImageStatus.FAILED))]
    )
    running = [event for event in events if not isinstance(event, RunEnded)]
    cut = next(n for n, event in enumerate(running) if event.subject == "log")
    assert one(chart(replay(running[: cut + 1]), LATER), "Install").lines == (2, 5)


def test_reboots_are_on_the_bar_that_asked_for_them() -> None:
    kernel = one(chart(replay(GOOD), LATER), "Kernel")
    assert kernel.executions == 2
    assert len(kernel.reboots) == 1
    assert kernel.end is not None
    assert kernel.start < kernel.reboots[0] < kernel.end


def test_a_waiting_step_says_so_and_a_skipped_one_has_no_length() -> None:
    found = drawn_running(
        step("s0", "Sysprep", "RunSysPrep", StepStatus.SKIPPED),
        step("s1", "Approve", "WaitForAction", StepStatus.RUNNING, 30),
    )
    assert one(found, "Approve").waiting
    skipped = one(found, "Sysprep")
    assert skipped.skipped
    assert skipped.start == skipped.end == at(1)


def drawn_running(*steps: StepExecution) -> Chart:
    events: list[Event] = [opened()]
    building = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.RUNNING, 1)
    events.append(WorkflowChanged(number=1, at=at(1), workflow=building))
    for position, each in enumerate(steps):
        events.append(
            StepChanged(number=2 + position, at=at(1), workflow_execution_id="wf", position=position, step=each)
        )
    return chart(replay(events), LATER)


def test_parallel_tests_are_side_by_side_in_lanes_of_their_own() -> None:
    tests = [
        workflow(f"wf-{n}", TEST_WORKFLOW, "TEST", WorkflowStatus.RUNNING, 50 + n, parallel_group="g") for n in (1, 2)
    ]
    events: list[Event] = [
        opened(),
        *(WorkflowChanged(number=1 + n, at=at(60), workflow=each) for n, each in enumerate(tests)),
    ]
    found = chart(replay(events), LATER)
    bars = [bar for bar in found.bars if bar.kind is Kind.WORKFLOW]
    assert [bar.path for bar in bars] == [("test-image",), ("test-image (2)",)]
    assert bars[0].lane != bars[1].lane
    assert len([bar for bar in found.bars if bar.name == "TESTING"]) == 1


def test_a_workflow_that_was_run_again_leaves_its_path_to_the_one_that_counts() -> None:
    """The failed attempt took the path, and the good one had no history."""
    old = workflow("wf-1", TEST_WORKFLOW, "TEST", WorkflowStatus.FAILED, 50, 60, retried=True)
    new = workflow("wf-2", TEST_WORKFLOW, "TEST", WorkflowStatus.RUNNING, 70)
    events: list[Event] = [
        opened(),
        *(WorkflowChanged(number=1 + n, at=at(80), workflow=each) for n, each in enumerate((old, new))),
    ]
    paths = {bar.key: bar.path for bar in chart(replay(events), LATER).bars if bar.kind is Kind.WORKFLOW}
    assert paths == {"workflow wf-1": ("test-image (2)",), "workflow wf-2": ("test-image",)}


def test_every_region_of_a_distribution_has_a_lane_with_its_own_times() -> None:
    done = step("d", "DistributeImage", "DistributeImage", StepStatus.FAILED, 69, 95)
    ended = workflow("wf-d", DISTRIBUTE, "DISTRIBUTION", WorkflowStatus.FAILED, 69, 95)
    scene = Scene(
        image=image(ImageStatus.FAILED),
        workflows=(ended,),
        steps={"wf-d": (done.model_copy(update={"outputs": DISTRIBUTED}),)},
    )
    found = drawn(scene)
    regions = [bar for bar in found.bars if bar.kind is Kind.REGION]
    assert [(bar.key, bar.status, bar.seconds(LATER), bar.note) for bar in regions] == [
        ("region eu-central-1", "COMPLETED", 2, ""),
        ("region us-east-1", "FAILED", 20, "quota"),
    ]
    assert regions[0].lane != regions[1].lane
    assert {bar.parent for bar in regions} == {"step d"}


@pytest.mark.parametrize("outputs", ["{", "[]", '{"distributedImages": 7}', '{"distributedImages": [{"region": 1}]}'])
def test_outputs_that_make_no_sense_leave_the_output_images_to_tell(outputs: str) -> None:
    running = step("d", "DistributeImage", "DistributeImage", StepStatus.COMPLETED, 69, 95)
    ended = workflow("wf-d", DISTRIBUTE, "DISTRIBUTION", WorkflowStatus.COMPLETED, 69, 95)
    made = image(ImageStatus.AVAILABLE).model_copy(
        update={"output_resources": OutputResources(amis=(Ami(region="eu-west-1", image="ami-1"),))}
    )
    scene = Scene(image=made, workflows=(ended,), steps={"wf-d": (running.model_copy(update={"outputs": outputs}),)})
    assert one(drawn(scene), "eu-west-1").end == at(95)


@pytest.mark.parametrize("minutes", [-7, 7])
def test_a_machine_whose_clock_is_wrong_has_its_steps_within_the_workflow_step(minutes: int) -> None:
    """Its bars lay minutes beside the step that ran them."""
    log = "Document a.yml\nPhase build\nStep Install\nExecuteBash: STARTED EXECUTION\nExecuteBash: FINISHED EXECUTION\n"
    log += "TOE has completed execution successfully"
    apply = step("s", "Apply", "ExecuteComponents", StepStatus.COMPLETED, 20, 30)
    scene = executing(apply, log=log, status=WorkflowStatus.COMPLETED, begin=20 + 60 * minutes)
    found = drawn(replace(scene, image=image(ImageStatus.AVAILABLE)))
    document = one(found, "a.yml")
    assert at(20) <= document.start < (document.end or LATER) <= at(30)
    assert "clock is" in document.note
    assert one(found, "Install").seconds(LATER) == pytest.approx(0.2)


def test_components_of_no_known_workflow_are_shown_all_the_same() -> None:
    """AWS keeps records of workflows for a limited time, and logs for longer."""
    log = "Document a.yml\nPhase build\nStep Install\nExecuteBash: STARTED EXECUTION"
    found = drawn(Scene(image=image(ImageStatus.AVAILABLE), log=lines(5, log)))
    assert [lane.title for lane in found.lanes] == ["Image", "Components", "Phases", "Steps"]
    assert one(found, "Install").path == ("components", "a.yml", "build", "Install")


def test_a_run_of_which_nothing_is_known_yet_is_an_empty_chart() -> None:
    found = chart(Run(), LATER)
    assert (found.bars, found.begin, found.end, found.running) == ((), LATER, LATER, True)
    assert [lane.title for lane in found.lanes] == ["Image"]


@pytest.mark.parametrize("story", [GOOD, FAILED])
def test_a_chart_grown_event_by_event_is_the_one_made_at_once(story: list[Event]) -> None:
    charter, run = Charter(), Run()
    for event in story:
        run = fold(run, event)
        assert charter.chart(run, LATER) == chart(run, LATER)


def test_a_step_that_is_tried_again_has_no_end_in_the_next_chart_either() -> None:
    """The chart that grew kept the end of the first attempt as its own."""
    story = big(1, 3)
    spans = [event.span for event in story if isinstance(event, ComponentChanged)]
    charter, run = Charter(), replay(story)
    assert charter.chart(run, at(0)).end == spans[-1].end
    for number, span in enumerate(spans, len(story)):
        again = span.changed(end=None, status=SpanStatus.RUNNING)
        run = fold(run, ComponentChanged(number=number, at=at(1), span=again))
        assert charter.chart(run, at(0)) == chart(run, at(0))
    assert charter.chart(run, at(0)).end == spans[-1].start


@given(st.randoms(use_true_random=False), st.data())
def test_a_chart_grown_in_any_order_is_the_one_made_at_once(chance: random.Random, data: st.DataObject) -> None:
    """What is kept from chart to chart once went by the order in which spans were heard of."""
    pile = list(GOOD)
    chance.shuffle(pile)
    charter, run = Charter(), Run()
    looks = data.draw(st.sets(st.integers(0, len(pile) - 1), max_size=6))
    for number, event in enumerate(pile):
        run = fold(run, event)
        if number in looks:
            assert charter.chart(run, LATER) == chart(run, LATER)
    assert charter.chart(run, LATER) == chart(replay(GOOD), LATER)


def big(documents: int, steps: int) -> list[Event]:
    """A build of fifteen workflow steps, one of which runs many components of many steps."""
    told: list[Event] = [opened()]
    building = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.RUNNING, 0)
    told.append(WorkflowChanged(number=1, at=at(0), workflow=building))
    for position in range(15):
        action = "ExecuteComponents" if position == 1 else "RunCommand"
        record = step(f"s{position}", f"Step{position}", action, StepStatus.PENDING)
        if position < 2:
            record = step(f"s{position}", f"Step{position}", action, StepStatus.RUNNING, position)
        told.append(StepChanged(number=len(told), at=at(0), workflow_execution_id="wf", position=position, step=record))
    spans: list[Span] = []
    for document in range(documents):
        key = len(spans) + 1
        spans.append(Span(key=key, kind=SpanKind.DOCUMENT, name=f"c{document}.yml", start=at(key), end=at(key + steps)))
        spans.append(
            Span(key=key + 1, kind=SpanKind.PHASE, name="build", parent=key, start=at(key), end=at(key + steps))
        )
        spans += [
            Span(
                key=key + 2 + n,
                kind=SpanKind.STEP,
                name=f"S{n}",
                parent=key + 1,
                start=at(key + n),
                end=at(key + n + 1),
                status=SpanStatus.COMPLETED,
                action="ExecuteBash",
            )
            for n in range(steps)
        ]
    told += [ComponentChanged(number=len(told) + n, at=at(0), span=span) for n, span in enumerate(spans)]
    return told


def test_a_build_of_2000_steps_has_seven_lanes_and_each_step_is_found_by_its_path() -> None:
    found = chart(replay(big(20, 100)), at(5000))
    assert len(found.lanes) == 6
    steps = [bar for bar in found.bars if bar.kind is Kind.STEP]
    assert len(steps) == len({bar.path for bar in steps}) == 2000
    assert len(found.nested()) == len(found.bars)


def test_what_is_unchanged_is_the_same_bar_in_the_next_chart() -> None:
    """Ten thousand bars made anew at every line of the log took the time in which they should have been drawn."""
    story = big(20, 50)
    charter, run = Charter(), replay(story)
    before = charter.chart(run, at(5000))
    spans = [event for event in story if isinstance(event, ComponentChanged)]
    changed = spans[-1].span.changed(status=SpanStatus.FAILED)
    run = fold(run, ComponentChanged(number=len(story), at=at(1), span=changed))
    after = charter.chart(run, at(5000))
    made = [bar for old, bar in zip(before.bars, after.bars, strict=True) if old is not bar]
    assert [bar.status for bar in made if bar.kind is Kind.STEP] == ["FAILED"]
    assert after == chart(run, at(5000))


def test_bars_nest_in_the_order_of_running() -> None:
    names = [bar.name for bar in chart(replay(GOOD), LATER).nested() if bar.kind is not Kind.STATE]
    assert names[:7] == [
        "build-image", "LaunchBuildInstance", "ApplyBuildComponents", "nginx 1.0.0/1", "build", "Install", "Kernel",
    ]  # fmt: skip
