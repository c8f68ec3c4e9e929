"""Machines and images without QEMU: a fleet of fake guests, and an image store that is a table.

Both keep the promises of `core.local.machine.ports` that the engine relies on: a cancelled launch leaves no machine, an
AMI is listed only when it is whole. A test interferes through `before`: it is awaited with the name of each operation
about to happen and may wait, raise, or do something to the machine.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import MachineFault, NotFound
from core.local.machine.ports import (
    Ami,
    Fleet,
    LaunchSpec,
    MachineInfo,
    Metadata,
    Package,
    Progress,
    Report,
)
from tests.fakes.guest import FakeGuest

Before = Callable[[str], Awaitable[None]]


async def nothing(_operation: str) -> None:
    """No interference."""


@dataclass(slots=True)
class FakeMachine:
    spec: LaunchSpec
    guest: FakeGuest
    state: str = "running"


class FakeFleet:
    """A `Fleet`. `launched` holds every machine ever started, by id; `machines()` those that are not gone."""

    def __init__(self, root: Path, images: "FakeImageStore", before: Before = nothing) -> None:
        self.launched: dict[str, FakeMachine] = {}
        self.sanitized: list[str] = []
        self.before = before
        self._root = root
        self._images = images

    async def launch(self, spec: LaunchSpec, report: Report) -> str:
        if self._images.find(spec.region, spec.ami_id) is None:
            raise NotFound(f"There is no image {spec.ami_id} in {spec.region}.")
        report(Progress("Starting the machine", 0, 0, ""))
        await self.before(f"launch {spec.role}")
        instance_id = f"i-{len(self.launched):017x}"
        self.launched[instance_id] = FakeMachine(spec, FakeGuest(self._root / instance_id))
        return instance_id

    def guest(self, instance_id: str) -> FakeGuest:
        return self._alive(instance_id).guest

    async def collect_metadata(self, instance_id: str) -> Metadata:
        self._alive(instance_id)
        await self.before("metadata")
        return Metadata("Bakers Linux 7 (sourdough)", (Package("yeast", "1.2"), Package("flour", "405")))

    async def sanitize(self, instance_id: str) -> str:
        self._alive(instance_id)
        await self.before("sanitize")
        self.sanitized.append(instance_id)
        return "Cleaning up for user data and SSH files\n"

    async def shut_down(self, instance_id: str) -> Path:
        self._alive(instance_id).state = "stopped"
        return self._root / instance_id

    async def terminate(self, instance_id: str) -> None:
        await self.before("terminate")
        self.launched[instance_id].state = "gone"

    def keep(self, instance_id: str) -> None:
        self.launched[instance_id].state = "kept"

    def machines(self) -> tuple[MachineInfo, ...]:
        return tuple(
            MachineInfo(
                instance_id, machine.spec.owner_arn, machine.spec.role, machine.state, 1, 1024, "", Path("console")
            )
            for instance_id, machine in self.launched.items()
            if machine.state != "gone"
        )

    def console_tail(self, instance_id: str, lines: int = 20) -> str:
        return f"Kernel panic - not syncing: {instance_id} was pulled out"

    def pull_out(self, instance_id: str) -> None:
        """The machine dies, as when its process is killed."""
        machine = self.launched[instance_id]
        machine.state = "stopped"
        machine.guest.lose(MachineFault(f"The machine {instance_id} ended unexpectedly."))

    def _alive(self, instance_id: str) -> FakeMachine:
        machine = self.launched.get(instance_id)
        if machine is None or machine.state == "gone":
            raise MachineFault(f"There is no machine {instance_id}.")
        return machine


class FakeImageStore:
    """An `ImageStore` whose images are rows of `table`, by Region and id."""

    def __init__(self, before: Before = nothing) -> None:
        self.table: dict[tuple[str, str], Ami] = {}
        self.before = before
        self._bases: dict[tuple[str, str], Ami] = {}

    def base_ami(self, region: str, name: str) -> Ami:
        known = self._bases.get((region, name))
        if known is None:
            known = self._add(Ami("", region, name, owner="amazon"))
            self._bases[region, name] = known
        return known

    def find(self, region: str, ami_id: str) -> Ami | None:
        return self.table.get((region, ami_id))

    def amis(self, region: str | None = None) -> tuple[Ami, ...]:
        return tuple(ami for ami in self.table.values() if region in (None, ami.region))

    async def capture(
        self,
        fleet: Fleet,
        instance_id: str,
        *,
        region: str,
        name: str,
        description: str,
        tags: Mapping[str, str],
        report: Report,
    ) -> Ami:
        report(Progress("Creating the image", 0, 1, "bytes"))
        await self.before("capture")
        await fleet.shut_down(instance_id)
        report(Progress("Creating the image", 1, 1, "bytes"))
        return self._add(Ami("", region, name, description, tags=tags, written_bytes=1))

    async def copy(
        self, ami: Ami, region: str, *, name: str, description: str, tags: Mapping[str, str], report: Report
    ) -> Ami:
        report(Progress(f"Copying to {region}", 0, 1, "bytes"))
        await self.before(f"copy {region}")
        return self._add(replace(ami, region=region, name=name, description=description, tags=tags))

    async def rename(
        self,
        ami: Ami,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Ami:
        await self.before("rename")
        changed = replace(
            ami,
            name=ami.name if name is None else name,
            description=ami.description if description is None else description,
            tags=ami.tags if tags is None else tags,
        )
        self.table[ami.region, ami.ami_id] = changed
        return changed

    def delete(self, region: str, ami_id: str) -> None:
        del self.table[region, ami_id]

    def _add(self, ami: Ami) -> Ami:
        ami = replace(ami, ami_id=f"ami-{len(self.table) + 1:017x}")
        self.table[ami.region, ami.ami_id] = ami
        return ami
