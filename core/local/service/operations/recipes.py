"""Image recipes and container recipes: what goes into an image, never changed once made."""

import json
from dataclasses import dataclass
from typing import Any

from core.local.endpoint import ACCOUNT_ID
from core.local.service import faults, listing
from core.local.service.desk import Desk, Members
from core.local.service.listing import member
from core.local.service.operations.documents import latest_references
from core.local.store.resources import Resource
from core.recipe.names import Arn, next_version

_RESERVED_AMI_TAGS = frozenset({"CreatedBy", "Ec2ImageBuilderArn"})
_PARENT_TAG = "imagebuilder:parentImage"


@dataclass(frozen=True, slots=True)
class _Parent:
    """What is known of a recipe's parent image; `reference` is the Image Builder image it depends on, if it is one."""

    platform: str
    os_version: str = ""
    reference: str | None = None


def create_image_recipe(desk: Desk) -> Members:
    members = desk.members
    parent = _parent(desk, members["parentImage"])
    _check_components(desk, parent)
    _check_instance(members, parent)
    body = desk.chosen("name", "description", "components", "parentImage", "blockDeviceMappings", "amiTags") | {
        "platform": parent.platform,
        "owner": ACCOUNT_ID,
        "components": members.get("components", []),
        "blockDeviceMappings": members.get("blockDeviceMappings", []),
        "workingDirectory": members.get("workingDirectory", "C:/" if parent.platform == "Windows" else "/tmp"),  # noqa: S108
        "additionalInstanceConfiguration": members.get("additionalInstanceConfiguration"),
        "amiWatermarks": members.get("amiWatermarks"),
        "tags": members.get("tags", {}),
    }
    references = [each["componentArn"] for each in members.get("components", [])]
    references += [parent.reference] if parent.reference else []
    made = _create(desk, "image-recipe", "ImageRecipe", body, references, desk.backend.quotas.image_recipes)
    return {"imageRecipeArn": str(made.arn), "latestVersionReferences": latest_references(made.arn)}


def create_container_recipe(desk: Desk) -> Members:
    members = desk.members
    template = members.get("dockerfileTemplateData")
    if (template is None) == (members.get("dockerfileTemplateUri") is None):
        raise faults.invalid_combination("You must specify either dockerfileTemplateData or a dockerfileTemplateUri")
    if template is None:
        raise faults.not_served("CreateContainerRecipe with dockerfileTemplateUri", "imagebuilder")
    if _PARENT_TAG not in template:
        detail = f"The template must contain {{{{{{ {_PARENT_TAG} }}}}}} in its FROM instruction."
        raise faults.invalid_value("dockerfileTemplateData", detail)
    platform = members.get("platformOverride", "Linux")
    _check_components(desk, _Parent(platform))
    body = desk.chosen(
        "containerType", "name", "description", "components", "instanceConfiguration", "dockerfileTemplateData"
    ) | desk.chosen("kmsKeyId", "parentImage", "workingDirectory", "targetRepository")
    body |= {"platform": platform, "owner": ACCOUNT_ID, "encrypted": True, "tags": members.get("tags", {})}
    references = [each["componentArn"] for each in members.get("components", [])]
    quota = desk.backend.quotas.container_recipes
    made = _create(desk, "container-recipe", "ContainerRecipe", body, references, quota)
    return {"containerRecipeArn": str(made.arn), "latestVersionReferences": latest_references(made.arn)}


def get_image_recipe(desk: Desk) -> Members:
    found = desk.find(desk.members["imageRecipeArn"])
    return {"imageRecipe": found.body, "latestVersionReferences": latest_references(found.arn)}


def get_container_recipe(desk: Desk) -> Members:
    found = desk.find(desk.members["containerRecipeArn"])
    return {"containerRecipe": found.body, "latestVersionReferences": latest_references(found.arn)}


def delete_image_recipe(desk: Desk) -> Members:
    return _delete(desk, "imageRecipeArn")


def delete_container_recipe(desk: Desk) -> Members:
    return _delete(desk, "containerRecipeArn")


