"""The frame filter between QEMU and passt, with a real passt behind it, or one that is slow to listen."""

import asyncio
import shutil
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import takewhile
from pathlib import Path
from tempfile import gettempdir

import pytest

from core.errors import HostFault
from core.local.machine.network import LARGEST_FRAME, Traffic, network
from core.local.machine.qemu import Files
from tests.fakes.programs import stand_in

CARD = bytes.fromhex("525400123456")
EVERYONE = b"\xff" * 6
pytestmark = pytest.mark.skipif(shutil.which("passt") is None, reason="passt is not installed")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    # passt becomes the user nobody, who has to get there.
    for parent in takewhile(lambda each: each != Path(gettempdir()), (tmp_path, *tmp_path.parents)):
        parent.chmod(0o755)
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    runtime.chmod(0o777)
    return Files(tmp_path, runtime)


class Card:
    """A network card on the socket that QEMU would use."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, frame: bytes, *, length: int | None = None) -> None:
        self._writer.write(struct.pack("!I", len(frame) if length is None else length) + frame)
        await self._writer.drain()

    async def receive(self) -> bytes:
        (length,) = struct.unpack("!I", await asyncio.wait_for(self._reader.readexactly(4), 10))
        return await asyncio.wait_for(self._reader.readexactly(length), 10)

    async def hung_up(self) -> bool:
        """Whether the other end closes the connection."""
        return await asyncio.wait_for(self._reader.read(1), 10) == b""


@asynccontextmanager
async def plugged(files: Files) -> AsyncIterator[tuple[Card, Traffic]]:
    async with network(files) as traffic:
        reader, writer = await asyncio.open_unix_connection(files.network)
        try:
            yield Card(reader, writer), traffic
        finally:
            writer.close()


def discover() -> bytes:
    """A DHCP request for an address, which passt answers by itself."""
    options = b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\xff"
    bootp = struct.pack("!BBBBIHH16x6s10x192x", 1, 1, 6, 0, 0x1234, 0, 0, CARD) + options
    udp = struct.pack("!HHHH", 68, 67, 8 + len(bootp), 0) + bootp
    return EVERYONE + CARD + struct.pack("!H", 0x0800) + _ip("255.255.255.255", 17, udp)


def connect(destination: str) -> bytes:
    """A TCP connection's first segment."""
    tcp = struct.pack("!HHIIBBHHH", 40000, 80, 1, 0, 0x50, 2, 65535, 0, 0)
    return EVERYONE + CARD + struct.pack("!H", 0x0800) + _ip(destination, 6, tcp)


def _ip(destination: str, protocol: int, body: bytes) -> bytes:
    numbers = bytes(int(part) for part in destination.split("."))
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0, b"\0" * 4, numbers)
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack("!H", ~total & 0xFFFF) + head[12:] + body


async def test_a_machine_is_given_an_address_through_the_filter(files: Files) -> None:
    async with plugged(files) as (card, traffic):
        await card.send(discover())
        offer = await card.receive()
        assert offer[:6] in {CARD, EVERYONE}
        assert offer[23] == 17
        assert traffic.sent == len(discover())
        assert traffic.received > 0
        assert traffic.refused == 0


async def test_a_frame_to_the_metadata_address_is_dropped_on_the_way(files: Files) -> None:
    """passt carries link-local packets to the host's own link, where a cloud instance finds its credentials."""
    async with plugged(files) as (card, traffic):
        await card.send(connect("169.254.169.254"))
        await card.send(connect("127.0.0.1"))
        await card.send(discover())
        await card.receive()
        assert traffic.refused == 2
        assert traffic.sent == len(discover())


SLOW_PASST = f"""\
#!{sys.executable}
import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[sys.argv.index("--socket") + 1])
time.sleep(0.5)
listener.listen()
connection, _ = listener.accept()
while piece := connection.recv(65536):
    connection.sendall(piece)
"""


async def test_a_machine_has_a_network_though_passts_socket_is_there_before_it_listens(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that was quick to connect was refused, and lived without a network."""
    stand_in("passt", SLOW_PASST, tmp_path / "bin", monkeypatch)
    async with plugged(files) as (card, _):
        await card.send(discover())
        assert await card.receive() == discover()


async def test_a_frame_that_claims_to_be_huge_ends_the_connection(files: Files) -> None:
    """Believed, such a length made the service collect gigabytes for one frame."""
    async with plugged(files) as (card, _):
        await card.send(b"", length=LARGEST_FRAME + 1)
        assert await card.hung_up()


async def test_a_network_that_cannot_start_says_so(tmp_path: Path) -> None:
    missing = Files(tmp_path, tmp_path / "no-such-folder")
    with pytest.raises(HostFault, match="network could not be set up"):
        async with network(missing):
            pass
