"""The shape of a recipe's bake: what the recipe says, what earlier runs taught, and otherwise what is usual, said so.

Durations are those of AWS. Minutes of builds on Local teach nothing about them; the size of an image is the same
wherever it was built.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.cost.assumptions import ASSUMED, REPORTED, UP_TO_FULL, USUAL
from core.cost.bake import Output, Scan, Shape, Target, Volume
from core.cost.cost import Range
from core.cost.frequency import runs_per_month
from core.cost.history import History
from core.cost.parents import NOTHING, Known, sized
from core.recipe.distribution import Distribution
from core.recipe.image_recipe import BlockDeviceMapping, ContainerRecipe, ImageRecipe, Platform
from core.recipe.recipe import RecipeFile

ROOT_DEVICES: Final = ("/dev/xvda", "/dev/sda1", "/dev/sda", "/dev/vda")
USUAL_VOLUME: Final = "gp3"
USUAL_GIB: Final = {"Linux": 8, "Windows": 30, "macOS": 100}
CONTAINER_HOST_GIB: Final = 30
USUAL_BASE: Final = {"Linux": Decimal(1), "Windows": Decimal(12), "macOS": Decimal(20)}
USUAL_CONTAINER: Final = Range.of("0.05", 2, USUAL)
USUAL_LOG: Final = Range.of("0.0005", "0.005", source=f"{ASSUMED}usual for builds")
USUAL_BUILD: Final = {
    "Linux": Range.of(15 * 60, 45 * 60, REPORTED),
    "Windows": Range.of(20 * 60, 75 * 60, REPORTED),
    "macOS": Range.of(20 * 60, 45 * 60, REPORTED),
}
"""Seconds from the launch of the machine that builds to its end, the making of the AMI included."""
USUAL_TEST: Final = {
    "Linux": Range.of(5 * 60, 15 * 60, REPORTED),
    "Windows": Range.of(10 * 60, 30 * 60, REPORTED),
    "macOS": Range.of(40 * 60, 60 * 60, REPORTED),
}
_PLATFORMS: Final[tuple[tuple[str, Platform], ...]] = (("windows", "Windows"), ("macos", "macOS"))
"""Names of parent images that tell the platform, from which AWS takes it."""
_LICENSED: Final = (
    (re.compile(r"sql[-_ ]?(?:server[-_ ]?)?20\d\d(?!.?express)", re.IGNORECASE), "SQL Server"),
    (re.compile(r"suse|sles", re.IGNORECASE), "SUSE"),
    (re.compile(r"red-?hat|rhel", re.IGNORECASE), "RHEL"),
    (re.compile(r"ubuntu.*pro\b", re.IGNORECASE), "Ubuntu Pro"),
)


def _nothing(_parent: str) -> Known:
    return NOTHING


def shape_of(
    recipe: RecipeFile, region: str, history: History, now: datetime, known: Callable[[str], Known] = _nothing
) -> Shape:
    """The bake of a recipe in a region. `history` holds runs of this recipe, whatever connection they were on; `known`
    tells of a parent image what was measured of it."""
    container, platform = recipe.container_recipe, platform_of(recipe)
    volumes = _volumes(recipe)
    build, test = history.build or USUAL_BUILD[platform], history.test or USUAL_TEST[platform]
    tests, machines = _tests(recipe)
    # A container image is tested where it was built, so what was learnt of that machine has its tests in it.
    apart = not (container and history.build)
    runs = _runs(recipe, now)
    return Shape(
        region=region,
        instance_types=recipe.infrastructure_configuration.instance_types,
        build=build,
        test=(test,) * machines if apart else (),
        volumes=volumes,
        stored=history.gib or _size(recipe, sum(volume.gib for volume in volumes), known),
        targets=tuple(_target(each, region) for each in recipe.distributions),
        system="Windows" if platform == "Windows" else "Linux",
        surcharges=tuple(_surcharges(recipe)),
        output=Output.AMI if container is None else Output.CONTAINER,
        tests=tests,
        log=history.log or USUAL_LOG,
        logs_in_s3=_logs_in_s3(recipe),
        scan=_scan(recipe),
        runs_per_month=runs,
        schedule=(recipe.schedule.schedule_expression or "") if recipe.schedule else "",
        disabled=recipe.status == "DISABLED",
        assumptions=tuple(_assumptions(recipe)),
    )


def platform_of(recipe: RecipeFile) -> Platform:
    """As the recipe says, else as the name of its parent image tells: a Windows image left at the default would be
    priced without its licence."""
    container, parents = recipe.container_recipe, _parent(recipe).casefold()
    if container and container.platform_override:
        return container.platform_override
    if "platform" in recipe.model_fields_set:
        return recipe.platform
    if container:
        parents += container.parent_image.casefold()
    return next((platform for name, platform in _PLATFORMS if name in parents), recipe.platform)


def _parent(recipe: RecipeFile) -> str:
    """The image that its machines start from; "" where AWS chooses it."""
    match recipe.recipe:
        case ImageRecipe(parent_image=parent):
            return parent
        case ContainerRecipe(instance_configuration=host):
            return (host.image if host else None) or ""


def _volumes(recipe: RecipeFile) -> tuple[Volume, ...]:
    """The recipe's, and a root volume as its base has it where the recipe says nothing of one."""
    mappings, usual = _mappings(recipe), _usual_gib(recipe)
    volumes = tuple(_volume(each, usual) for each in mappings if each.ebs is not None and each.no_device is None)
    if any(volume.device in (*ROOT_DEVICES, "") for volume in volumes):
        return volumes
    return (Volume(USUAL_VOLUME, usual, assumed=True), *volumes)


