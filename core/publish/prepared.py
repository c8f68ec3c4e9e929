"""A recipe file read for a connection, and its plan there: the first half of a bake, for whoever bakes.

What only another connection's overrides have wrong stops nothing here.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.aws.connection import Connection, Kind
from core.errors import Conflict, Invalid, Problem, Severity
from core.publish.apply import REFUSALS, Applied, apply
from core.publish.plan import Plan
from core.publish.wanted import Planner
from core.recipe.address import parse_address
from core.recipe.documents import Folder
from core.recipe.file import check_recipe, layers_of, merged
from core.recipe.recipe import RecipeFile
from core.recipe.tree import Node, find, read


@dataclass(frozen=True, slots=True)
class Reading:
    """A recipe file that was read, checked and merged for a connection; `warnings` are what checking found besides,
    `folder` is where its documents are."""

    file: Path
    text: str
    recipe: RecipeFile
    warnings: tuple[Problem, ...]
    folder: Folder

    @property
    def first_region(self) -> str:
        """The region of its first distribution; empty where it has none."""
        return self.recipe.distributions[0].region if self.recipe.distributions else ""


def read_for(file: Path, text: str, kind: Kind, name: str, opened: Mapping[Path, str] | None = None) -> Reading:
    """Read and check the text of `file` as the connection `name` of a kind sees it; documents that are `opened` in an
    editor have the text they have there.

    Raises Invalid with every error that checking finds.
    """
    folder = Folder(file.parent, opened or {})
    problems = check_recipe(text, file=str(file), base=folder, layers=layers_of(kind, name))
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise Invalid(f"{file} has errors.", problems=errors, hint=f"bakehouse check {file} shows them in place.")
    return Reading(file, text, merged(text, kind, name, file=str(file)), tuple(problems), folder)


def planned(reading: Reading, at: Connection) -> Plan:
    """The plan for the connection as it is now. Raises Invalid, Conflict and what the connection raises."""
    root = read(reading.text).root
    planner = Planner(
        recipe=reading.recipe,
        at=at,
        catalogue=at.image_builder(),
        document=reading.folder.read,
        locate=lambda address: locate(root, (at.name, at.kind), address),
        file=str(reading.file),
    )
    with _placed(reading, at):
        return planner.plan()


def published(plan: Plan, reading: Reading, at: Connection) -> Iterator[Applied]:
    """Carry the plan of a file out, step by step; the last is the pipeline. What is refused says where it stands.

    A conflict is planned for again as long as that gives another plan: somebody publishing the same made it in between,
    and all its steps are told again.
    """
    while True:
        try:
            with _placed(reading, at):
                yield from apply(plan, at.image_builder())
            return
        except Conflict:
            again = planned(reading, at)
            if again == plan:
                raise
            plan = again


@contextmanager
def _placed(reading: Reading, at: Connection) -> Iterator[None]:
    """An error that knows the address of what it is about gets its line and column as well."""
    try:
        yield
    except REFUSALS as error:
        address = error.context.get("address", "")
        if address and not error.problems:
            line, column = locate(read(reading.text).root, (at.name, at.kind), address)
            said, hint, file = f"{at.name} refuses what stands here", error.hint, str(reading.file)
            error.problems, error.hint = (Problem(address, line, column, Severity.ERROR, said, hint, file),), ""
        raise


def locate(root: Node | None, layers: Sequence[str], address: str) -> tuple[int, int]:
    """Line and column of an address, or of what it is part of: in the overrides of `layers` (the most special first)
    where they have it, else in the file's common part; (0, 0) where nothing is written."""
    path = parse_address(address)
    while path:
        for prefix in (*(("connections", layer) for layer in layers), ()):
            if node := find(root, (*prefix, *path)):
                return node.span.line, node.span.column
        path = path[:-1]
    return 0, 0
