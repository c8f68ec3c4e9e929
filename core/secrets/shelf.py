"""The shelves for secrets, and the choice between them.

A keyring backend that keeps nothing (`null`), always fails (`fail`) or writes plain text counts as none: the last would
be our file with a false name. A keyring can also exist and refuse (locked, no session bus): every refusal surfaces as
`SecretsUnavailable`, and the caller decides whether the file will do. For secrets of AWS it never does: where no
keyring is, they are kept in memory and are gone with the process.
"""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol

from core.errors import HostFault

Kind = Literal["keyring", "file", "session"]

_KEYRING_SERVICE = "bakehouse"
_LONGEST = 1200 if sys.platform == "win32" else 1024 * 1024
"""Characters of one entry. Windows' Credential Manager takes 2,560 bytes, which `keyring` fills with UTF-16."""
_PARTS = "in parts: "
_FILE_NAME = "secrets.json"
_FILE_LIMIT = 64 * 1024


class SecretsUnavailable(HostFault):
    """The shelf exists but can't be used now: locked, or its daemon doesn't answer."""


class Secrets(Protocol):
    """Named texts; but for kind "session" they survive the process. Every method may raise SecretsUnavailable."""

    @property
    def kind(self) -> Kind: ...

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...

    def delete(self, name: str) -> None:
        """Forget `name`; silent when it isn't there."""
        ...


class KeyringSecrets:
    """The keyring of the logged-in user, through whichever backend the `keyring` library finds.

    A text longer than `longest` characters is kept in parts, ``name``, ``name#1`` …, the first of which says how many
    there are. It is written last and deleted first: a text is there whole or not at all.
    """

    def __init__(self, longest: int = _LONGEST) -> None:
        self._longest = longest

    @property
    def kind(self) -> Kind:
        return "keyring"

    def get(self, name: str) -> str | None:
        import keyring

        with _refusing("read"):
            first = keyring.get_password(_KEYRING_SERVICE, name)
            if first is None or not first.startswith(_PARTS):
                return first
            count, _, text = first.removeprefix(_PARTS).partition(" ")
            rest = [keyring.get_password(_KEYRING_SERVICE, each) for each in _rest(name, int(count))]
            return None if None in rest else "".join([text, *filter(None, rest)])

    def set(self, name: str, value: str) -> None:
        import keyring

        room = self._longest - len(_PARTS) - 4
        parts = [value[at : at + room] for at in range(0, len(value), room)]
        with _refusing("written"):
            if len(value) <= self._longest:
                keyring.set_password(_KEYRING_SERVICE, name, value)
                return
            for part, each in zip(parts[1:], _rest(name, len(parts)), strict=True):
                keyring.set_password(_KEYRING_SERVICE, each, part)
            keyring.set_password(_KEYRING_SERVICE, name, f"{_PARTS}{len(parts)} {parts[0]}")

    def delete(self, name: str) -> None:
        import keyring
        from keyring.errors import PasswordDeleteError

        with _refusing("changed"):
            first = keyring.get_password(_KEYRING_SERVICE, name) or ""
            count = int(first.removeprefix(_PARTS).partition(" ")[0]) if first.startswith(_PARTS) else 1
            for each in (name, *_rest(name, count)):
                with contextlib.suppress(PasswordDeleteError):
                    keyring.delete_password(_KEYRING_SERVICE, each)


class SessionSecrets:
    """Kept in memory only: gone when the process ends."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    @property
    def kind(self) -> Kind:
        return "session"

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def set(self, name: str, value: str) -> None:
        self._kept[name] = value

    def delete(self, name: str) -> None:
        self._kept.pop(name, None)


class UserSecrets:
    """The shelf for secrets of AWS: the OS keyring, else this session's memory, never a file. Looked for when first
    needed, because that asks the desktop's bus."""

    @cached_property
    def _shelf(self) -> Secrets:
        return keyring_or_none() or SessionSecrets()

    @property
    def kind(self) -> Kind:
        return self._shelf.kind

    def get(self, name: str) -> str | None:
        return self._shelf.get(name)

    def set(self, name: str, value: str) -> None:
        self._shelf.set(name, value)

    def delete(self, name: str) -> None:
        self._shelf.delete(name)


