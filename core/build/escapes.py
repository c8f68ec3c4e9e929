"""What a command's output says to a terminal, read off a line of a log: colours are kept, everything else is made safe.

An escape sequence that sets colours becomes a Style from some byte of the text on; any other is left out. What is no
text (control characters, marks that reverse the reading order, halves of surrogate pairs) becomes a character that can
be seen, so that nothing in a log can hide anything. A sequence that is cut off shows as what is left of it.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
RETURN: Final = "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"
"""In place of a carriage return: what came before it would be written over in a terminal, and nothing is left out."""


class Hue(IntEnum):
    """The colours of terminals, without their shades: a theme has its own. NONE is the text's own."""

    NONE = 0
    BLACK = 1
    RED = 2
    GREEN = 3
    YELLOW = 4
    BLUE = 5
    MAGENTA = 6
    CYAN = 7
    WHITE = 8


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text is drawn. `code` packs it into 13 bits, 0 for text without any style."""

    ink: Hue = Hue.NONE
    paper: Hue = Hue.NONE
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underlined: bool = False
    inverse: bool = False

    @property
    def code(self) -> int:
        flags = (self.bold, self.dim, self.italic, self.underlined, self.inverse)
        return self.ink | self.paper << 4 | sum(flag << 8 + place for place, flag in enumerate(flags))

    @classmethod
    def of(cls, code: int) -> "Style":
        flags = (bool(code >> 8 + place & 1) for place in range(5))
        return cls(Hue(code & 15), Hue(code >> 4 & 15), *flags)


PLAIN: Final = Style()

_ESCAPE: Final = re.compile(
    r"\x1b(?:\[(?P<numbers>[0-9;:]*)m"  # colours
    r"|\[[0-?]*[ -/]*[@-~]"  # any other control sequence
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # a title, a link
    r"|[PX^_][^\x1b]*\x1b\\"
    r"|[ -/]*[0-OQ-WYZ\\`-~])"
)
_BAD: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LEVELS: Final = (0, 95, 135, 175, 215, 255)
"""Of red, green and blue in the cube of 216 colours."""


def read(text: str) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """A line as it is shown, and (byte, code of the style from there on) wherever the style changes."""
    if "\x1b" not in text:
        return _safe(text).encode(), ()
    parts: list[bytes] = []
    changes: dict[int, int] = {}
    length = position = 0
    style = PLAIN
    for found in _ESCAPE.finditer(text):
        part = _safe(text[position : found.start()]).encode()
        parts.append(part)
        length += len(part)
        position = found.end()
        if found["numbers"] is not None:
            style = styled(style, found["numbers"])
            changes[length] = style.code
    parts.append(_safe(text[position:]).encode())
    return b"".join(parts), tuple(changes.items())


def styled(style: Style, numbers: str) -> Style:
    """The style after a sequence with these numbers ("Select Graphic Rendition" of ECMA-48 and of xterm)."""
    rest = [int(each) if each and len(each) < 6 else 0 for each in numbers.replace(":", ";").split(";")]
    ink, paper = style.ink, style.paper
    flags = {name: getattr(style, name) for name in ("bold", "dim", "italic", "underlined", "inverse")}
    while rest:
        number = rest.pop(0)
        match number:
            case 0:
                ink = paper = Hue.NONE
                flags = dict.fromkeys(flags, False)
            case 1 | 2 | 3 | 4 | 7:
                flags[_FLAGS[number]] = True
            case 22:
                flags["bold"] = flags["dim"] = False
            case 23 | 24 | 27:
                flags[_FLAGS[number - 20]] = False
            case 38:
                ink = _extended(rest)
            case 48:
                paper = _extended(rest)
            case 39:
                ink = Hue.NONE
            case 49:
                paper = Hue.NONE
            case _ if 30 <= number % 60 <= 37 and number < 100:
                ink = Hue(number % 60 - 29)
            case _ if 40 <= number % 60 <= 47 and number < 108:
                paper = Hue(number % 60 - 39)
    return Style(ink, paper, **flags)


_FLAGS: Final = {1: "bold", 2: "dim", 3: "italic", 4: "underlined", 7: "inverse"}


def _extended(rest: list[int]) -> Hue:
    """One of 256 colours (``5;n``) or of all (``2;r;g;b``), taken off the numbers."""
    kind = rest.pop(0) if rest else 0
    if kind == 5 and rest:
        number = rest.pop(0)
        if number < 16:
            return Hue(number % 8 + 1)
        if number >= 232:
            return Hue.BLACK if number < 244 else Hue.WHITE
        number -= 16
        return _nearest(*(_LEVELS[min(number // by % 6, 5)] for by in (36, 6, 1)))
    if kind == 2 and len(rest) >= 3:
        red, green, blue = rest[:3]
        del rest[:3]
        return _nearest(red, green, blue)
    rest.clear()  # a colour that is cut off, and nobody knows where
    return Hue.NONE


def _nearest(red: int, green: int, blue: int) -> Hue:
    """The hue of a colour: which of its parts stand out."""
    high, low = max(red, green, blue), min(red, green, blue)
    if high - low < 48:
        return Hue.BLACK if high < 128 else Hue.WHITE
    middle = (high + low) / 2
    return Hue(1 + sum(bit for part, bit in ((red, 1), (green, 2), (blue, 4)) if part > middle))


def _safe(text: str) -> str:
    """Every character that is no text as one that can be seen; tabs stay."""
    return _BAD.sub(REPLACEMENT, text.replace("\r", RETURN))
