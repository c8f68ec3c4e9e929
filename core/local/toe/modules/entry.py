"""What the modules that take a list of entries share: their order, their log lines, and how they name many files."""

import re
from collections.abc import Awaitable, Callable, Mapping

from core.local.toe.inputs import Entries, Entry, text
from core.local.toe.outcome import ActionEnd, ActionFailed, Done
from core.local.toe.scene import Action, Scene

_PERMISSIONS = re.compile(r"[0-7]{1,4}")
_NOT_A_WILDCARD = re.compile(r"([\\\[\]?])")


def in_order(act: Callable[[Scene, Entry], Awaitable[Mapping[str, str] | None]]) -> Action:
    """An action that acts on its entries one after the other; the first that fails fails the step."""

    async def action(scene: Scene, entries: Entries) -> ActionEnd:
        scene.say("STARTED EXECUTION")
        outputs = [await act(scene, entry) for entry in entries]
        scene.say("FINISHED EXECUTION")
        return Done(tuple(output for output in outputs if output is not None))

    return action


def file_path(scene: Scene, entry: Entry, key: str = "path") -> str:
    """The absolute path of a file: not one that ends like a folder's.

    Raises:
        ActionFailed: it does, or is none.
    """
    path = scene.path(text(entry, key))
    if path.endswith("/"):
        raise ActionFailed(f"{scene.action}: {path} is the path of a folder, not of a file")
    return path


def folder_path(scene: Scene, entry: Entry, key: str = "path") -> str:
    """The absolute path of a folder, without a separator at its end but for the root's own."""
    return scene.path(text(entry, key)).rstrip("/") or "/"


def wildcard(scene: Scene, path: str) -> tuple[str, str]:
    """A path split into its folder and, when its last part holds ``*``, a pattern for `find -name`; else ("path", "").

    Only ``*`` is special in a document, so everything else that `find` would read is quoted.
    """
    folder, _, name = path.rpartition("/")
    if "*" in folder:
        raise ActionFailed(f"{scene.action}: a '*' may only stand after the last separator of {path}")
    return (folder or "/", find_pattern(name)) if "*" in name else (path, "")


def find_pattern(name: str) -> str:
    return _NOT_A_WILDCARD.sub(r"\\\1", name)


def permissions(scene: Scene, entry: Entry, default: str | None = None) -> str:
    """Octal permissions as chmod reads them; "" where none are given."""
    mode = text(entry, "permissions", default).strip()
    if mode and not _PERMISSIONS.fullmatch(mode):
        raise ActionFailed(f"{scene.action}: permissions must be octal like 0644, not {mode!r}")
    return mode


def account(scene: Scene, entry: Entry, key: str, default: str | None = None) -> str:
    """The name or number of a user or group; "" where none is given."""
    name = text(entry, key, default).strip()
    if ":" in name:
        raise ActionFailed(f"{scene.action}: {name!r} is no {key}'s name")
    return name
