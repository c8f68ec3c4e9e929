"""What is selected on the canvas: one card, or several component cards."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The parts of a recipe file that have cards of their own; RECIPE is the file as a whole: its name, tags, logs."""

    RECIPE = "recipe"
    PARENT = "parent"
    INFRASTRUCTURE = "infrastructure"
    COMPONENT = "component"
    OUTPUT = "output"
    TESTS = "tests"
    REGION = "region"
    SCHEDULE = "schedule"
    WORKFLOW = "workflow"


@dataclass(frozen=True, slots=True)
class Selection:
    """`indexes` are positions in the list of components, regions or workflows, in order; empty for other parts."""

    part: Part = Part.RECIPE
    indexes: tuple[int, ...] = ()

    @property
    def index(self) -> int | None:
        """The one index, where there is exactly one."""
        return self.indexes[0] if len(self.indexes) == 1 else None
