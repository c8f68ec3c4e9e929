"""What holds for all tests: how busy the machine is, chance, and what its user has refreshed do not decide whether a
property holds; and how the tests are dealt out to processes.
"""

import gc
import os
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("bakehouse", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bakehouse")

# Prices that the person at this machine has refreshed must not decide whether a test holds.
_cache = tempfile.TemporaryDirectory(prefix="bakehouse-cache.")
os.environ["BAKEHOUSE_CACHE"] = _cache.name


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """The tests themselves are no garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _garbage() -> None:
    """What modules before this one have left behind (botocore's models, say) is looked through once, and not again by
    every collection: that took a sixth of the time of all tests. It is done here and not when they end, since what
    their last test was given is only let go after that."""
    gc.collect()
    gc.freeze()


MACHINES = "tests/vm/machine/"
BAKES = "tests/vm/"
OF_THE_CLI = "tests/conformance/"
GROUPS = (MACHINES, BAKES, OF_THE_CLI)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with machines take longest and come first. Bakes and those of the CLI are long as well, and go on from the
    start that the first machine has saved; so they come later, and at the end there are short ones for whichever
    process is free."""
    machines, bakes, cli, others = ([item for item in items if _group(item.nodeid) == name] for name in (*GROUPS, ""))
    later = len(others) // 3
    items[:] = [*machines, *others[:later], *bakes, *cli, *others[later:]]


def _group(nodeid: str) -> str:
    """Of tests that stay in one process; empty for those that only stay with their module."""
    return next((folder for folder in GROUPS if nodeid.startswith(folder)), "")


class Shares(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """What each process gets: a module's tests stay together, for what they share; and so do those with machines."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid) or nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    config.option.loadscopereorder = False
    return Shares(config, log)
