"""What holds for all tests: how busy the machine is, chance, and what its user has refreshed do not decide whether a
property holds; and how the tests are dealt out to processes.
"""

import os
import tempfile

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("bakehouse", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bakehouse")

# Prices that the person at this machine has refreshed must not decide whether a test holds.
_cache = tempfile.TemporaryDirectory(prefix="bakehouse-cache.")
os.environ["BAKEHOUSE_CACHE"] = _cache.name


MACHINES = "machines"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module's tests stay in one process, for what they share; all with machines in one, for machines at the same
    time would only wait for each other. They take longest and come first (`--no-loadscope-reorder` keeps it so).

    Ahead of xdist, which writes the groups into the tests' names when its turn comes.
    """
    items.sort(key=lambda item: not _with_machines(item))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(MACHINES if _with_machines(item) else str(item.path)))


def _with_machines(item: pytest.Item) -> bool:
    return item.get_closest_marker("vm") is not None
