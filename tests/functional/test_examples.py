"""The examples we tell people to copy are free of problems, warnings included."""

from pathlib import Path

import pytest

from core.recipe.check import check

EXAMPLES = Path(__file__).parents[2] / "resources/examples"
FILES = sorted(EXAMPLES.rglob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(EXAMPLES)))
def test_an_example_has_no_problem(file: Path) -> None:
    assert check(file.read_text(encoding="utf-8"), file=str(file), base=file.parent) == ()


def test_every_example_is_looked_at() -> None:
    assert {"web-server.yml", "hardened-base.yml", "nginx.yml"} <= {file.name for file in FILES}
