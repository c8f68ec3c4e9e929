"""A connection that plays: publishing plans as on a real one, and recorded builds are followed as real ones are."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from core.aws.imagebuilder import Kind
from core.aws.rehearsal import FOLDER, Rehearsal, RehearsedConnection, recordings
from core.build.chart import chart
from core.build.durations import durations
from core.build.events import Event, RunOpened
from core.build.failure import explain
from core.build.journal import events
from core.build.recording import Recording
from core.build.run import Run, fold, replay
from core.build.source import ImageStatus, StepStatus, WorkflowStatus
from core.build.watch import watch
from core.errors import Invalid, NotFound, Unsupported
from core.publish.apply import apply
from core.publish.plan import Action
from core.publish.prepared import planned, read_for
from tests.installed import ROOT

SHIPPED = Path(str(files("resources") / FOLDER))
WEB_SERVER = ROOT / "resources/examples/web-server/web-server.yml"
HARDENED = ROOT / "resources/examples/hardened-base/hardened-base.yml"
BEGIN = datetime(2027, 1, 1, tzinfo=UTC)


class Clock:
    """Goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=max(seconds, 0.5))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def at(clock: Clock) -> RehearsedConnection:
    shipped = Rehearsal.bundled()
    stock = json.loads((SHIPPED / "stock.json").read_text())
    return RehearsedConnection(Rehearsal(stock, {each.recipe: each for each in shipped.recordings}, 1, clock))


def publish(at: RehearsedConnection, file: Path) -> str:
    *_, pipeline = apply(planned(read_for(file, file.read_text(), at.kind, at.name), at), at.image_builder())
    return pipeline.arn


def follow(at: RehearsedConnection, clock: Clock, arn: str) -> Iterator[Event]:
    opened = RunOpened(at=clock.now, image_arn=arn, connection=at.name)
    yield opened
    pace, run = at.pace, fold(Run(), opened)
    yield from watch(at.image_builder(), run, pace=pace, clock=clock, sleep=clock.sleep, jitter=lambda: 0.5)


def shape(run: Run) -> list[tuple[int, str, str]]:
    return [(row.depth, row.name, row.status) for row in durations(chart(run, BEGIN + timedelta(days=1)))]


def test_a_recipe_that_was_never_published_is_created_and_then_used_again(at: RehearsedConnection) -> None:
    reading = read_for(WEB_SERVER, WEB_SERVER.read_text(), at.kind, at.name)
    assert {step.action for step in planned(reading, at).steps} == {Action.CREATE}
    publish(at, WEB_SERVER)
    assert {step.action for step in planned(reading, at).steps} == {Action.REUSE}


def test_what_was_recorded_of_the_stock_is_found(at: RehearsedConnection) -> None:
    builder = at.image_builder()
    assert [each.name for each in builder.images("Amazon", "debian-12-x86")] == ["debian-12-x86"]
    found = builder.find(Kind.COMPONENT, "arn:aws:imagebuilder:eu-central-1:aws:component/update-linux/x.x.x")
    assert found is not None
    assert "schemaVersion" in str(found.members["data"])
    assert builder.find(Kind.PIPELINE, builder.arn(Kind.PIPELINE, "hardened-base")) is not None
    assert at.machines().differences()
    assert at.machines().health().acceleration == "none"


def test_a_followed_play_folds_to_the_run_that_was_recorded(at: RehearsedConnection, clock: Clock) -> None:
    arn = at.image_builder().start(publish(at, WEB_SERVER))
    run = replay(follow(at, clock, arn))
    (recorded,) = (each for each in recordings(SHIPPED) if each.recipe == "web-server")
    assert run.status is ImageStatus.AVAILABLE
    assert shape(run) == shape(replay(recorded.events))
    assert [ami.region for ami in run.amis] == ["eu-central-1", "us-east-1"]
    assert run.log.events == replay(recorded.events).log.events
    assert run.ended is not None
    lasted = (run.ended.at - BEGIN).total_seconds()
    assert lasted == pytest.approx(recorded.length, abs=5)
    assert all(BEGIN <= row.start <= run.ended.at for row in durations(chart(run, clock.now)) if row.start)


