"""What an image will be made of, settled before its first machine starts: the CREATING state.

Wildcards, `ssm:` references and versions without a build number are resolved now, and the image's copy of its recipe is
rewritten with what they meant, so that the record says what went in and a retry uses the same again.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.errors import BakehouseError, Invalid
from core.local.machine.ports import Ami
from core.local.workflow.build import ResolvedComponent, Site, Stage
from core.local.workflow.failure import ImageFailed, explained
from core.local.workflow.subject import Members, Subject, listed, members, text
from core.local.workflow.values import Json, plain
from core.recipe.component import parse_component
from core.recipe.names import Arn
from core.recipe.workflow import WorkflowDocument, parse_workflow

MANAGED: Mapping[Stage, str] = {
    "BUILD": "build/build-image",
    "TEST": "test/test-image",
    "DISTRIBUTION": "distribution/distribute-image",
}


@dataclass(frozen=True, slots=True)
class PlannedWorkflow:
    """A workflow of the image, pinned to a build version. `group` and `on_failure` are for tests."""

    arn: str
    stage: Stage
    document: WorkflowDocument
    parameters: Mapping[str, Json]
    group: str = ""
    on_failure: Literal["ABORT", "CONTINUE"] = "ABORT"


@dataclass(frozen=True, slots=True)
class Plan:
    parent_arn: str
    parent: Ami
    components: tuple[ResolvedComponent, ...]
    workflows: tuple[PlannedWorkflow, ...]

    def stage(self, stage: Stage) -> tuple[PlannedWorkflow, ...]:
        return tuple(workflow for workflow in self.workflows if workflow.stage == stage)


async def make_plan(subject: Subject, site: Site) -> Plan:
    """Resolve everything the image names. Raises ImageFailed with a reason that names what is missing."""
    if subject.image_type != "AMI":
        raise ImageFailed(f"The local Image Builder makes AMIs; it can't make an image of type {subject.image_type}.")
    if subject.platform != "Linux":
        raise ImageFailed(f"The local Image Builder makes Linux images; it can't make one for {subject.platform}.")
    if not subject.recipe:
        raise ImageFailed("The image has no image recipe.")
    parent_arn, parent = await _parent(subject, site)
    components = tuple([await _component(members(entry), site) for entry in listed(subject.recipe.get("components"))])
    workflows = tuple([await _workflow(entry, site) for entry in _attached(subject)])
    _pin(subject, site, parent_arn, components)
    return Plan(parent_arn, parent, components, workflows)


async def _parent(subject: Subject, site: Site) -> tuple[str, Ami]:
    """(ARN of the parent image or "", its AMI in the build Region)."""
    reference = text(subject.recipe.get("parentImage"))
    if reference.startswith("ssm:"):
        name = reference.removeprefix("ssm:")
        try:
            reference = (await site.outside.parameter(_parameter_name(name))).value.strip()
        except BakehouseError as error:
            raise ImageFailed(f"The parent image 'ssm:{name}' can't be resolved: {explained(error)}") from error
    if reference.startswith("ami-"):
        ami = site.ami(subject.region, reference)
        if ami is None:
            raise ImageFailed(f"The parent image '{reference}' does not exist in Region {subject.region}.")
        return "", ami
    return await _parent_image(subject, site, reference)


def _parameter_name(reference: str) -> str:
    """An SSM parameter's name, from itself or its ARN (`arn:aws:ssm:…:parameter/imagebuilder/latest`)."""
    head, found, tail = reference.partition(":parameter/")
    return f"/{tail}" if found and head.startswith("arn:") else reference


async def _parent_image(subject: Subject, site: Site, reference: str) -> tuple[str, Ami]:
    try:
        arn = Arn.parse(reference)
    except ValueError as error:
        raise ImageFailed(
            f"The parent image '{reference}' is neither an AMI id, an image ARN nor an ssm: reference."
        ) from error
    record = await asyncio.to_thread(site.builds.image_by_reference, subject.region, reference)
    if record is None:
        raise ImageFailed(f"The parent image '{reference}' does not exist or has no version that is AVAILABLE.")
    if arn.owner == "aws":
        return text(record["arn"]), site.images.base_ami(subject.region, arn.name)
    amis = [members(ami) for ami in listed(members(record.get("outputResources")).get("amis"))]
    ids = [text(ami.get("image")) for ami in amis if ami.get("region") == subject.region]
    for ami_id in ids:
        if (ami := site.ami(subject.region, ami_id)) is not None:
            return text(record["arn"]), ami
    raise ImageFailed(f"The parent image '{record['arn']}' has no AMI in Region {subject.region} any more.")


