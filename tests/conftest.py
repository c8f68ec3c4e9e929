"""What holds for all tests: how busy the machine is, chance, and what its user has refreshed do not decide whether a
property holds; and how the tests are dealt out to processes.
"""

import os
import tempfile

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("bakehouse", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bakehouse")

# Prices that the person at this machine has refreshed must not decide whether a test holds.
_cache = tempfile.TemporaryDirectory(prefix="bakehouse-cache.")
os.environ["BAKEHOUSE_CACHE"] = _cache.name


MACHINES = ("tests/vm/", "tests/conformance/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with machines take longest and come first."""
    items.sort(key=lambda item: not item.nodeid.startswith(MACHINES))


class Shares(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """What each process gets: a module's tests stay together, for what they share; and all with machines, for machines
    at the same time would only wait for each other."""

    def _split_scope(self, nodeid: str) -> str:
        return "machines" if nodeid.startswith(MACHINES) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    config.option.loadscopereorder = False
    return Shares(config, log)
