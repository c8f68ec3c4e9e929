"""Finding, starting and stopping the local Image Builder, and the folders it lives in.

The one module of `core.local` that clients import, and it imports nothing else of it: a client must not pay for, or
depend on, the service's own parts. A recorded service is believed only when three things agree: the state file names
it, the process it names holds the lock, and whoever listens at the recorded address proves over a nonce that it knows
the secret. Only then does a client send anything. The service runs on Linux; the module loads everywhere.
"""

import hashlib
import hmac
import json
import os
import secrets as random_secrets
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import HostFault, Unreachable, Unsupported, heard
from core.secrets import KeyringSecrets, Secrets, file_of

ACCOUNT_ID = "123456789012"
PROOF_PATH = "/bakehouse/proof"
LAST_WORDS = "The local Image Builder ends: "
"""What a service that can't go on begins the last line of its log with."""

_LOCK_RECORD = struct.Struct("@hhqqi4x")  # struct flock of Linux: type, whence, start, length, pid
_STATE_LIMIT = 16 * 1024
_LOG_LIMIT = 1024 * 1024
_PROOF_TIMEOUT = 5.0
_POLL = 0.05
_STOP_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Home:
    """The folder tree of one local Image Builder; every path derives from `root`."""

    root: Path

    @classmethod
    def default(cls) -> "Home":
        """$BAKEHOUSE_HOME, else the user's data folder of the platform."""
        if named := os.environ.get("BAKEHOUSE_HOME"):
            return cls(Path(named).expanduser().absolute())
        import platformdirs

        return cls(platformdirs.user_data_path("bakehouse") / "local")

    @property
    def state_file(self) -> Path:
        return self.root / "service.json"

    @property
    def lock_file(self) -> Path:
        return self.root / "service.lock"

    @property
    def service_log(self) -> Path:
        return self.root / "service.log"

    @property
    def database(self) -> Path:
        return self.root / "store.sqlite"

    @property
    def bases(self) -> Path:
        return self.root / "bases"

    @property
    def curves(self) -> Path:
        return self.root / "curves"

    @property
    def checkpoints(self) -> Path:
        """A folder per booted base image that later machines go on from."""
        return self.root / "checkpoints"

    @property
    def images(self) -> Path:
        """A folder per local region."""
        return self.root / "images"

    @property
    def runs(self) -> Path:
        """A folder per running machine or image build; swept when the service starts."""
        return self.root / "runs"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def buckets(self) -> Path:
        """A folder per local S3 bucket."""
        return self.root / "buckets"

    @property
    def parameters(self) -> Path:
        """The table of local SSM parameters, JSON name → value."""
        return self.root / "parameters.json"

    @property
    def secret_name(self) -> str:
        """The name of this home's key pair on the shelf of secrets."""
        return f"local-service:{self.root}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running service that has proved itself: where it listens and the key pair to sign with."""

    url: str
    pid: int
    access_key_id: str
    secret_access_key: str


def proof(secret: str, nonce: str) -> str:
    """What only a holder of `secret` can answer to `nonce`: HMAC-SHA256, in hex."""
    return hmac.new(secret.encode(), nonce.encode(), hashlib.sha256).hexdigest()


