"""Fuzzy matching for the palette and for searches: the letters typed, in order, wherever they are.

A match scores higher where letters follow each other or begin words, and where the text is short.
"""

from collections.abc import Callable, Iterable
from heapq import nlargest
from typing import TypeVar

Item = TypeVar("Item")

_RUN = 8
_WORD = 6
_LETTER = 1


def score(typed: str, text: str) -> int | None:
    """How well `text` matches, None where it doesn't. Both in any case; blanks typed separate words in any order."""
    total = 0
    folded = text.casefold()
    for word in typed.casefold().split():
        found = _word(word, folded)
        if found is None:
            return None
        total += found
    return total * 64 - len(text)


def best(typed: str, items: Iterable[Item], text_of: Callable[[Item], str], most: int) -> list[Item]:
    """The items that match best, best first; without anything typed the first ones as they come."""
    if not typed.strip():
        return [item for item, _ in zip(items, range(most), strict=False)]
    scored = ((score(typed, text_of(item)), number, item) for number, item in enumerate(items))
    matching = ((found, -number, item) for found, number, item in scored if found is not None)
    return [item for _, _, item in nlargest(most, matching, key=lambda each: each[:2])]


def _word(word: str, text: str) -> int | None:
    at = text.find(word)
    if at >= 0:
        return len(word) * _RUN + (_WORD if at == 0 or not text[at - 1].isalnum() else 0)
    total, position, last = 0, 0, -2
    for letter in word:
        position = text.find(letter, position)
        if position < 0:
            return None
        begins = position == 0 or not text[position - 1].isalnum()
        total += _LETTER + (_RUN if position == last + 1 else 0) // 2 + (_WORD // 2 if begins else 0)
        last = position
        position += 1
    return total
