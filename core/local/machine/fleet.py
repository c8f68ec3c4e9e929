"""All machines of the service: started on request, found by their instance id, ended with the service.

A machine lives in a task of its own that holds its exit stack open; ending the machine is ending that task. So nothing
here can forget to clean up: a cancelled launch, a terminated machine and a stopping service leave the same block.
"""

import asyncio
import hashlib
import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from qemu.qmp import QMPError

from core.errors import HostFault, MachineFault, NotFound
from core.local.machine.acceleration import Acceleration, probe
from core.local.machine.checkpoint import Checkpoints
from core.local.machine.curves import CurveShelf, MachineCurves
from core.local.machine.going_on import gone_on
from core.local.machine.guest import Guest
from core.local.machine.guest_care import grow_root, metadata_of, power_off, sanitize
from core.local.machine.machine import Machine, Start, running
from core.local.machine.ports import Disk, Disks, LaunchSpec, MachineInfo, Metadata, Progress, Removed, Report
from core.local.machine.qemu import ROOT_DRIVE, Files
from core.local.machine.seed import nocloud
from core.local.machine.sizing import host_size, shape_for

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 120


@dataclass(slots=True)
class _Berth:
    """One machine of the fleet, from its launch until it is terminated."""

    spec: LaunchSpec
    files: Files
    state: str = "starting"
    since: str = ""
    machine: Machine | None = None
    started: asyncio.Event = field(default_factory=asyncio.Event)
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class QemuFleet:
    """The `Fleet` of real virtual machines. `disks` gives a machine its disk (core.local.image), `curves` keeps what it
    uses, `checkpoints` has booted base images that builds go on from."""

    def __init__(self, runs: Path, disks: Disks, curves: CurveShelf, checkpoints: Checkpoints) -> None:
        self._runs = runs
        self._disks = disks
        self._curves = curves
        self._checkpoints = checkpoints
        self._berths: dict[str, _Berth] = {}
        self._acceleration: asyncio.Task[Acceleration] | None = None
        self._prefix = runtime_prefix(runs)

    async def acceleration(self) -> Acceleration:
        """The accelerator of this host, probed until it is known: a missing QEMU may be installed any time."""
        known = self._acceleration
        if known is None or (known.done() and (known.cancelled() or known.exception() is not None)):
            known = self._acceleration = asyncio.create_task(probe())
        return await asyncio.shield(known)

    async def sweep(self) -> None:
        """Remove what the machines of an earlier, killed service have left, and the oldest curves."""
        await asyncio.to_thread(self._curves.sweep)
        await asyncio.to_thread(self._checkpoints.sweep)
        for left in (*self._runs.glob("i-*"), *Path(tempfile.gettempdir()).glob(f"{self._prefix}*")):
            if left.name not in self._berths:
                await asyncio.to_thread(shutil.rmtree, left, ignore_errors=True)

    async def launch(self, spec: LaunchSpec, report: Report) -> str:
        instance_id = f"i-{uuid.uuid4().hex[:17]}"
        files = self._make_folders(instance_id)
        berth = _Berth(spec, files, since=datetime.now(UTC).isoformat(timespec="milliseconds"))
        self._berths[instance_id] = berth
        berth.task = asyncio.create_task(self._live(instance_id, berth, report))
        started = asyncio.create_task(berth.started.wait())
        try:
            await asyncio.wait({started, berth.task}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            berth.task.cancel()
            await asyncio.gather(berth.task, return_exceptions=True)
            raise
        finally:
            started.cancel()
        if berth.task.cancelled():
            raise MachineFault("The machine was terminated while it started.")
        if berth.task.done():
            berth.task.result()
        return instance_id

    def _make_folders(self, instance_id: str) -> Files:
        folder = self._runs / instance_id
        try:
            folder.mkdir(parents=True)
            return Files(folder, Path(tempfile.mkdtemp(prefix=self._prefix)))
        except OSError as error:
            raise HostFault(
                f"There is no room for a machine: {error.strerror} ({error.filename or folder}).",
                hint="Free disk space, or fix the permissions of Bakehouse's data folder and of the temporary folder.",
            ) from error

    async def _live(self, instance_id: str, berth: _Berth, report: Report) -> None:
        """The whole life of one machine; whatever ends it, its disk and sockets go with it."""
        try:
            acceleration = await self.acceleration()
            disk = await self._disks.make(berth.spec, berth.files.disk, report)
            _share_runtime(berth.files.runtime)
            seed = None if disk.agent else (lambda key: nocloud(instance_id, key))
            shape = shape_for(berth.spec.instance_types, host_size())
            start = Start(
                berth.files,
                shape,
                acceleration.name,
                seed=seed,
                settle=berth.spec.role != "build",
                warn=partial(_warn, report),
                record=self._curves.begin(instance_id, berth.spec, shape),
            )
            async with self._started(start, disk, report) as machine:
                berth.machine = machine
                if disk.grow_to is not None:
                    await _grow(machine, disk.grow_to)
                berth.state = "running"
                berth.started.set()
                await _either(berth.leave.wait(), machine.monitor.ended.wait())
            berth.state = "stopped"
            await berth.leave.wait()
        except MachineFault as error:
            raise _with_console(error, berth.files) from error
        finally:
            del self._berths[instance_id]
            await asyncio.to_thread(_remove, berth.files)

    def _started(self, start: Start, disk: Disk, report: Report) -> AbstractAsyncContextManager[Machine]:
        """Tests meet a machine as it boots; so do builds where a boot is quick, or where it is another's image."""
        if start.settle or start.accelerator != "tcg" or disk.base is None:
            return running(start)
        return gone_on(start, disk, self._disks, self._checkpoints, report)

    def prune(self, *, dry_run: bool) -> tuple[Removed, ...]:
        """Remove what only makes the next start quicker."""
        return self._checkpoints.prune(dry_run=dry_run)

    def _berth(self, instance_id: str) -> _Berth:
        try:
            return self._berths[instance_id]
        except KeyError:
            raise NotFound(
                f"There is no machine {instance_id}.", hint="It was terminated, or belongs to an earlier service."
            ) from None

    def _machine(self, instance_id: str) -> Machine:
        machine = self._berth(instance_id).machine
        if machine is None:
            raise MachineFault(f"The machine {instance_id} has not started yet.")
        return machine

    def guest(self, instance_id: str) -> Guest:
        return self._machine(instance_id).channel

    async def collect_metadata(self, instance_id: str) -> Metadata:
        return await metadata_of(self.guest(instance_id))

    async def sanitize(self, instance_id: str) -> str:
        return await sanitize(self.guest(instance_id), self._berth(instance_id).spec.working_directory)

    async def shut_down(self, instance_id: str) -> Path:
        """Shut the machine down cleanly; the path of its disk, which stays until the machine is terminated."""
        machine = self._machine(instance_id)
        await power_off(machine.channel)
        try:
            await asyncio.wait_for(machine.monitor.ended.wait(), SHUTDOWN_SECONDS)
        except TimeoutError:
            raise MachineFault(
                f"The machine did not shut down within {SHUTDOWN_SECONDS} seconds.",
                hint="A service may be blocking the shutdown; see the end of the serial console.",
            ) from None
        if machine.monitor.shutdown_reason != "guest-shutdown":
            raise machine.monitor.fault()
        return machine.files.disk

    async def terminate(self, instance_id: str) -> None:
        berth = self._berths.get(instance_id)
        if berth is None or berth.task is None:
            return
        if berth.started.is_set():
            berth.leave.set()
        else:
            berth.task.cancel()
        await asyncio.shield(asyncio.gather(berth.task, return_exceptions=True))

    async def close(self) -> None:
        """Terminate every machine."""
        await asyncio.gather(*(self.terminate(instance_id) for instance_id in tuple(self._berths)))

    def keep(self, instance_id: str) -> None:
        self._berth(instance_id).state = "kept"

    def machines(self) -> tuple[MachineInfo, ...]:
        return tuple(
            MachineInfo(
                instance_id=instance_id,
                owner_arn=berth.spec.owner_arn,
                role=berth.spec.role,
                state=berth.state,
                vcpus=berth.machine.shape.vcpus if berth.machine else 0,
                memory_mib=berth.machine.shape.memory_mib if berth.machine else 0,
                since=berth.since,
                console=berth.files.console,
            )
            for instance_id, berth in self._berths.items()
        )

    def curves(self, image_arn: str, after: float) -> tuple[MachineCurves, ...]:
        return self._curves.of(image_arn, after)

    def console_tail(self, instance_id: str, lines: int = 20) -> str:
        berth = self._berths.get(instance_id)
        return _console_tail(berth.files, lines) if berth is not None else ""


def runtime_prefix(runs: Path) -> str:
    """How the names of runtime folders begin in the temporary folder, for this folder of runs and for no other."""
    return f"bakehouse-{hashlib.sha256(str(runs).encode()).hexdigest()[:10]}-"


async def _grow(machine: Machine, size: int) -> None:
    try:
        await machine.monitor.ask("block_resize", {"device": ROOT_DRIVE, "size": size})
    except (QMPError, EOFError, OSError) as error:
        raise MachineFault(f"The machine's disk could not be made bigger: {error}") from error
    await grow_root(machine.channel)


async def _either(*endings: Awaitable[object]) -> None:
    """Wait until one of them has ended."""
    waits = [asyncio.ensure_future(ending) for ending in endings]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _warn(report: Report, text: str) -> None:
    log.warning(text)
    report(Progress(text, 0, 0, ""))


def _share_runtime(folder: Path) -> None:
    """Where the service is root, passt makes its socket as nobody: let it, and nobody else."""
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")


def _remove(files: Files) -> None:
    shutil.rmtree(files.folder, ignore_errors=True)
    shutil.rmtree(files.runtime, ignore_errors=True)


def _console_tail(files: Files, lines: int) -> str:
    try:
        with files.console.open("rb") as file:
            file.seek(max(0, files.console.stat().st_size - 16384))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _with_console(error: MachineFault, files: Files) -> MachineFault:
    """A machine that never answered is explained by the end of its console, before that is deleted."""
    tail = _console_tail(files, 20)
    return MachineFault(error.message, hint=error.hint, context={**error.context, "console": tail})