async def _component(entry: Members, site: Site) -> ResolvedComponent:
    reference = text(entry.get("componentArn"))
    record = await asyncio.to_thread(site.builds.component, reference)
    if record is None:
        raise ImageFailed(f"The component '{reference}' does not exist.")
    document = text(record.get("data"))
    try:
        parsed = await asyncio.to_thread(parse_component, document, file=reference)
    except Invalid as error:
        raise ImageFailed(f"The component '{record['arn']}' is not valid: {_first_problem(error)}") from error
    parameters = {
        text(members(parameter).get("name")): tuple(str(item) for item in listed(members(parameter).get("value")))
        for parameter in listed(entry.get("parameters"))
    }
    return ResolvedComponent(
        arn=text(record["arn"]),
        text=document,
        phases=frozenset(phase.name for phase in parsed.phases),
        parameters=parameters,
    )


def _attached(subject: Subject) -> list[Members]:
    """The image's workflows as its record attaches them, completed by what the service adds of its own.

    Giving any workflow replaces the managed build and test workflows; the distribution configuration is applied anyway.
    """
    given: list[Members] = [members(entry) for entry in listed(subject.record.get("workflows"))]
    attached = given or [_managed(subject, "BUILD"), _managed(subject, "TEST")]
    if not subject.tests_enabled:
        attached = [entry for entry in attached if ":workflow/test/" not in text(entry.get("workflowArn"))]
    custom = any(":workflow/distribution/" in text(entry.get("workflowArn")) for entry in attached)
    return attached if custom or not subject.distributions else [*attached, _managed(subject, "DISTRIBUTION")]


def _managed(subject: Subject, stage: Stage) -> Members:
    partition = subject.arn.partition
    return {"workflowArn": f"arn:{partition}:imagebuilder:{subject.region}:aws:workflow/{MANAGED[stage]}/x.x.x"}


async def _workflow(entry: Members, site: Site) -> PlannedWorkflow:
    reference = text(entry.get("workflowArn"))
    record = await asyncio.to_thread(site.builds.workflow, reference)
    if record is None:
        raise ImageFailed(f"The workflow '{reference}' does not exist.")
    try:
        document = await asyncio.to_thread(parse_workflow, text(record.get("data")), file=reference)
    except Invalid as error:
        raise ImageFailed(f"The workflow '{record['arn']}' is not valid: {_first_problem(error)}") from error
    given = {
        text(members(parameter).get("name")): tuple(str(item) for item in listed(members(parameter).get("value")))
        for parameter in listed(entry.get("parameters"))
    }
    return PlannedWorkflow(
        arn=text(record["arn"]),
        stage=_stage(text(record["arn"])),
        document=document,
        parameters=parameter_values(document, given, text(record["arn"])),
        group=text(entry.get("parallelGroup")),
        on_failure="CONTINUE" if entry.get("onFailure") == "CONTINUE" else "ABORT",
    )


def _stage(workflow_arn: str) -> Stage:
    match Arn.parse(workflow_arn).workflow_type:
        case "build":
            return "BUILD"
        case "test":
            return "TEST"
        case _:
            return "DISTRIBUTION"


def parameter_values(
    document: WorkflowDocument, given: Mapping[str, tuple[str, ...]], workflow_arn: str
) -> dict[str, Json]:
    """`$.parameters`, typed as the document declares. Raises ImageFailed for one that is missing or of a wrong type."""
    values: dict[str, Json] = {}
    for parameter in document.parameters:
        if parameter.name in given:
            values[parameter.name] = _typed(parameter.name, parameter.type, given[parameter.name], workflow_arn)
        elif parameter.default is not None:
            values[parameter.name] = _typed(parameter.name, parameter.type, parameter.default, workflow_arn)
        else:
            raise ImageFailed(f"The workflow '{workflow_arn}' needs a value for its parameter '{parameter.name}'.")
    return values


def _typed(name: str, kind: str, value: tuple[str, ...], workflow_arn: str) -> Json:
    first = value[0] if value else ""
    match kind:
        case "stringList":
            return list(value)
        case "integer" if first.removeprefix("-").isdecimal() and len(first) < 20:
            return int(first)
        case "boolean" if first in ("true", "false"):
            return first == "true"
        case "string":
            return first
    raise ImageFailed(f"The parameter '{name}' of the workflow '{workflow_arn}' is of type {kind}, not '{first}'.")


def _first_problem(error: Invalid) -> str:
    return str(error.problems[0]) if error.problems else error.message


def _pin(subject: Subject, site: Site, parent_arn: str, components: tuple[ResolvedComponent, ...]) -> None:
    recipe = dict(subject.recipe)
    if parent_arn:
        recipe["parentImage"] = parent_arn
    recipe["components"] = [
        {**members(entry), "componentArn": component.arn}
        for entry, component in zip(listed(subject.recipe.get("components")), components, strict=True)
    ]
    site.builds.change_image(str(subject.arn), imageRecipe=plain(recipe))
