"""The composition root of the local Image Builder: the one place where its parts are built and joined.

What it is made of is a `Workshop` (machines, images, engine), so that tests join the same service to fakes. All is
entered on one stack and left in reverse: first nobody is let in any more, then builds are stopped, then the store is
closed, and the lock goes last.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import uvicorn

import resources
from core.errors import BakehouseError, HostFault, spoken
from core.local.endpoint import LAST_WORDS, Home, lock_holder, take_lock
from core.local.service import process
from core.local.service.api import Api
from core.local.service.desk import Backend
from core.local.service.http import Door
from core.local.service.own import OwnScope, Shop
from core.local.service.ports import BuildingEngine, ImageShelf, MachineRoom
from core.local.service.quotas import Quotas
from core.local.service.signature import KeyPair
from core.local.service.tasks import Tasks
from core.local.store.builds import Builds
from core.local.store.database import Database
from core.local.store.managed import Managed
from core.secrets import Kind

WORKER_THREADS = 8
GRACE_SECONDS = 5

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workshop:
    """The parts that do the baking. `engine` is built last, on the store of the service."""

    images: ImageShelf
    fleet: MachineRoom
    engine: Callable[[Builds], BuildingEngine]


WorkshopOf = Callable[[Home], Workshop]


@dataclass(frozen=True, slots=True)
class Shared:
    """What a service is told by its surroundings: where it lives, its keys, and whom to tell that it is ready."""

    home: Home
    keys: KeyPair
    secrets: Kind
    ready: Callable[[str], None]


def run(home: Home, *, workshop: WorkshopOf | None = None, detached: bool = False, announce: int | None = None) -> int:
    """Serve until SIGTERM, SIGINT or the operation Stop; the exit status. A second service says so and ends with 0.

    `announce` is a descriptor that gets one line when the service is ready. Raises HostFault when the home is unusable.
    """
    # Children write the file systems of guests, whose modes must not follow the user's umask; the home's own mode
    # keeps everything in it private.
    os.umask(0o022)
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        home.root.chmod(0o700)
    except OSError as error:
        raise HostFault(f"{home.root} can't be used: {error.strerror}", hint="Set BAKEHOUSE_HOME.") from error
    process.open_log(home, detached=detached)
    lock = take_lock(home)
    if lock is None:
        _LOG.info("A local Image Builder of %s runs already (process %s).", home.root, lock_holder(home))
        return 0
    try:
        keys, secrets = process.keys_of(home)
        shared = Shared(home, keys, secrets, lambda url: _ready(home, url, keys, secrets, announce))
        asyncio.run(serve(shared, (workshop or _real_workshop())(home)))
    except BakehouseError as error:
        _LOG.error("%s%s", LAST_WORDS, spoken(error.message, error.hint))
        return 1
    finally:
        process.remove_state(home)
        os.close(lock)
    return 0


async def serve(shared: Shared, workshop: Workshop, stop: "asyncio.Event | None" = None) -> None:
    """Run the service in this loop until `stop` is set or, in the main thread, a signal asks for it."""
    home = shared.home
    stop = stop or asyncio.Event()
    anyio.to_thread.current_default_thread_limiter().total_tokens = WORKER_THREADS
    async with contextlib.AsyncExitStack() as stack:
        database = stack.enter_context(Database(home.database))
        managed = Managed(
            Path(resources.__file__).parent, lambda region, name: workshop.images.base_ami(region, name).ami_id
        )
        builds = Builds(database, managed)
        await asyncio.to_thread(workshop.images.sweep)
        await workshop.fleet.sweep()
        stack.push_async_callback(workshop.fleet.close)
        engine = workshop.engine(builds)
        await stack.enter_async_context(engine.serving())
        tasks = await stack.enter_async_context(Tasks())
        backend = Backend(database, managed, engine, workshop.images, home, Quotas())
        shop = Shop(home, database, builds, workshop.fleet, workshop.images, engine, tasks, shared.secrets, stop.set)
        stack.enter_context(_signals(stop))
        listener = stack.enter_context(contextlib.closing(_listener()))
        door = Door(Api(backend), OwnScope(shop), shared.keys)
        await _serve_http(door, listener, stop, shared.ready)
        _LOG.info("The local Image Builder stops.")


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers and without waking up ten times a second."""

    def __init__(self, config: uvicorn.Config, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        self._ready()
        await self._stop.wait()
        self.should_exit = True


async def _serve_http(door: Door, listener: socket.socket, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    config = uvicorn.Config(
        door,
        log_config=None,
        access_log=False,
        lifespan="off",
        http="h11",
        ws="none",
        loop="asyncio",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    await _Server(config, stop, lambda: ready(url)).serve(sockets=[listener])


def _listener() -> socket.socket:
    # Named as TCP: asyncio turns Nagle's delay (40 ms per answer here) off only where the protocol is given.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    return listener


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _ready(home: Home, url: str, keys: KeyPair, secrets: Kind, announce: int | None) -> None:
    process.write_state(home, url, keys, secrets)
    _LOG.info("The local Image Builder of %s listens at %s (process %s).", home.root, url, os.getpid())
    if announce is not None:
        os.write(announce, b"ready\n")
        os.close(announce)


def _real_workshop() -> WorkshopOf:
    from core.local.service.workshop import real_workshop

    return real_workshop
