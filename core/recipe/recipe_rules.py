"""Rules of a recipe file that one record's fields alone cannot tell.

Each rule is a function of the whole recipe; `Places` finds the node a complaint belongs to. Facts: service reference
1.7, 1.9, 2.4, 3.1, 4.7, 6, 8 and 9.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.catalog.instance_types import INSTANCE_TYPES
from core.catalog.limits import (
    COMPONENTS_PER_RECIPE,
    LAUNCH_TEMPLATES_PER_REGION,
    PARAMETER_VALUE_CHARACTERS,
    SSM_PARAMETERS_PER_REGION,
)
from core.catalog.regions import REGIONS
from core.recipe.findings import Findings, did_you_mean
from core.recipe.image_recipe import BlockDeviceMapping, Ebs, enabled
from core.recipe.names import RESOURCE_NAME, Arn, slug
from core.recipe.recipe import RecipeFile
from core.recipe.schedule import expression_problem, timezone_problem
from core.recipe.tree import Entries, Items, Node

_TAG = {
    name: re.compile(rf"\{{\{{\{{\s*imagebuilder:{name}\s*\}}\}}\}}")
    for name in ("parentImage", "environments", "components")
}


@dataclass(frozen=True, slots=True)
class Places:
    """The nodes of a recipe file, found by path; a missing one is answered by the deepest that is there."""

    root: Entries

    def at(self, *path: str | int) -> Node:
        node: Node = self.root
        for part in path:
            match node, part:
                case Entries(), str() if (child := node.get(part)) is not None:
                    node = child
                case Items(), int() if part < len(node.items):
                    node = node.items[part]
                case _:
                    break
        return node


def check_rules(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    """Every rule that needs no file but the recipe file."""
    _check_components(recipe, places, findings)
    _check_devices(recipe, places, findings)
    _check_instances(recipe, places, findings)
    _check_regions(recipe, places, findings)
    _check_outputs(recipe, places, findings)
    _check_schedule(recipe, places, findings)
    _check_workflows(recipe, places, findings)
    _check_scanning(recipe, places, findings)
    _check_role(recipe, places, findings)
    container = recipe.container_recipe
    if container is not None and container.dockerfile_template_data is not None:
        place = places.at("containerRecipe", "dockerfileTemplateData")
        check_template(container.dockerfile_template_data, bool(enabled(container.components)), place, findings)


def check_template(text: str, with_components: bool, place: Node, findings: Findings) -> None:
    """What a Dockerfile template must name: its parent image, and what components need when there are any."""
    if not _TAG["parentImage"].search(text):
        hint = "Start it with FROM {{{ imagebuilder:parentImage }}}"
        findings.error(place, "The Dockerfile template does not name its parent image", hint)
    if with_components and not _TAG["environments"].search(text):
        findings.error(place, "With components, a Dockerfile template needs {{{ imagebuilder:environments }}}")
    if with_components and not _TAG["components"].search(text):
        findings.warning(place, "The Dockerfile template has no {{{ imagebuilder:components }}}")


def recipe_key(recipe: RecipeFile) -> str:
    return "imageRecipe" if recipe.image_recipe is not None else "containerRecipe"


def _check_components(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    key = recipe_key(recipe)
    published = enabled(recipe.recipe.components)
    if len(published) > COMPONENTS_PER_RECIPE:
        place = places.at(key, "components", published[COMPONENTS_PER_RECIPE][0])
        findings.warning(place, f"{len(published)} components; Image Builder's quota is {COMPONENTS_PER_RECIPE}")
    seen: dict[str, int] = {}
    for number, component in enumerate(recipe.recipe.components):
        place = places.at(key, "components", number)
        if component.component_arn is not None:
            identity = _short(component.component_arn)
        else:
            identity = f"self/{slug(component.published_name)}/{component.published_version}"
            if not RESOURCE_NAME.fullmatch(component.published_name):
                findings.error(
                    place,
                    f"{component.published_name!r}, the document's file name, cannot be the name of a component",
                    "Give it a 'name' of 3 to 128 letters, digits, '-', '_', and blanks inside",
                )
        if identity in seen and not component.disabled:
            hint = f"It is components[{seen[identity]}] already; give a second document another name"
            findings.error(place, "A component may be specified in a recipe at most once", hint)
        if not component.disabled:
            seen.setdefault(identity, number)
        _check_values(component.parameters, places, (key, "components", number), findings)


def _check_values(
    parameters: Mapping[str, tuple[str, ...]], places: Places, path: Sequence[str | int], findings: Findings
) -> None:
    for name, values in parameters.items():
        if any(len(value) > PARAMETER_VALUE_CHARACTERS for value in values):
            place = places.at(*path, "parameters", name)
            findings.warning(
                place, f"A value of {name!r} is above the quota of {PARAMETER_VALUE_CHARACTERS:,} characters"
            )


def _short(reference: str) -> str:
    """A component reference as owner/slug/version, whichever way it is written, without build number."""
    if reference.startswith("arn:"):
        arn = Arn.parse(reference)
        return f"{arn.owner}/{arn.name}/{arn.version}"
    return "/".join(reference.split("/")[:3])


def _devices(recipe: RecipeFile) -> Iterator[tuple[tuple[str | int, ...], BlockDeviceMapping]]:
    if recipe.image_recipe is not None:
        for number, mapping in enumerate(recipe.image_recipe.block_device_mappings):
            yield ("imageRecipe", "blockDeviceMappings", number), mapping
    elif recipe.container_recipe is not None and recipe.container_recipe.instance_configuration is not None:
        path = ("containerRecipe", "instanceConfiguration", "blockDeviceMappings")
        for number, mapping in enumerate(recipe.container_recipe.instance_configuration.block_device_mappings):
            yield (*path, number), mapping


def _check_devices(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    names: set[str] = set()
    for path, mapping in _devices(recipe):
        if mapping.device_name is None:
            findings.error(places.at(*path), "A block device mapping needs a 'deviceName'", "Such as /dev/xvda")
        elif mapping.device_name in names:
            findings.error(places.at(*path, "deviceName"), f"Device {mapping.device_name} is mapped twice")
        else:
            names.add(mapping.device_name)
        if mapping.ebs is not None:
            _check_volume(mapping.ebs, places, (*path, "ebs"), findings)


def _check_volume(ebs: Ebs, places: Places, path: Sequence[str | int], findings: Findings) -> None:
    kind = ebs.volume_type
    if ebs.iops is not None and kind in ("standard", "gp2", "st1", "sc1"):
        findings.error(places.at(*path, "iops"), f"A {kind} volume has no 'iops'", "Only io1, io2 and gp3 volumes do")
    if kind in ("io1", "io2") and ebs.iops is None and ebs.snapshot_id is None:
        findings.warning(places.at(*path), f"EC2 wants 'iops' for an {kind} volume")
    if ebs.throughput is not None and kind not in (None, "gp3"):
        findings.error(places.at(*path, "throughput"), f"A {kind} volume has no 'throughput'", "Only gp3 volumes do")
    if kind in ("st1", "sc1") and ebs.volume_size is not None and ebs.volume_size < 125:
        findings.error(places.at(*path, "volumeSize"), f"A {kind} volume has at least 125 GiB")
    if kind == "standard" and ebs.volume_size is not None and ebs.volume_size > 1024:
        findings.error(places.at(*path, "volumeSize"), "A standard volume has at most 1024 GiB")


def _check_instances(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    types = recipe.infrastructure_configuration.instance_types
    architectures: dict[str, str] = {}
    for number, name in enumerate(types):
        place = places.at("infrastructureConfiguration", "instanceTypes", number)
        known = INSTANCE_TYPES.get(name)
        if known is None:
            family = [other for other in INSTANCE_TYPES if other[0] == name[0]]
            findings.warning(place, f"Instance type {name!r} is not in the catalogue", did_you_mean(name, family))
        else:
            architectures.setdefault(known.architecture, name)
    if len(architectures) > 1:
        listed = ", ".join(f"{name} ({architecture})" for architecture, name in architectures.items())
        place = places.at("infrastructureConfiguration", "instanceTypes")
        findings.error(place, f"The instance types have different architectures: {listed}")


def _check_regions(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for number, distribution in enumerate(recipe.distributions):
        place = places.at("distributions", number, "region")
        region = distribution.region
        if region not in REGIONS:
            findings.error(place, f"There is no region {region!r}", did_you_mean(region, REGIONS))
        elif region in seen:
            hint = f"It is distributions[{seen[region]}] already"
            findings.error(place, f"Region {region} is listed twice", hint)
        seen.setdefault(region, number)


def _check_outputs(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    for number, distribution in enumerate(recipe.distributions):
        path = ("distributions", number)
        ami, container = distribution.ami_distribution_configuration, distribution.container_distribution_configuration
        if recipe.image_recipe is not None and container is not None:
            place = places.at(*path, "containerDistributionConfiguration")
            findings.error(place, "An image recipe has no container to distribute", "Use amiDistributionConfiguration")
        if recipe.container_recipe is not None and ami is not None:
            place = places.at(*path, "amiDistributionConfiguration")
            findings.error(
                place, "A container recipe has no AMI to distribute", "Use containerDistributionConfiguration"
            )
        if recipe.container_recipe is not None and distribution.api_members().keys() == {"region"}:
            message = "One or more outputs should be provided for each region in a distribution configuration"
            findings.error(places.at(*path), message, "Add containerDistributionConfiguration")
        if ami is not None and ami.launch_permission is not None:
            for group, name in enumerate(ami.launch_permission.user_groups):
                if name != "all":
                    place = places.at(*path, "amiDistributionConfiguration", "launchPermission", "userGroups", group)
                    findings.error(
                        place, f"There is no user group {name!r}", "The only group is all, which is everybody"
                    )
        if ami is not None and ami.kms_key_id is not None and not ami.kms_key_id.startswith("arn:"):
            place = places.at(*path, "amiDistributionConfiguration", "kmsKeyId")
            findings.warning(place, "Distribution wants the full ARN of a KMS key or alias")
        for key, found, limit in (
            (
                "launchTemplateConfigurations",
                len(distribution.launch_template_configurations),
                LAUNCH_TEMPLATES_PER_REGION,
            ),
            ("ssmParameterConfigurations", len(distribution.ssm_parameter_configurations), SSM_PARAMETERS_PER_REGION),
        ):
            if found > limit:
                findings.warning(places.at(*path, key), f"{found} {key} in a region; the quota is {limit}")


def _check_schedule(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    schedule = recipe.schedule
    if schedule is None:
        return
    if schedule.schedule_expression is None:
        findings.error(places.at("schedule"), "A schedule needs a 'scheduleExpression'")
    elif wrong := expression_problem(schedule.schedule_expression):
        findings.error(places.at("schedule", "scheduleExpression"), *wrong)
    if schedule.timezone is not None and (wrong := timezone_problem(schedule.timezone)):
        findings.error(places.at("schedule", "timezone"), *wrong)


def _check_workflows(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    for stage in ("BUILD", "DISTRIBUTION"):
        of_stage = [number for number, entry in enumerate(recipe.workflows) if entry.stage == stage]
        if len(of_stage) > 1:
            findings.error(places.at("workflows", of_stage[1]), f"A pipeline has at most one {stage.lower()} workflow")
    for number, entry in enumerate(recipe.workflows):
        _check_values(entry.parameters, places, ("workflows", number), findings)
        reference = entry.workflow_arn or ""
        owner = reference.split(":")[4] if reference.startswith("arn:") else reference.split("/")[0]
        if owner == "aws" and not reference.endswith("/x.x.x"):
            place = places.at("workflows", number, "workflowArn")
            findings.error(place, "AWS managed workflows must have latest version 'x.x.x'")
    if recipe.workflows and recipe.execution_role is None:
        findings.warning(places.at("workflows"), "AWS needs an 'executionRole' to provide workflows")


def _check_scanning(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    scanning, tests = recipe.image_scanning_configuration, recipe.image_tests_configuration
    if scanning is None:
        return
    if scanning.image_scanning_enabled and tests is not None and tests.image_tests_enabled is False:
        place = places.at("imageScanningConfiguration", "imageScanningEnabled")
        findings.error(place, "Scanning needs image tests, which are switched off")
    if scanning.scan_result_condition is not None and scanning.image_scanning_types != ("ON_DEMAND_AMI_CVE",):
        place = places.at("imageScanningConfiguration", "scanResultCondition")
        findings.error(place, "'scanResultCondition' needs imageScanningTypes: [ON_DEMAND_AMI_CVE]")
    if "ON_DEMAND_AMI_CVE" in scanning.image_scanning_types and recipe.container_recipe is not None:
        place = places.at("imageScanningConfiguration", "imageScanningTypes")
        findings.error(place, "ON_DEMAND_AMI_CVE is for image recipes only")


def _check_role(recipe: RecipeFile, places: Places, findings: Findings) -> None:
    """What the service-linked role may not do needs an execution role."""
    if recipe.execution_role is not None:
        return
    if recipe.logging_configuration is not None:
        for key, group in recipe.logging_configuration.api_members().items():
            if not group.startswith("/aws/imagebuilder/"):
                place = places.at("loggingConfiguration", key)
                findings.warning(place, f"Log group {group} is outside /aws/imagebuilder/ and needs an 'executionRole'")
    for number, distribution in enumerate(recipe.distributions):
        for position, parameter in enumerate(distribution.ssm_parameter_configurations):
            if not parameter.parameter_name.startswith("/imagebuilder/"):
                place = places.at("distributions", number, "ssmParameterConfigurations", position, "parameterName")
                name = parameter.parameter_name
                findings.warning(place, f"Parameter {name} is outside /imagebuilder/ and needs an 'executionRole'")
