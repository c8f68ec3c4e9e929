"""One machine for all tests that leave it usable; a test that ends it costs the next one a new start.

Its volume is bigger than the base's, so every test here runs on a grown file system.
"""

from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from core.local.endpoint import Home
from tests.vm.machine.yard import Running, Yard, open_yard

VOLUME_GIB = 10


class _Shared:
    """The machine that is running, if one is."""

    def __init__(self, yard: Yard) -> None:
        self._yard = yard
        self._running: Running | None = None

    async def get(self) -> Running:
        running = self._running
        if running is None or self._yard.state(running.instance_id) != "running":
            if running is not None:
                await self._yard.fleet.terminate(running.instance_id)
            self._running = running = await self._yard.launch(volume_gib=VOLUME_GIB)
        return running


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def yard(new_home: Callable[[], Home]) -> AsyncIterator[Yard]:
    async with open_yard(new_home()) as opened:
        yield opened


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared(yard: Yard) -> _Shared:
    return _Shared(yard)


@pytest_asyncio.fixture(loop_scope="session")
async def machine(shared: _Shared) -> Running:
    """A running machine. It is shared: leave it as it was, or end it."""
    return await shared.get()
