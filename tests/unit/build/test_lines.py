"""The model of a log: every line as it is shown, whatever the machine has printed, in chunks that never change."""

import random
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.lines import LONG, Lines
from core.build.source import LogEvent
from core.build.toe_log import Reading, read

NOON = 1_795_608_000_000


def taken(*messages: str, first: int = 0) -> Lines:
    lines = Lines()
    lines.take(first, messages, [NOON + number for number in range(len(messages))])
    return lines


def texts(lines: Lines) -> list[str]:
    return [lines.text(line) for line in range(len(lines))]


def test_records_become_lines_at_their_times() -> None:
    lines = taken("Phase build", "Step Install")
    assert texts(lines) == ["Phase build", "Step Install"]
    assert [lines.time(line) for line in range(2)] == [NOON, NOON + 1]


@pytest.mark.parametrize("cut", [1, 2, 7])
def test_it_makes_no_difference_in_how_many_parts_the_log_comes(cut: int) -> None:
    messages = [f"line {n} \x1b[31m{n}\x1b[0m ä\t{n}" for n in range(20)]
    whole, parts = taken(*messages), Lines()
    for first in range(0, 20, cut):
        part = messages[first : first + cut]
        parts.take(first, part, [NOON + first + n for n in range(len(part))])
    assert texts(parts) == texts(whole)
    for line in range(20):
        assert parts.styles(line) == whole.styles(line)
        assert (parts.time(line), parts.cells(line)) == (whole.time(line), whole.cells(line))


@pytest.mark.parametrize("odd_ones", [0.0, 0.02, 0.3, 1.0])
def test_many_lines_are_made_as_few_are(odd_ones: float) -> None:
    """Lines that are shown as they are told are made together, and what stands among them one by one."""
    chance = random.Random(3)
    odd = ("", "ä", "漢\t漢", "\x1b[31mred\x1b[0m", "two\nlines\r\n", "2026-11-26T12:00:01.25Z own", "2 plain")
    more = ("\x7f", "\tä" * LONG, "\ud83d", "\n")
    messages = [chance.choice((*odd, *more)) if chance.random() < odd_ones else f"line {n}" for n in range(400)]
    many, few = taken(*messages), Lines()
    for first in range(0, 400, 7):
        few.take(first, messages[first : first + 7], [NOON + n for n in range(first, min(first + 7, 400))])
    assert texts(many) == texts(few)
    assert many.widest == few.widest
    for line in range(len(few)):
        begin, end = few.cells(line) // 2, few.cells(line)
        assert many.styles(line) == few.styles(line)
        assert (many.time(line), many.cells(line)) == (few.time(line), few.cells(line))
        assert many.piece(line, begin, end) == few.piece(line, begin, end)


def test_records_that_come_again_are_passed_over() -> None:
    """Without it a log that is read again, from an expired token on, would stand there twice."""
    lines = taken("one", "two", "three")
    lines.take(1, ["two", "three", "four"], [0, 0, 0])
    lines.take(0, ["one"], [0])
    assert texts(lines) == ["one", "two", "three", "four"]


@given(st.lists(st.text(alphabet="ab\n\r\t ä2", max_size=12), min_size=1, max_size=8))
def test_lines_are_counted_as_the_reader_of_the_log_counts_them(messages: list[str]) -> None:
    """Otherwise the lines of a step would be those of its neighbour."""
    reading, _ = read(Reading(), [LogEvent(timestamp=0, message=message) for message in messages])
    assert len(taken(*messages)) == reading.line


def test_a_record_of_several_lines_has_its_own_time_in_front() -> None:
    lines = taken("2026-11-26T12:00:01.250999999Z Step Install\r\nmore\r\n")
    assert texts(lines) == ["Step Install", "more"]
    own = datetime(2026, 11, 26, 12, 0, 1, tzinfo=UTC).timestamp() * 1000
    assert lines.time(0) == lines.time(1) == own + 251


