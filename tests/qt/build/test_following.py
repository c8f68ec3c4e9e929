"""The log of a build that is followed: all of it, from the journal and from the news, each line once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from pytestqt.qtbot import QtBot

from core.build import journal
from core.build.events import Event, LogRead
from core.build.run import replay
from gui.build.history import OPEN
from gui.build.workplace import Workplace
from gui.following import Followed, recorded
from tests.fakes.builds import good_build
from tests.qt.build.conftest import Journals
from tests.unit.build.following import followed, opened

STORY = followed(good_build())
TEXT = [one.message for event in STORY if isinstance(event, LogRead) for one in event.events]


def texts(run: Followed) -> list[str]:
    return [run.log.text(line) for line in range(len(run.log))]


def expected() -> list[str]:
    return [line for message in TEXT for line in message.rstrip("\r\n").split("\n")]


def test_all_lines_of_a_journal_are_there(tmp_path: Path, qtbot: QtBot) -> None:
    writer, _ = journal.create(tmp_path, opened())
    with writer:
        writer.append(*STORY[1:])
    run = Followed(opened(), recorded(writer.path))
    with qtbot.waitSignals([run.ended, run.grew]):
        run.begin()
    assert [text.split(" ", 1)[-1] for text in texts(run)] == [text.split(" ", 1)[-1] for text in expected()]
    assert run.run == replay(STORY)
    run.stop()


def test_the_runs_looked_at_last_stay_in_memory(place: Workplace, journals: Journals) -> None:
    """With those kept that were opened last, the run that is looked at went while others were looked into."""
    for build in range(OPEN + 1):
        journals.write("web-server", build + 1, timedelta(days=build + 1))
    entries = [entry for path in journal.listing(journals.folder) if (entry := journal.entry(path))]
    first = place.history.open(entries[0])
    for entry in entries[1:OPEN]:
        place.history.open(entry)
    assert place.history.open(entries[0]) is first
    second = place.history.open(entries[1])
    place.history.open(entries[OPEN])
    assert place.history.open(entries[0]) is first
    assert place.history.open(entries[1]) is second


def test_a_line_that_is_told_is_there_when_it_is_told(qtbot: QtBot) -> None:
    def source(_sleep: Callable[[float], object]) -> Iterator[Event]:
        yield from STORY

    run = Followed(opened(), source)
    counts: list[tuple[int, int]] = []
    run.grew.connect(lambda: counts.append((run.run.log.events, run.log.records)))
    with qtbot.waitSignal(run.ended):
        run.begin()
    assert counts
    assert all(lines >= told for told, lines in counts)
    assert run.log.records == len(TEXT)
    run.stop()
