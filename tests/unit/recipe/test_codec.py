"""Edits are splices: they change the lines of one node and say what they meant."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.errors import Invalid, NotFound, Unsupported
from core.recipe.address import Path
from core.recipe.codec import Source
from core.recipe.render import plain_value
from core.recipe.tree import Entries, Items, Node, Scalar
from tests.unit.recipe.drawn import KEYS, NEW_VALUES, Drawn, documents

EXAMPLES = settings(max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def nodes(node: Node | None) -> list[Node]:
    match node:
        case None:
            return []
        case Scalar():
            return [node]
        case Items():
            return [node, *(below for item in node.items for below in nodes(item))]
        case Entries():
            return [node, *(below for _, value in node.entries for below in nodes(value))]


def lines_outside(before: str, after: str, first: int, last: int) -> tuple[list[str], list[str]]:
    """The lines of `before` around first..last (from 1), and as many from both ends of `after`."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head, tail = old[: first - 1], old[last:]
    return head + tail, new[: len(head)] + new[len(new) - len(tail) :]


def source_of(drawn: Drawn) -> Source:
    source = Source.parse(drawn.text)
    assert not source.problems, (drawn.text, source.problems)
    return source


def lines_of(source: Source, node: Node) -> tuple[int, int]:
    """The first and the last line of a node together with its key or dash."""
    first = source.text.count("\n", 0, node.span.start) + 1
    parent = source.node(node.path[:-1])
    if isinstance(parent, Entries):
        key = parent.key(str(node.path[-1]))
        assert key is not None
        first = key.span.line
    return first, source.text.count("\n", 0, node.span.end) + 1


@EXAMPLES
@given(documents(), NEW_VALUES, st.data())
def test_setting_a_value_changes_only_its_own_lines(drawn: Drawn, value: object, data: st.DataObject) -> None:
    source = source_of(drawn)
    node = data.draw(st.sampled_from(nodes(source.root)[1:]))
    edited = source.set(node.path, value)  # type: ignore[arg-type]
    assert edited.value(node.path) == plain_value(value)  # type: ignore[arg-type]
    first, last = lines_of(source, node)
    kept, found = lines_outside(source.text.rstrip("\r\n"), edited.text.rstrip("\r\n"), first, last)
    assert found == kept


@EXAMPLES
@given(documents(), KEYS, NEW_VALUES, st.data())
def test_adding_a_key_adds_lines_or_changes_one(drawn: Drawn, key: str, value: object, data: st.DataObject) -> None:
    source = source_of(drawn)
    maps = [node for node in nodes(source.root) if isinstance(node, Entries) and key not in node.index]
    assume(maps)
    node = data.draw(st.sampled_from(maps))
    edited = source.set((*node.path, key), value)  # type: ignore[arg-type]
    assert edited.value((*node.path, key)) == plain_value(value)  # type: ignore[arg-type]
    old, new = source.text.splitlines(), edited.text.splitlines()
    if node.flow:
        last = source.text.count("\n", 0, node.span.end)
        assert new[:last] == old[:last]
    else:
        at = source.text.count("\n", 0, node.span.end) + 1
        assert new[:at] == old[:at]
        assert new[len(new) - len(old) + at :] == old[at:]


def test_blank_lines_below_a_removed_key_do_not_grow_a_text_that_keeps_them() -> None:
    """The value above would have changed, so the removal was refused."""
    text = "name: |+\r\n  two\r\ndoomed: plain\r\n\r\nlast: plain"
    assert Source.parse(text).remove("doomed").text == "name: |+\r\n  two\r\nlast: plain"


@EXAMPLES
@given(documents(), st.data())
def test_removing_takes_only_the_lines_of_the_node(drawn: Drawn, data: st.DataObject) -> None:
    source = source_of(drawn)
    node = data.draw(st.sampled_from(nodes(source.root)[1:]))
    edited = source.remove(node.path)
    parent = source.node(node.path[:-1])
    left = edited.node(node.path[:-1])
    assert isinstance(parent, Entries | Items)
    assert isinstance(left, Entries | Items)
    assert len(nodes(edited.root)) == len(nodes(source.root)) - len(nodes(node))
    first, last = lines_of(source, node)
    head = source.text.splitlines()[: first - 1]
    siblings = len(parent.entries) if isinstance(parent, Entries) else len(parent.items)
    if siblings > 1:
        assert "\n".join(edited.text.splitlines()[: len(head)]).rstrip() == "\n".join(head).rstrip()
        remarks = [line for line in source.text.splitlines()[last:] if line.lstrip().startswith("#")]
        assert [line for line in edited.text.splitlines() if line.lstrip().startswith("#")][
            -len(remarks) :
        ] == remarks or (not remarks)


