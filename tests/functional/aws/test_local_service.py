"""The local service as its owner sees it, with the true process."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.aws.connection import LocalConnection
from core.aws.local_service import LocalServiceOfUser
from core.local import endpoint
from core.local.endpoint import Endpoint, Home

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "tests.fakes.service_process")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """No keyring of the person who runs the tests; whatever service runs at the end is killed."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = Home(tmp_path / "home")
    yield made
    if pid := endpoint.lock_holder(made):
        os.kill(pid, signal.SIGKILL)


def test_it_is_started_looked_at_and_stopped_and_the_connection_finds_it_again(home: Home) -> None:
    def ensure(home: Home) -> Endpoint:
        return endpoint.ensure(home, timeout=40, command=COMMAND)

    connection = LocalConnection("eu-central-1", home, ensure)
    service = LocalServiceOfUser(connection)
    assert service.health() is None
    started = service.start()
    assert service.health() == started
    assert service.differences()
    assert [each.name for each in service.prune(dry_run=True)] == ["imported"]
    assert service.stop()
    assert service.health() is None
    assert connection.image_builder().images("Self") == ()
    again = service.health()
    assert again is not None
    assert again.pid != started.pid
    assert service.stop()
