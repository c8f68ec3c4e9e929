"""How values are written, and that foreign text can't steer a terminal."""

import pytest

from core.cli.text import counted, duration, harmless, one_line, size


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcödé\ttab\nline", "plain ünïcödé\ttab\nline"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq\x1b\\dcs", "dcs"),
        ("bell\x07", "bell\N{REPLACEMENT CHARACTER}"),
        ("over\rwritten", "over\N{REPLACEMENT CHARACTER}written"),
        ("\x9b31m", "\N{REPLACEMENT CHARACTER}31m"),
        ("user\u202egnp.exe", "user\N{REPLACEMENT CHARACTER}gnp.exe"),
        ("half \ud800", "half \N{REPLACEMENT CHARACTER}"),
        ("\x1b[31", "\N{REPLACEMENT CHARACTER}[31"),
    ],
)
def test_escape_sequences_go_and_control_characters_become_visible(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_text_for_one_line_has_no_line_feeds_and_is_cut_at_its_width() -> None:
    assert one_line("one\n two\r\n\tthree") == "one two three"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536 * 1024, "1.5 MiB"), (8 * 1024**3, "8.0 GiB")],
)
def test_sizes_are_in_binary_units(number: int, said: str) -> None:
    assert size(number) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (-1, "0.0 s"),
        (4.24, "4.2 s"),
        (59.4, "59 s"),
        (59.6, "1:00 min"),
        (65, "1:05 min"),
        (7384, "2:03:04 h"),
    ],
)
def test_times_are_as_exact_as_a_reader_needs(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_counted_things_have_their_plural() -> None:
    assert (counted(1, "error"), counted(0, "error")) == ("1 error", "0 errors")
