"""A machine reaches the internet and not the host: a document could otherwise talk to what listens on this computer."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.vm.machine.yard import Running

pytestmark = [pytest.mark.vm, pytest.mark.asyncio(loop_scope="session")]
TIMED_OUT = "28"


class Listener:
    """Something that listens on this host's loopback, and who came."""

    def __init__(self) -> None:
        self.visits = 0
        self.port = 0

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nsecret of the host")
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    async with await asyncio.start_server(listener.visit, "127.0.0.1", 0) as server:
        listener.port = server.sockets[0].getsockname()[1]
        yield listener


async def test_a_machine_cannot_reach_what_listens_on_the_hosts_loopback(machine: Running, listener: Listener) -> None:
    """QEMU's user network answers for the host's loopback at 10.0.2.2, and passt at the gateway's address."""
    gateway = await machine.read("ip -4 route show default | cut -d' ' -f3")
    assert gateway
    addresses = ["127.0.0.1", "10.0.2.2", gateway]
    fetch = " & ".join(f"curl -s -m 5 http://{address}:{listener.port}/" for address in addresses)
    said = await machine.sh(f"{fetch} & wait")
    assert listener.visits == 0
    assert said.out == ""


async def test_a_machine_cannot_reach_the_hosts_metadata_service(machine: Running) -> None:
    """On a host that is a cloud instance, passt carried requests to 169.254.169.254: a document got its credentials.

    A time-out, not a refusal: nothing has answered, on whatever host this runs.
    """
    said = await machine.sh("curl -s -m 5 http://169.254.169.254/latest/meta-data/; echo $?")
    assert said.out.strip() == TIMED_OUT


async def test_a_machine_reaches_debians_mirror(machine: Running) -> None:
    assert "200" in (await machine.read("curl -sI -m 60 http://deb.debian.org/debian/ | head -n 1"))
