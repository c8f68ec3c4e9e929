"""The parts that do the baking, without machines: the service around them is the real one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import Conflict
from core.local.endpoint import Home
from core.local.machine.acceleration import Acceleration
from core.local.machine.curves import MachineCurves
from core.local.machine.guest import Guest
from core.local.machine.meter import Sample
from core.local.machine.ports import Ami, Fleet, LaunchSpec, MachineInfo, Metadata, Progress, Removed, Report
from core.local.service.app import Workshop
from core.local.store.builds import Builds
from core.local.store.engine_port import StepAnswer

PARENT = Ami("ami-0123456789abcdef0", "eu-west-1", "imported", platform="Linux", os_version="Debian 12")


class NoMachines:
    """A fleet nobody launches from; it remembers that it was swept and what was terminated."""

    def __init__(self) -> None:
        self.swept = False
        self.running = [MachineInfo("i-00000000000000001", "arn:a", "build", "kept", 2, 4096, "2026-01-01", Path())]

    async def launch(self, spec: LaunchSpec, report: Report) -> str:
        raise AssertionError(f"nothing is launched here: {spec}")

    def guest(self, instance_id: str) -> Guest:
        raise AssertionError(f"there is no guest {instance_id}")

    async def collect_metadata(self, instance_id: str) -> Metadata:
        raise AssertionError(f"there is no guest {instance_id}")

    async def sanitize(self, instance_id: str) -> str:
        raise AssertionError(f"there is no guest {instance_id}")

    async def shut_down(self, instance_id: str) -> Path:
        raise AssertionError(f"there is no guest {instance_id}")

    async def terminate(self, instance_id: str) -> None:
        self.running = [machine for machine in self.running if machine.instance_id != instance_id]

    def keep(self, instance_id: str) -> None:
        raise AssertionError(f"there is no guest {instance_id}")

    def machines(self) -> tuple[MachineInfo, ...]:
        return tuple(self.running)

    def console_tail(self, instance_id: str, lines: int = 20) -> str:
        return ""

    def curves(self, image_arn: str, after: float) -> tuple[MachineCurves, ...]:
        samples = (Sample(10.0, 0.5, 2**20, 0, 0, 0, 0), Sample(11.0, 2.0, 2**21, 4096, 512, 100, 50))
        later = tuple(sample for sample in samples if sample.at > after)
        return (MachineCurves("i-00000000000000001", "build", 2, 4096, later),) if image_arn == "arn:a" else ()

    def prune(self, *, dry_run: bool) -> tuple[Removed, ...]:
        return ()

    async def sweep(self) -> None:
        self.swept = True

    async def close(self) -> None:
        self.running = []

    async def acceleration(self) -> Acceleration:
        return Acceleration("tcg", "there is no /dev/kvm")


class ImagesInMemory:
    """An image store of records without files."""

    def __init__(self) -> None:
        self.stored = [PARENT]

    def sweep(self) -> None:
        self.stored = [ami for ami in self.stored if ami.ami_id]

    def base_ami(self, region: str, name: str) -> Ami:
        return Ami(f"ami-{abs(hash((region, name))) % 16**8:08x}", region, name, owner="amazon")

    def find(self, region: str, ami_id: str) -> Ami | None:
        return next((ami for ami in self.amis(region) if ami.ami_id == ami_id), None)

    def amis(self, region: str | None = None) -> tuple[Ami, ...]:
        return tuple(ami for ami in self.stored if region in (None, ami.region))

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
        raise AssertionError("nothing is captured here")

    async def copy(
        self, ami: Ami, region: str, *, name: str, description: str, tags: Mapping[str, str], report: Report
    ) -> Ami:
        raise AssertionError("nothing is copied here")

    async def rename(
        self,
        ami: Ami,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Ami:
        raise AssertionError("nothing is renamed here")

    def delete(self, region: str, ami_id: str) -> None:
        self.stored = [ami for ami in self.stored if (ami.region, ami.ami_id) != (region, ami_id)]

    async def import_file(
        self, source: Path, file_format: str, *, region: str, name: str, os_version: str, report: Report
    ) -> Ami:
        report(Progress("Importing", 1, 2, "bytes"))
        ami = replace(
            PARENT, ami_id="ami-0fedcba9876543210", region=region, name=name, os_version=os_version, path=source
        )
        self.stored.append(ami)
        return ami

    async def export_file(self, ami: Ami, target: Path, file_format: str, *, report: Report) -> Path:
        if target.name == "taken.raw":
            raise Conflict(f"{target} exists already.", hint="Choose another name.")
        return target

    async def prune(self, *, in_use: frozenset[str], dry_run: bool) -> tuple[Removed, ...]:
        return tuple(Removed("image", ami.name, 1) for ami in self.stored if ami.ami_id not in in_use)


@dataclass
class WaitingEngine:
    """An engine that does nothing by itself; tests write what a build would through `builds`."""

    builds: Builds
    calls: list[tuple[str, ...]] = field(default_factory=list)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        for arn in self.builds.unfinished_images():
            self.builds.change_image(arn, state={"status": "FAILED", "reason": "The local Image Builder was killed."})
        yield

    @property
    def running(self) -> int:
        return len(self.builds.unfinished_images())

    def progress(self, image_arn: str) -> tuple[Progress, ...]:
        return (Progress("Making the base image", 1, 3, "steps"),)

    def start(self, image_arn: str) -> None:
        self.calls.append(("start", image_arn))

    def cancel(self, image_arn: str) -> None:
        self.calls.append(("cancel", image_arn))

    def retry(self, image_arn: str) -> None:
        self.calls.append(("retry", image_arn))

    def answer(self, step_execution_id: str, action: StepAnswer, reason: str) -> None:
        self.calls.append(("answer", step_execution_id, action, reason))


class FakeWorkshop:
    """Keeps hold of the parts that the service was given."""

    def __init__(self) -> None:
        self.fleet = NoMachines()
        self.images = ImagesInMemory()
        self._engine: WaitingEngine | None = None

    @property
    def engine(self) -> WaitingEngine:
        assert self._engine is not None, "the service has not been started"
        return self._engine

    def make(self, _home: Home) -> Workshop:
        return Workshop(self.images, self.fleet, self._make_engine)

    def _make_engine(self, builds: Builds) -> WaitingEngine:
        self._engine = WaitingEngine(builds)
        return self._engine
