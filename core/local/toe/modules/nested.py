"""ExecuteDocument: another document, run as part of a step (EC2 Image Builder user guide, toe-action-modules).

A path is a path of the guest: a document that could name files of the host could read them by their error messages.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from core.local.toe.inputs import Entries, Entry, text
from core.local.toe.outcome import ActionEnd, ActionFailed, Done
from core.local.toe.outside import S3Place
from core.local.toe.scene import NestedCall, Scene

DOCUMENT_BYTES = 1024 * 1024

_READ = '[ -f "$1" ] || fail "$1 does not exist or is no file"; head -c "$2" -- "$1"'


async def execute_document(scene: Scene, entries: Entries) -> ActionEnd:
    scene.say("STARTED EXECUTION")
    outputs: list[Mapping[str, str]] = []
    for entry in entries:
        path, data = await _read(scene, entry)
        if len(data) > DOCUMENT_BYTES:
            raise ActionFailed(f"ExecuteDocument: {path} has more than {DOCUMENT_BYTES:,} bytes")
        try:
            document = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ActionFailed(f"ExecuteDocument: {path} is not text in UTF-8: {error.reason}") from error
        phases = tuple(name for part in text(entry, "phases", "").split(",") if (name := part.strip()))
        match await scene.nested(NestedCall(path, document, phases, _parameters(entry))):
            case Done(done):
                outputs.extend(done)
            case other:
                return other
    scene.say("FINISHED EXECUTION")
    return Done(tuple(outputs))


async def _read(scene: Scene, entry: Entry) -> tuple[str, bytes]:
    """The document's name, by which a cycle is known, and its content."""
    name, owner = text(entry, "document"), text(entry, "document-s3-bucket-owner", "")
    if name.startswith("arn:"):
        return name, (await scene.deadline.within(scene.outside.component(name))).encode()
    if name.startswith("s3://"):
        place = S3Place.parse(name)
        with tempfile.TemporaryDirectory(prefix="bakehouse-document-") as folder:
            staged = Path(folder) / "document"
            await scene.deadline.within(scene.outside.fetch(place, staged, owner=owner))
            with staged.open("rb") as content:
                return str(place), content.read(DOCUMENT_BYTES + 1)
    path = scene.path(name)
    return path, await scene.script(_READ, path, str(DOCUMENT_BYTES + 1))


def _parameters(entry: Entry) -> dict[str, str]:
    match entry.get("parameters"):
        case None | "":
            return {}
        case tuple(items):
            given = {}
            for item in items:
                if isinstance(item, str | tuple):
                    raise ActionFailed("ExecuteDocument: parameters must be a list of {name, value}")
                given[text(item, "name")] = text(item, "value")
            return given
        case _:
            raise ActionFailed("ExecuteDocument: parameters must be a list of {name, value}")
