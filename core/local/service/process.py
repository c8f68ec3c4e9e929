"""The service as a process: its log, its keys, the file by which it is found."""

import base64
import contextlib
import hashlib
import json
import logging
import os
import secrets as random_secrets
import tempfile
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from core.local.endpoint import Home
from core.local.service.signature import KeyPair
from core.secrets import Kind, Secrets, SecretsUnavailable, file_of, keyring_or_none

LOG_BYTES = 1024 * 1024
LOG_FILES = 2

_LOG = logging.getLogger(__name__)


class ServiceLog(RotatingFileHandler):
    """A log file that never grows beyond its limit; a detached process's stdout and stderr follow it when it rolls."""

    def __init__(self, path: Path, *, follow: bool) -> None:
        self._follow = follow
        super().__init__(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
        self._lead()

    def doRollover(self) -> None:  # noqa: N802 - the name in logging
        super().doRollover()
        self._lead()

    def _lead(self) -> None:
        if self._follow and self.stream is not None:
            os.dup2(self.stream.fileno(), 1)
            os.dup2(self.stream.fileno(), 2)


def open_log(home: Home, *, detached: bool) -> None:
    """Log to the home's service log; in the foreground to the terminal as well."""
    handlers: list[logging.Handler] = [ServiceLog(home.service_log, follow=detached)]
    if not detached:
        handlers.append(logging.StreamHandler())
    home.service_log.chmod(0o600)
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, handlers=handlers, force=True)
    for chatty in ("alembic", "asyncssh", "qemu"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def keys_of(home: Home) -> tuple[KeyPair, Kind]:
    """The home's key pair, made at the first start, and the kind of shelf it rests on."""
    shelves: list[Secrets] = [file_of(home.root)]
    if (keyring := keyring_or_none()) is not None:
        shelves.insert(0, keyring)
    else:
        _LOG.warning("There is no OS keyring here; the key rests in a file that only its owner can read.")
    for shelf in shelves:
        with _passing_over():
            if (secret := shelf.get(home.secret_name)) is not None:
                return _pair(secret), shelf.kind
    secret = random_secrets.token_urlsafe(30)
    for shelf in shelves[:-1]:
        with _passing_over():
            shelf.set(home.secret_name, secret)
            return _pair(secret), shelf.kind
    shelves[-1].set(home.secret_name, secret)
    return _pair(secret), shelves[-1].kind


def write_state(home: Home, url: str, keys: KeyPair, secrets: Kind) -> None:
    """Tell where the service listens: whole or not at all, readable by its owner only."""
    state = {"url": url, "pid": os.getpid(), "accessKeyId": keys.access_key_id, "secrets": secrets}
    descriptor, partial = tempfile.mkstemp(dir=home.root, prefix=".service.json.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(state, file)
    Path(partial).replace(home.state_file)


def remove_state(home: Home) -> None:
    home.state_file.unlink(missing_ok=True)


def _pair(secret: str) -> KeyPair:
    """The access key id follows from the secret, so there is one thing to keep."""
    digest = base64.b32encode(hashlib.sha256(secret.encode()).digest()).decode()
    return KeyPair(f"BAKEHOUSE{digest[:11]}", secret)


@contextlib.contextmanager
def _passing_over() -> Iterator[None]:
    try:
        yield
    except SecretsUnavailable as error:
        _LOG.warning("%s The key rests in a file that only its owner can read.", error.message)
