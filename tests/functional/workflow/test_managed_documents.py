"""The workflows and components that come with Bakehouse pass our own checks."""

from pathlib import Path
from typing import Literal

import pytest

from core.recipe.component import check_component
from core.recipe.workflow import check_workflow

RESOURCES = Path(__file__).parents[3] / "resources"
KINDS: dict[str, Literal["BUILD", "TEST", "DISTRIBUTION"]] = {
    "build": "BUILD",
    "test": "TEST",
    "distribution": "DISTRIBUTION",
}


@pytest.mark.parametrize("path", sorted(RESOURCES.glob("workflows/*/*.yml")), ids=lambda path: path.stem)
def test_a_managed_workflow_has_no_problems(path: Path) -> None:
    assert check_workflow(path.read_text(), file=path.name, type=KINDS[path.parent.name]) == ()


@pytest.mark.parametrize("path", sorted(RESOURCES.glob("components/*.yml")), ids=lambda path: path.stem)
def test_a_managed_component_has_no_problems(path: Path) -> None:
    assert check_component(path.read_text(), file=path.name) == ()