class FileSecrets:
    """A JSON file of mode 0600, replaced whole so that a crash leaves the old or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def kind(self) -> Kind:
        return "file"

    def get(self, name: str) -> str | None:
        return self._read().get(name)

    def set(self, name: str, value: str) -> None:
        self._write({**self._read(), name: value})

    def delete(self, name: str) -> None:
        secrets = self._read()
        if secrets.pop(name, None) is not None:
            self._write(secrets)

    def _read(self) -> dict[str, str]:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretsUnavailable(f"{self._path} can't be read: {error.strerror}") from error
        with os.fdopen(descriptor, encoding="utf-8") as file:
            try:
                content = json.loads(file.read(_FILE_LIMIT))
            except ValueError as error:
                raise SecretsUnavailable(
                    f"{self._path} is not a file of secrets: {error}", hint="Move it away; new keys are made then."
                ) from error
        if not isinstance(content, dict):
            raise SecretsUnavailable(f"{self._path} is not a file of secrets", hint="Move it away.")
        return {name: value for name, value in content.items() if isinstance(value, str)}

    def _write(self, secrets: dict[str, str]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, partial = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(secrets, file)
                file.flush()
                os.fsync(file.fileno())
            Path(partial).replace(self._path)
        except OSError as error:
            raise SecretsUnavailable(f"{self._path} can't be written: {error.strerror}") from error


def keyring_or_none() -> KeyringSecrets | None:
    """The OS keyring, or None where no backend exists, or is left, that really keeps secrets."""
    import keyring
    from keyring.backends import fail, null
    from keyring.backends.chainer import ChainerBackend

    backend = keyring.get_keyring()
    if isinstance(backend, ChainerBackend):
        try:
            chain = [one for one in backend.backends if not _keeps_nothing(type(one).__name__)]
        except RuntimeError:  # the library's word for a backend that is no longer there
            return None
        return KeyringSecrets() if chain else None
    if isinstance(backend, fail.Keyring | null.Keyring) or _keeps_nothing(type(backend).__name__):
        return None
    return KeyringSecrets()


def file_of(folder: Path) -> FileSecrets:
    """The shelf that is a file in `folder`."""
    return FileSecrets(folder / _FILE_NAME)


def _rest(name: str, count: int) -> Iterator[str]:
    """The names of all parts but the first."""
    return (f"{name}#{number}" for number in range(1, count))


def _keeps_nothing(backend: str) -> bool:
    return "plaintext" in backend.casefold()


@contextlib.contextmanager
def _refusing(what: str) -> Iterator[None]:
    try:
        yield
    except _refusals() as error:
        raise SecretsUnavailable(
            f"The OS keyring can't be {what}: {error}", hint="Unlock the keyring (log in to its session) and try again."
        ) from error


def _refusals() -> tuple[type[Exception], ...]:
    """What a keyring says no with: the library's own errors, its RuntimeError for a backend that has gone and, on
    Linux, those of the Secret Service, which it lets pass (a prompt dismissed, a collection locked between two calls,
    a bus that went away)."""
    from keyring.errors import KeyringError

    refusals: tuple[type[Exception], ...] = (KeyringError, RuntimeError, OSError)
    if sys.platform == "linux":
        with contextlib.suppress(ImportError):
            from jeepney import DBusErrorResponse
            from secretstorage.exceptions import SecretStorageException

            refusals = (*refusals, SecretStorageException, DBusErrorResponse)
    if sys.platform == "win32":
        from win32ctypes.pywin32 import pywintypes

        refusals = (*refusals, pywintypes.error)
    return refusals