def test_n_times_the_speed_takes_an_nth_of_the_time(clock: Clock) -> None:
    shipped = Rehearsal.bundled()
    stock = json.loads((SHIPPED / "stock.json").read_text())
    at = RehearsedConnection(Rehearsal(stock, {each.recipe: each for each in shipped.recordings}, 10, clock))
    run = replay(follow(at, clock, at.image_builder().start(publish(at, WEB_SERVER))))
    assert run.ended is not None
    length = shipped.recordings[-1].length
    assert (run.ended.at - BEGIN).total_seconds() == pytest.approx(length / 10, abs=3)


def test_the_failing_recording_fails_with_its_line_first(at: RehearsedConnection, clock: Clock) -> None:
    run = replay(follow(at, clock, at.image_builder().start(publish(at, HARDENED))))
    failure = explain(run)
    assert failure is not None
    assert failure.headline == "packages 1.0.0 › build › Install: E: Unable to locate package nftable"
    assert failure.exit_code == 100


def test_a_recipe_without_a_recording_plays_another_under_its_own_name(
    at: RehearsedConnection, clock: Clock, tmp_path: Path
) -> None:
    text = WEB_SERVER.read_text().replace("name: web-server\n", "name: shop\n", 1)
    text = text.replace("components/nginx.yml", str(WEB_SERVER.parent / "components/nginx.yml"))
    file = tmp_path / "shop.yml"
    file.write_text(text)
    (tmp_path / "components").mkdir()
    (tmp_path / "components/nginx.yml").write_bytes((WEB_SERVER.parent / "components/nginx.yml").read_bytes())
    file.write_text(WEB_SERVER.read_text().replace("name: web-server\n", "name: shop\n", 1))
    run = replay(follow(at, clock, at.image_builder().start(publish(at, file))))
    assert run.image is not None
    assert (run.image.name, run.image.version) == ("shop", "1.0.0/1")
    assert run.status.terminal


def test_builds_are_counted_and_kept_apart(at: RehearsedConnection, clock: Clock) -> None:
    pipeline = publish(at, WEB_SERVER)
    first, second = at.image_builder().start(pipeline), at.image_builder().start(pipeline)
    assert (first[-2:], second[-2:]) == ("/1", "/2")
    assert shape(replay(follow(at, clock, first))) == shape(replay(follow(at, clock, second)))
    assert len(at.image_builder().image_builds(first.rpartition("/")[0])) == 2


def test_a_cancelled_build_ends_at_once(at: RehearsedConnection, clock: Clock) -> None:
    builder = at.image_builder()
    arn = builder.start(publish(at, WEB_SERVER))
    clock.now += timedelta(seconds=100)
    builder.cancel(arn)
    run = replay(follow(at, clock, arn))
    assert run.status is ImageStatus.CANCELLED
    assert {each.status for each in run.workflows.values()} == {WorkflowStatus.CANCELLED}
    assert StepStatus.RUNNING not in {each.step.status for each in run.steps.values()}
    builder.cancel(arn)
    assert builder.image(arn).state.status is ImageStatus.CANCELLED


def test_what_it_does_not_play_it_says(at: RehearsedConnection) -> None:
    with pytest.raises(Unsupported, match="rehearsal"):
        at.client("sts")
    with pytest.raises(Unsupported, match="DeleteImage"):
        at.rehearsal.answer("DeleteImage", {})
    with pytest.raises(NotFound):
        at.image_builder().image("arn:aws:imagebuilder:eu-central-1:123456789012:image/none/1.0.0/1")


def test_a_journal_that_is_dropped_in_is_played(tmp_path: Path) -> None:
    text = (SHIPPED / "web-server.jsonl").read_text().replace('"recipe_name":"web-server"', '"recipe_name":"other"')
    (tmp_path / "anything.jsonl").write_text(text)
    (found,) = recordings(tmp_path)
    assert found.recipe == "other"


def test_a_journal_of_a_build_that_has_not_ended_is_refused(tmp_path: Path) -> None:
    lines = (SHIPPED / "web-server.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "half.jsonl").write_text("".join(lines[:20]))
    with pytest.raises(Invalid, match="has ended"):
        Recording.read(tmp_path / "half.jsonl")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_shipped_recording_tells_nothing_of_who_made_it(path: Path) -> None:
    text = path.read_text()
    assert list(events(path))
    assert not re.search(r"/root\b|/tmp/pytest|/home/(?!baker)|AKIA|secret", text)
