"""Searching a log: exact counts, the places of what was found, and patterns that must not hold anything up."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.build.finding import KEPT, WINDOW, Hit, Search, Unknown, Wanted, pattern
from core.build.lines import Lines
from core.errors import Invalid


def log(*messages: str) -> Lines:
    lines = Lines()
    lines.take(0, messages, [0] * len(messages))
    return lines


def searched(lines: Lines, text: str, *, regular: bool = False, case: bool = False) -> Search:
    search = Search(lines, pattern(Wanted(text, regular=regular, case=case)))
    work(search)
    return search


def complete(search: Search) -> bool:
    return search.complete


def work(search: Search) -> None:
    for _ in search.work():
        pass


def hit(search: Search, line: int, byte: int, *, back: bool = False) -> Hit:
    """The next hit, or the one before, once it is known."""
    for _ in range(5):
        found = search.before(line, byte) if back else search.after(line, byte)
        if isinstance(found, Hit):
            return found
        work(search)
    raise AssertionError(found)


def places(search: Search, line: int) -> tuple[tuple[int, int], ...]:
    search.on_line(line, 0, 10**9)
    work(search)
    return search.on_line(line, 0, 10**9)


WORDS = st.lists(st.text(alphabet="abAB ä", max_size=12), min_size=1, max_size=40)


@given(WORDS, st.text(alphabet="abAB", min_size=1, max_size=3), st.booleans())
def test_every_hit_is_counted(messages: list[str], text: str, case: bool) -> None:
    flags = 0 if case else re.IGNORECASE
    expected = sum(len(re.findall(text, message, flags)) for message in messages)
    lines = log(*messages)
    assert searched(lines, text, case=case).found == expected
    assert searched(lines, text, case=case, regular=True).found == expected


def test_a_text_beyond_ascii_is_found_in_any_case() -> None:
    assert searched(log("Ärger", "ärger", "arger"), "ÄRGER").found == 2
    assert searched(log("Ärger", "ärger"), "ärger", case=True).found == 1


def test_a_dot_is_a_dot_unless_an_expression_is_meant() -> None:
    lines = log("a.c", "abc")
    assert searched(lines, "a.c").found == 1
    assert searched(lines, "a.c", regular=True).found == 2


def test_an_expression_sees_one_line_at_a_time() -> None:
    """A match over the line end would be nowhere on the screen."""
    lines = log("one", "two", "")
    assert searched(lines, r"e[^x]t", regular=True).found == 0
    assert searched(lines, r"one\s+two", regular=True).found == 0
    assert searched(lines, r"^.+$", regular=True).found == 2


def test_places_are_those_of_the_text_that_is_shown() -> None:
    search = searched(log("\x1b[31merr\x1b[0mor: ä error"), "error")
    assert places(search, 0) == ((0, 5), (10, 15))


@pytest.mark.parametrize("text", ["(", "a{2,1}", r"(?<=a)b", r"(a)\1", "[z-a]"])
def test_what_is_no_expression_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(Invalid, match="no regular expression") as refused:
        pattern(Wanted(text, regular=True))
    assert "(?m)" not in refused.value.message


@pytest.mark.parametrize("text", ["x*", "", "a|", "^", "(b?)"])
def test_what_finds_nothing_everywhere_is_refused(text: str) -> None:
    """Eighty million empty hits would be counted for minutes, and none of them could be seen."""
    with pytest.raises(Invalid, match="empty"):
        pattern(Wanted(text, regular=True))


@pytest.mark.parametrize("text", [r"\pL{200}", "(.{1,30}){30}x"])
def test_an_expression_that_costs_too_much_at_every_letter_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="too large"):
        pattern(Wanted(text, regular=True))


@pytest.mark.parametrize("text", ["(x+x+)+y", "(a|aa)+$", "(.*)*z", "(a?){50}a{50}"])
def test_an_expression_made_to_hang_costs_as_much_as_any_other(text: str) -> None:
    """With backtracking, each of these needs longer than the universe has been there."""
    search = Search(log("a" * 20_000, "x" * 20_000), pattern(Wanted(text, regular=True)))
    begun = process_time()
    work(search)
    assert process_time() - begun < 5


def test_a_search_goes_on_as_the_log_grows() -> None:
    lines = log("one error")
    search = searched(lines, "error")
    assert complete(search)
    lines.take(1, ["another error", "none"], [0, 0])
    assert not complete(search)
    work(search)
    assert search.found == 2
    lines.take(3, [f"error {n:0200}" for n in range(3000)], [0] * 3000)
    work(search)
    assert (search.found, len(search.counts)) == (3002, len(lines.chunks))


def test_next_and_previous_go_round() -> None:
    search = searched(log("a x", "b", "x x"), "x")
    first, second, third = hit(search, 0, 0), hit(search, 0, 3), hit(search, 2, 1)
    assert [(each.line, each.begin) for each in (first, second, third)] == [(0, 2), (2, 0), (2, 2)]
    assert [each.number for each in (first, second, third)] == [0, 1, 2]
    assert hit(search, 2, 3) == first
    assert hit(search, 0, 2, back=True) == third
    assert hit(search, 2, 2, back=True) == second


def test_next_and_previous_stay_in_a_part_of_the_log() -> None:
    search = searched(log("x", "x", "x", "x"), "x")
    work(search)
    for _ in range(3):
        search.after(3, 0, 1, 2), search.before(1, 0, 1, 2)
        work(search)
    after, before = search.after(3, 0, 1, 2), search.before(1, 0, 1, 2)
    assert isinstance(after, Hit)
    assert isinstance(before, Hit)
    assert (after.line, before.line) == (1, 2)
    assert search.between(1, 2) == 2


def test_what_is_not_known_yet_is_said_to_be_unknown() -> None:
    search = Search(log("x"), pattern(Wanted("x")))
    assert search.after(0, 0) is Unknown.YET
    assert search.between(0) is Unknown.YET


def test_nothing_found_is_none() -> None:
    search = searched(log("a"), "x")
    assert search.after(0, 0) is None
    assert search.before(0, 0) is None


def test_hits_far_apart_are_found_in_a_long_log() -> None:
    lines = log(*("needle" if n % 5000 == 4999 else f"{n:060}" for n in range(60_000)))
    search = searched(lines, "needle")
    assert (search.found, hit(search, 5000, 0).line, hit(search, 4999, 0, back=True).line) == (12, 9999, 59_999)


def test_places_of_so_many_chunks_only_are_kept() -> None:
    lines = Lines()
    for first in range(0, 70_000, 500):
        lines.take(first, [f"needle {n:060}" for n in range(500)], [0] * 500)
    search = searched(lines, "needle")
    for number in range(len(lines.chunks)):
        places(search, lines.chunks[number].first)
    assert len(lines.chunks) > KEPT
    assert len(search._places) == KEPT


def test_hits_across_the_steps_of_a_long_line_are_counted_once() -> None:
    """A long line is searched in steps; a hit across two of them was once lost, or found twice."""
    line = "".join("needle" if n % 3 else "x" * (n % 17) for n in range(60_000))
    assert len(line) > 3 * WINDOW
    lines, expected = log(line), line.count("needle")
    assert searched(lines, "needle", case=True).found == expected
    assert searched(lines, "NEEDLE").found == expected
    assert searched(lines, "needle", regular=True).found == expected
    search = searched(lines, "needle")
    assert len(places(search, 0)) == expected
    assert searched(log("a" * (3 * WINDOW + 5)), "aa").found == (3 * WINDOW + 5) // 2


def test_only_the_hits_in_sight_of_a_long_line_are_given() -> None:
    search = searched(log("ab" * 200_000), "a")
    places(search, 0)
    assert search.on_line(0, 1000, 1006) == ((1000, 1001), (1002, 1003), (1004, 1005))


def test_work_pauses_in_small_steps() -> None:
    """A search that nobody wants any more ends at the next pause, be it in a single line of megabytes."""
    lines = log("x" * (20 * WINDOW))
    assert sum(1 for _ in Search(lines, pattern(Wanted("y"))).work()) >= 20