def _mappings(recipe: RecipeFile) -> tuple[BlockDeviceMapping, ...]:
    match recipe.recipe:
        case ImageRecipe(block_device_mappings=mappings):
            return mappings
        case ContainerRecipe(instance_configuration=host):
            return host.block_device_mappings if host else ()


def _usual_gib(recipe: RecipeFile) -> int:
    return CONTAINER_HOST_GIB if recipe.container_recipe else USUAL_GIB[platform_of(recipe)]


def _volume(mapping: BlockDeviceMapping, usual: int) -> Volume:
    ebs = mapping.ebs
    if ebs is None:
        raise AssertionError("a mapping without a volume was left out before")
    return Volume(
        type=ebs.volume_type or USUAL_VOLUME,
        gib=ebs.volume_size or usual,
        iops=ebs.iops,
        throughput=ebs.throughput,
        device=mapping.device_name or "",
        assumed=ebs.volume_size is None,
    )


def _tests(recipe: RecipeFile) -> tuple[bool, int]:
    """Whether it is tested, and on how many machines it is or would be."""
    configured = recipe.image_tests_configuration
    enabled = configured is None or configured.image_tests_enabled is not False
    listed = sum(workflow.stage == "TEST" for workflow in recipe.workflows)
    return enabled and bool(listed or not recipe.workflows), max(listed, 1)


def _target(distribution: Distribution, build_region: str) -> Target:
    """Accounts get copies of their own; the build region keeps its image besides."""
    ami = distribution.ami_distribution_configuration
    accounts = len(ami.target_account_ids) if ami else 0
    export = distribution.s3_export_configuration
    return Target(
        region=distribution.region,
        copies=accounts + 1 if distribution.region == build_region else max(accounts, 1),
        exports=(export.disk_image_format,) if export else (),
        fast_launch=any(each.enabled for each in distribution.fast_launch_configurations),
    )


def _surcharges(recipe: RecipeFile) -> Iterator[str]:
    if platform_of(recipe) == "macOS":
        yield "macOS (a dedicated host, for 24 hours at least)"
    yield from (name for pattern, name in _LICENSED if pattern.search(_parent(recipe)))
    placement = recipe.infrastructure_configuration.placement
    if placement and placement.tenancy in ("dedicated", "host"):
        yield "dedicated tenancy"


def _scan(recipe: RecipeFile) -> Scan:
    scanning = recipe.image_scanning_configuration
    if scanning is None or not scanning.image_scanning_enabled:
        return Scan.NOTHING
    if recipe.container_recipe:
        return Scan.CONTAINER
    return Scan.AMI if "ON_DEMAND_AMI_CVE" in scanning.image_scanning_types else Scan.INSTANCE


def _logs_in_s3(recipe: RecipeFile) -> bool:
    logging = recipe.infrastructure_configuration.logging
    return bool(logging and logging.s3_logs and logging.s3_logs.s3_bucket_name)


def _size(recipe: RecipeFile, volumes: int, known: Callable[[str], Known]) -> Range:
    """Of an image that was never measured."""
    if recipe.container_recipe:
        return USUAL_CONTAINER
    parent = known(_parent(recipe))
    if parent.size is not None:
        return sized(parent.size, parent.added, volumes)
    return Range.of(USUAL_BASE[platform_of(recipe)], volumes, UP_TO_FULL)


def _runs(recipe: RecipeFile, now: datetime) -> Range:
    """Where a run waits for news of what the recipe depends on, the schedule says only how often there may be one."""
    schedule = recipe.schedule
    if schedule is None or not schedule.schedule_expression or recipe.status == "DISABLED":
        return Range.of(0)
    most = runs_per_month(schedule.schedule_expression, schedule.timezone or "", now)
    every_time = schedule.pipeline_execution_start_condition == "EXPRESSION_MATCH_ONLY"
    return Range.of(most if every_time else 0, most, source=schedule.schedule_expression)


def _assumptions(recipe: RecipeFile) -> Iterator[str]:
    """What the shape itself does not tell."""
    parent, platform = _parent(recipe), platform_of(recipe)
    if platform != recipe.platform:
        yield f"Its parent image is one of {platform}, by its name."
    elif parent.startswith("ami-") and "platform" not in recipe.model_fields_set:
        yield f"{parent} is taken for an image of {platform}. If it is of Windows, say so under platform."
    if recipe.infrastructure_configuration.subnet_id:
        yield "The machines get public addresses, as in a public subnet. In a private one a NAT gateway is paid for."