def take_lock(home: Home) -> int | None:
    """Become the one service of `home`: a descriptor that holds the lock while it is open, None if it is taken.

    An open-file-description lock, because asking who holds it (`lock_holder`) then never takes it, not even for a
    moment in which a starting service would find it taken.
    """
    import fcntl

    descriptor = os.open(home.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _LOCK_RECORD.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def lock_holder(home: Home) -> int | None:
    """The process id that holds the service's lock (0: it has not written it yet), None when nobody does.

    Only the holder ever writes into the lock file, so while the lock is taken its content is the holder's.
    """
    import fcntl

    try:
        with home.lock_file.open("rb") as file:
            asked = _LOCK_RECORD.pack(fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
            kind = _LOCK_RECORD.unpack(fcntl.fcntl(file, fcntl.F_OFD_GETLK, asked))[0]
            if kind == fcntl.F_UNLCK:
                return None
            recorded = file.read(32).strip()
            return int(recorded) if recorded.isdigit() else 0
    except FileNotFoundError:
        return None


def find(home: Home) -> Endpoint | None:
    """The running service of `home`, or None. A state file left by a dead process is ignored.

    Raises SecretsUnavailable when the service runs but its key can't be read from the keyring.
    """
    if sys.platform != "linux":
        return None
    state = _read_state(home)
    if state is None or lock_holder(home) != state.pid:
        return None
    secret = _shelf(home, state.secrets).get(home.secret_name)
    if secret is None:
        return None
    endpoint = Endpoint(state.url, state.pid, state.access_key_id, secret)
    return endpoint if _proves(endpoint) else None


def ensure(home: Home, *, timeout: float = 20, command: Sequence[str] = ()) -> Endpoint:
    """The running service of `home`, started first if need be; returns when it answers.

    `command` starts it, ours unless given; it must understand `--detached --ready FD` (`core.local.service.__main__`).
    Raises Unsupported away from Linux, HostFault when the service could not start, Unreachable when it did not become
    ready within `timeout` seconds.
    """
    if sys.platform != "linux":
        raise Unsupported("Baking locally needs Linux.", hint="Use an AWS connection on this computer.")
    if endpoint := find(home):
        return endpoint
    deadline = time.monotonic() + timeout
    begin = _prepare(home)
    _start(home, command or _command(), deadline)
    while time.monotonic() < deadline:
        if endpoint := find(home):
            return endpoint
        if lock_holder(home) is None:
            why, hint = _last_words(home, begin)
            raise HostFault(
                f"The local Image Builder could not start{': ' if why else '.'}{why}",
                hint=hint or f"See {home.service_log}.",
                context={"log": _log_tail(home)},
            )
        time.sleep(_POLL)
    raise Unreachable(
        f"The local Image Builder did not answer within {timeout:g} seconds.",
        hint=f"See {home.service_log}.",
        context={"log": _log_tail(home)},
    )


def stop(home: Home) -> bool:
    """Stop the service of `home` gracefully and wait for its end; False when none was running.

    Raises HostFault when it doesn't end within 30 seconds.
    """
    if sys.platform != "linux" or not (pid := lock_holder(home)):
        return False
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        if lock_holder(home) != pid:
            return False
        signal.pidfd_send_signal(process, signal.SIGTERM)
        ended, _, _ = select.select([process], [], [], _STOP_TIMEOUT)
    except ProcessLookupError:
        return True
    finally:
        os.close(process)
    if not ended:
        raise HostFault(f"The local Image Builder (process {pid}) does not stop.", hint=f"See {home.service_log}.")
    return True


@dataclass(frozen=True, slots=True)
class _State:
    url: str
    pid: int
    access_key_id: str
    secrets: str


def _read_state(home: Home) -> _State | None:
    try:
        with home.state_file.open(encoding="utf-8") as file:
            content = json.loads(file.read(_STATE_LIMIT))
        state = _State(content["url"], content["pid"], content["accessKeyId"], content["secrets"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    address = urlsplit(str(state.url))
    local = address.scheme == "http" and address.hostname == "127.0.0.1"
    return state if local and isinstance(state.pid, int) else None


def _shelf(home: Home, kind: str) -> Secrets:
    return KeyringSecrets() if kind == "keyring" else file_of(home.root)


def _proves(endpoint: Endpoint) -> bool:
    from http.client import HTTPConnection, HTTPException

    nonce = random_secrets.token_hex(32)
    address = urlsplit(endpoint.url)
    connection = HTTPConnection("127.0.0.1", address.port, timeout=_PROOF_TIMEOUT)
    try:
        connection.request("GET", f"{PROOF_PATH}?nonce={nonce}")
        answer = json.loads(connection.getresponse().read(_STATE_LIMIT))
        given = str(answer["proof"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return False
    finally:
        connection.close()
    return hmac.compare_digest(given.encode(), proof(endpoint.secret_access_key, nonce).encode())


def _prepare(home: Home) -> int:
    """Make sure that there is a folder to write to, so that whatever else goes wrong can be read in its log; the size
    of the log so far."""
    try:
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with home.service_log.open("ab") as log:
            return log.tell()
    except OSError as error:
        raise HostFault(
            f"The folder of the local Image Builder, {home.root}, can't be written to: {error.strerror}",
            hint="Set BAKEHOUSE_HOME to a folder you can write to.",
        ) from error


def _command() -> list[str]:
    packaged = getattr(sys, "frozen", False)
    return [sys.executable, *(["service", "run"] if packaged else ["-P", "-m", "core.local.service"])]


def _start(home: Home, command: Sequence[str], deadline: float) -> None:
    """Start a detached service and wait until it says that it is ready or is gone.

    The process started here forks, so the service is nobody's child and no zombie waits for us; the write end of the
    pipe stays with it, and its closing tells of an early death without polling.
    """
    ready, announce = os.pipe()
    try:
        with home.service_log.open("ab", buffering=0) as log:
            subprocess.run(
                [*command, "--detached", "--ready", str(announce)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={**os.environ, "BAKEHOUSE_HOME": str(home.root)},
                pass_fds=(announce,),
                start_new_session=True,
                check=True,
                timeout=max(deadline - time.monotonic(), 1),
            )
    except (OSError, subprocess.SubprocessError) as error:
        raise HostFault(
            f"The local Image Builder could not be started: {error}",
            hint=f"See {home.service_log}.",
            context={"log": _log_tail(home)},
        ) from error
    finally:
        os.close(announce)
        with os.fdopen(ready, "rb") as answer:
            select.select([answer], [], [], max(deadline - time.monotonic(), 0))


def _last_words(home: Home, begin: int) -> tuple[str, str]:
    """What a service that ended said last, and its hint; empty where it said nothing since `begin`."""
    try:
        with home.service_log.open("rb") as file:
            file.seek(begin)
            said = file.read(_LOG_LIMIT).decode(errors="replace")
    except OSError:
        return "", ""
    _, _, words = said.rpartition(LAST_WORDS)
    return heard(words.partition("\n")[0]) if LAST_WORDS in said else ("", "")


def _log_tail(home: Home, size: int = 2000) -> str:
    try:
        with home.service_log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(file.tell() - size, 0))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