@EXAMPLES
@given(documents(), NEW_VALUES, st.data())
def test_inserting_an_item_keeps_every_line_that_was_there(drawn: Drawn, value: object, data: st.DataObject) -> None:
    source = source_of(drawn)
    lists = [node for node in nodes(source.root) if isinstance(node, Items) and node.items and not node.flow]
    assume(lists)
    node = data.draw(st.sampled_from(lists))
    index = data.draw(st.integers(0, len(node.items)))
    edited = source.insert(node.path, index, value)  # type: ignore[arg-type]
    assert edited.value((*node.path, index)) == plain_value(value)  # type: ignore[arg-type]
    if index > 0:
        old, new = source.text.splitlines(), edited.text.splitlines()
        at = source.text.count("\n", 0, node.items[index - 1].span.end) + 1
        assert new[:at] == old[:at]
        assert new[len(new) - (len(old) - at) :] == old[at:]


@EXAMPLES
@given(documents(), st.data())
def test_moving_an_item_keeps_all_lines_but_their_order(drawn: Drawn, data: st.DataObject) -> None:
    source = source_of(drawn)
    lists = [node for node in nodes(source.root) if isinstance(node, Items) and len(node.items) > 1]
    assume(lists)
    node = data.draw(st.sampled_from(lists))
    index = data.draw(st.integers(0, len(node.items) - 1))
    to = data.draw(st.integers(0, len(node.items) - 1))
    edited = source.move(node.path, index, to)
    # A block text at the end of the file gains the line break that a moved item needs behind it.
    completed = Source.parse(drawn.text + "\n")
    meanings = []
    for values in (source.value(node.path), completed.value(node.path)):
        assert isinstance(values, list)
        values.insert(to, values.pop(index))
        meanings.append(values)
    assert edited.value(node.path) in meanings
    if not node.flow:
        assert sorted(edited.text.split()) == sorted(source.text.split())


@EXAMPLES
@given(documents(), st.data())
def test_appending_to_a_flow_list_keeps_its_spacing(drawn: Drawn, data: st.DataObject) -> None:
    source = source_of(drawn)
    lists = [node for node in nodes(source.root) if isinstance(node, Items) and node.flow and node.items]
    assume(lists)
    node = data.draw(st.sampled_from(lists))
    edited = source.append(node.path, "new")
    assert edited.text.replace(", new", "", 1) == source.text


RECIPE = """\
# The web server.
schemaVersion: 1
name: web-server   # shown everywhere
imageRecipe:
    components:
    - document: nginx.yml
      parameters: {Port: "80",  Mode: 'a b'}
    # the last one
    - componentArn: aws/update-linux/x.x.x
    parentImage:
"""


def test_a_replaced_scalar_keeps_its_quotes_and_its_remark() -> None:
    source = Source.parse(RECIPE)
    assert 'Port: "8080",  Mode' in source.set("imageRecipe.components[0].parameters.Port", "8080").text
    assert "Mode: 'it''s'}" in source.set("imageRecipe.components[0].parameters.Mode", "it's").text
    assert "name: web   # shown everywhere\n" in source.set("name", "web").text


def test_an_empty_value_is_filled_behind_its_colon() -> None:
    text = Source.parse(RECIPE).set("imageRecipe.parentImage", "debian-12-x86").text
    assert text == RECIPE.replace("parentImage:", "parentImage: debian-12-x86")


def test_a_new_list_item_follows_the_documents_indentation() -> None:
    text = Source.parse(RECIPE).append("imageRecipe.components", {"document": "a.yml", "parameters": {"A": "1"}}).text
    assert text == RECIPE.replace(
        "    parentImage:", '    - document: a.yml\n      parameters:\n          A: "1"\n    parentImage:'
    )


def test_moving_an_item_takes_the_remark_above_it_along() -> None:
    text = Source.parse(RECIPE).move("imageRecipe.components", 1, 0).text
    assert text.index("# the last one") < text.index("update-linux") < text.index("nginx.yml")


def test_a_new_first_item_leaves_the_remark_with_the_item_it_is_about() -> None:
    text = "a:\n  # about x\n  - x\n"
    assert Source.parse(text).insert("a", 0, "new").text == "a:\n  - new\n  # about x\n  - x\n"