def list_image_recipes(desk: Desk) -> Members:
    filters = {name: member(name) for name in ("name", "parentImage", "platform")}
    found = listing.filtered(desk, listing.owned_by(desk, "image-recipe"), filters)
    return listing.page(desk, "imageRecipeSummaryList", [(listing.key_of(one), one.body) for one in found])


def list_container_recipes(desk: Desk) -> Members:
    filters = {name: member(name) for name in ("containerType", "name", "parentImage", "platform")}
    found = listing.filtered(desk, listing.owned_by(desk, "container-recipe"), filters)
    return listing.page(desk, "containerRecipeSummaryList", [(listing.key_of(one), one.body) for one in found])


def _create(desk: Desk, kind: str, word: str, body: Members, references: list[str], quota: int) -> Resource:
    name, pattern = body["name"], desk.members["semanticVersion"]
    family = desk.library.owned(desk.region, kind, desk.new_arn(kind, name).name)
    try:
        version = next_version(pattern, [one.version for one in family])
    except ValueError as error:
        message = f"The supplied semantic version does not follow the required format: {error}"
        raise faults.invalid_version(message) from error
    arn = desk.new_arn(kind, name, str(version))
    if any(one.version == version for one in family):
        raise faults.exists(word, str(arn))
    desk.within_quota(kind, quota, f"{kind.replace('-', ' ')}s")
    desk.end_dry_run()
    return desk.create(arn, {**body, "version": str(version)}, references)


def _delete(desk: Desk, member_name: str) -> Members:
    arn = desk.members[member_name]
    found = desk.own(arn)
    desk.delete(found, unless=desk.referenced(found))
    return {member_name: arn}


def _parent(desk: Desk, reference: str) -> _Parent:
    """The parent image a recipe names: an Image Builder image, an AMI of the region, or a local SSM parameter."""
    if reference.startswith("arn:") and ":imagebuilder:" in reference:
        return _parent_image(desk, reference)
    if reference.startswith("ssm:"):
        name = reference.removeprefix("ssm:").split(":parameter")[-1]
        value = _ssm_value(desk, name)
        if value is None:
            detail = f"The SSM parameter {name!r} is not in {desk.backend.home.parameters}."
            raise faults.invalid_value("parentImage", detail)
        return _parent_ami(desk, value)
    if reference.startswith("ami-"):
        return _parent_ami(desk, reference)
    detail = "A parent image is an AMI id, an Image Builder image ARN, or ssm: with the name of a parameter."
    raise faults.invalid_value("parentImage", detail)


def _parent_image(desk: Desk, reference: str) -> _Parent:
    try:
        kind = Arn.parse(reference).type
    except ValueError as error:
        raise faults.invalid_value("parentImage", f"{error}.") from error
    if kind != "image":
        raise faults.invalid_value("parentImage", f"'{reference}' is not the ARN of an image.")
    body = desk.find(reference).body
    if body["state"]["status"] in ("DISABLED", "DELETED"):
        raise faults.invalid_value("parentImage", f"The image '{reference}' is {body['state']['status']}.")
    return _Parent(body["platform"], body.get("osVersion", ""), reference)


def _parent_ami(desk: Desk, ami_id: str) -> _Parent:
    ami = desk.backend.images.find(desk.region, ami_id)
    if ami is None:
        detail = f"You are not authorized to use the provided image: {desk.region} has no {ami_id}."
        raise faults.invalid_value("parentImage", detail)
    return _Parent(ami.platform, ami.os_version)


