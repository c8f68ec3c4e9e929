"""Old runs go: those that were asked for, and never one that somebody needs."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.build import journal
from core.build.bundle import Contents, keep
from core.build.events import SCHEMA_VERSION, RunOpened
from core.build.pruning import FOLLOWED_ON, Plan, Reason, carry_out, plan
from tests.fakes.builds import good_build
from tests.unit.build.following import followed, opened

NOW = datetime(2026, 11, 1, tzinfo=UTC)
STORY = followed(good_build())
MONTH = timedelta(days=30)


def run(folder: Path, days: float, *, ended: bool = True, build: int = 1) -> Path:
    """A run last written so many days ago."""
    first = opened().model_copy(
        update={"at": NOW - timedelta(days=days, minutes=build), "image_arn": f"{opened().image_arn}{build}"}
    )
    assert isinstance(first, RunOpened)
    writer, _ = journal.create(folder, first)
    with writer:
        writer.append(*(STORY[1:] if ended else STORY[1:-1]))
    return aged(writer.path, days)


def aged(path: Path, days: float) -> Path:
    moment = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def removed(planned: Plan) -> list[Path]:
    return [each.path for each in planned.remove]


def test_a_preview_removes_nothing_and_says_what_would_go(tmp_path: Path) -> None:
    old, new = run(tmp_path, 40), run(tmp_path, 3)
    planned = plan(tmp_path, NOW, older_than=MONTH)
    assert removed(planned) == [old]
    [candidate] = planned.remove
    assert candidate.reason is Reason.OLD
    assert candidate.opened is not None
    assert candidate.opened.recipe_name == "web-server"
    assert (planned.freed, planned.kept, planned.kept_size) == (old.stat().st_size, 1, new.stat().st_size)
    assert old.exists()


def test_carrying_it_out_removes_just_that_and_what_is_beside_it(tmp_path: Path) -> None:
    old, new = run(tmp_path, 40), run(tmp_path, 3)
    keep(old, Contents(cost="$1"))
    planned = plan(tmp_path, NOW, older_than=MONTH)
    assert planned.freed > old.stat().st_size
    assert carry_out(planned) == (old,)
    assert list(tmp_path.iterdir()) == [new]


def test_by_size_the_oldest_go_until_the_rest_fits(tmp_path: Path) -> None:
    runs = [run(tmp_path, days, build=days) for days in (4, 3, 2, 1)]
    size = runs[0].stat().st_size
    planned = plan(tmp_path, NOW, at_most=2 * size + size // 2)
    assert removed(planned) == runs[:2]
    assert {each.reason for each in planned.remove} == {Reason.SPACE}
    assert removed(plan(tmp_path, NOW, at_most=0)) == runs
    assert removed(plan(tmp_path, NOW)) == []


def test_a_run_that_is_being_written_stays_however_old_it_is(tmp_path: Path) -> None:
    path = run(tmp_path, 400)
    writer, _ = journal.attach(path)
    with writer:
        aged(path, 400)
        planned = plan(tmp_path, NOW, older_than=MONTH, at_most=0)
        assert removed(planned) == []
        assert planned.protected == ((path, "it is being written"),)
    assert removed(plan(tmp_path, NOW, older_than=MONTH)) == [path]


def test_a_run_that_somebody_began_to_write_after_the_preview_stays(tmp_path: Path) -> None:
    """Between the look and the removal a build was followed on, and its journal would have gone under its writer."""
    path = run(tmp_path, 400)
    planned = plan(tmp_path, NOW, older_than=MONTH)
    writer, _ = journal.attach(path)
    with writer:
        assert carry_out(planned) == ()
    assert path.exists()
    assert carry_out(planned) == (path,)


@pytest.mark.parametrize(("days", "goes"), [(1, False), (13, False), (15, True)])
def test_a_run_without_an_end_stays_as_long_as_it_may_be_followed_on(tmp_path: Path, days: int, goes: bool) -> None:
    path = run(tmp_path, days, ended=False)
    planned = plan(tmp_path, NOW, older_than=timedelta(hours=1))
    assert removed(planned) == ([path] if goes else [])
    assert len(planned.protected) == (0 if goes else 1)
    assert timedelta(days=7) < FOLLOWED_ON


def test_what_a_newer_bakehouse_wrote_stays_and_what_never_began_goes(tmp_path: Path) -> None:
    newer, empty = tmp_path / "20200101T000000Z-a-1.jsonl", tmp_path / "20200101T000000Z-b-2.jsonl"
    newer.write_text(f'{{"bakehouse":"journal","version":{SCHEMA_VERSION + 1}}}\n')
    empty.write_text("")
    for path in (newer, empty):
        aged(path, 400)
    planned = plan(tmp_path, NOW, older_than=MONTH)
    assert removed(planned) == [empty]
    [(path, why)] = planned.protected
    assert path == newer
    assert "newer Bakehouse" in why


def test_what_is_gone_already_and_a_folder_that_is_not_there_are_no_error(tmp_path: Path) -> None:
    path = run(tmp_path, 400)
    planned = plan(tmp_path, NOW, older_than=MONTH)
    path.unlink()
    assert carry_out(planned) == (path,)
    assert plan(tmp_path / "nowhere", NOW, at_most=0).remove == ()
