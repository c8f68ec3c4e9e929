"""The examples we tell people to copy are free of problems, warnings included."""

from pathlib import Path

import pytest

from core.recipe.component import check_component

EXAMPLES = Path(__file__).parents[2] / "resources/examples"
DOCUMENTS = sorted(EXAMPLES.glob("*/components/*.yml"))


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_an_example_component_has_no_problem(file: Path) -> None:
    assert check_component(file.read_text(encoding="utf-8"), file=str(file)) == ()


def test_every_example_is_looked_at() -> None:
    assert len(DOCUMENTS) >= 6