def _ssm_value(desk: Desk, name: str) -> str | None:
    try:
        table = json.loads(desk.backend.home.parameters.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise faults.invalid_request(f"{desk.backend.home.parameters} is not valid JSON: {error}") from error
    entry = table.get(name) if isinstance(table, dict) else None
    value = entry.get("Value") if isinstance(entry, dict) else entry
    return value if isinstance(value, str) else None


def _check_components(desk: Desk, parent: _Parent) -> None:
    """Check the components in the recipe's order; wildcards are resolved again by each build."""
    configured = desk.members.get("components", [])
    quotas = desk.backend.quotas
    if len(configured) > quotas.components_per_recipe:
        raise faults.over_quota("components per recipe", quotas.components_per_recipe)
    found: list[Resource] = []
    for index, each in enumerate(configured):
        component = desk.find(each["componentArn"])
        place = f"components[{index}]"
        if component.arn.type != "component":
            raise faults.invalid_value(f"{place}.componentArn", "It is not the ARN of a component.")
        if any(component.arn.without_version() == one.arn.without_version() for one in found):
            detail = "A component may be specified in an image recipe at most once"
            raise faults.invalid_value(f"{place}.componentArn", detail)
        _check_component(component, parent, place)
        _check_parameters(component, each.get("parameters", []), place, quotas.parameter_characters)
        found.append(component)
    if sum(len(one.body["data"].encode()) for one in found if one.arn.owner != "aws") > quotas.recipe_component_bytes:
        message = "You've exceeded the maximum cumulative component size of 25 KB"
        raise faults.Fault("ServiceQuotaExceededException", message)


def _check_component(component: Resource, parent: _Parent, place: str) -> None:
    body, parameter = component.body, f"{place}.componentArn"
    if body["state"]["status"] != "ACTIVE":
        state = body["state"]["status"].lower()
        detail = f"Component ARN {component.arn} is {state} and cannot be included in new recipes"
        raise faults.invalid_value(parameter, detail)
    if body["platform"] != parent.platform:
        raise faults.invalid_value(parameter, "Component ARN does not match the Parent Image Platform")
    supported = body.get("supportedOsVersions", [])
    if parent.os_version and supported and not any(parent.os_version.startswith(one) for one in supported):
        raise faults.invalid_value(parameter, "Component ARN does not support the Parent Image OS Version")


def _check_parameters(component: Resource, given: list[Members], place: str, limit: int) -> None:
    known = {one["name"]: one for one in component.body.get("parameters", [])}
    names = [each["name"] for each in given]
    for index, each in enumerate(given):
        parameter = f"{place}.parameters[{index}]"
        if each["name"] not in known:
            detail = f"The component {component.arn} has no parameter {each['name']!r}."
            raise faults.invalid_value(f"{parameter}.name", detail)
        if names.count(each["name"]) > 1:
            raise faults.invalid_value(f"{parameter}.name", f"The parameter {each['name']!r} is given twice.")
        if any(len(value) > limit for value in each["value"]):
            raise faults.invalid_value(f"{parameter}.value", f"A value has more than {limit} characters.")
    for name, one in known.items():
        if "defaultValue" not in one and name not in names:
            detail = f"The component {component.arn} needs a value for its parameter {name!r}."
            raise faults.invalid_value(f"{place}.parameters", detail)


def _check_instance(members: Members, parent: _Parent) -> None:
    instance = members.get("additionalInstanceConfiguration", {})
    if parent.platform == "Windows" and "systemsManagerAgent" in instance:
        detail = "Image Builder does not support configuring the SSM Agent on Windows"
        raise faults.invalid_value("additionalInstanceConfiguration.systemsManagerAgent", detail)
    for tag in members.get("amiTags", {}):
        if tag in _RESERVED_AMI_TAGS:
            raise faults.invalid_value(f"amiTags.{tag}", f"The tag {tag} is set by Image Builder itself.")
    devices = [each.get("deviceName") for each in members.get("blockDeviceMappings", [])]
    for index, device in enumerate(devices):
        if device is not None and devices.index(device) != index:
            raise faults.invalid_value(f"blockDeviceMappings[{index}].deviceName", f"{device} is mapped twice.")


OPERATIONS: dict[str, Any] = {
    "CreateContainerRecipe": create_container_recipe,
    "CreateImageRecipe": create_image_recipe,
    "DeleteContainerRecipe": delete_container_recipe,
    "DeleteImageRecipe": delete_image_recipe,
    "GetContainerRecipe": get_container_recipe,
    "GetImageRecipe": get_image_recipe,
    "ListContainerRecipes": list_container_recipes,
    "ListImageRecipes": list_image_recipes,
}
