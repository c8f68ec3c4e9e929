"""Every recorded run that is shipped: cut off anywhere and gone on with, it is the run and chart of one never cut."""

import random
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.build import journal
from core.build.chart import Chart, chart
from core.build.events import SCHEMA_VERSION, Event, RunOpened
from core.build.recording import Play, Recording
from core.build.run import Run, fold, replay
from core.build.source import Image, LogPage, Progress, StepExecution, WorkflowExecution
from core.build.watch import Pace, watch
from core.errors import Invalid, NotFound

RECORDED = sorted(Path(str(files("resources") / "rehearsal")).glob("*.jsonl"))
NAMES = [path.stem for path in RECORDED]
PACE = Pace(fastest=4, slowest=4, settle=0, patience=60)

recorded = pytest.mark.parametrize("path", RECORDED, ids=NAMES)
often = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
rarely = settings(often, max_examples=12)


def live(story: list[Event]) -> list[Run]:
    """The run after every event, as whoever followed it live had it."""
    runs = [Run()]
    for event in story:
        runs.append(fold(runs[-1], event))
    return runs


def drawn(run: Run) -> Chart:
    assert run.ended is not None
    return chart(run, run.ended.at)


@recorded
@often
@given(data=st.data())
def test_a_journal_cut_at_any_byte_folds_to_the_live_run_of_that_moment(
    data: st.DataObject, path: Path, tmp_path: Path
) -> None:
    whole = path.read_bytes()
    story = list(journal.events(path))
    size = data.draw(st.integers(0, len(whole)))
    cut = tmp_path / path.name
    cut.write_bytes(whole[:size])
    kept = max(0, whole[:size].count(b"\n") - 1)
    assert list(journal.events(cut)) == story[:kept]
    then = replay(journal.events(cut))
    assert then == live(story)[kept]
    assert chart(then, story[-1].at) == chart(live(story)[kept], story[-1].at)


@recorded
@often
@given(data=st.data())
def test_gone_on_with_after_a_cut_it_ends_as_if_nothing_had_happened(
    data: st.DataObject, path: Path, tmp_path: Path
) -> None:
    """What the writer that follows tells again, it may have told before: duplicates change nothing."""
    whole = path.read_bytes()
    story = list(journal.events(path))
    header = whole.index(b"\n") + 1
    size = data.draw(st.integers(header, len(whole)))
    again = data.draw(st.integers(0, 5))
    cut = tmp_path / path.name
    cut.write_bytes(whole[:size])
    writer, run = journal.attach(cut)
    with writer:
        writer.append(*story[max(0, run.number + 1 - again) :])
    assert replay(journal.events(cut)) == replay(story)
    assert drawn(replay(journal.events(cut))) == drawn(replay(story))


@recorded
@often
@given(chance=st.randoms(use_true_random=False), twice=st.integers(0, 50))
def test_duplicates_and_disorder_fold_to_the_live_run(chance: random.Random, twice: int, path: Path) -> None:
    story = list(journal.events(path))
    pile = [*story, *story[:twice]]
    chance.shuffle(pile)
    assert replay(pile) == live(story)[-1]


@recorded
def test_without_the_log_a_journal_gives_the_same_bars_of_what_is_over(path: Path) -> None:
    """History is drawn from twenty runs at once, and most of a journal is log."""
    assert drawn(replay(journal.events(path, log=False))).bars == drawn(replay(journal.events(path))).bars


@recorded
def test_a_journal_of_a_newer_version_is_refused_in_words(path: Path, tmp_path: Path) -> None:
    newer = tmp_path / path.name
    mark = f'"version":{SCHEMA_VERSION}'.encode()
    newer.write_bytes(path.read_bytes().replace(mark, f'"version":{SCHEMA_VERSION + 1}'.encode(), 1))
    with pytest.raises(Invalid, match="written by a newer Bakehouse") as refused:
        list(journal.events(newer))
    assert refused.value.hint == "Update Bakehouse to open this run."


class PlayedSource:
    """The service of a recorded build, as it was at the moment of a clock that only sleeping moves."""

    def __init__(self, recording: Recording) -> None:
        self.now: datetime = recording.begin
        self._play = Play(recording, recording.image, recording.begin, 1)

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def image(self, image_build_version_arn: str) -> Image:
        self._play.at(self.now)
        found = self._play.run.image
        assert found is not None
        return found

    def workflow_executions(self, image_build_version_arn: str) -> tuple[WorkflowExecution, ...]:
        return self._play.run.workflows_in_order()

    def step_executions(self, workflow_execution_id: str) -> tuple[StepExecution, ...]:
        return tuple(entry.step for entry in self._play.run.steps_of(workflow_execution_id))

    def log_events(self, group: str, stream: str, token: str | None) -> LogPage:
        if not self._play.log:
            raise NotFound("The specified log stream does not exist.")
        first = int(token) if token else 0
        events = tuple(self._play.log[first:])
        return LogPage(events=events, next_token=str(first + len(events)))

    def progress(self, image_build_version_arn: str) -> tuple[Progress, ...]:
        return ()


def opened(recording: Recording) -> RunOpened:
    return RunOpened(at=recording.begin, image_arn=recording.image.arn, connection="local")


def watched(source: PlayedSource, run: Run, events: int | None = None) -> Run:
    """The run followed on from there: to its end, or killed after so many events."""
    news = watch(source, run, pace=PACE, clock=source.clock, sleep=source.sleep, jitter=lambda: 0.5)
    for told, event in enumerate(news):
        if told == events:
            break
        run = fold(run, event)
    return run


@recorded
@rarely
@given(killed=st.integers(0, 120), away=st.integers(0, 600))
def test_an_app_killed_in_mid_run_draws_what_one_draws_that_never_was(path: Path, killed: int, away: int) -> None:
    """Moments come from the records, not from when somebody looked; else bars would begin when the app came back."""
    recording = Recording.read(path)
    steady = watched(PlayedSource(recording), replay([opened(recording)]))
    source = PlayedSource(recording)
    run = watched(source, replay([opened(recording)]), killed)
    source.sleep(away)
    run = watched(source, run)
    assert drawn(run) == drawn(steady)
