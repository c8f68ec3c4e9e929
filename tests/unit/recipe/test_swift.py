"""The fast reader reads what it reads exactly as the library, and leaves everything else to it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.recipe.swift import swift_root
from core.recipe.thorough import thorough_tree
from tests.unit.recipe.accepted import ACCEPTED
from tests.unit.recipe.drawn import Drawn, documents
from tests.unit.recipe.mistakes import CONTAINER, WEB

EXAMPLES = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

# What damages a text in the ways in which people and merges do.
DAMAGE = st.one_of(
    st.sampled_from(list(" #'\"|>[]{}~%,\t\r\n\\@`é")),
    st.sampled_from(["  ", "- ", ": ", " # x", "|-", "|+", "\n\n", "---\n", "...\n", "key: v\n", "\n  ", "- - ", ""]),
    st.sampled_from(["&a ", "*a", "!t ", "? ", "\r\n", "<<: "]),
)
PLACES = st.tuples(st.integers(0, 5000), st.integers(0, 4), DAMAGE)

COMMON = """\
# Head.
name: nginx # why
schemaVersion: 1.0

parameters:
- Port:
    type: string
    default: "80"
phases:
  - name: build
    steps:
      # About the step.
      - name: Install
        action: ExecuteBash
        timeoutSeconds: -1
        onFailure:
        inputs:
          commands:
            - |
              set -e

              echo "a: b" # text
            - >-
              curl
              --fail
            - it's a #1 http://x
          empty: []
          none: {}
      - - - deep: 'x'
            more: y
"""


def agree(text: str) -> bool:
    """Whether the fast reader read the text at all; if so, both read the same."""
    root = swift_root(text)
    if root is None:
        return False
    tree = thorough_tree(text)
    assert tree.problems == ()
    assert root == tree.root
    return True


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_common_document_is_read_fast_and_alike(newline: str) -> None:
    assert agree(COMMON.replace("\n", newline))


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_documents_are_read_alike(name: str) -> None:
    agree(ACCEPTED[name])


def test_many_accepted_documents_are_read_fast() -> None:
    fast = sum(swift_root(text) is not None for text in ACCEPTED.values())
    assert fast > 5


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: b: c\n",
        "a: x\n   y\n",
        "a:\n  b: 1\n c: 2\n",
        "a: [b, c\n",
        "a: &x 1\n",
        "a: |\n   x\n  y\n",
        'a: "x\\n"\n',
        "a: 'it''s'\n",
        "<<: {a: b}\n",
        "a: 1",
        "a: 1\r\nb: 2\n",
        "\ufeffa: 1\n",
        "a:\t1\n",
        "- \n- a\n",
        "plain\n",
        "",
    ],
)
def test_what_is_wrong_or_rare_is_left_to_the_library(text: str) -> None:
    assert swift_root(text) is None


@EXAMPLES
@given(documents())
def test_drawn_documents_are_read_alike(drawn: Drawn) -> None:
    agree(drawn.text)


@EXAMPLES
@given(st.sampled_from([COMMON, WEB, CONTAINER, *ACCEPTED.values()]), st.lists(PLACES, max_size=4))
def test_damaged_documents_are_read_alike(text: str, damage: list[tuple[int, int, str]]) -> None:
    for place, length, put in damage:
        at = place % (len(text) + 1)
        text = text[:at] + put + text[at + length :]
    agree(text)
