"""The scope `bakehouse`: what the app needs of this machine and Image Builder's API has no words for.

`POST /bakehouse/<Operation>`, JSON in and out. Everything runs in the service's loop; what blocks goes to a thread.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.errors import Conflict, Invalid
from core.local.endpoint import ACCOUNT_ID, Home
from core.local.machine.ports import Ami, Report
from core.local.service import choices, faults
from core.local.service.desk import partition
from core.local.service.ports import BuildingEngine, ImageShelf, MachineRoom
from core.local.service.tasks import Tasks
from core.local.store import resources
from core.local.store.builds import Builds
from core.local.store.database import Database
from core.local.store.records import now
from core.local.store.resources import Resource
from core.local.workflow.differences import DIFFERENCES
from core.recipe.names import RESOURCE_NAME, Arn, Version, slug
from core.secrets import Kind

Members = dict[str, Any]
Handler = Callable[[Members, str], Awaitable[Members]]


@dataclass(frozen=True, slots=True)
class Shop:
    """The parts of the running service that this scope shows."""

    home: Home
    database: Database
    builds: Builds
    fleet: MachineRoom
    images: ImageShelf
    engine: BuildingEngine
    tasks: Tasks
    secrets: Kind
    stop: Callable[[], None]


class OwnScope:
    """Callable as the `Own` of the HTTP door. Raises Fault and errors of `core.errors`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._handlers: dict[str, Handler] = {
            "Differences": self._differences,
            "ExportImage": self._export_image,
            "GetCurves": self._get_curves,
            "GetProgress": self._get_progress,
            "GetTask": self._get_task,
            "Health": self._health,
            "ImportImage": self._import_image,
            "ListImageFiles": self._list_image_files,
            "ListMachines": self._list_machines,
            "Prune": self._prune,
            "Stop": self._stop,
            "TerminateMachine": self._terminate_machine,
        }

    async def __call__(self, operation: str, members: Members, region: str) -> Members:
        handler = self._handlers.get(operation)
        if handler is None:
            raise faults.not_served(operation[:200], "bakehouse")
        return await handler(members, region)

    async def _health(self, _members: Members, _region: str) -> Members:
        shop = self._shop
        acceleration = await shop.fleet.acceleration()
        disk = await asyncio.to_thread(_disk_use, shop.home)
        return {
            "version": version("bakehouse"),
            "pid": os.getpid(),
            "accountId": ACCOUNT_ID,
            "acceleration": {"name": acceleration.name, "reason": acceleration.reason},
            "home": str(shop.home.root),
            "disk": disk,
            "running": shop.engine.running,
            "secrets": shop.secrets,
        }

    async def _list_machines(self, _members: Members, _region: str) -> Members:
        return {
            "machines": [
                {
                    "instanceId": machine.instance_id,
                    "imageBuildVersionArn": machine.owner_arn,
                    "role": machine.role,
                    "state": machine.state,
                    "vcpus": machine.vcpus,
                    "memoryMiB": machine.memory_mib,
                    "since": machine.since,
                }
                for machine in self._shop.fleet.machines()
            ]
        }

    async def _terminate_machine(self, members: Members, _region: str) -> Members:
        instance_id = _text(members, "instanceId")
        if instance_id not in {machine.instance_id for machine in self._shop.fleet.machines()}:
            raise faults.missing(f"The machine '{instance_id}' does not exist.")
        await self._shop.fleet.terminate(instance_id)
        return {}

    async def _list_image_files(self, members: Members, _region: str) -> Members:
        amis = await asyncio.to_thread(self._shop.images.amis)
        if arn := members.get("imageBuildVersionArn"):
            made = await asyncio.to_thread(self._made_by, str(arn))
            amis = tuple(ami for ami in amis if (ami.region, ami.ami_id) in made)
        return {"files": [_file(ami) for ami in amis]}

    async def _import_image(self, members: Members, region: str) -> Members:
        source = _path(members, "path")
        file_format, name = _text(members, "format"), _text(members, "name")
        semantic_version, os_version = _text(members, "semanticVersion"), _text(members, "osVersion")
        if not RESOURCE_NAME.fullmatch(name):
            raise Invalid(f"'{name}' is not a name for an image.", hint="Use 3 to 128 letters, digits, - and _.")
        try:
            arn = Arn(partition(region), region, ACCOUNT_ID, "image", slug(name), str(Version.parse(semantic_version)))
        except ValueError as error:
            raise Invalid(f"{error}.") from error

        async def job(report: Report) -> Members:
            ami = await self._shop.images.import_file(
                source, file_format, region=region, name=name, os_version=os_version, report=report
            )
            image = await asyncio.to_thread(self._record_import, arn, name, os_version, ami)
            return {"imageBuildVersionArn": image, "amiId": ami.ami_id, "path": str(ami.path)}

        return {"taskId": self._shop.tasks.start(job)}

    async def _export_image(self, members: Members, _region: str) -> Members:
        region, ami_id = _text(members, "region"), _text(members, "amiId")
        target, file_format = _path(members, "path"), _text(members, "format")
        ami = await asyncio.to_thread(self._shop.images.find, region, ami_id)
        if ami is None:
            raise faults.missing(f"The image {ami_id} does not exist in {region}.")

        async def job(report: Report) -> Members:
            return {"path": str(await self._shop.images.export_file(ami, target, file_format, report=report))}

        return {"taskId": self._shop.tasks.start(job)}

    async def _get_task(self, members: Members, _region: str) -> Members:
        return self._shop.tasks.state(_text(members, "taskId"))

    async def _get_progress(self, members: Members, _region: str) -> Members:
        progress = self._shop.engine.progress(_text(members, "imageBuildVersionArn"))
        return {
            "progress": [
                {"label": one.label, "done": one.done, "total": one.total, "unit": one.unit} for one in progress
            ]
        }

    async def _get_curves(self, members: Members, _region: str) -> Members:
        """Samples as lists, in the order of the members of Sample."""
        after = members.get("after", 0)
        if not isinstance(after, int | float):
            raise faults.invalid_value("after", "It must be a number of seconds since 1970.")
        arn = _text(members, "imageBuildVersionArn")
        machines = await asyncio.to_thread(self._shop.fleet.curves, arn, after)
        return {
            "machines": [
                {
                    "instanceId": machine.instance_id,
                    "role": machine.role,
                    "vcpus": machine.vcpus,
                    "memoryMiB": machine.memory_mib,
                    "samples": [astuple(sample) for sample in machine.samples],
                }
                for machine in machines
            ]
        }

    async def _prune(self, members: Members, _region: str) -> Members:
        dry_run = bool(members.get("dryRun", False))
        if not dry_run:
            self._refuse_to_prune_under_work()
        in_use = await asyncio.to_thread(self._needed)
        images = await self._shop.images.prune(in_use=in_use, dry_run=dry_run)
        removed = (*images, *await asyncio.to_thread(self._shop.fleet.prune, dry_run=dry_run))
        return {"removed": [{"kind": one.kind, "name": one.name, "bytes": one.bytes} for one in removed]}

    def _refuse_to_prune_under_work(self) -> None:
        """What is at work rests on images that no record names yet, or no more. Raises Conflict."""
        shop = self._shop
        if shop.engine.running or shop.tasks.running:
            raise Conflict(
                "Nothing was removed: a build, an import or an export is running.",
                hint="Prune again when it has ended; `bakehouse service status` shows what runs.",
            )
        if machines := [machine.instance_id for machine in shop.fleet.machines()]:
            raise Conflict(
                f"Nothing was removed: machines were kept that run on these images ({', '.join(machines)}).",
                hint="End them with `bakehouse service terminate`, then prune again.",
            )

    async def _differences(self, _members: Members, _region: str) -> Members:
        differences = (*DIFFERENCES, *choices.DIFFERENCES)
        return {"differences": [{"topic": one.topic, "aws": one.aws, "local": one.local} for one in differences]}

    async def _stop(self, _members: Members, _region: str) -> Members:
        asyncio.get_running_loop().call_soon(self._shop.stop)
        return {}

    def _made_by(self, arn: str) -> set[tuple[str, str]]:
        try:
            image = self._shop.builds.image(arn)
        except KeyError as error:
            raise faults.not_found(arn) from error
        return {(ami["region"], ami["image"]) for ami in image.get("outputResources", {}).get("amis", [])}

    def _needed(self) -> frozenset[str]:
        """The AMI ids that images or recipes of any region name."""
        needed: set[str] = set()
        with self._shop.database.reading() as connection:
            for one in resources.of_kind_everywhere(connection, "image"):
                needed |= {ami["image"] for ami in one.body.get("outputResources", {}).get("amis", [])}
            for one in resources.of_kind_everywhere(connection, "image-recipe"):
                needed.add(one.body["parentImage"])
        return frozenset(needed)

    def _record_import(self, arn: Arn, name: str, os_version: str, ami: Ami) -> str:
        with self._shop.database.writing() as connection:
            build = resources.next_build(connection, arn)
            created = now()
            body = {
                "arn": str(arn.with_build(build)),
                "type": "AMI",
                "name": name,
                "version": f"{arn.version}/{build}",
                "platform": ami.platform,
                "osVersion": os_version,
                "state": {"status": "AVAILABLE"},
                "outputResources": {"amis": [{"region": ami.region, "image": ami.ami_id, "name": ami.name}]},
                "buildType": "IMPORT",
                "imageSource": "IMPORTED",
                "dateCreated": created,
                "tags": {},
            }
            resources.add(connection, Resource(arn.with_build(build), body, created))
        return str(arn.with_build(build))


def _file(ami: Ami) -> Members:
    return {
        "region": ami.region,
        "amiId": ami.ami_id,
        "name": ami.name,
        "path": str(ami.path),
        "writtenBytes": ami.written_bytes,
        "virtualBytes": ami.virtual_bytes,
        "sha256": ami.sha256,
        "parentAmiId": ami.parent_ami_id,
    }


def _text(members: Members, name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise faults.invalid_value(name, f"{name} is required and must be a text.")
    return value


def _path(members: Members, name: str) -> Path:
    path = Path(_text(members, name))
    if not path.is_absolute() or "\0" in str(path):
        raise faults.invalid_value(name, "It must be an absolute path; the service has a working directory of its own.")
    return path


def _disk_use(home: Home) -> dict[str, int]:
    return {
        name: _size(folder) for name, folder in (("bases", home.bases), ("images", home.images), ("runs", home.runs))
    }


def _size(folder: Path) -> int:
    """Bytes on disk below a folder; what vanishes while we look counts as nothing."""
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(root) / name).lstat().st_blocks * 512
            except FileNotFoundError:
                continue
    return total
