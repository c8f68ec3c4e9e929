"""A local service in a process of its own, found by the command line as any other: real process, lock, keys, store,
engine and component runner; only machines and image files are fakes.

What a component runs, it runs on this host, so nothing that installs or configures must be baked here.

Run as ``python -m tests.functional.cli.bakery`` with BAKEHOUSE_HOME set.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import Conflict
from core.local.endpoint import Home
from core.local.machine.acceleration import Acceleration
from core.local.machine.curves import MachineCurves
from core.local.machine.ports import Ami, Progress, Removed, Report
from core.local.service.app import Workshop, run
from core.local.store.builds import Builds
from core.local.toe.outside import LocalOutside
from core.local.workflow.engine import BuildEngine
from tests.fakes.fleet import FakeFleet, FakeImageStore

REGIONS = ("eu-central-1", "us-east-1")
PARENT = "ami-0123456789abcdef0"


class Room(FakeFleet):
    """A fleet that says how it runs machines, and knows nothing of what they use."""

    def curves(self, image_arn: str, after: float) -> tuple[MachineCurves, ...]:
        return ()

    def prune(self, *, dry_run: bool) -> tuple[Removed, ...]:
        return ()

    async def sweep(self) -> None:
        """Nothing is left over: the machines are in memory."""

    async def close(self) -> None:
        """Nothing is left to end."""

    async def acceleration(self) -> Acceleration:
        return Acceleration("tcg", "there is no /dev/kvm")


class Shelf(FakeImageStore):
    """Images whose files are taken in and written out as empty ones."""

    def __init__(self) -> None:
        super().__init__()
        for region in REGIONS:
            self.table[region, PARENT] = Ami(PARENT, region, "parent", os_version="Debian 12")

    def sweep(self) -> None:
        """Nothing is left over here either."""

    async def import_file(
        self, source: Path, file_format: str, *, region: str, name: str, os_version: str, report: Report
    ) -> Ami:
        report(Progress("Importing", 1, 2, "bytes"))
        return self._add(Ami("", region, name, os_version=os_version, path=source))

    async def export_file(self, ami: Ami, target: Path, file_format: str, *, report: Report) -> Path:
        if target.exists():
            raise Conflict(f"{target} exists already.")
        target.write_bytes(b"disk")
        return target

    async def prune(self, *, in_use: frozenset[str], dry_run: bool) -> tuple[Removed, ...]:
        return (Removed("base", "debian-12-x86", 1024),)

    def amis(self, region: str | None = None) -> tuple[Ami, ...]:
        """With files, as the real store has them."""
        return tuple(
            replace(ami, path=Path(f"/images/{ami.region}/{ami.ami_id}.qcow2"), virtual_bytes=8 * 1024**3)
            for ami in super().amis(region)
        )


def workshop(home: Home) -> Workshop:
    images = Shelf()
    fleet = Room(home.runs, images)

    def engine(builds: Builds) -> BuildEngine:
        def document(arn: str) -> str | None:
            component = builds.component(arn)
            return component["data"] if component else None

        return BuildEngine(builds, fleet, images, LocalOutside(home.buckets, home.parameters, document), home)

    return Workshop(images, fleet, engine)


def main(_arguments: Sequence[str]) -> int:
    return run(Home.default(), workshop=workshop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
