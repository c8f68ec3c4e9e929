"""The user's stored connections: the file they are in, and the secrets that belong to them.

The file is read anew for every change and replaced whole, so two windows do not undo each other's work and a crash
leaves the old or the new one. A file that can't be understood is never written over. A secret is put on its shelf
before the file names it and taken off after the file has forgotten it: what can be left behind is a secret without a
name, never a connection without its secret.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, assert_never

from pydantic import ValidationError

from core.aws.stored import IdentityCenter, Keys, KeySecret, Profile, StoredConnection, secret_name, token_name
from core.errors import Conflict, Denied, HostFault, Invalid, NotFound, Problem, Severity
from core.secrets import Secrets, SessionSecrets

VERSION: Final = 1
FILE_NAME: Final = "connections.json"
_LIMIT: Final = 1024 * 1024
_KEEP: Final = "Nothing was changed. Correct the file, or move it away to begin anew."


def book_file() -> Path:
    """$BAKEHOUSE_CONFIG, a folder, or else the user's configuration folder of the platform; and the file in it."""
    if named := os.environ.get("BAKEHOUSE_CONFIG"):
        return Path(named).expanduser().absolute() / FILE_NAME
    import platformdirs

    return platformdirs.user_config_path("bakehouse") / FILE_NAME


class Book:
    """The stored connections by name. Every method may raise Invalid (the file) or HostFault (the disk); those that
    touch a secret raise SecretsUnavailable when the keyring is locked, and have changed nothing then."""

    def __init__(self, path: Path, secrets: Secrets) -> None:
        self._path = path
        self.secrets = secrets
        self._session = SessionSecrets()

    def list(self) -> tuple[StoredConnection, ...]:
        """In the user's order."""
        return _parsed(self._path, _read(self._path))

    def find(self, name: str) -> StoredConnection | None:
        return next((each for each in self.list() if each.name == name), None)

    def add(self, connection: StoredConnection, secret: KeySecret | None = None, *, for_session: bool = False) -> None:
        """Raises Conflict when the name is taken. `for_session` keeps the secret in memory although there is a
        keyring."""
        before = self.list()
        if any(each.name == connection.name for each in before):
            raise Conflict(f"There is a connection {connection.name!r} already.", hint="Choose another name.")
        _fitting(connection, secret)
        self._with_secret(connection, secret, for_session, lambda: self._write([*before, connection]))

    def replace(
        self, connection: StoredConnection, secret: KeySecret | None = None, *, for_session: bool = False
    ) -> None:
        """Change everything but the name. Without `secret` the one there is stays, as long as the access key does."""
        before = self.list()
        old = _named(before, connection.name)
        if not _same_key(old, connection):
            _fitting(connection, secret)
        after = [connection if each.name == connection.name else each for each in before]
        unused = self._unused(before, after)
        self._with_secret(connection, secret, for_session, lambda: self._write(after))
        self._forget(unused)

    def rename(self, name: str, new: str) -> StoredConnection:
        """Its secret moves along. Raises Conflict when the new name is taken."""
        before = self.list()
        old = _named(before, name)
        renamed = _checked(old, new)
        if renamed.name == name:
            return old
        if any(each.name == renamed.name for each in before):
            raise Conflict(f"There is a connection {renamed.name!r} already.", hint="Choose another name.")
        after = [renamed if each.name == name else each for each in before]
        unused = self._unused(before, after)
        for kept in unused:
            shelf = self._shelf(kept)
            if (secret := shelf.get(kept)) is not None:
                shelf.set(secret_name(renamed.name), secret)
        self._write(after)
        self._forget(unused)
        return renamed

    def remove(self, name: str) -> None:
        """Its secret goes too, and the sign-in at its portal when no other connection uses it."""
        before = self.list()
        old = _named(before, name)
        after = [each for each in before if each is not old]
        unused = self._unused(before, after)
        self._write(after)
        self._forget(unused)

    def secret(self, name: str) -> KeySecret:
        """The secret of a connection with keys. Raises Denied when there is none."""
        kept = self._shelf(secret_name(name)).get(secret_name(name))
        if kept is None:
            raise Denied(
                f"The secret key of the connection {name!r} is not kept on this machine.",
                hint="Type it in again: edit the connection.",
            )
        return _opened(kept)

    def kept_for_session(self, name: str) -> bool:
        """Whether the secret of this connection is gone when the app ends."""
        return self._shelf(secret_name(name)).kind == "session"

    def _shelf(self, name: str) -> Secrets:
        return self._session if self._session.get(name) is not None else self.secrets

    def _with_secret(
        self, connection: StoredConnection, secret: KeySecret | None, for_session: bool, write: Callable[[], None]
    ) -> None:
        """Put the secret on its shelf, then write; put back what was there when that fails."""
        if secret is None:
            write()
            return
        name = secret_name(connection.name)
        before = self.secrets.get(name) if not for_session else self._session.get(name)
        shelf = self._session if for_session else self.secrets
        shelf.set(name, _closed(secret))
        with ExitStack() as undoing:
            if before is None:
                undoing.callback(shelf.delete, name)
            else:
                undoing.callback(shelf.set, name, before)
            write()
            undoing.pop_all()
        other = self.secrets if for_session else self._session
        other.delete(name)

    def _unused(self, before: Iterable[StoredConnection], after: Iterable[StoredConnection]) -> Sequence[str]:
        """The secrets that no connection needs any more. A locked keyring says so here, before anything is changed."""
        unused = sorted({_shelved(each) for each in before} - {_shelved(each) for each in after} - {""})
        for name in unused:
            self._shelf(name).get(name)
        return unused

    def _forget(self, names: Sequence[str]) -> None:
        for name in names:
            self._session.delete(name)
            self.secrets.delete(name)

    def _write(self, connections: Iterable[StoredConnection]) -> None:
        shown = [each.model_dump(by_alias=True, exclude_defaults=True) | _kind(each) for each in connections]
        text = json.dumps({"schemaVersion": VERSION, "connections": shown}, indent=2, ensure_ascii=False) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, partial = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(partial).replace(self._path)
            finally:
                Path(partial).unlink(missing_ok=True)
        except OSError as error:
            raise HostFault(
                f"{self._path} can't be written: {error.strerror}", hint="Set BAKEHOUSE_CONFIG to a folder you own."
            ) from error


