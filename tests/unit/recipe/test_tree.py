"""Reading YAML defensively: hostile and damaged texts end in a problem with a place, never in a crash."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Problem, Severity
from core.recipe.address import address, parse_address
from core.recipe.nodes import MAX_DEPTH, MAX_NODES
from core.recipe.tree import MAX_CHARACTERS, Entries, Items, Scalar, find, plain, read


def problem_of(text: str) -> Problem:
    tree = read(text, file="f.yml")
    assert len(tree.problems) == 1, tree.problems
    assert tree.problems[0].file == "f.yml"
    return tree.problems[0]


def test_nothing_is_resolved_to_numbers_or_dates() -> None:
    text = "a: 0755\nb: 1.0\nc: 2026-01-01\nd: yes\ne: '~'\nf: ~\ng:\nh: 1e3\n"
    assert plain(read(text).root) == {
        "a": "0755",
        "b": "1.0",
        "c": "2026-01-01",
        "d": "yes",
        "e": "~",
        "f": None,
        "g": None,
        "h": "1e3",
    }


def test_every_node_knows_where_it_stands() -> None:
    tree = read("a:\n  - x\n  -  y: 'z'\n")
    node = find(tree.root, ("a", 1, "y"))
    assert isinstance(node, Scalar)
    assert (node.span.line, node.span.column, node.style) == (3, 9, "'")
    assert tree.text[node.span.start : node.span.end] == "'z'"
    assert node.path == ("a", 1, "y")
    assert find(tree.root, ("a", 2)) is None
    assert find(tree.root, ("a", "b")) is None


def test_a_block_text_ends_with_its_last_line() -> None:
    tree = read("a: |\n  x\n\n\n# remark\nb: 1\n")
    node = find(tree.root, ("a",))
    assert node is not None
    assert tree.text[node.span.start : node.span.end] == "|\n  x"


def test_an_empty_value_stands_behind_its_colon() -> None:
    node = find(read("a:\nb: # why\n").root, ("b",))
    assert node is not None
    assert (node.span.line, node.span.column) == (2, 3)


def test_an_anchor_is_no_part_of_its_node() -> None:
    tree = read("a: &x\n  b: 1\nc: &y !t foo\nd: *y\n")
    for path, text in ((("a",), "b: 1"), (("c",), "foo"), (("d",), "*y")):
        node = find(tree.root, path)
        assert node is not None
        assert tree.text[node.span.start : node.span.end] == text


def test_a_foreign_tag_is_ignored_with_a_warning() -> None:
    tree = read("a: !Sub 'x'\nb: !!str 1\nc: ! y\nd: !Join [a]\n")
    assert [(problem.address, problem.severity) for problem in tree.problems] == [
        ("a", Severity.WARNING),
        ("d", Severity.WARNING),
    ]
    assert plain(tree.root) == {"a": "x", "b": "1", "c": "y", "d": ["a"]}


def test_an_alias_repeats_its_anchor_and_says_so() -> None:
    tree = read("a: &x {b: [1]}\nc: *x\n")
    assert plain(tree.root) == {"a": {"b": ["1"]}, "c": {"b": ["1"]}}
    copied = find(tree.root, ("c", "b", 0))
    assert copied is not None
    assert copied.aliased
    assert copied.path == ("c", "b", 0)
    assert copied.span.line == 1


def test_merge_keys_give_way_to_the_maps_own() -> None:
    tree = read("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 5\n")
    merged = find(tree.root, ("z",))
    assert isinstance(merged, Entries)
    assert plain(merged) == {"a": "5", "b": "2", "c": "4"}
    assert merged.own == 1


def test_a_billion_laughs_are_cut_short() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    problem = problem_of("\n".join(lines))
    assert f"more than {MAX_NODES:,} nodes" in problem.message
    assert problem.line == 4


def test_too_many_nodes_are_refused() -> None:
    assert "nodes" in problem_of("- a\n" * (MAX_NODES + 1)).message
    assert read("- a\n" * (MAX_NODES - 1)).problems == ()


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_endless_nesting_is_refused(opening: str) -> None:
    assert f"more than {MAX_DEPTH} levels" in problem_of(opening * 50_000).message


def test_keys_nested_in_keys_are_refused() -> None:
    """Without it, each `?` would be another level of recursion that no path shows."""
    assert problem_of("? " * 50_000).message == "A key must be plain text"


def test_a_file_that_is_too_large_is_not_read_at_all() -> None:
    assert "too large" in problem_of("a" * (MAX_CHARACTERS + 1)).message


def test_an_alias_within_its_own_anchor_is_refused() -> None:
    assert problem_of("a: &a [*a]").message == "The alias *a contains itself"
    assert "has no anchor" in problem_of("a: *b").message


DAMAGE = {
    "a tab": ("a:\n\tb: 1\n", 2, "tab"),
    "a conflict": ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> main\n", 2, "merge conflict"),
    "a second document": ("a: 1\n---\nb: 2\n", 2, "more than one"),
    "an open quote": ("a: 'x\nb: 2\n", 3, "Not valid YAML"),
    "a colon in a text": ("a: b: c\n", 1, "mapping values are not allowed"),
    "an open bracket": ("a: [1, 2\nb: 3\n", 2, "Not valid YAML"),
    "a control character": ("a: x\nb: \x01\n", 2, "U+0001"),
    "an at sign": ("a: @x\n", 1, "cannot start any token"),
    "braces without quotes": ("a:\n  - {{ X }}\n", 2, "starts with '{{'"),
    "a list as key": ("? [a]\n: b\n", 1, "A key must be plain text"),
    "a key twice": ("a: 1\nb: 2\na: 3\n", 3, "'a' is here twice (first on line 1)"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_with_its_line(damage: str) -> None:
    text, line, message = DAMAGE[damage]
    problem = problem_of(text)
    assert message in problem.message
    assert problem.line == line
    assert problem.severity is Severity.ERROR


def test_a_row_of_equal_signs_inside_a_text_is_no_conflict() -> None:
    assert read("a: |\n  Title\n  =======\n").problems == ()


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n"])
def test_a_text_without_content_has_no_root(text: str) -> None:
    tree = read(text)
    assert tree.root is None
    assert tree.problems == ()


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@`#,?\n\t \r~<{}=0\x00é\ufeff\u2028"), max_size=40))
def test_no_text_makes_the_reader_crash(text: str) -> None:
    tree = read(text)
    for problem in tree.problems:
        assert problem.line >= 0
    if tree.root is not None:
        assert isinstance(tree.root, Scalar | Items | Entries)


@settings(database=None)
@given(st.lists(st.one_of(st.integers(0, 99), st.text(min_size=1, max_size=8)), max_size=5))
def test_an_address_leads_back_to_its_path(parts: list[str | int]) -> None:
    assert parse_address(address(tuple(parts))) == tuple(parts)


def test_addresses_read_like_javascript() -> None:
    assert (
        address(("imageRecipe", "components", 2, "parameters", "Port")) == "imageRecipe.components[2].parameters.Port"
    )
    assert address(("tags", "cost.center")) == 'tags["cost.center"]'
    for wrong in ("a..b", "a[", "a[x]", "[1"):
        with pytest.raises(ValueError, match="not an address"):
            parse_address(wrong)
