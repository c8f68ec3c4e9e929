"""The true process: started detached, found, proved, killed, stopped."""

import json
import logging
import os
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from core.errors import HostFault
from core.local import endpoint
from core.local.endpoint import Endpoint, Home
from core.local.service.process import LOG_BYTES, LOG_FILES, ServiceLog
from core.local.service.signature import KeyPair
from core.local.store.database import Database
from core.secrets import file_of
from tests.functional.service.running import KEYS, client_of, running_service
from tests.functional.service.samples import component, start
from tests.functional.service.signing import own

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "tests.fakes.service_process")


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keyring of the person who runs the tests, and our fakes on the path of a process that starts in `/`."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def started(home: Home) -> Iterator[Home]:
    """A home whose service, whichever runs at the end, is killed."""
    yield home
    if pid := endpoint.lock_holder(home):
        _kill(pid)


def _ensure(home: Home) -> Endpoint:
    return endpoint.ensure(home, timeout=40, command=COMMAND)


def _client(found: Endpoint, service: str = "imagebuilder") -> Any:
    return client_of(found.url, service, keys=KeyPair(found.access_key_id, found.secret_access_key))


def _kill(pid: int) -> None:
    """SIGKILL, and wait for the end."""
    process = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(process, signal.SIGKILL)
        assert _ended(process)
    finally:
        os.close(process)


def _ended(process: int) -> bool:
    return bool(select.select([process], [], [], 20)[0])


