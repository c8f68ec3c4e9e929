"""Edits of a document in an editor: one node's lines change, defaults are not written, copies say the same."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.errors import Invalid, Unsupported
from core.recipe.address import Path
from core.recipe.codec import Source
from core.recipe.draft import Draft
from core.recipe.render import Value
from core.recipe.tree import Entries, Items, Node, Plain, Scalar, plain
from tests.unit.recipe.drawn import Drawn, documents

EXAMPLES = settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

ENTRY_KEYS = ("document", "name", "semanticVersion", "description")


def component_lines(number: int) -> list[list[str]]:
    """A component in each of many shapes."""
    document = f"part-{number}.yml"
    return [
        [f"- {{document: {document}, parameters: {{Port: \"80\",  Mode: 'a b'}}}}"],
        [f"-   document:    {document}", "    description: >-", f"      {'long ' * 40}"],
        [f"- document: {document} # why", "  parameters:", "    Text: |", "      one", "      # two"],
        [f"- document: '{document}'", "      # deep remark"],
    ]


@st.composite
def recipes(draw: st.DrawFn) -> str:
    """A recipe file with components, written with many habits: indents, alignment, comments, quotes, line ends."""
    step, list_indent = draw(st.sampled_from([2, 3, 4])), draw(st.sampled_from([0, 2]))
    pad, dash = " " * step, " " * (step + list_indent)
    lines = draw(st.sampled_from([[], ["# head", ""], ["---"]]))
    lines = [*lines, "schemaVersion:   1", "name:            web-server    # shown everywhere", ""]
    lines += ["imageRecipe:", f"{pad}semanticVersion: 1.0.x", f"{pad}parentImage:     debian-12-x86"]
    lines.append(f"{pad}components:")
    for number in range(draw(st.integers(1, 5))):
        lines += draw(st.sampled_from([[], [f"{dash}# about {number}"], [""], ["", f"{dash}# about {number}"]]))
        lines += [dash + line for line in draw(st.sampled_from(component_lines(number)))]
    lines += draw(st.sampled_from([[], ["", "tags: {a: b}   # aligned"], ["# tail"]]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


def entries(draft: Draft) -> list[Plain]:
    found = draft.source.value(draft.components)
    return found if isinstance(found, list) else []


def without_breaks(value: Plain) -> Plain:
    """A block text at the end of a file has no last line break, which it gains when something follows it."""
    match value:
        case str():
            return value.rstrip("\n")
        case list():
            return [without_breaks(item) for item in value]
        case dict():
            return {key: without_breaks(item) for key, item in value.items()}
        case None:
            return None


def kept_lines(before: str, after: str) -> bool:
    """Whether `after` is `before` with one run of lines replaced by another, as `diff` would show one hunk."""
    old, new = before.splitlines(), after.splitlines()
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head + tail >= len(old) - 12


@EXAMPLES
@given(recipes(), st.data())
def test_disabling_and_enabling_gives_the_identical_text(text: str, data: st.DataObject) -> None:
    draft = Draft.of(text)
    chosen = tuple(data.draw(st.sets(st.integers(0, len(entries(draft)) - 1), min_size=1)))
    disabled = draft.disable_components(chosen)
    assert {n for n, card in enumerate(disabled.canvas.components) if card.disabled} == set(chosen)
    assert len(disabled.text.splitlines()) <= len(text.splitlines()) + len(chosen)
    enabled = disabled.disable_components(chosen, False).text
    # A block text that ends the file without a line break gains one as soon as something follows it, and keeps it.
    ends_in_block = not text.endswith("\n") and "# two" in text.splitlines()[-1]
    assert enabled == text or (ends_in_block and enabled.rstrip("\r\n") == text)


@EXAMPLES
@given(recipes(), st.data())
def test_copied_and_pasted_components_are_equal_entries(text: str, data: st.DataObject) -> None:
    draft = Draft.of(text)
    before = entries(draft)
    chosen = sorted(data.draw(st.sets(st.integers(0, len(before) - 1), min_size=1)))
    at = data.draw(st.integers(0, len(before)))
    copied = draft.copy(draft.components, chosen)
    assert without_breaks(plain(Source.parse(copied).root)) == without_breaks([before[n] for n in chosen])
    pasted = draft.paste(draft.components, copied, at)
    wanted = [*before[:at], *(before[n] for n in chosen), *before[at:]]
    assert without_breaks(entries(pasted)) == without_breaks(wanted)
    elsewhere = Draft.blank().paste(draft.components, copied)
    assert without_breaks(entries(elsewhere)) == without_breaks([before[n] for n in chosen])


@EXAMPLES
@given(recipes(), st.data())
def test_moving_components_reorders_them_and_keeps_every_line(text: str, data: st.DataObject) -> None:
    draft = Draft.of(text)
    before = entries(draft)
    chosen = sorted(data.draw(st.sets(st.integers(0, len(before) - 1), min_size=1)))
    gap = data.draw(st.integers(0, len(before)))
    moved = draft.move(draft.components, chosen, gap)
    rest = [n for n in range(len(before)) if n not in chosen]
    at = sum(n < gap for n in rest)
    order = [*rest[:at], *chosen, *rest[at:]]
    assert without_breaks(entries(moved)) == without_breaks([before[n] for n in order])
    assert sorted(moved.text.split()) == sorted(text.split())


@EXAMPLES
@given(recipes(), st.data())
def test_removing_components_leaves_the_others_and_their_comments(text: str, data: st.DataObject) -> None:
    draft = Draft.of(text)
    before = entries(draft)
    assume(len(before) > 1)
    index = data.draw(st.integers(0, len(before) - 1))
    removed = draft.remove(draft.components, [index])
    assert without_breaks(entries(removed)) == without_breaks([*before[:index], *before[index + 1 :]])
    left = removed.text.splitlines()
    assert all(line in text.splitlines() for line in left)
    about = [line for line in text.splitlines() if "# about" in line and f"# about {index}" not in line]
    assert [line for line in left if "# about" in line] == about


@EXAMPLES
@given(recipes(), st.data())
def test_setting_a_field_and_writing_it_by_hand_parse_to_the_same(text: str, data: st.DataObject) -> None:
    draft = Draft.of(text)
    index = data.draw(st.integers(0, len(entries(draft)) - 1))
    key = data.draw(st.sampled_from(ENTRY_KEYS))
    visual = draft.put((*draft.components, index, key), "x-1")
    assert draft.write(visual.text).source.value() == visual.source.value()
    assert visual.source.value((*draft.components, index, key)) == "x-1"
    assert kept_lines(text, visual.text)
    old, new = text.splitlines(), visual.text.splitlines()
    assert len(new) - len(old) in (0, 1) or "description" in key


def lists(node: Node | None) -> list[Items]:
    match node:
        case Items():
            return [node, *(found for item in node.items for found in lists(item))]
        case Entries():
            return [found for _, value in node.entries for found in lists(value)]
        case Scalar() | None:
            return []


class _Free(Draft):
    """A document without rules, to edit drawn ones."""

    def keys(self, path: Path) -> tuple[str, ...]:
        return ()


@EXAMPLES
@given(documents(), st.data())
def test_items_of_any_list_are_pasted_as_they_were_copied(drawn: Drawn, data: st.DataObject) -> None:
    draft = _Free.of(drawn.text)
    found = [node for node in lists(draft.source.root) if node.items]
    assume(found)
    node = data.draw(st.sampled_from(found))
    index = data.draw(st.integers(0, len(node.items) - 1))
    at = data.draw(st.integers(0, len(node.items)))
    try:
        pasted = draft.paste(node.path, draft.copy(node.path, [index]), at)
    except Unsupported:
        assume(False)
    item = draft.source.value((*node.path, index))
    assert without_breaks(pasted.source.value((*node.path, at))) == without_breaks(item)


WEB = """\
schemaVersion: 1
name: web # shown

imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86

imageTestsConfiguration:
  imageTestsEnabled: true

connections:
  aws: {imageRecipe: {parentImage: ami-01234567}}
"""


def edited(*steps: tuple[str, Value], text: str = WEB) -> str:
    draft = Draft.of(text)
    for place, value in steps:
        draft = draft.put(place, value)
    return draft.text


def test_a_new_key_stands_where_its_record_has_it() -> None:
    assert "web # shown\ndescription: x\n\nimage" in edited(("description", "x"))
    text = edited(("schedule.scheduleExpression", "rate(1 day)"))
    assert "Enabled: true\n\nschedule:\n  scheduleExpression: rate(1 day)\n\nconnections:" in text
    assert edited(("schemaVersion", 1), text="# head\nname: x\n") == "# head\nschemaVersion: 1\nname: x\n"


def test_missing_parents_are_made_and_emptied_ones_go() -> None:
    place = "distributions[0].amiDistributionConfiguration.amiTags.team"
    made = Draft.of(WEB).put(place, "web")
    assert made.source.value("distributions") == [{"amiDistributionConfiguration": {"amiTags": {"team": "web"}}}]
    assert (
        Draft.of(WEB).put("imageTestsConfiguration.imageTestsEnabled", None).source.value("imageTestsConfiguration")
        is None
    )
    assert "connections" not in Draft.of(WEB).clear("connections.aws.imageRecipe.parentImage").text


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("platform", "Linux"),
        ("description", ""),
        ("imageRecipe.components", []),
        ("tags", {}),
        ("imageRecipe.components", None),
    ],
)
def test_a_value_at_its_default_is_not_written(place: str, value: Value) -> None:
    assert edited((place, value)) == WEB


def test_a_value_that_becomes_its_default_is_cleared() -> None:
    assert edited(("platform", "Windows"), ("platform", "Linux")) == WEB


def test_a_connection_may_override_with_a_default() -> None:
    assert Draft.of(WEB).put("connections.aws.platform", "Linux").source.value("connections.aws.platform") == "Linux"


def test_the_same_value_changes_nothing() -> None:
    draft = Draft.of(WEB)
    assert draft.put("name", "web") is draft
    assert draft.write(WEB) is draft


def test_an_empty_flow_list_takes_its_first_item_as_a_block() -> None:
    text = WEB.replace("  parentImage: debian-12-x86\n", "  parentImage: debian-12-x86\n  components: [] # none yet\n")
    added = Draft.of(text).add_component("parts/a.yml")
    assert "  components: # none yet\n    - document: parts/a.yml\n" in added.text


def test_an_item_is_not_put_where_a_text_stands() -> None:
    text = WEB.replace("imageTestsConfiguration:\n  imageTestsEnabled: true", "distributions: everywhere")
    with pytest.raises(Unsupported, match="not a list"):
        Draft.of(text).add("distributions", {"region": "us-east-1"})


@pytest.mark.parametrize(
    ("pasted", "document"),
    [
        ("- document: a.yml\n", "a.yml"),
        ("document: a.yml\nname: abc\n", "a.yml"),
        ("components:\n  - document: a.yml\n", "a.yml"),
        ("a.yml", "a.yml"),
        ("# why\n- {document: a.yml}\n", "a.yml"),
    ],
)
def test_a_component_is_pasted_from_any_shape_of_text(pasted: str, document: str) -> None:
    draft = Draft.blank().paste("imageRecipe.components", pasted)
    assert draft.canvas.components[0].reference == document


@pytest.mark.parametrize("pasted", ["", "a: [", "# only a remark\n"])
def test_what_is_no_yaml_is_not_pasted(pasted: str) -> None:
    with pytest.raises(Invalid):
        Draft.blank().paste("imageRecipe.components", pasted)
