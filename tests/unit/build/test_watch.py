"""Watching: only changes are told, nothing is lost or told twice, and the pauses fit what happens."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice, pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.events import (
    ComponentChanged,
    ConnectionChanged,
    Event,
    LogRead,
    ProgressChanged,
    RunEnded,
    StepChanged,
)
from core.build.run import Run, replay
from core.build.source import ImageStatus, LogEvent, Progress, StepStatus, WorkflowStatus
from core.build.toe_log import SpanStatus
from core.build.watch import AWS, BATCH_EVENTS, LOCAL, LOG_PAGES, watch
from core.errors import Denied, Invalid, Throttled, Unreachable
from tests.fakes.builds import BUILD_LOG, BUILD_WORKFLOW, failed_build, good_build, step, workflow
from tests.fakes.source import FakeTime, Scene, ScriptedSource, at, image, line, lines
from tests.unit.build.following import follow, followed, opened

OVER = image(ImageStatus.AVAILABLE)


def told(run: Run) -> tuple[object, ...]:
    """What a run says, without when and in which order it was learnt."""
    return (
        run.image,
        run.workflows,
        {key: (entry.workflow_execution_id, entry.position, entry.step) for key, entry in run.steps.items()},
        run.components,
        run.failures,
        run.log,
        run.progress,
        run.ended and run.ended.status,
    )


def test_a_build_is_followed_to_its_end() -> None:
    story = followed(good_build())
    assert isinstance(story[-1], RunEnded)
    assert story[-1].status is ImageStatus.AVAILABLE
    assert [event.number for event in story] == list(range(len(story)))


def test_nothing_is_told_twice() -> None:
    story = followed(good_build())
    bare = [event.model_dump_json(exclude={"number", "at"}) for event in story]
    assert len(set(bare)) == len(bare)


def test_a_quiet_build_says_nothing() -> None:
    building = Scene()
    source = ScriptedSource([*[building] * 20, replace(building, image=OVER)])
    story = follow(source, replay([opened()]))
    assert [event.type for event in story] == ["image-changed", "image-changed", "run-ended"]


@given(st.integers(0, 150), st.sampled_from([good_build(), failed_build()]), st.sampled_from([1, 3, 1000]))
def test_following_may_stop_anywhere_and_go_on(cut: int, scenes: tuple[Scene, ...], page: int) -> None:
    whole = follow(ScriptedSource(scenes, page=page), replay([opened()]))
    source, time = ScriptedSource(scenes, page=page), FakeTime()
    first_time = watch(source, replay([opened()]), pace=LOCAL, clock=time.clock, sleep=time.sleep)
    before = [opened(), *islice(first_time, cut)]
    after = follow(source, replay(before))
    assert told(replay([*before, *after])) == told(replay([opened(), *whole]))
    assert {_bare(event) for event in before}.isdisjoint(_bare(event) for event in after)


def _bare(event: Event) -> str:
    return event.model_dump_json(exclude={"number", "at"})


def test_a_document_ends_before_the_next_begins() -> None:
    """Both have the moment of one line of the log."""
    begun = ["Document a.yml", "Phase build", "Step One", "ExecuteBash: STARTED EXECUTION"]
    ended = ["ExecuteBash: FINISHED EXECUTION", "Document b.yml", "Phase build", "Step Two"]
    log = tuple(line(2 + n, message) for n, message in enumerate((*begun, *ended)))
    story = followed([Scene(log=log[: len(begun)]), Scene(log=log), Scene(image=OVER, log=log)])
    spans = [event.span for event in story if isinstance(event, ComponentChanged)]
    assert [(span.name, span.status) for span in spans][3:7] == [
        ("build", SpanStatus.COMPLETED),
        ("One", SpanStatus.COMPLETED),
        ("a.yml", SpanStatus.COMPLETED),
        ("b.yml", SpanStatus.RUNNING),
    ]


def test_a_finished_run_needs_no_more_following() -> None:
    source = ScriptedSource(good_build())
    assert follow(source, replay(followed(good_build()))) == []
    assert source.calls == []


def test_a_log_stream_that_is_not_there_yet_is_waited_for() -> None:
    source = ScriptedSource([Scene(), Scene(), Scene(log=BUILD_LOG[:2]), Scene(image=OVER, log=BUILD_LOG[:2])])
    story = follow(source, replay([opened()]))
    assert [event.first for event in story if isinstance(event, LogRead)] == [0]


def test_a_log_line_is_told_within_a_second_locally() -> None:
    scenes = [Scene(log=BUILD_LOG[:n]) for n in range(1, 10)]
    story = follow(ScriptedSource([*scenes, Scene(image=OVER, log=BUILD_LOG[:9])]), replay([opened()]))
    moments = [event.at for event in story if isinstance(event, LogRead)]
    assert len(moments) == 9
    assert max((b - a).total_seconds() for a, b in pairwise(moments)) < 1


def test_lines_that_come_after_the_end_are_still_read() -> None:
    last = line(90, "the last word")
    source = ScriptedSource([Scene(image=OVER, log=()), Scene(image=OVER, log=(last,))])
    story = follow(source, replay([opened()]), pace=AWS)
    assert replay(story).log.last == last
    assert isinstance(story[-1], RunEnded)


def applied(status: StepStatus) -> Scene:
    """A build that is over, its components applied; of its log nothing is there yet."""
    over = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus[status.name], 1, 90)
    done = step("s", "Apply", "ExecuteComponents", status, 20, 80)
    ended = ImageStatus.AVAILABLE if status is StepStatus.COMPLETED else ImageStatus.FAILED
    return Scene(image=image(ended), workflows=(over,), steps={"wf": (done,)})


STEP = "Document a.yml\nPhase build\nStep Install\nExecuteBash: STARTED EXECUTION\nStdout: one"
END = "CmdExecution: ExitCode 0\nExecuteBash: FINISHED EXECUTION\nTOE has completed execution successfully"


@pytest.mark.parametrize("early", [None, lines(21, STEP)], ids=["no stream yet", "a step that goes on"])
def test_the_end_of_a_log_that_cloudwatch_delivers_half_a_minute_late_is_not_lost(
    early: tuple[LogEvent, ...] | None,
) -> None:
    """Following ended ten quiet seconds after the build: the lines that say why it failed were never read, and the step
    was told to be interrupted."""
    late = lines(21, f"{STEP}\n{END}")
    over = applied(StepStatus.COMPLETED)
    time = FakeTime()
    story = follow(
        ScriptedSource([*[replace(over, log=early)] * 6, replace(over, log=late)]),
        replay([opened()]),
        pace=AWS,
        time=time,
    )
    run = replay([opened(), *story])
    assert run.log.last == late[-1]
    assert SpanStatus.INTERRUPTED not in {span.status for span in run.components.values()}
    assert sum(time.slept) < 120


def test_a_failed_component_waits_for_the_block_that_says_why() -> None:
    early = lines(21, f"{STEP}\nExecuteBash: FINISHED EXECUTION WITH ERROR")
    scene = applied(StepStatus.FAILED)
    time = FakeTime()
    follow(ScriptedSource([replace(scene, log=early)]), replay([opened()]), pace=AWS, time=time)
    assert sum(time.slept) >= AWS.late


@pytest.mark.parametrize(
    "scene",
    [
        replace(applied(StepStatus.COMPLETED), log=lines(21, f"{STEP}\n{END}")),
        replace(applied(StepStatus.FAILED), image=image(ImageStatus.CANCELLED), log=lines(21, STEP)),
        Scene(image=OVER),
    ],
    ids=["complete", "cancelled", "no component ran"],
)
def test_what_has_its_end_is_over_soon(scene: Scene) -> None:
    """Who waits for a build should not wait for a log that has nothing more to say."""
    time = FakeTime()
    follow(ScriptedSource([scene]), replay([opened()]), pace=AWS, time=time)
    assert AWS.settle <= sum(time.slept) < 3 * AWS.settle


def test_a_long_log_comes_in_batches_and_does_not_hold_up_the_state() -> None:
    log = tuple(line(n / 1000, f"Stdout: {n}") for n in range(30_000))
    running = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.RUNNING, 1)
    source = ScriptedSource([Scene(log=log), Scene(log=log, workflows=(running,)), Scene(image=OVER, log=log)])
    story = follow(source, replay([opened()]))
    reads = [event for event in story if isinstance(event, LogRead)]
    assert max(len(event.events) for event in reads) <= BATCH_EVENTS
    assert [text for event in reads for text in event.events] == list(log)
    before = list(takewhile(lambda event: event.subject != "workflow wf", story))
    assert replay(before).log.events < len(log)


def test_an_expired_token_rereads_the_stream_without_telling_it_again() -> None:
    source = ScriptedSource([Scene(log=BUILD_LOG[:5]), Scene(image=OVER, log=BUILD_LOG[:9])])
    source.expired.add("f/5")
    story = follow(source, replay([opened()]))
    assert [text for event in story if isinstance(event, LogRead) for text in event.events] == list(BUILD_LOG[:9])


def test_a_refused_log_is_an_error_where_no_token_can_be_to_blame() -> None:
    class Refusing(ScriptedSource):
        def log_events(self, group: str, stream: str, token: str | None) -> object:  # type: ignore[override]
            raise Invalid("no such group name")

    with pytest.raises(Invalid):
        follow(Refusing([Scene()]), replay([opened()]))


def test_steps_are_asked_for_only_where_they_may_have_changed() -> None:
    done = workflow("wf-done", BUILD_WORKFLOW, "BUILD", WorkflowStatus.COMPLETED, 1, 2)
    running = workflow("wf-on", BUILD_WORKFLOW, "TEST", WorkflowStatus.RUNNING, 3)
    source = ScriptedSource([*[Scene(workflows=(done, running))] * 5, Scene(image=OVER, workflows=(done, running))])
    follow(source, replay([opened()]))
    polls = source.calls.count("image")
    assert source.calls.count("steps wf-on") == polls
    assert source.calls.count("steps wf-done") < polls


def test_a_lost_connection_is_told_and_retried_with_growing_pauses() -> None:
    lost = Scene(error=Unreachable("Nobody answers at 127.0.0.1:4711."))
    time = FakeTime()
    source = ScriptedSource([Scene(), lost, lost, lost, Scene(image=OVER)])
    story = follow(source, replay([opened()]), time=time)
    seen = [event for event in story if isinstance(event, ConnectionChanged)]
    assert [(event.reachable, event.attempts) for event in seen] == [(False, 1), (False, 2), (False, 3), (True, 0)]
    assert seen[0].message == "Nobody answers at 127.0.0.1:4711."
    assert time.slept[1:4] == [1.0, 2.0, 4.0]
    assert seen[2].retry_at == seen[2].at + timedelta(seconds=4)
    connection = replay([opened(), *story]).connection
    assert connection is not None
    assert connection.reachable


def test_after_the_connection_is_back_polling_is_quick_again() -> None:
    lost = Scene(error=Unreachable("gone"))
    time = FakeTime()
    follow(ScriptedSource([lost, lost, lost, Scene(), Scene(image=OVER)]), replay([opened()]), time=time)
    assert time.slept[3] == LOCAL.fastest


def test_patience_ends() -> None:
    time = FakeTime()
    source = ScriptedSource([Scene(), Scene(error=Unreachable("gone"))])
    story: list[Event] = []
    following = watch(source, replay([opened()]), pace=LOCAL, clock=time.clock, sleep=time.sleep, jitter=lambda: 0.5)
    with pytest.raises(Unreachable):
        story.extend(following)
    assert LOCAL.patience <= (time.now - at(0)).total_seconds() < 3 * LOCAL.patience


def test_patience_begins_anew_with_every_loss() -> None:
    outage = [Scene(error=Unreachable("gone"))] * 5
    time = FakeTime()
    follow(
        ScriptedSource([*outage, Scene(), *outage, Scene(), *outage, Scene(image=OVER)]), replay([opened()]), time=time
    )
    assert (time.now - at(0)).total_seconds() > LOCAL.patience


def test_the_end_waits_for_a_log_that_has_to_be_read_again() -> None:
    """While nothing new is told, time alone would call a log quiet of which the end was not reached."""
    log = tuple(line(n / 1000, f"Stdout: {n}") for n in range(LOG_PAGES * 3))
    time = FakeTime()
    first_time = watch(
        ScriptedSource([Scene(log=log[:-1])], page=1),
        replay([opened()]),
        pace=LOCAL,
        clock=time.clock,
        sleep=time.sleep,
    )
    known = [opened(), *islice(first_time, len(log))]
    source = ScriptedSource([Scene(image=OVER, log=log)], page=1)
    source.expired.add(f"f/{len(log) - 1}")
    assert replay([*known, *follow(source, replay(known))]).log.last == log[-1]


def test_throttling_backs_off_and_says_so_when_it_takes_longer_than_usual() -> None:
    throttled = Scene(error=Throttled("Rate exceeded"))
    time = FakeTime()
    story = follow(
        ScriptedSource([Scene(), *[throttled] * 3, Scene(image=OVER)]), replay([opened()]), pace=AWS, time=time
    )
    assert time.slept[1:4] == [4, 8, 16]
    told = [event for event in story if isinstance(event, ConnectionChanged)]
    assert [(event.reachable, event.message) for event in told] == [(True, "Rate exceeded"), (True, "")]


def test_polling_of_aws_slows_down_while_nothing_happens_and_not_beyond_its_slowest() -> None:
    time = FakeTime()
    follow(ScriptedSource([*[Scene()] * 12, Scene(image=OVER)]), replay([opened()]), pace=AWS, time=time)
    assert time.slept[0] == 2
    assert time.slept[1:6] == pytest.approx([3, 4.5, 6.75, 10.125, 15])
    assert max(time.slept) == 15


@given(st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_a_fifth(chance: float) -> None:
    time = FakeTime()
    source = ScriptedSource([Scene(), Scene(image=OVER)])
    list(watch(source, replay([opened()]), pace=AWS, clock=time.clock, sleep=time.sleep, jitter=lambda: chance))
    assert 1.6 <= time.slept[0] <= 2.4


def test_any_other_error_ends_the_watch() -> None:
    with pytest.raises(Denied):
        follow(ScriptedSource([Scene(), Scene(error=Denied("The token has expired."))]), replay([opened()]))


def test_progress_is_told_whole_and_its_end_too() -> None:
    making = Progress(label="Making base image", done=3, total=10, unit="packages")
    story = follow(ScriptedSource([Scene(progress=(making,)), Scene(image=OVER)]), replay([opened()]))
    assert [event.tasks for event in story if isinstance(event, ProgressChanged)] == [(making,), ()]


def test_components_cut_off_by_a_cancellation_are_interrupted_at_the_end() -> None:
    cancelled = Scene(image=image(ImageStatus.CANCELLED), log=BUILD_LOG[:14])
    run = replay(followed([Scene(log=BUILD_LOG[:14]), cancelled]))
    assert {span.status for span in run.components.values()} == {SpanStatus.INTERRUPTED}


def test_a_step_that_changes_after_its_workflow_ended_is_seen_at_the_end() -> None:
    first, *_, last = failed_build()
    early = replace(last, image=first.image, steps=first.steps)
    run = replay(followed([early, last]))
    assert told(run)[2] == told(replay(followed([last])))[2]
    assert any(isinstance(event, StepChanged) for event in followed([early, last]))


def test_following_an_unopened_run_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="RunOpened"):
        follow(ScriptedSource([Scene()]), Run())


def test_stopping_between_the_batches_of_one_page_loses_and_repeats_nothing() -> None:
    log = tuple(line(n / 1000, f"Stdout: {n}") for n in range(3 * BATCH_EVENTS))
    scenes = [Scene(log=log), Scene(image=OVER, log=log)]
    whole = follow(ScriptedSource(scenes, page=2 * BATCH_EVENTS), replay([opened()]))
    for cut in range(len(whole)):
        before = [opened(), *whole[:cut]]
        after = follow(ScriptedSource(scenes, page=2 * BATCH_EVENTS), replay(before))
        texts = [text for event in (*before, *after) if isinstance(event, LogRead) for text in event.events]
        assert texts == list(log)


def test_a_log_stream_that_is_deleted_in_mid_build_leaves_what_was_read_and_the_build_ends() -> None:
    """What was open when it went is over when its workflow step is, not when somebody noticed."""
    building = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.RUNNING, 1)
    over = workflow("wf", BUILD_WORKFLOW, "BUILD", WorkflowStatus.FAILED, 1, 90)
    running = step("s", "Apply", "ExecuteComponents", StepStatus.RUNNING, 20)
    failed = step("s", "Apply", "ExecuteComponents", StepStatus.FAILED, 20, 80)
    log = lines(21, "Document a.yml\nPhase build\nStep Install\nExecuteBash: STARTED EXECUTION\nStdout: one")
    run = replay(
        followed(
            [
                Scene(workflows=(building,), steps={"wf": (running,)}, log=log),
                Scene(workflows=(building,), steps={"wf": (running,)}),
                Scene(image=image(ImageStatus.FAILED), workflows=(over,), steps={"wf": (failed,)}),
            ]
        )
    )
    assert run.ended is not None
    assert run.log.events == 5
    assert {(span.name, span.status, span.end) for span in run.components.values()} == {
        ("a.yml", SpanStatus.INTERRUPTED, at(80)),
        ("build", SpanStatus.INTERRUPTED, at(80)),
        ("Install", SpanStatus.INTERRUPTED, at(80)),
    }