def checked(**members: Any) -> StoredConnection:
    """A record of what a form holds. Raises Invalid whose problems have the addresses of the fields."""
    try:
        return StoredConnection.model_validate(members)
    except ValidationError as error:
        raise _invalid("The connection is not complete.", error, "") from error


def _checked(old: StoredConnection, name: str) -> StoredConnection:
    return checked(**{**old.model_dump(), "name": name})


def _kind(connection: StoredConnection) -> dict[str, Any]:
    """The source with its kind, which `exclude_defaults` leaves out."""
    return {"source": connection.source.model_dump(by_alias=True)}


def _named(connections: Iterable[StoredConnection], name: str) -> StoredConnection:
    if found := next((each for each in connections if each.name == name), None):
        return found
    raise NotFound(f"There is no connection {name!r}.", hint="It may have been removed in another window.")


def _shelved(connection: StoredConnection) -> str:
    """What belongs to this connection on the shelf; empty where nothing does."""
    match connection.source:
        case Profile():
            return ""
        case Keys():
            return secret_name(connection.name)
        case IdentityCenter(start_url=start_url):
            return token_name(start_url)
        case _:
            assert_never(connection.source)


def _same_key(old: StoredConnection, new: StoredConnection) -> bool:
    return isinstance(old.source, Keys) and old.source == new.source


def _fitting(connection: StoredConnection, secret: KeySecret | None) -> None:
    """Raises Invalid when keys come without their secret, or the other way round."""
    if isinstance(connection.source, Keys) != (secret is not None and bool(secret.secret_access_key)):
        missing = isinstance(connection.source, Keys)
        words = "The secret key is missing." if missing else "A secret key goes with an access key id only."
        problem = Problem("secretAccessKey", 0, 0, Severity.ERROR, words)
        raise Invalid(words, problems=[problem])


