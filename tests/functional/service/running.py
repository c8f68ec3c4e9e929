"""A real service in a thread of the tests: real sockets, real store, real signatures; only machines are fakes."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from core.local.endpoint import Home
from core.local.service.app import Shared, WorkshopOf, serve
from core.local.service.signature import KeyPair
from tests.fakes.workshop import FakeWorkshop

KEYS = KeyPair("BAKEHOUSETESTTESTTES", "secret-of-the-tests")
REGION = "eu-west-1"


@dataclass(frozen=True)
class Listening:
    """A service that listens at `url`."""

    url: str
    home: Home

    def client(self, service: str = "imagebuilder", region: str = REGION, keys: KeyPair = KEYS) -> Any:
        return client_of(self.url, service, region, keys)


@dataclass(frozen=True)
class Running(Listening):
    """A service with fakes for all that bakes."""

    workshop: FakeWorkshop


def client_of(url: str, service: str = "imagebuilder", region: str = REGION, keys: KeyPair = KEYS) -> Any:
    """A boto3 client that leaves all checking to the service and asks only once."""
    session = boto3.session.Session(keys.access_key_id, keys.secret_access_key, region_name=region)
    config = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=30,
        read_timeout=30,
        proxies={},
        parameter_validation=False,
    )
    return session.client(service, endpoint_url=url, config=config)


@contextmanager
def running_service(home: Home) -> Iterator[Running]:
    """A service with fakes, ready for requests."""
    parts = FakeWorkshop()
    with serving(home, parts.make) as listening:
        yield Running(listening.url, home, parts)


@contextmanager
def serving(home: Home, workshop: WorkshopOf) -> Iterator[Listening]:
    """The service of a workshop, ready for requests; stopped gracefully at the end."""
    listening = threading.Event()
    told: dict[str, str] = {}
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def ready(url: str) -> None:
        told["url"] = url
        listening.set()

    def work() -> None:
        with contextlib.closing(loop):
            loop.run_until_complete(serve(Shared(home, KEYS, "file", ready), workshop(home), stop))

    with ThreadPoolExecutor(1, "service") as pool:
        served = pool.submit(work)
        served.add_done_callback(lambda _: listening.set())
        assert listening.wait(20), "the service did not get ready"
        if "url" in told:
            try:
                yield Listening(told["url"], home)
            finally:
                loop.call_soon_threadsafe(stop.set)
        served.result(20)


def code_of(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def message_of(error: ClientError) -> str:
    return str(error.response["Error"]["Message"])


def status_of(error: ClientError) -> int:
    metadata: Mapping[str, Any] = error.response["ResponseMetadata"]
    return int(metadata["HTTPStatusCode"])