def test_colours_are_read_and_nothing_else_of_an_escape_sequence_is_shown() -> None:
    lines = taken("\x1b]0;title\x07a\x1b[1;31mred\x1b[0mb\x1b[2K")
    assert texts(lines) == ["aredb"]
    (begin, red), (end, plain) = lines.styles(0)
    assert (begin, end) == (1, 4)
    assert (red.ink.name, red.bold, plain.code) == ("RED", True, 0)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("cut \x1b[31", "cut �[31"),
        ("cut \x1b", "cut �"),
        ("open \x1b]0;title", "open �]0;title"),
        ("bell\x07 null\x00 delete\x7f", "bell� null� delete�"),
        ("10%\r20%", "10%↵20%"),
        ("half \ud83d pair", "half � pair"),
        ("reversed \u202etxt.exe", "reversed �txt.exe"),
        ("two\u2028lines", "two�lines"),
    ],
)
def test_what_is_no_text_is_seen_and_does_nothing(printed: str, shown: str) -> None:
    """A carriage return would hide what came before it, a mark of direction would turn a name round."""
    assert texts(taken(printed)) == [shown]


def test_cells_count_tabs_wide_letters_and_marks() -> None:
    lines = taken("a\tb", "漢字", "e\u0301", "plain")
    assert [lines.cells(line) for line in range(4)] == [9, 4, 1, 5]


@given(st.text(alphabet="ab\t漢e\u0301 ä", max_size=40), st.integers(0, 60))
def test_a_place_and_its_cell_belong_together(text: str, cell: int) -> None:
    lines = taken(f"x{text}")
    byte = lines.byte_at(0, cell)
    lines.line(0)[:byte].decode()  # no letter is cut
    assert lines.cell_at(0, byte) <= cell < lines.cell_at(0, byte) + 8 or byte == lines.length(0)


@given(st.text(alphabet="ab\t漢ä", max_size=40), st.integers(0, 50), st.integers(0, 50))
def test_a_piece_is_what_lies_in_its_cells(text: str, begin: int, count: int) -> None:
    lines = taken(f"x{text}")
    piece = lines.piece(0, begin, begin + count)
    assert piece.text in lines.text(0)
    assert lines.line(0)[piece.byte :].decode().startswith(piece.text)
    if piece.text:
        assert lines.cell_at(0, piece.byte) == piece.cell
        assert piece.cell < begin + count


@pytest.mark.parametrize("unit", ["x", "ä", "漢", "a\tb"])
def test_a_long_line_is_read_from_the_middle(unit: str) -> None:
    """Read from its beginning, a line of 50 MB would hold up every frame that shows some of it."""
    lines = taken(unit * (4 * LONG))
    middle = lines.cells(0) // 2
    piece = lines.piece(0, middle, middle + 80)
    assert 0 < len(piece.text) <= 80
    assert lines.cell_at(0, piece.byte) == piece.cell
    assert lines.part(0, piece.byte, piece.byte + len(piece.text.encode())).decode() == piece.text


def test_a_chunk_never_changes_while_it_is_read() -> None:
    lines = taken("one")
    before = lines.chunks[0]
    lines.take(1, ["two"], [NOON])
    assert (before.text, len(before)) == (b"one\n", 1)
    assert texts(lines) == ["one", "two"]


def test_text_between_two_places_goes_over_chunks() -> None:
    lines = taken(*(f"{n:0100}" for n in range(5000)))
    assert len(lines.chunks) > 2
    between = b"".join(lines.between((10, 90), (4990, 3))).decode().split("\n")
    assert (between[0], between[1][-2:], between[-1], len(between)) == ("0000000010", "11", "000", 4981)
    assert lines.distance((10, 90), (4990, 3)) == sum(map(len, between)) + len(between) - 1


@pytest.mark.parametrize("time", [-1, 2**70, -(2**70)])
def test_any_number_may_be_a_time(time: int) -> None:
    lines = Lines()
    lines.take(0, ["odd"], [time])
    assert texts(lines) == ["odd"]


def test_a_log_takes_little_more_memory_than_its_text() -> None:
    messages = [f"Stdout: Unpacking package number {n:06} of the distribution, as ever" for n in range(50_000)]
    times = list(range(50_000))
    tracemalloc.start()
    lines = Lines()
    lines.take(0, messages, times)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    text = sum(map(len, messages))
    assert text < used < 1.5 * text
