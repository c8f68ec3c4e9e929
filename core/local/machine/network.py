"""The machine's network: passt towards the host, and in front of it a filter of Ethernet frames.

passt gives a machine the host's view of the internet without privileges, and with `--no-map-gw` no address that means
the host's loopback. It would still carry packets to link-local addresses, and on a host that is itself a cloud instance
169.254.169.254 hands out that host's credentials. So every frame passes through this process: QEMU and passt speak the
same trivial protocol (a 4-byte length before each frame), and frames to forbidden places are dropped on the way.
Frames are up to 64 KiB, so the cost is small; the byte counts are the machine's network curve.
"""

import asyncio
import ipaddress
import logging
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import HostFault
from core.local.machine.process import Child, spawn
from core.local.machine.qemu import Files

log = logging.getLogger(__name__)

IPV4 = 0x0800
ARP = 0x0806
LARGEST_FRAME = 256 * 1024
REFUSED = tuple(ipaddress.ip_network(block) for block in ("127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "224.0.0.0/4"))
REFUSED_PREFIXES = tuple((int(block.network_address), int(block.netmask)) for block in REFUSED)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Traffic:
    """Bytes that passed, and frames that were refused, since the machine started."""

    sent: int = 0
    received: int = 0
    refused: int = 0


def may_leave(frame: bytes) -> bool:
    """Whether a frame from the machine may go out: ARP, and IPv4 to anywhere but loopback, link-local and multicast."""
    if len(frame) < 34:
        return len(frame) >= 14 and int.from_bytes(frame[12:14], "big") == ARP
    kind = int.from_bytes(frame[12:14], "big")
    if kind == ARP:
        return True
    if kind != IPV4:
        return False
    destination = int.from_bytes(frame[30:34], "big")
    return not any(destination & mask == network for network, mask in REFUSED_PREFIXES)


def passt_arguments(socket: Path) -> list[str]:
    """passt in the foreground for one machine: no ports inwards, no way to the host's loopback, IPv4."""
    return [
        "passt", "--foreground", "--quiet", "--one-off", "--socket", os.fspath(socket), "--no-map-gw",
        "--ipv4-only", "--tcp-ports", "none", "--udp-ports", "none",
    ]  # fmt: skip


@asynccontextmanager
async def network(files: Files) -> AsyncIterator[Traffic]:
    """A network for one machine: QEMU connects to `files.network` while the block runs.

    Raises HostFault when passt can't start (a host without any network, for instance).
    """
    traffic = Traffic()
    relays: set[asyncio.Task[None]] = set()
    async with (
        spawn("passt", passt_arguments(files.passt), files.folder / "passt.log") as passt,
        _connection(files.passt, passt) as outside,
    ):

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            server.close()  # passt takes one connection, so there is one machine
            task = asyncio.current_task()
            if task is not None:
                relays.add(task)
            await _relay((reader, writer), outside, traffic)

        server = await asyncio.start_unix_server(accept, path=files.network, limit=LARGEST_FRAME)
        try:
            yield traffic
        finally:
            server.close()
            for task in relays:
                task.cancel()
            await asyncio.gather(*relays, return_exceptions=True)


@asynccontextmanager
async def _connection(socket: Path, passt: Child) -> AsyncIterator[Streams]:
    """The one connection that passt takes. Its socket is there a moment before it listens."""
    deadline = asyncio.get_running_loop().time() + 10
    while True:
        try:
            reader, writer = await asyncio.open_unix_connection(socket, limit=LARGEST_FRAME)
            break
        except (FileNotFoundError, ConnectionRefusedError) as error:
            if passt.ended.is_set() or asyncio.get_running_loop().time() > deadline:
                raise HostFault(
                    f"The machine's network could not be set up: passt did not start. {passt.tail()}",
                    hint="Check that this machine has a network, and that passt is installed (packaging/bootstrap).",
                ) from error
        await asyncio.sleep(0.02)
    try:
        yield reader, writer
    finally:
        writer.close()


async def _relay(machine: Streams, outside: Streams, traffic: Traffic) -> None:
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_outwards(machine[0], outside[1], traffic))
            both.create_task(_inwards(outside[0], machine[1], traffic))
    except* (ConnectionError, asyncio.IncompleteReadError):
        log.debug("the machine's network connection ended")
    finally:
        machine[1].close()


async def _outwards(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, traffic: Traffic) -> None:
    while True:
        header = await reader.readexactly(4)
        (length,) = struct.unpack("!I", header)
        if length > LARGEST_FRAME:
            raise ConnectionError(f"a frame of {length} bytes")
        frame = await reader.readexactly(length)
        if may_leave(frame):
            traffic.sent += length
            writer.write(header + frame)
            await writer.drain()
        else:
            traffic.refused += 1


async def _inwards(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, traffic: Traffic) -> None:
    while piece := await reader.read(LARGEST_FRAME):
        traffic.received += len(piece)
        writer.write(piece)
        await writer.drain()
    raise ConnectionError("passt ended")
