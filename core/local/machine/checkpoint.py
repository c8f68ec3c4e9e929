"""A booted machine saved with its memory, from which the next builder instance goes on instead of booting anew.

An emulated machine takes twenty seconds and more to boot, and every build that starts from the same base image, on a
machine of the same shape, boots the same way. So the first one is saved as it has booted, and later ones begin there:
an accelerator only, for what a component finds is what it would find after a boot. Each machine that is resumed gets
the host's time, random numbers of its own and a network lease of its own. Test instances always boot: that an image
does so is part of the test.

A checkpoint is believed as long as everything it rests on is the same: see `name_of`. One that can't be resumed is
thrown away, and its machine boots.
"""

import asyncio
import hashlib
import json
import logging
import os
import shutil
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from qemu.qmp import QMPError

from core.errors import MachineFault
from core.local.machine.monitor import Monitor
from core.local.machine.ports import Removed
from core.local.machine.qemu import Files

log = logging.getLogger(__name__)

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PIECE = 2**20
PATIENCE_SECONDS = 60.0
BYTES_A_SECOND = 2**40
MOST = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Disk, memory and channel key of a booted machine, in a folder that only the service's user may enter."""

    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "disk.qcow2"

    @property
    def memory(self) -> Path:
        return self.folder / "memory"

    @property
    def key(self) -> Path:
        return self.folder / "key"

    def read_key(self) -> asyncssh.SSHKey:
        """The key of the saved machine's channel. MachineFault when it is damaged."""
        try:
            return asyncssh.read_private_key(self.key)
        except (OSError, asyncssh.KeyImportError) as error:
            raise MachineFault(f"The key of the saved machine {self.folder.name} can't be read: {error}") from error


class Checkpoints:
    """All checkpoints of one home, each a folder that appears by one rename."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, name: str) -> Checkpoint | None:
        """The checkpoint of that name, which counts as used by this."""
        folder = self._root / name
        try:
            os.utime(folder)
        except FileNotFoundError:
            return None
        return Checkpoint(folder)

    async def save(self, name: str, files: Files, monitor: Monitor, key: asyncssh.SSHKey) -> None:
        """Save a machine whose channel nobody holds; it goes on as if nothing had been. MachineFault when it can't.

        A host without room for it, or another build that is saving the same one, leaves things as they were.
        """
        making = Checkpoint(self._root / f".{name}")
        try:
            making.folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            log.info("another build saves %s", name)
            return
        except OSError as error:
            log.warning("the booted machine could not be saved: %s", error)
            return
        try:
            await _write(making, files, monitor, key)
            await asyncio.to_thread(_sync, making)
            making.folder.rename(self._root / name)
        except OSError as error:
            log.warning("the booted machine could not be saved: %s", error)
        finally:
            shutil.rmtree(making.folder, ignore_errors=True)
        for old in self._all()[MOST:]:
            self.discard(old)

    def discard(self, checkpoint: Checkpoint) -> None:
        shutil.rmtree(checkpoint.folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what an earlier, killed service was still saving."""
        for left in self._root.glob(".*"):
            shutil.rmtree(left, ignore_errors=True)

    def prune(self, *, dry_run: bool) -> tuple[Removed, ...]:
        """Remove all checkpoints: the next build of each kind boots, and saves another."""
        found = self._all()
        removed = tuple(Removed("checkpoint", one.folder.name, _size(one)) for one in found)
        if not dry_run:
            for one in found:
                self.discard(one)
        return removed

    def _all(self) -> list[Checkpoint]:
        """The latest used first."""
        folders = sorted(self._root.glob("[!.]*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
        return [Checkpoint(folder) for folder in folders]


def name_of(base: str, line: Sequence[str]) -> str:
    """The name of the checkpoint of a base image (its id) booted by `line`, a command line without paths of its own.

    The host's QEMU and its present start count, too: the guest's kernel has measured this host's clock.
    """
    program = Path(shutil.which(line[0]) or line[0])
    known = program.stat() if program.exists() else None
    parts = [
        base,
        *line,
        os.fspath(program),
        f"{known.st_size} {known.st_mtime_ns}" if known else "",
        BOOT_ID.read_text().strip(),
    ]
    return f"{base}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]}"


async def _write(target: Checkpoint, files: Files, monitor: Monitor, key: asyncssh.SSHKey) -> None:
    """Stop the machine, take its memory and disk, let it go on. OSError when there is no room for them."""
    target.key.touch(mode=0o600)
    target.key.write_bytes(key.export_private_key())
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(os.fspath(files.memory))
        # QEMU may be another user, the only one besides ours who can enter the folder.
        files.memory.chmod(0o666)
        listener.listen(1)
        listener.settimeout(PATIENCE_SECONDS)
        try:
            await monitor.watch_migration()
            await monitor.ask("migrate-set-parameters", {"max-bandwidth": BYTES_A_SECOND})
            await monitor.ask("stop")
            receiving = asyncio.create_task(asyncio.to_thread(_receive, listener, target.memory))
            await monitor.ask("migrate", {"uri": f"unix:{files.memory}"})
            await asyncio.gather(receiving, monitor.migrated())
            await asyncio.to_thread(shutil.copyfile, files.disk, target.disk)
        except QMPError as error:
            raise OSError(f"QEMU refused to save it: {error}") from error
        finally:
            files.memory.unlink(missing_ok=True)
            await _go_on(monitor)


async def _go_on(monitor: Monitor) -> None:
    try:
        await monitor.ask("cont")
    except (QMPError, EOFError, OSError) as error:
        raise (
            monitor.fault()
            if monitor.ended.is_set()
            else MachineFault(f"The machine was stopped to be saved and does not go on: {error}", hint="Bake again.")
        ) from error


async def resume(checkpoint: Checkpoint, files: Files, monitor: Monitor) -> None:
    """Give a machine that QEMU keeps waiting its memory, and let it go on. Raises MachineFault."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await monitor.watch_migration()
            await monitor.ask("migrate-incoming", {"uri": f"unix:{files.memory}"})
            await asyncio.to_thread(_send, checkpoint.memory, files.memory)
            await monitor.migrated()
            await monitor.ask("cont")
    except (QMPError, EOFError, OSError, TimeoutError) as error:
        raise MachineFault(f"The saved machine {checkpoint.folder.name} can't be resumed: {error}") from error


def _receive(listener: socket.socket, target: Path) -> None:
    connection, _ = listener.accept()
    with connection, target.open("wb") as file:
        while piece := connection.recv(PIECE):
            file.write(piece)


def _send(source: Path, target: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, source.open("rb") as file:
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(os.fspath(target))
        connection.sendfile(file)


def _sync(checkpoint: Checkpoint) -> None:
    """A checkpoint that is there is whole, whatever happens to the host's power."""
    for path in (checkpoint.disk, checkpoint.memory, checkpoint.key):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _size(checkpoint: Checkpoint) -> int:
    total = 0
    for path in checkpoint.folder.iterdir():
        with suppress(FileNotFoundError):
            total += path.stat().st_blocks * 512
    return total
