"""Colours that commands print, and everything else that they say to a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.escapes import PLAIN, Hue, Style, read, styled


@pytest.mark.parametrize(
    ("numbers", "style"),
    [
        ("", PLAIN),
        ("31", Style(Hue.RED)),
        ("1;32;44", Style(Hue.GREEN, Hue.BLUE, bold=True)),
        ("91", Style(Hue.RED)),
        ("107", Style(paper=Hue.WHITE)),
        ("2;3;4;7", Style(dim=True, italic=True, underlined=True, inverse=True)),
        ("38;5;208", Style(Hue.YELLOW)),
        ("38;5;9;1", Style(Hue.RED, bold=True)),
        ("48;2;10;200;30", Style(paper=Hue.GREEN)),
        ("38:2:20:20:250", Style(Hue.BLUE)),
        ("38;5;240", Style(Hue.BLACK)),
        ("38;5", PLAIN),
        ("38;2;1", PLAIN),
        ("999;;99999999999999999999", PLAIN),
    ],
)
def test_numbers_set_a_style(numbers: str, style: Style) -> None:
    assert styled(PLAIN, numbers) == style


@pytest.mark.parametrize("numbers", ["0", "", "39;49;22;23;24;27"])
def test_numbers_take_a_style_away(numbers: str) -> None:
    everything = Style(Hue.RED, Hue.BLUE, bold=True, dim=True, italic=True, underlined=True, inverse=True)
    assert styled(everything, numbers) == PLAIN


@given(st.builds(Style, st.sampled_from(Hue), st.sampled_from(Hue), *[st.booleans()] * 5))
def test_a_style_is_its_code(style: Style) -> None:
    assert Style.of(style.code) == style
    assert style.code < 2**16


@given(st.text(alphabet="\x1b[]0123;mKPX^\\\x07\x9b ab\r\u202e\ud800"))
def test_whatever_is_printed_nothing_of_it_reaches_the_screen_but_text(text: str) -> None:
    shown, changes = read(text)
    assert not set(shown.decode()) & {"\x1b", "\x07", "\x9b", "\r", "\u202e", "\ud800"}
    assert [byte for byte, _ in changes] == sorted({byte for byte, _ in changes})
    assert all(0 <= byte <= len(shown) for byte, _ in changes)


def test_a_flood_of_open_sequences_is_read_in_one_go() -> None:
    """With a pattern that backtracks, each of them would be read to the end of the line."""
    for flood in ("\x1b[", "\x1b]", "\x1bP", "\x1b[0;"):
        shown, _ = read(flood * 50_000 + "ä end")
        assert shown.decode().endswith("ä end")
