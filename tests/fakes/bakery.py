"""A workshop with the real workflow engine over fake machines: builds run, in milliseconds and without QEMU."""

from pathlib import Path

from core.errors import Unsupported
from core.local.endpoint import Home
from core.local.machine.acceleration import Acceleration
from core.local.machine.curves import CurveShelf, MachineCurves
from core.local.machine.ports import Ami, Removed, Report
from core.local.service.app import Workshop
from core.local.service.ports import BuildingEngine
from core.local.store.builds import Builds
from core.local.toe.outside import LocalOutside
from core.local.workflow.engine import BuildEngine
from tests.fakes.fleet import FakeFleet, FakeImageStore


class FakeImageShelf(FakeImageStore):
    """The engine's fake image store, with the door to the outside shut."""

    def sweep(self) -> None:
        self.table.clear()

    async def import_file(
        self, source: Path, file_format: str, *, region: str, name: str, os_version: str, report: Report
    ) -> Ami:
        raise Unsupported(f"{source} has no file behind it here.")

    async def export_file(self, ami: Ami, target: Path, file_format: str, *, report: Report) -> Path:
        raise Unsupported(f"{ami.ami_id} has no file behind it here.")

    async def prune(self, *, in_use: frozenset[str], dry_run: bool) -> tuple[Removed, ...]:
        return tuple(Removed("image", ami.ami_id, 1) for ami in self.amis() if ami.ami_id not in in_use)


class FakeMachineRoom(FakeFleet):
    """The engine's fake fleet, as the service sees it."""

    def __init__(self, root: Path, images: "FakeImageShelf") -> None:
        super().__init__(root, images)
        self.shelf = CurveShelf(root / "curves")

    async def sweep(self) -> None:
        assert not self.launched

    def prune(self, *, dry_run: bool) -> tuple[Removed, ...]:
        return ()

    def curves(self, image_arn: str, after: float) -> tuple[MachineCurves, ...]:
        return self.shelf.of(image_arn, after)

    async def close(self) -> None:
        for machine in self.machines():
            await self.terminate(machine.instance_id)

    async def acceleration(self) -> Acceleration:
        return Acceleration("tcg", "these machines are fakes")


class Bakery:
    """Makes the workshop of one service, and keeps its fleet and images for tests to look at."""

    def __init__(self, machines: Path) -> None:
        self.images = FakeImageShelf()
        self.fleet = FakeMachineRoom(machines, self.images)

    def make(self, home: Home) -> Workshop:
        def engine(builds: Builds) -> BuildingEngine:
            def document(arn: str) -> str | None:
                found = builds.component(arn)
                return None if found is None else str(found["data"])

            outside = LocalOutside(home.buckets, home.parameters, document)
            return BuildEngine(builds, self.fleet, self.images, outside, home)

        return Workshop(self.images, self.fleet, engine)
