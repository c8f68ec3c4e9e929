"""What holds for all tests: neither how busy the machine is nor chance decides whether a property holds; and how the
tests are dealt out to processes.
"""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("bakehouse", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bakehouse")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module's tests stay in one process, for what they share."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(str(item.path)))
