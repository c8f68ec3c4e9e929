"""Fixtures: one service per test module is enough where tests use names of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.local.endpoint import Home
from tests.functional.service.running import Running, running_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(Home(tmp_path_factory.mktemp("home"))) as running:
        yield running


@pytest.fixture(scope="module")
def imagebuilder(service: Running) -> Any:
    return service.client()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
