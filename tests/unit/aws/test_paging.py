"""All pages of a listing are read, however short."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.aws.paging import items
from core.errors import Unreachable


class Pages:
    """A list operation that answers page after page and notes what it was asked."""

    def __init__(self, *pages: Mapping[str, Any]) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self._pages = list(pages)

    def __call__(self, **arguments: Any) -> Mapping[str, Any]:
        self.asked.append(arguments)
        return self._pages[len(self.asked) - 1]


def read(pages: Pages) -> list[Any]:
    return list(items("ListThings", pages, "things", owner="Self"))


def test_one_page_is_asked_for_once() -> None:
    pages = Pages({"things": [1, 2]})
    assert read(pages) == [1, 2]
    assert pages.asked == [{"owner": "Self"}]


def test_every_page_is_asked_for_with_the_token_of_the_one_before() -> None:
    pages = Pages({"things": [1], "nextToken": "a"}, {"things": [2], "nextToken": "b"}, {"things": [3]})
    assert read(pages) == [1, 2, 3]
    assert [asked.get("nextToken") for asked in pages.asked] == [None, "a", "b"]
    assert all(asked["owner"] == "Self" for asked in pages.asked)


def test_an_empty_page_with_a_token_does_not_end_the_listing() -> None:
    assert read(Pages({"things": [], "nextToken": "a"}, {"nextToken": "b"}, {"things": [1]})) == [1]


def test_an_empty_token_ends_the_listing() -> None:
    assert read(Pages({"things": [1], "nextToken": ""})) == [1]


def test_a_token_that_comes_back_unchanged_is_an_error_and_no_endless_loop() -> None:
    with pytest.raises(Unreachable, match="ListThings"):
        read(Pages({"things": [1], "nextToken": "a"}, {"things": [2], "nextToken": "a"}))


def test_a_page_is_fetched_only_when_it_is_needed() -> None:
    pages = Pages({"things": [1], "nextToken": "a"}, {"things": [2]})
    next(items("ListThings", pages, "things"))
    assert len(pages.asked) == 1