def _closed(secret: KeySecret) -> str:
    return json.dumps({"secretAccessKey": secret.secret_access_key, "sessionToken": secret.session_token})


def _opened(text: str) -> KeySecret:
    try:
        content = json.loads(text)
        return KeySecret(str(content["secretAccessKey"]), str(content.get("sessionToken", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        # From None: the text is a secret, and json's error carries all of it.
        raise Denied("What the keyring holds for this connection is no key.", hint="Type it in again.") from None


def _read(path: Path) -> object:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LIMIT + 1)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise _bad(path, "", 0, 0, f"it is not text in UTF-8: {error.reason}") from error
    except OSError as error:
        raise HostFault(f"{path} can't be read: {error.strerror}", hint="Check its permissions.") from error
    if len(text) > _LIMIT:
        raise _bad(path, "", 0, 0, "it is larger than 1 MiB")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise _bad(path, "", 0, 0, "it is nested too deep") from error
    except json.JSONDecodeError as error:
        raise _bad(path, "", error.lineno, error.colno, error.msg) from error


def _parsed(path: Path, content: object) -> tuple[StoredConnection, ...]:
    if content is None and not path.exists():
        return ()
    if not isinstance(content, dict):
        raise _bad(path, "", 0, 0, "it holds no object")
    version = content.get("schemaVersion")
    if type(version) is not int or version != VERSION:  # True equals 1
        newer = isinstance(version, int) and version > VERSION
        why = "it was written by a newer Bakehouse" if newer else f"{version!r} is no version of it"
        raise _bad(path, "schemaVersion", 0, 0, why)
    if unknown := sorted(set(content) - {"schemaVersion", "connections"}):
        raise _bad(path, unknown[0], 0, 0, f"{unknown[0]!r} is not known")
    listed = content.get("connections", [])
    if not isinstance(listed, list):
        raise _bad(path, "connections", 0, 0, "it is no list")
    found: dict[str, StoredConnection] = {}
    for index, each in enumerate(listed):
        address = f"connections[{index}]"
        try:
            record = StoredConnection.model_validate(each)
        except ValidationError as error:
            raise _invalid(f"{path} can't be understood.", error, f"{address}.", str(path)) from error
        if record.name in found:
            raise _bad(path, f"{address}.name", 0, 0, f"the name {record.name!r} is there twice")
        found[record.name] = record
    return tuple(found.values())


def _bad(path: Path, address: str, line: int, column: int, why: str) -> Invalid:
    problem = Problem(address, line, column, Severity.ERROR, f"{why[0].upper()}{why[1:]}.", _KEEP, str(path))
    where = f", at {address}" if address else f", line {line}" if line else ""
    return Invalid(f"{path}{where}: {why}.", problems=[problem], hint=_KEEP)


def _invalid(message: str, error: ValidationError, at: str, file: str = "") -> Invalid:
    """Pydantic's words with our addresses; never its input, which may be a secret in the wrong field."""
    problems = tuple(
        Problem(_address(at, each["loc"]), 0, 0, Severity.ERROR, _words(each["msg"]), _KEEP if file else "", file)
        for each in error.errors(include_input=False, include_url=False, include_context=False)
    )
    first = problems[0]
    where = f"{first.address}: " if first.address else ""
    return Invalid(f"{message} {where}{first.message}", problems=problems, hint=_KEEP if file else "")


def _words(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".") + "."


def _address(at: str, location: tuple[int | str, ...]) -> str:
    """Of a tagged union pydantic names the tag as a step; the file has no such step."""
    tagged = len(location) > 1 and location[0] == "source"
    steps = (location[0], *location[2:]) if tagged else location
    return f"{at}{'.'.join(str(step) for step in steps)}".rstrip(".")
