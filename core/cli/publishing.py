"""``bakehouse plan``, and the first half of ``bakehouse bake``: a recipe file read for a connection, and its plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core.aws.connection import LOCAL, Capability, Connection
from core.cli import choice
from core.cli.text import harmless
from core.publish.apply import Applied
from core.publish.plan import Action, Plan, Step
from core.publish.prepared import Reading, read_for
from core.recipe.documents import read_text

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
    """A recipe file as a connection sees it, and where its region came from."""

    reading: Reading
    connection: Connection
    region_from: str


def prepare(file: Path, connection: str, region: str, *, keep_on_failure: bool = False) -> Prepared:
    """Read and check the file for the connection. Raises Invalid with every error, and what reading raises."""
    reading = read_for(file, read_text(file), "local" if connection == LOCAL else "aws", connection)
    at = choice.connection(connection, region, reading.first_region)
    why = choice.region(connection, region, reading.first_region).why
    if keep_on_failure:
        recipe = reading.recipe
        kept = recipe.infrastructure_configuration.model_copy(update={"terminate_instance_on_failure": False})
        reading = replace(reading, recipe=recipe.model_copy(update={"infrastructure_configuration": kept}))
    return Prepared(reading, at, why)


def prepared_text(prepared: Prepared) -> Iterator[str]:
    """Warnings, where it goes, and what running without acceleration costs there."""
    for problem in prepared.reading.warnings:
        yield harmless(str(problem))
    at = prepared.connection
    yield f"{prepared.reading.recipe.name} on {at.name}, region {at.region} ({prepared.region_from})"
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
