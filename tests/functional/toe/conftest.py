"""The guest of these tests needs mount namespaces, as root or through user namespaces."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.fakes.guest import FakeGuest
from tests.functional.toe.oven import Oven


@pytest.fixture(scope="session")
def namespaces() -> None:
    options = ("--mount", "--uts") if os.geteuid() == 0 else ("--user", "--map-root-user", "--mount", "--uts")
    tried = subprocess.run(["unshare", *options, "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"this host allows no mount namespaces: {tried.stderr.decode().strip()}")


@pytest.fixture
def guest(tmp_path: Path, namespaces: None) -> FakeGuest:
    return FakeGuest(tmp_path / "guest")


@pytest.fixture
def oven(tmp_path: Path, guest: FakeGuest) -> Oven:
    return Oven(tmp_path, guest)
