"""Addresses of nodes in a document: ``imageRecipe.components[2].parameters.Port``.

An address is what a problem, the editor and a splice have in common. Keys that would be misread (dots, brackets,
blanks, nothing at all) are written quoted in brackets: ``tags["cost.center"]``.
"""

import json
import re
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[^\s.\[\]\"]+")
_PART = re.compile(r"""(?:^|\.)(?P<key>[^\s.\[\]"]+)|\[(?P<index>\d+)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]""")


def address(path: Path) -> str:
    """The path as text; "" for the document itself."""
    text = ""
    for part in path:
        match part:
            case int():
                text += f"[{part}]"
            case str() if _PLAIN_KEY.fullmatch(part):
                text += f".{part}" if text else part
            case str():
                text += f"[{json.dumps(part, ensure_ascii=False)}]"
    return text


def parse_address(text: str) -> Path:
    """The path an address names.

    Raises:
        ValueError: the text is no address.
    """
    path: list[str | int] = []
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise ValueError(f"{text!r} is not an address (at character {position + 1})")
        if part["index"] is not None:
            path.append(int(part["index"]))
        else:
            path.append(part["key"] or json.loads(part["quoted"]))
        position = part.end()
    return tuple(path)