def test_a_remark_behind_the_key_stays_when_its_map_is_replaced() -> None:
    text = "a: # why\n  b: x\nc: y # z\n"
    assert Source.parse(text).set("a", {"d": "w"}).text == "a: # why\n  d: w\nc: y # z\n"
    assert Source.parse(text).set("c", ["w"]).text == "a: # why\n  b: x\nc: # z\n  - w\n"


def test_windows_line_ends_stay_and_new_lines_get_them() -> None:
    source = Source.parse("a: 1\r\nb:\r\n  - x\r\n")
    assert source.append("b", {"k": "v", "l": "w"}).text == "a: 1\r\nb:\r\n  - x\r\n  - k: v\r\n    l: w\r\n"


def test_the_last_line_needs_no_line_break() -> None:
    assert Source.parse("a: 1").set("b", "2").text == 'a: 1\nb: "2"'
    assert Source.parse("a:\n  - x\n  - y").remove("a[1]").text == "a:\n  - x"


def test_a_byte_order_mark_survives_an_edit() -> None:
    assert Source.parse("\ufeffa: x\nb: y\n").remove("a").text in ("\ufeffb: y\n", "b: y\n")
    assert Source.parse("\ufeffa: x\n").set("a", "z").text == "\ufeffa: z\n"


def test_the_first_key_behind_a_dash_goes_without_a_trace() -> None:
    text = "- a: 1\n  # about b\n  b: 2\n"
    assert Source.parse(text).remove("[0].a").text == "-\n  # about b\n  b: 2\n"


def test_the_last_item_of_a_list_leaves_an_empty_list() -> None:
    assert Source.parse("a:\n  - x # why\nb: 1\n").remove("a[0]").text == "a: []\nb: 1\n"


def test_an_empty_document_gets_its_first_key() -> None:
    assert Source.parse("# only this\n").set("name", "x").text == "# only this\nname: x\n"


def test_a_text_of_several_lines_becomes_a_block() -> None:
    assert Source.parse("a: x\nb: y\n").set("a", "one\ntwo\n").text == "a: |\n  one\n  two\nb: y\n"


def test_a_text_that_a_block_cannot_carry_is_quoted() -> None:
    edited = Source.parse("a: x\n").set("a", " lead\nbell\x07\n")
    assert edited.value("a") == " lead\nbell\x07\n"
    assert edited.text == 'a: " lead\\nbell\\u0007\\n"\n'


def test_aliases_are_read_but_not_edited_through() -> None:
    source = Source.parse("base: &b\n  x: 1\nuse: *b\nmore:\n  <<: *b\n  y: 2\n")
    assert source.value("more") == {"x": "1", "y": "2"}
    for place in ("use.x", "base.x", "more.x.z"):
        with pytest.raises((Unsupported, NotFound)):
            source.set(place, "9")
    with pytest.raises(Unsupported):
        source.remove("more.x")
    assert source.set("use", "mine").text == "base: &b\n  x: 1\nuse: mine\nmore:\n  <<: *b\n  y: 2\n"
    assert source.set("more.x", "9").value("more") == {"x": "9", "y": "2"}


def test_an_edit_that_says_something_else_is_refused() -> None:
    source = Source.parse("? complex\n: value\nb: 1\n")
    with pytest.raises(Unsupported, match="in place"):
        source.remove("complex")


def test_a_broken_text_must_be_corrected_before_it_is_edited() -> None:
    with pytest.raises(Invalid, match="twice"):
        Source.parse("a: 1\na: 2\n").set("a", "3")


@pytest.mark.parametrize("place", ["nowhere.x", "imageRecipe.components[7].a", "name.x", "not an address"])
def test_there_is_nothing_to_edit_at_an_unknown_place(place: str) -> None:
    with pytest.raises((NotFound, Unsupported)):
        Source.parse(RECIPE).set(place, "x")


@pytest.mark.parametrize("index", [-1, 3])
def test_a_list_takes_an_item_only_within_its_length(index: int) -> None:
    with pytest.raises(NotFound):
        Source.parse(RECIPE).insert("imageRecipe.components", index, "x")


def test_positions_are_those_of_the_deepest_node_that_is_there() -> None:
    source = Source.parse(RECIPE)
    assert source.position("imageRecipe.components[0].parameters.Port") == (7, 26)
    assert source.position("imageRecipe.components[0].parameters.Missing.deeper") == (7, 19)
    path: Path = ("imageRecipe", "parentImage")
    assert source.position(path) == (10, 17)
