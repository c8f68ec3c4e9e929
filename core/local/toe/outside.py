"""What a component may ask of the world outside its machine: S3 objects, SSM parameters, other components.

AWSTOE asks AWS with the instance's role. Here a Protocol stands between, so that by default nothing but folders of this
machine's local Image Builder answers, and a bake with a connection named by the user can let AWS answer.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol, Self
from uuid import uuid4

from core.errors import Denied, HostFault, Invalid, NotFound
from core.local.endpoint import ACCOUNT_ID

_PIECE_BYTES = 8 * 1024 * 1024
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_URI = re.compile(r"s3://([^/]+)/?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class S3Place:
    """An object's or a prefix's place. `key` may be empty: the whole bucket."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Read ``s3://bucket/key``.

        Raises:
            Invalid: it is none.
        """
        found = _URI.fullmatch(uri)
        if found is None or not _BUCKET.fullmatch(found[1]):
            raise Invalid(f"{uri!r} is not an S3 address", hint="It is written s3://bucket/key.")
        return cls(found[1], found[2])

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class SsmParameter:
    """A parameter of the SSM Parameter Store; a StringList's value is its items joined by commas, as SSM gives it."""

    name: str
    value: str
    type: Literal["String", "StringList", "SecureString"] = "String"


class Outside(Protocol):
    """`owner` is the account a document expects a bucket to belong to; "" expects nothing.

    Every method raises NotFound for what doesn't exist and Denied for what may not be had.
    """

    async def keys(self, prefix: S3Place, *, owner: str, limit: int) -> tuple[str, ...]:
        """At most `limit` keys that start with the prefix's, sorted."""
        ...

    async def fetch(self, place: S3Place, to: Path, *, owner: str) -> None:
        """Copy an object into a new file of the host."""
        ...

    async def store(self, source: Path, place: S3Place, *, owner: str) -> None:
        """Copy a file of the host into an object, replacing it whole."""
        ...

    async def parameter(self, name: str) -> SsmParameter: ...

    async def component(self, arn: str) -> str:
        """The text of a component build version's document."""
        ...


class LocalOutside:
    """The default: a folder per bucket, one JSON file of SSM parameters, and the local service's components.

    The parameter file is an object from a parameter's name to its text, to a list of texts (StringList), or to
    ``{"Type": "SecureString", "Value": "…"}``; it is read at every question, so an edit counts at once.
    """

    def __init__(
        self, buckets: Path, parameters: Path, components: Callable[[str], str | None], *, account_id: str = ACCOUNT_ID
    ) -> None:
        self._buckets = buckets
        self._parameters = parameters
        self._components = components
        self._account_id = account_id

    async def keys(self, prefix: S3Place, *, owner: str, limit: int) -> tuple[str, ...]:
        return await asyncio.to_thread(self._keys, prefix, owner, limit)

    async def fetch(self, place: S3Place, to: Path, *, owner: str) -> None:
        source = await asyncio.to_thread(self._object, place, owner)
        if not source.is_file():
            raise NotFound(f"The object {place} does not exist (NoSuchKey)")
        try:
            await _copy(source, to)
        except OSError as error:
            raise HostFault(f"{place} could not be copied to {to}: {error.strerror}") from error

    async def store(self, source: Path, place: S3Place, *, owner: str) -> None:
        target = await asyncio.to_thread(self._object, place, owner)
        # Beside the buckets, where no listing looks: a bucket's name never starts with a dot.
        unfinished = self._buckets / f".unfinished-{uuid4().hex}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            await _copy(source, unfinished)
            unfinished.replace(target)
        except OSError as error:
            raise HostFault(f"{place} could not be written to {target}: {error.strerror}") from error
        finally:
            unfinished.unlink(missing_ok=True)

    async def parameter(self, name: str) -> SsmParameter:
        table = await asyncio.to_thread(self._parameter_table)
        match table.get(name):
            case str(value):
                return SsmParameter(name, value)
            case [*items] if all(isinstance(item, str) for item in items):
                return SsmParameter(name, ",".join(map(str, items)), "StringList")
            case {"Type": "String" | "StringList" | "SecureString" as kind, "Value": str(value)}:
                return SsmParameter(name, value, kind)
            case None:
                raise NotFound(
                    f"The SSM parameter {name!r} does not exist in the local Image Builder",
                    hint=f"Add it to {self._parameters}.",
                )
            case _:
                raise Invalid(f"The SSM parameter {name!r} of {self._parameters} has no form known here")

    async def component(self, arn: str) -> str:
        text = await asyncio.to_thread(self._components, arn)
        if text is None:
            raise NotFound(f"The component {arn} does not exist in the local Image Builder")
        return text

    def _bucket(self, place: S3Place, owner: str) -> Path:
        if owner and owner != self._account_id:
            raise Denied(
                f"The bucket {place.bucket} belongs to the account {self._account_id}, not to {owner} as the document "
                "expects (AccessDenied)"
            )
        folder = self._buckets / place.bucket
        if not folder.is_dir():
            raise NotFound(
                f"The bucket {place.bucket} does not exist (NoSuchBucket)", hint=f"Make the folder {folder}."
            )
        return folder.resolve()

    def _object(self, place: S3Place, owner: str) -> Path:
        """The object's file: always below its bucket's folder, whatever the key or a link there says."""
        folder = self._bucket(place, owner)
        parts = place.key.split("/")
        if "\0" in place.key or any(part in ("", ".", "..") for part in parts):
            raise Invalid(f"{str(place)!r} cannot be kept in a local bucket: a part of its key is empty, '.' or '..'")
        path = folder.joinpath(*parts)
        if not path.resolve().is_relative_to(folder):
            raise Denied(f"{place} leads out of its local bucket (AccessDenied)")
        return path

    def _keys(self, prefix: S3Place, owner: str, limit: int) -> tuple[str, ...]:
        folder = self._bucket(prefix, owner)
        found = []
        for path in sorted(folder.rglob("*")):
            key = str(PurePosixPath(path.relative_to(folder)))
            if key.startswith(prefix.key) and path.is_file() and path.resolve().is_relative_to(folder):
                found.append(key)
                if len(found) == limit:
                    break
        return tuple(found)

    def _parameter_table(self) -> dict[str, object]:
        try:
            table = json.loads(self._parameters.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise HostFault(f"The local SSM parameters in {self._parameters} cannot be read: {error}") from error
        if not isinstance(table, dict):
            raise Invalid(f"{self._parameters} must hold a JSON object from parameter names to values")
        return table


async def _copy(source: Path, to: Path) -> None:
    """Copy piece by piece, so that a cancelled copy stops instead of running on in its thread."""
    with source.open("rb") as reader, to.open("wb") as writer:
        while piece := await asyncio.to_thread(reader.read, _PIECE_BYTES):
            await asyncio.to_thread(writer.write, piece)
