"""The guest's end of the channel, in a guest whose kernel forgets to tell its agent of what has come in.

Linux does that with a virtio port now and then, under software emulation: what was sent lies there until something
more is sent.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncssh


class Drowsy:
    """Whether the next piece that the host sends is `forgotten`: it then waits for the one after it."""

    def __init__(self) -> None:
        self.forgets = False
        self._forgotten = b""

    def reaches(self, piece: bytes) -> bytes:
        """What the agent hears once the port got another piece."""
        if self.forgets:
            self.forgets, self._forgotten = False, piece
            return b""
        heard, self._forgotten = self._forgotten + piece, b""
        return heard


@asynccontextmanager
async def drowsy_guest(port: Path, key: asyncssh.SSHKey) -> AsyncIterator[Drowsy]:
    """Serve the channel on the socket `port` to whoever has `key`; every command ends well and prints nothing."""
    drowsy = Drowsy()
    joins: list[asyncio.Task[None]] = []

    async def command(process: "asyncssh.SSHServerProcess[bytes]") -> None:
        process.exit(0)

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_agent = await asyncio.open_connection("127.0.0.1", agent.get_port())
        await asyncio.gather(_pass(reader, to_agent[1], drowsy), _pass(to_agent[0], writer, Drowsy()))

    def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        joins.append(asyncio.create_task(join(reader, writer)))

    allowed = asyncssh.import_authorized_keys(key.export_public_key().decode())
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    async with (
        asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[host_key], authorized_client_keys=allowed, process_factory=command
        ) as agent,
        await asyncio.start_unix_server(joined, str(port)),
    ):
        yield drowsy
        await asyncio.gather(*joins)


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter, drowsy: Drowsy) -> None:
    with suppress(OSError):
        while piece := await source.read(65536):
            target.write(drowsy.reaches(piece))
    target.close()
    with suppress(OSError):
        await target.wait_closed()