def test_a_service_is_started_once_detached_and_found_again(started: Home) -> None:
    found = _ensure(started)
    assert _client(found, "sts").get_caller_identity()["Account"] == endpoint.ACCOUNT_ID
    assert _ensure(started) == found == endpoint.find(started)
    assert os.getsid(found.pid) != os.getsid(0)
    with pytest.raises(ChildProcessError):
        os.waitpid(found.pid, os.WNOHANG)
    for path, mode in ((started.state_file, 0o600), (started.service_log, 0o600), (started.root, 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode, path
    assert found.secret_access_key not in started.state_file.read_text() + started.service_log.read_text()
    assert found.secret_access_key.encode() not in Path(f"/proc/{found.pid}/cmdline").read_bytes()


def test_starters_that_race_end_with_one_service(started: Home) -> None:
    """Without the lock two services wrote to one store, and the state file told of whichever was slower."""
    with ThreadPoolExecutor(3) as pool:
        found = set(pool.map(_ensure, [started] * 3))
    assert len(found) == 1
    assert "runs already" in started.service_log.read_text()


def test_a_second_service_says_so_and_ends_cleanly(started: Home) -> None:
    """A second one opened the same store and swept away, as left-overs, the machines of the first."""
    found = _ensure(started)
    environment = {**os.environ, "BAKEHOUSE_HOME": str(started.root)}
    second = subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 0
    assert f"runs already (process {found.pid})" in second.stderr
    assert endpoint.find(started) == found


def test_a_service_killed_in_mid_build_loses_nothing_and_the_build_ends_failed(started: Home) -> None:
    """Records were lost that the API had told of, when they were committed after the answer; and a build whose service
    had died stayed BUILDING for ever, so that whoever followed it never came to an end."""
    first = _ensure(started)
    client = _client(first)
    made = component(client, "kept")
    image = start(client, "in-flight")
    _kill(first.pid)
    assert endpoint.find(started) is None
    assert started.state_file.exists()
    second = _ensure(started)
    assert second.pid != first.pid
    assert second.access_key_id == first.access_key_id
    client = _client(second)
    assert client.get_component(componentBuildVersionArn=made)["component"]["name"] == "kept"
    state = client.get_image(imageBuildVersionArn=image)["image"]["state"]
    assert state["status"] == "FAILED"
    assert "killed" in state["reason"]


def test_stopping_is_graceful_and_asks_nobody_who_is_not_there(started: Home) -> None:
    assert endpoint.stop(started) is False
    _ensure(started)
    assert endpoint.stop(started) is True
    assert endpoint.find(started) is None
    assert not started.state_file.exists()
    assert "stops" in started.service_log.read_text()
    assert endpoint.stop(started) is False


def test_the_service_can_be_stopped_by_request(started: Home) -> None:
    found = _ensure(started)
    process = os.pidfd_open(found.pid)
    try:
        own(found.url, KeyPair(found.access_key_id, found.secret_access_key), "Stop")
        assert _ended(process)
    finally:
        os.close(process)


def test_a_store_of_a_newer_bakehouse_is_refused_and_left_alone(started: Home) -> None:
    """An older program wrote its rows into a schema it did not know, and the newer one then found them wrong."""
    started.root.mkdir()
    with Database(started.database) as database, database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HostFault) as caught:
        _ensure(started)
    assert "could not start: " in caught.value.message
    assert "newer Bakehouse (schema 9999" in caught.value.message
    assert caught.value.hint
    with pytest.raises(HostFault, match="newer Bakehouse"):
        Database(started.database)


def test_a_home_that_cannot_be_written_to_is_named_with_a_way_out(tmp_path: Path) -> None:
    """The message was an errno, and the hint led to a log file that did not exist."""
    (tmp_path / "file").touch()
    with pytest.raises(HostFault, match="can't be written to: Not a directory") as caught:
        _ensure(Home(tmp_path / "file" / "home"))
    assert "BAKEHOUSE_HOME" in caught.value.hint
    home = Home(tmp_path / "home")
    home.service_log.mkdir(parents=True)
    with pytest.raises(HostFault, match="can't be written to: Is a directory"):
        _ensure(home)


class _Impostor(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"proof": "0" * 64}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def test_whoever_does_not_know_the_key_is_not_believed(home: Home) -> None:
    """Another user's process that takes a freed port got every request, with signatures and documents."""
    home.root.mkdir()
    file_of(home.root).set(home.secret_name, "the-secret")
    lock = endpoint.take_lock(home)
    assert lock is not None
    try:
        with HTTPServer(("127.0.0.1", 0), _Impostor) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            try:
                _write_state(home, f"http://127.0.0.1:{server.server_port}", os.getpid())
                assert endpoint.find(home) is None
            finally:
                server.shutdown()
                thread.join()
    finally:
        os.close(lock)


def test_whoever_does_not_hold_the_lock_is_not_believed(home: Home, tmp_path: Path) -> None:
    """A service that was given up, but still listened, got the requests that its successor should have had."""
    home.root.mkdir()
    file_of(home.root).set(home.secret_name, KEYS.secret_access_key)
    with running_service(Home(tmp_path / "other")) as other:
        _write_state(home, other.url, os.getpid())
        assert endpoint.find(home) is None
        lock = endpoint.take_lock(home)
        assert lock is not None
        try:
            found = endpoint.find(home)
        finally:
            os.close(lock)
    assert found is not None
    assert found.url == other.url


def test_a_state_file_of_a_dead_process_is_ignored(home: Home) -> None:
    home.root.mkdir()
    _write_state(home, "http://127.0.0.1:1", os.getpid())
    assert endpoint.find(home) is None
    home.state_file.write_text("{")
    assert endpoint.find(home) is None
    _write_state(home, "http://attacker.example:80", os.getpid())
    assert endpoint.find(home) is None


def test_the_real_service_is_small_and_offers_its_base_image(started: Home) -> None:
    found = endpoint.ensure(started, timeout=40)
    client = _client(found)
    component(client, "loads-the-parsers")
    base = client.list_images(owner="Amazon")["imageVersionList"][0]
    assert base["name"] == "debian-12-x86"
    image = client.get_image(imageBuildVersionArn=base["arn"].replace(base["version"], "x.x.x"))["image"]
    assert image["outputResources"]["amis"][0]["image"].startswith("ami-")
    assert image["state"] == {"status": "AVAILABLE"}
    status = Path(f"/proc/{found.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    assert resident < 150 * 1024, f"{resident} KiB"


def _write_state(home: Home, url: str, pid: int) -> None:
    home.state_file.write_text(json.dumps({"url": url, "pid": pid, "accessKeyId": "A", "secrets": "file"}))


def test_the_service_log_never_grows_beyond_its_limit(home: Home) -> None:
    """A component that prints for hours filled the disk with the service's own log."""
    home.root.mkdir()
    handler = ServiceLog(home.service_log, follow=False)
    try:
        for _ in range(40):
            handler.handle(logging.LogRecord("bakehouse", logging.INFO, "", 0, "x" * 100_000, None, None))
    finally:
        handler.close()
    sizes = [path.stat().st_size for path in home.root.glob("service.log*")]
    assert len(sizes) == LOG_FILES + 1
    assert max(sizes) <= LOG_BYTES
