"""What is known of the image that a recipe starts from, so that a first build is no guess: how large it was when it was
measured, and what builds from it added.

A parent is known by the base images made on this machine, by its images, and by the journals of builds that made it.
What builds added is the layer each of them wrote. Of an image in an account nobody here knows the size.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.build import journal
from core.build.source import ImageStatus
from core.cost.amount import ZERO, Range
from core.cost.assumptions import NOTHING_TO_FULL
from core.cost.ledger import GIB, charged
from core.cost.sizes import Library
from core.errors import Invalid, NotFound
from core.recipe.names import Arn, is_wildcard, slug

if TYPE_CHECKING:
    from core.aws.machines import ImageFile

NEWEST: Final = 8
"""Builds of a parent that are looked at."""
PARENT: Final = "Parent image"
ADDED: Final = "Added by the components"


@dataclass(frozen=True, slots=True)
class Known:
    """GiB of a parent image, and of what builds from it added; None for what nobody has measured."""

    size: Range | None = None
    added: Range | None = None


NOTHING: Final = Known()


@dataclass(frozen=True, slots=True)
class _Build:
    """A build that made an image which may be a parent now."""

    arn: Arn
    connection: str
    ended: datetime
    ami_ids: frozenset[str]


class Parents:
    """The parents that were asked for so far, each looked up once. `runs` is the folder of journals."""

    def __init__(self, library: Library, runs: Path) -> None:
        self._library = library
        self._images = frozenset(each.ami_id for each in library.files)
        self._runs = runs
        self._known: dict[str, Known] = {}

    def of(self, parent: str) -> Known:
        """What is known of a recipe's `parentImage`. Slow when first asked: it reads journals."""
        if parent not in self._known:
            self._known[parent] = self._look_up(parent)
        return self._known[parent]

    def _look_up(self, parent: str) -> Known:
        if parent.startswith("ami-"):
            return self._of_amis(frozenset({parent}), parent)
        named = _named(parent)
        if named is None:
            return NOTHING
        name, version = named
        bases = [each for each in self._library.bases if each.name == name]
        if bases:
            base = max(bases, key=lambda each: each.made)
            size = Range.of(Decimal(base.written_bytes) / GIB, source=f"{name}, made on this machine on {base.made}")
            return Known(size, self._added(each for each in self._library.files if self._on_base(each)))
        builds = tuple(_builds(self._runs, name, version))
        if builds:
            return self._of_builds(builds)
        imported = frozenset(each.ami_id for each in self._library.files if slug(each.name) == name)
        return self._of_amis(imported, parent)

    def _of_builds(self, builds: tuple[_Build, ...]) -> Known:
        sizes = ((each, self._largest(each.ami_ids)) for each in builds)
        measured = next(((build, size) for build, size in sizes if size is not None), None)
        if measured is None:
            return NOTHING
        build, size = measured
        arn = build.arn
        source = f"{arn.name} {arn.version}/{arn.build}, built on {build.connection}, {build.ended:%Y-%m-%d}"
        made = frozenset[str]().union(*(each.ami_ids for each in builds))
        return Known(Range.of(size, source=source), self._added(self._children(made)))

    def _of_amis(self, ami_ids: frozenset[str], name: str) -> Known:
        size = self._largest(ami_ids)
        if size is None:
            return NOTHING
        source = f"{name}, measured on this machine, {self._library.on}"
        return Known(Range.of(size, source=source), self._added(self._children(ami_ids)))

    def _largest(self, ami_ids: Iterable[str]) -> Decimal | None:
        """Copies of an image may have been packed differently."""
        sizes = self._library.sizes
        return max((sizes[each] for each in ami_ids if each in sizes), default=None)

    def _children(self, ami_ids: frozenset[str]) -> "Iterator[ImageFile]":
        return (each for each in self._library.files if each.parent_ami_id in ami_ids and each.ami_id not in ami_ids)

    def _on_base(self, file: "ImageFile") -> bool:
        """Bases are in no list of images; with bases of several names nobody knows which one it stands on."""
        alone = len({each.name for each in self._library.bases}) == 1
        return alone and bool(file.parent_ami_id) and file.parent_ami_id not in self._images

    def _added(self, files: "Iterable[ImageFile]") -> Range | None:
        # Copies in other regions are the same file, and no further build.
        layers = {each.sha256 or each.ami_id: Decimal(each.written_bytes) / GIB for each in files if each.written_bytes}
        if not layers:
            return None
        count = "1 image" if len(layers) == 1 else f"{len(layers)} images"
        source = f"as {count} built from it on this machine, measured {self._library.on}"
        return Range.of(min(layers.values()), max(layers.values()), source)


def sized(parent: Range, added: Range | None, full: int) -> Range:
    """GiB of an image that was never built: its parent, and what components add to it. `full` is what all volumes hold,
    which nothing exceeds as long as nobody knows better."""
    more = added or Range(ZERO, max(full - parent.high, ZERO), NOTHING_TO_FULL)
    return Range(
        parent.low + more.low,
        parent.high + more.high,
        "the parent image and what its components add",
        ((PARENT, parent), (ADDED, more)),
    )


def _named(parent: str) -> tuple[str, str] | None:
    """The name as ARNs have it, and the version if there is one in particular; None for a reference to elsewhere."""
    if not parent.startswith("arn:"):
        return None if ":" in parent or "/" in parent else (slug(parent), "")
    try:
        arn = Arn.parse(parent)
    except ValueError:
        return None
    version = arn.version or ""
    return arn.name, "" if is_wildcard(version) else version


def _builds(runs: Path, name: str, version: str) -> Iterator[_Build]:
    """Good builds of an image, the newest first. A journal that can't be read is told of where its run is shown."""
    found = (build for path in journal.of_image(runs, name) if (build := _build(path)) is not None)
    yield from islice(
        (each for each in found if each.arn.name == name and version in ("", each.arn.version)),
        NEWEST,
    )


def _build(path: Path) -> _Build | None:
    with suppress(NotFound, Invalid):
        entry = journal.entry(path)
        if entry is None or entry.ended is None or entry.status is not ImageStatus.AVAILABLE:
            return None
        ledger = charged(journal.events(path, log=False))
        if ledger.image is not None:
            image = ledger.image.image
            amis = frozenset(ami.image for ami in image.output_resources.amis if ami.image)
            return _Build(Arn.parse(image.arn), entry.opened.connection, entry.ended, amis)
    return None
