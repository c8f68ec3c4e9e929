"""Earlier runs of a recipe, from the journals of this machine."""

from datetime import timedelta
from pathlib import Path

from core.build import journal
from core.build.bundle import Contents, export, import_run
from core.build.events import RunOpened
from core.build.past import past
from core.build.usual import usual
from tests.fakes.builds import good_build
from tests.fakes.source import START
from tests.unit.build.following import followed, opened

STORY = followed(good_build())
NOW = opened().model_copy(update={"at": START + timedelta(days=9)})


def run(folder: Path, days: int, *, ended: bool = True, **members: object) -> Path:
    first = opened().model_copy(update={"at": START + timedelta(days=days), **members})
    assert isinstance(first, RunOpened)
    writer, _ = journal.create(folder, first)
    with writer:
        writer.append(*(STORY[1:] if ended else STORY[1:-1]))
    return writer.path


def test_runs_of_the_same_pipeline_that_ended_before_are_the_past(tmp_path: Path) -> None:
    run(tmp_path, 1)
    run(tmp_path, 2)
    run(tmp_path, 3, ended=False)
    run(tmp_path, 4, connection="prod")
    run(tmp_path, 5, pipeline_arn="arn:other")
    run(tmp_path, 10)
    found = past(journal.entries(tmp_path), NOW)
    assert len(found) == 2
    assert usual(found)["build-image", "ApplyBuildComponents"].count == 2


def test_only_the_newest_are_looked_into(tmp_path: Path) -> None:
    for day in range(5):
        run(tmp_path, day)
    assert len(past(journal.entries(tmp_path), NOW, most=3)) == 3


def test_a_colleagues_run_says_nothing_of_this_machine(tmp_path: Path) -> None:
    file = tmp_path / "run.bakehouse-run"
    export(file, run(tmp_path / "theirs", 1), Contents())
    import_run(file, tmp_path / "mine")
    assert past(journal.entries(tmp_path / "mine"), NOW) == ()


def test_a_journal_that_can_not_be_read_is_passed_over(tmp_path: Path) -> None:
    run(tmp_path, 1)
    broken = run(tmp_path, 2)
    content = broken.read_bytes().splitlines(keepends=True)
    broken.write_bytes(b"".join([*content[:3], b"{torn\n", *content[3:]]))
    (tmp_path / "20990101T000000Z-x-1.jsonl").write_text("no journal\n")
    assert len(past(journal.entries(tmp_path), NOW)) == 1
