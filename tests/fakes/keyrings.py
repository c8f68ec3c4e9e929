"""Keyring backends that live in memory, as the `keyring` library finds real ones."""

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps passwords until it is gone; `locked`, it refuses everything."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked("the collection is locked")


class PlaintextKeyring(MemoryKeyring):
    """By its name one that writes plain text."""


class DepartedKeyring(ChainerBackend):
    """The library's chain of backends when the desktop's bus has gone since it was looked for."""

    priority = -1

    def __init__(self) -> None:
        """Without the environment's settings, which the library's own would read."""

    @property
    def backends(self) -> list[KeyringBackend]:
        raise RuntimeError("Unable to initialize SecretService: the bus has gone")


def useless_keyrings() -> tuple[KeyringBackend, ...]:
    """Backends of the library and others that keep nothing, or keep it for everybody to read."""
    failing: KeyringBackend = fail.Keyring()  # type: ignore[no-untyped-call]
    forgetting: KeyringBackend = null.Keyring()  # type: ignore[no-untyped-call]
    return failing, forgetting, PlaintextKeyring()


@contextmanager
def keyring_of_the_user(backend: KeyringBackend) -> Iterator[None]:
    """Let the library find `backend` for the length of the block."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
