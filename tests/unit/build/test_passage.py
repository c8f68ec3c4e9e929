"""The log's text as it is cut out of a journal: the same as if every record of it were parsed, or not cut at all."""

import json
from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.events import LogRead, to_json
from core.build.messages import Messages
from core.build.passage import FIRST, GAP, SHORT, Passage, cut, parsed
from core.build.source import LogEvent
from core.build.toe_log import Reading
from core.errors import Invalid
from tests.fakes.source import START

LAST = 10 * FIRST - 1
PADDING = "x" * SHORT
PIECES = (
    *('"', "\\", '\\"', "{", "}", '"},{"timestamp":', ',"message":"', '"}],"token":', '"events":[', "1793491200000"),
    *("a", " ", "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\x7f", "ä", "漢", "\u2028", "\U0001f980"),
)
MESSAGES = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
RECORDS = st.lists(st.tuples(st.integers(FIRST, LAST), MESSAGES), min_size=1, max_size=6)


def lines_of(reads: Sequence[Sequence[tuple[int, str]]], gap: int = 0) -> list[bytes]:
    """LogReads with these times and messages, as a journal has them; `gap` records are missing after each."""
    firsts = accumulate((len(records) + gap for records in reads), initial=7)
    return [
        to_json(
            LogRead(
                number=number,
                at=START,
                first=first,
                events=tuple(LogEvent(timestamp=time, message=message) for time, message in records),
                token=f"f/{number}",
                token_position=first + len(records),
                reading=Reading(line=first, printed=('"}],"token":',)),
            )
        )
        + b"\n"
        for number, (first, records) in enumerate(zip(firsts, reads, strict=False))
    ]


def told(passage: Passage) -> tuple[object, ...]:
    text = passage.text
    return text.first, list(text.messages), list(text.times), json.loads(passage.rest)


def parsed_together(lines: Sequence[bytes]) -> Passage:
    first, *later = map(parsed, lines)
    for each in later:
        assert first.text.end == each.text.first
        first = first.followed_by(each)
    return first


@given(st.lists(RECORDS, min_size=1, max_size=4))
def test_what_is_cut_is_what_is_parsed(reads: list[list[tuple[int, str]]]) -> None:
    """And all that a build writes is cut: parsed, a million lines take more than twice as long to open."""
    reads[-1].append((FIRST, PADDING))
    lines = lines_of(reads)
    whole = cut(lines)
    assert whole is not None
    assert told(whole) == told(parsed_together(lines))


@given(RECORDS, st.data())
def test_what_is_damaged_is_never_cut_into_something_else(records: list[tuple[int, str]], data: st.DataObject) -> None:
    """Each byte of a line is checked: it went on as text that the machine has not printed."""
    (line,) = lines_of([[(FIRST, PADDING), *records]])
    padded = line.index(PADDING.encode())
    places = st.one_of(st.integers(0, padded), st.integers(padded + SHORT, len(line) - 2))
    at = data.draw(places)
    new = data.draw(
        st.sampled_from((b"", b'"', b"\\", b"{", b"}", b",", b"0", b"a", b"\x00", b"\xff", b"\xed\xa0\x80"))
    )
    torn = line[:at] + new + line[at + data.draw(st.integers(0, 2)) :]
    whole = cut([torn])
    if whole is not None:
        assert told(whole) == told(parsed(torn))


@pytest.mark.parametrize("piece", [b"\n", b"\x00", b"\xff", b"\xc3", b"\\x", b'"', b"\\"])
def test_what_is_no_text_in_a_message_is_left_to_the_parser_which_refuses_it(piece: bytes) -> None:
    (line,) = lines_of([[(FIRST, PADDING), (LAST, "here")]])
    torn = line.replace(b"here", b"he" + piece + b're"'[: len(piece) % 2 + 2])
    assert cut([torn]) is None
    with pytest.raises(Invalid):
        parsed(torn)


def test_two_torn_messages_do_not_make_up_for_each_other() -> None:
    """Decoded together, the end of the one would be the beginning of the other."""
    (line,) = lines_of([[(FIRST, PADDING), (FIRST, "here"), (FIRST, "there")]])
    torn = line.replace(b'"here"', b'"x\\"').replace(b'"there"', b'","y\\\\"')
    assert cut([torn]) is None


@pytest.mark.parametrize("time", [-1, 0, FIRST - 1, LAST + 1])
def test_times_of_other_centuries_are_left_to_the_parser(time: int) -> None:
    lines = lines_of([[(FIRST, PADDING), (time, "then"), (FIRST, "now")]])
    whole = cut(lines)
    assert whole is None or told(whole) == told(parsed(lines[0]))
    assert list(parsed(lines[0]).text.times) == [FIRST, time, FIRST]


@pytest.mark.parametrize("gap", [-1, 1])
def test_reads_that_do_not_follow_each_other_are_not_one(gap: int) -> None:
    """The lines after a gap would have stood where the missing ones belong."""
    assert cut(lines_of([[(FIRST, PADDING)] * 3, [(FIRST, "a")] * 3], gap)) is None


def test_few_bytes_are_left_to_the_parser() -> None:
    """A build that is watched brings a few records at a time, and numpy would be imported for them."""
    assert cut(lines_of([[(FIRST, "x" * (SHORT - GAP * 20))]])) is None


@given(st.lists(MESSAGES, max_size=8), st.integers(-9, 9), st.integers(-9, 9), st.sampled_from((1, 2, -1)))
def test_messages_are_the_sequence_that_they_were_made_of(messages: list[str], begin: int, end: int, step: int) -> None:
    made = Messages.of(messages)
    assert list(made) == messages
    assert list(made[begin:end:step]) == messages[begin:end:step]
    assert list(made[begin:end][1:]) == messages[begin:end][1:]
