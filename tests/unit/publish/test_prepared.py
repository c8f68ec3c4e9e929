"""Carrying out the plan of a file while others publish to the same connection."""

from pathlib import Path
from typing import Any

import pytest

from core.aws.connection import LocalConnection
from core.aws.imagebuilder import Kind, Members
from core.errors import Conflict
from core.local.endpoint import Home
from core.publish.prepared import planned, published, read_for
from tests.fakes.imagebuilder import FakeImageBuilder

RECIPE = """\
schemaVersion: 1
name: web
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
  components: []
distributions:
  - region: eu-central-1
"""


class Refusing(FakeImageBuilder):
    """Says of whatever is created that there is one, and shows none."""

    def create(self, kind: Kind, members: Members) -> str:
        super().create(kind, members)
        self.resources.clear()
        raise Conflict("The following resource already exists.")


class RefusingConnection(LocalConnection):
    def __init__(self, builder: FakeImageBuilder) -> None:
        super().__init__("eu-central-1", Home(Path("nowhere")))
        self._builder = builder

    def image_builder(self) -> Any:
        return self._builder


def test_a_conflict_that_planning_again_does_not_lead_around_is_told_where_it_stands() -> None:
    builder = Refusing()
    at = RefusingConnection(builder)
    reading = read_for(Path("web.recipe.yml"), RECIPE, at.kind, at.name)
    with pytest.raises(Conflict) as caught:
        list(published(planned(reading, at), reading, at))
    assert [problem.address for problem in caught.value.problems] == ["imageRecipe"]
    assert builder.calls == [("CreateImageRecipe", "web")]
