"""Any document is recognised by its keys and checked as what it is."""

import pytest

from core.recipe.check import check, kind_of_document
from core.recipe.tree import read
from tests.unit.recipe.accepted import ACCEPTED
from tests.unit.recipe.mistakes import CONTAINER, WEB
from tests.unit.recipe.test_workflow import BUILD


@pytest.mark.parametrize("text", [WEB, CONTAINER, BUILD, ACCEPTED["windows"], ACCEPTED["json text"]])
def test_good_documents_of_every_kind_pass(text: str) -> None:
    assert check(text, file="a.yml") == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (WEB, "recipe"),
        ("containerRecipe: {}", "recipe"),
        ("phases: []\nconstants: []", "component"),
        ("steps: []", "workflow"),
        ("name: x", None),
        ("- a", None),
        ("", None),
    ],
)
def test_a_document_is_told_by_its_keys(text: str, kind: str | None) -> None:
    assert kind_of_document(read(text)) == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\n", "neither a recipe file"),
        ("", "The file is empty"),
        ("a: [", "Not valid YAML"),
        ("- a\n", "neither"),
    ],
)
def test_what_is_no_document_is_told_so(text: str, message: str) -> None:
    problems = check(text, file="a.yml")
    assert len(problems) == 1
    assert message in problems[0].message
    assert problems[0].file == "a.yml"
