"""Whether what a recipe file wants is what the connection has.

A Get operation does not return what its Create was given: it adds defaults, leaves out empty members, and may order
sets differently. Both sides are therefore brought into one normal form, without the values the service would choose
itself, and compared there. Members only the service sets are not looked at.

Defaults: EC2 Image Builder API reference, CreateInfrastructureConfiguration, CreateImagePipeline, Schedule,
LaunchTemplateConfiguration; CreateImageRecipe for workingDirectory.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from core.aws.imagebuilder import Json, Kind, Members

COMPARED: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.COMPONENT: ("data", "description", "platform", "supportedOsVersions", "kmsKeyId"),
    Kind.WORKFLOW: ("data", "description", "kmsKeyId"),
    Kind.IMAGE_RECIPE: (
        "parentImage",
        "components",
        "description",
        "blockDeviceMappings",
        "workingDirectory",
        "additionalInstanceConfiguration",
        "amiTags",
        "amiWatermarks",
    ),
    Kind.CONTAINER_RECIPE: (
        "containerType",
        "parentImage",
        "components",
        "description",
        "instanceConfiguration",
        "dockerfileTemplateData",
        "workingDirectory",
        "targetRepository",
        "kmsKeyId",
    ),
    Kind.INFRASTRUCTURE: (
        "instanceProfileName",
        "description",
        "instanceTypes",
        "securityGroupIds",
        "subnetId",
        "logging",
        "keyPair",
        "terminateInstanceOnFailure",
        "terminateInstanceOnCompletion",
        "snsTopicArn",
        "resourceTags",
        "instanceMetadataOptions",
        "placement",
        "parentInstance",
    ),
    Kind.DISTRIBUTION: ("description", "distributions"),
    Kind.PIPELINE: (
        "imageRecipeArn",
        "containerRecipeArn",
        "infrastructureConfigurationArn",
        "distributionConfigurationArn",
        "description",
        "imageTestsConfiguration",
        "enhancedImageMetadataEnabled",
        "schedule",
        "status",
        "imageTags",
        "imageScanningConfiguration",
        "workflows",
        "executionRole",
        "loggingConfiguration",
    ),
}

DEFAULTS: Final[Mapping[str, tuple[Json, ...]]] = {
    "workingDirectory": ("/tmp", "C:/"),  # noqa: S108 - the service's documented default in the guest
    "terminateInstanceOnFailure": (True,),
    "terminateInstanceOnCompletion": (True,),
    "status": ("ENABLED",),
    "enhancedImageMetadataEnabled": (True,),
    "imageTestsConfiguration.imageTestsEnabled": (True,),
    "imageTestsConfiguration.timeoutMinutes": (720,),
    "schedule.timezone": ("UTC",),
    "schedule.pipelineExecutionStartCondition": ("EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE",),
    "schedule.autoDisablePolicy.failureCount": (5,),
    "imageScanningConfiguration.imageScanningEnabled": (False,),
    "distributions[].launchTemplateConfigurations[].setDefaultVersion": (True,),
}
"""Values that mean the same as saying nothing, by their place."""

SETS: Final = frozenset({"securityGroupIds", "supportedOsVersions", "amiWatermarks"})
"""Lists whose order says nothing."""


def changes(kind: Kind, wanted: Members, present: Members) -> tuple[str, ...]:
    """Where the two differ, as addresses such as ``distributions[1].region``; empty when nothing is to do."""
    found: list[str] = []
    for key in COMPARED[kind]:
        if key == "data" and "uri" in wanted:
            continue  # what lies in S3 is the service's to read
        _compare(_normal(wanted.get(key), key), _normal(present.get(key), key), key, found)
    return tuple(found)


def said(kind: Kind, members: Members) -> dict[str, Json]:
    """What a Get operation's members say besides the service's defaults: what a recipe file has to have of them."""
    found = {key: _normal(members.get(key), key) for key in COMPARED[kind]}
    return {key: value for key, value in found.items() if value is not None}


def _normal(value: Json, place: str) -> Json:
    """The value without empties and defaults; None when nothing is left of it."""
    if isinstance(value, Mapping):
        entries = {key: _normal(each, f"{place}.{key}") for key, each in value.items()}
        return {key: each for key, each in entries.items() if each is not None} or None
    if isinstance(value, Sequence) and not isinstance(value, str):
        # An element keeps its place even when nothing is left of it: a bare region entry is still an entry.
        elements = [_normal(each, f"{place}[]") for each in value]
        return sorted(elements, key=_sort_key) if _unordered(place, elements) else elements or None
    return None if value == "" or value in DEFAULTS.get(place, ()) else value


def _unordered(place: str, elements: Sequence[Json]) -> bool:
    named = bool(elements) and all(isinstance(each, Mapping) and set(each) <= {"name", "value"} for each in elements)
    return named or (place.rpartition(".")[2] in SETS and bool(elements))


def _sort_key(value: Json) -> str:
    return str(value.get("name", "")) if isinstance(value, Mapping) else str(value)


def _compare(wanted: Json, present: Json, place: str, found: list[str]) -> None:
    if wanted == present:
        return
    if isinstance(wanted, Mapping) and isinstance(present, Mapping):
        for key in dict.fromkeys((*wanted, *present)):
            _compare(wanted.get(key), present.get(key), f"{place}.{key}", found)
    elif isinstance(wanted, list) and isinstance(present, list) and len(wanted) == len(present):
        for index, (mine, theirs) in enumerate(zip(wanted, present, strict=True)):
            _compare(mine, theirs, f"{place}[{index}]", found)
    else:
        found.append(place)
