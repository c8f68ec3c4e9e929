"""S3Download and S3Upload: objects of `Outside` to and from the guest (user guide, toe-action-modules).

Content passes through a temporary folder of the host, piece by piece, so that its size is bounded by disks and not by
memory; it reaches and leaves the guest through stdin and stdout.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from core.errors import HostFault
from core.local.toe.inputs import Entry, flag, text
from core.local.toe.modules.entry import wildcard
from core.local.toe.outcome import ActionFailed
from core.local.toe.outside import S3Place
from core.local.toe.scene import Scene
from core.local.toe.stream import KEPT_STDERR_BYTES, Tail, decode

OBJECT_LIMIT = 1000
PIECE_BYTES = 8 * 1024 * 1024
# What S3 takes in one upload.
UPLOAD_BYTES = 5 * 1024**3

_EXISTS = (
    'Error: S3Download: File already exists and "overwrite" property for "destination" file is set to false. '
    "Cannot download."
)
_LOOK = """
[ ! -d "$1" ] || fail "$1 is a folder"
if [ "$2" = false ] && [ -e "$1" ]; then echo exists; fi
mkdir -p -- "${1%/*}/"
"""
_LIST = """
if [ -d "$1" ]; then
  depth=(); [ "$3" = true ] || depth=(-maxdepth 1)
  find -H "$1" -mindepth 1 "${depth[@]}" -xtype f -name "${2:-*}" -printf '%s %p\\0' | sort -z -k 2
else
  [ -f "$1" ] || fail "$1 does not exist"
  find -H "$1" -maxdepth 0 -printf '%s %p\\0'
fi
"""


class _Sink:
    """Takes what the guest sends; a full disk of the host must not break into the connection, so it is kept."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self.fault: OSError | None = None

    def __call__(self, data: bytes) -> None:
        if self.fault is None:
            try:
                self._write(data)
            except OSError as error:
                self.fault = error


async def s3_download(scene: Scene, entry: Entry) -> None:
    place, destination = S3Place.parse(text(entry, "source")), text(entry, "destination")
    owner, overwrite = text(entry, "expectedBucketOwner", ""), flag(entry, "overwrite", True)
    if not place.key.endswith("*"):
        target = scene.path(destination)
        await _download(scene, place, target.rstrip("/"), owner=owner, overwrite=overwrite)
        return
    prefix = S3Place(place.bucket, place.key[:-1])
    if prefix.key and not prefix.key.endswith("/"):
        raise ActionFailed(f"S3Download: {place} must end with '/*' to mean all objects below it")
    keys = await scene.deadline.within(scene.outside.keys(prefix, owner=owner, limit=OBJECT_LIMIT + 1))
    if len(keys) > OBJECT_LIMIT:
        raise ActionFailed(f"S3Download: {place} has more than {OBJECT_LIMIT} objects")
    for key in keys:
        within = key.removeprefix(prefix.key)
        if ".." in within.split("/"):
            raise ActionFailed(f"S3Download: the key {key!r} leads out of {destination}")
        target = scene.path(f"{destination.rstrip('/')}/{within}")
        await _download(scene, S3Place(place.bucket, key), target, owner=owner, overwrite=overwrite)


async def s3_upload(scene: Scene, entry: Entry) -> None:
    source, given = scene.path(text(entry, "source")), text(entry, "destination")
    place, owner = S3Place.parse(given.removesuffix("*")), text(entry, "expectedBucketOwner", "")
    path, pattern = wildcard(scene, source)
    folder = path.rstrip("/") or "/"
    recurse = "true" if flag(entry, "recurse", False) else "false"
    found = [decode(line) for line in (await scene.script(_LIST, folder, pattern, recurse)).split(b"\0") if line]
    if pattern and not found:
        raise ActionFailed(f"S3Upload: nothing matches {source}")
    for line in found:
        size, _, file = line.partition(" ")
        if int(size) > UPLOAD_BYTES:
            raise ActionFailed(f"S3Upload: {file} has {int(size):,} bytes, more than S3 takes in one upload")
        within = file.removeprefix(folder).lstrip("/")
        if within:
            key = f"{place.key.rstrip('/')}/{within}".lstrip("/")
        else:
            key = place.key + file.rpartition("/")[2] if place.key.endswith("/") or not place.key else place.key
        await _upload(scene, file, S3Place(place.bucket, key), owner)


async def _download(scene: Scene, place: S3Place, target: str, *, owner: str, overwrite: bool) -> None:
    if await scene.script(_LOOK, target, "true" if overwrite else "false"):
        raise ActionFailed(_EXISTS)
    scene.say(f"Downloading {place} to {target}")
    part = f"{target}.{token_hex(4)}.part"
    with tempfile.TemporaryDirectory(prefix="bakehouse-object-") as folder:
        staged = Path(folder) / "object"
        await scene.deadline.within(scene.outside.fetch(place, staged, owner=owner))
        await scene.script(': > "$1"', part)
        with staged.open("rb") as content:
            while piece := await asyncio.to_thread(content.read, PIECE_BYTES):
                await scene.script('cat >> "$1"', part, stdin=piece)
    await scene.script('mv -f -T -- "$1" "$2"', part, target)


async def _upload(scene: Scene, path: str, place: S3Place, owner: str) -> None:
    scene.say(f"Uploading {path} to {place}")
    with tempfile.TemporaryDirectory(prefix="bakehouse-object-") as folder:
        staged = Path(folder) / "object"
        with staged.open("wb", buffering=0) as file:
            sink, err = _Sink(file.write), Tail(KEPT_STDERR_BYTES)
            end = await scene.run(("cat", "--", path), stdout=sink, stderr=err)
        if sink.fault is not None:
            raise HostFault(f"{path} could not be received: {sink.fault.strerror}") from sink.fault
        if not end.succeeded:
            raise ActionFailed(f"S3Upload: {decode(err.data).strip()}")
        await scene.deadline.within(scene.outside.store(staged, place, owner=owner))
