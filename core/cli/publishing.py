"""``bakehouse plan``, and the first half of ``bakehouse bake``: a recipe file read for a connection, and its plan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.aws.connection import LOCAL, Capability, Connection
from core.cli import choice
from core.cli.text import harmless
from core.errors import Invalid, Problem, Severity
from core.publish.apply import Applied
from core.publish.plan import Action, Plan, Step
from core.publish.wanted import Planner
from core.recipe.address import parse_address
from core.recipe.documents import read_document, read_text
from core.recipe.file import ConnectionKind, check_recipe, layers_of, merged
from core.recipe.recipe import RecipeFile
from core.recipe.tree import Node, find, read

ACCELERATED: Final = "kvm"
WORDS: Final[Mapping[Action, str]] = {
    Action.CREATE: "+ create",
    Action.REUSE: "  reuse",
    Action.NEW_BUILD: "^ new build",
    Action.NEW_VERSION: "^ new version",
    Action.UPDATE: "~ update",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipe file that was read, checked and merged for a connection; `warnings` are what checking found besides."""

    file: Path
    text: str
    recipe: RecipeFile
    connection: Connection
    region_from: str
    warnings: tuple[Problem, ...]


def prepare(file: Path, connection: str, region: str, *, keep_on_failure: bool = False) -> Prepared:
    """Read and check the file as the connection sees it: what only another connection's overrides have wrong stops
    nothing here.

    Raises Invalid with every error that checking finds, and what reading raises.
    """
    text = read_text(file)
    kind: ConnectionKind = "local" if connection == LOCAL else "aws"
    problems = check_recipe(text, file=str(file), base=file.parent, layers=layers_of(kind, connection))
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise Invalid(f"{file} has errors.", problems=errors, hint=f"bakehouse check {file} shows them in place.")
    recipe = merged(text, kind, connection, file=str(file))
    first = recipe.distributions[0].region if recipe.distributions else ""
    at = choice.connection(connection, region, first)
    why = choice.region(connection, region, first).why
    if keep_on_failure:
        kept = recipe.infrastructure_configuration.model_copy(update={"terminate_instance_on_failure": False})
        recipe = recipe.model_copy(update={"infrastructure_configuration": kept})
    return Prepared(file, text, recipe, at, why, tuple(problems))


def planned(prepared: Prepared) -> Plan:
    """The plan for the connection as it is now."""
    base, at = prepared.file.parent, prepared.connection
    root = read(prepared.text).root
    planner = Planner(
        recipe=prepared.recipe,
        at=at,
        catalogue=at.image_builder(),
        document=lambda path: read_document(base, path),
        locate=lambda address: locate(root, (at.name, at.kind), address),
        file=str(prepared.file),
    )
    return planner.plan()


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


def prepared_text(prepared: Prepared) -> Iterator[str]:
    """Warnings, where it goes, and what running without acceleration costs there."""
    for problem in prepared.warnings:
        yield harmless(str(problem))
    at = prepared.connection
    yield f"{prepared.recipe.name} on {at.name}, region {at.region} ({prepared.region_from})"
    if Capability.MACHINES in at.capabilities and (health := at.machines().health()).acceleration != ACCELERATED:
        yield harmless(health.acceleration_reason)


def plan_text(plan: Plan) -> Iterator[str]:
    yield f"{plan.connection}, region {plan.region}:"
    for step in plan.steps:
        yield f"  {step_text(step)}"
    changing = sum(step.changes_something for step in plan.steps)
    yield f"{changing} of {len(plan.steps)} resources change." if changing else "Nothing changes."


def step_text(step: Step) -> str:
    word = "~ tag" if step.action is Action.REUSE and step.changes_something else WORDS[step.action]
    return harmless(f"{word:<13} {step.kind.words:<28} {step.name:<24} {step.reason}").rstrip()


def applied_text(applied: Applied) -> str:
    return f"  {step_text(applied.step)}"
