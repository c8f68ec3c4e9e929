"""Output on its way into the log, piece by piece."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from core.local.toe.stream import (
    LOGGED_BYTES,
    LOGGED_LINES,
    PARTIAL_LINE_CHARACTERS,
    Head,
    LineStream,
    LoggedOutput,
    Tail,
    decode,
)


async def test_lines_are_whole_wherever_the_pieces_break() -> None:
    said: list[str] = []
    text = "äöü\nsecond\r\n\n🍞 end"
    with LineStream(said.append) as lines:
        for byte in text.encode():
            lines(bytes([byte]))
        assert said == ["äöü", "second", ""]
        lines.close()
    assert said == ["äöü", "second", "", "🍞 end"]


async def test_an_unfinished_line_is_said_after_a_second_and_goes_on_as_another() -> None:
    said: list[str] = []
    heard = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        heard.set()

    with LineStream(say) as lines:
        started = asyncio.get_running_loop().time()
        lines(b"Are you ")
        async with asyncio.timeout(5):
            await heard.wait()
        assert 0.9 < asyncio.get_running_loop().time() - started < 3
        lines(b"sure?\n")
    assert said == ["Are you ", "sure?"]


async def test_a_line_longer_than_64_ki_characters_comes_in_pieces() -> None:
    said: list[str] = []
    with LineStream(said.append) as lines:
        lines(b"x" * (2 * PARTIAL_LINE_CHARACTERS + 1))
        assert [len(line) for line in said] == [PARTIAL_LINE_CHARACTERS] * 2
        lines(b"\n" + b"y" * (PARTIAL_LINE_CHARACTERS + 1) + b"\n")
    assert [len(line) for line in said] == [PARTIAL_LINE_CHARACTERS] * 2 + [1, PARTIAL_LINE_CHARACTERS, 1]


async def test_nothing_is_said_after_the_stream_is_left() -> None:
    """A timer left behind by a cancelled command would say its line into the next step's log."""
    said: list[str] = []
    with LineStream(said.append) as lines:
        lines(b"half")
    await asyncio.sleep(1.1)
    assert said == []


async def test_what_a_process_prints_after_its_command_is_over_is_nobodys_output() -> None:
    """A daemon started by one step keeps its stdout: its lines would appear among those of the next step."""
    said: list[str] = []
    with LoggedOutput(said.append) as logged:
        logged(b"in time\n")
        logged.close()
    logged(b"too late\n")
    logged(b"and unfinished")
    assert said == ["in time"]


async def test_of_too_many_lines_the_last_are_said_in_the_end() -> None:
    said: list[str] = []
    with LoggedOutput(said.append) as logged:
        for number in range(LOGGED_LINES + 50_000):
            logged(b"%d\n" % number)
        logged.close()
    assert said[:2] == ["0", "1"]
    assert said[-1] == str(LOGGED_LINES + 49_999)
    assert said[LOGGED_LINES - 1] == str(LOGGED_LINES - 1)
    assert "from here on only the end is logged" in said[LOGGED_LINES]
    assert "bytes of output are not logged" in said[LOGGED_LINES + 1]
    assert len(said) < LOGGED_LINES + 12_000


async def test_output_just_within_the_bounds_is_logged_whole_and_without_a_word() -> None:
    said: list[str] = []
    with LoggedOutput(said.append) as logged:
        logged(b"\n" * (LOGGED_LINES - 1) + b"end")
        logged.close()
    assert said == [""] * (LOGGED_LINES - 1) + ["end"]


async def test_too_many_bytes_of_one_line_are_cut_as_well() -> None:
    count = 0

    def say(line: str) -> None:
        nonlocal count
        count += len(line)

    with LoggedOutput(say) as logged:
        for _ in range(40):
            logged(b"x" * (1024 * 1024))
        logged.close()
    assert LOGGED_BYTES < count < LOGGED_BYTES + 70_000


@given(st.lists(st.binary(max_size=20)), st.integers(1, 50))
def test_head_and_tail_keep_an_end_each_and_count_the_rest(pieces: list[bytes], limit: int) -> None:
    head, tail, whole = Head(limit), Tail(limit), b"".join(pieces)
    for piece in pieces:
        head(piece)
        tail(piece)
    assert head.data == whole[:limit]
    assert tail.data == whole[-limit:]
    assert head.cut == tail.cut == max(0, len(whole) - limit)


def test_bytes_that_are_not_utf8_show_as_escapes() -> None:
    assert decode(b"a\xffb\xc3") == "a\\xffb\\xc3"
