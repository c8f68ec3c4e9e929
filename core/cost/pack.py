"""The price pack: every price we know, as one compact file. The user's cache of a refresh has the same form.

A gzip of JSON: gzip's checksum tells a damaged file from a whole one, and a figure is a whole number, so loading
converts nothing. It is sheets of prices that share kind, source and date:

    {"format": 1, "types": {"m9g.large": [2, 8192, "arm64"]}, "sheets": [{"kind": "linux", "source": "…",
     "date": "2025-04-04", "figures": {"eu-central-1": {"m5.large": 1150000000}}}]}

`types` are instance types that the catalogue does not have.
"""

import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, get_args

from core.aws.quote import Kind
from core.catalog.instance_types import Architecture, InstanceType
from core.errors import Invalid

FORMAT: Final = 1
ARCHITECTURES: Final = get_args(Architecture)
FILE: Final = "pack.json.gz"
"""Beside the tables that it is made from."""
Figures = Mapping[str, Mapping[str, int]]
"""Amounts in 1e-10 USD by region, then subject."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Prices of one kind that have their source and date in common."""

    kind: Kind
    source: str
    date: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Pack:
    sheets: tuple[Sheet, ...] = ()
    types: Mapping[str, InstanceType] = field(default_factory=dict)


def written(pack: Pack) -> bytes:
    """The same bytes for the same pack."""
    document = {
        "format": FORMAT,
        "types": {each.name: [each.vcpus, each.memory_mib, each.architecture] for each in pack.types.values()},
        "sheets": [
            {"kind": each.kind, "source": each.source, "date": each.date.isoformat(), "figures": each.figures}
            for each in pack.sheets
        ],
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def read(content: bytes) -> Pack:
    """Raises Invalid when it is damaged, or of a format that we don't know."""
    try:
        document = json.loads(gzip.decompress(content))
        if document["format"] != FORMAT:
            raise Invalid(f"It has the format {document['format']!r}, and we read {FORMAT}.")
        return Pack(
            sheets=tuple(_sheet(each) for each in document["sheets"]),
            types={name: _instance_type(name, *facts) for name, facts in document["types"].items()},
        )
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(f"It is damaged ({error}).") from error


def joined(old: Pack, new: Pack) -> Pack:
    """Both, from the newest sheet to the oldest and each figure once: the newer, and of the same day that of `new`."""
    seen: defaultdict[tuple[Kind, str], set[str]] = defaultdict(set)
    kept: list[Sheet] = []
    for sheet in sorted([*new.sheets, *old.sheets], key=lambda sheet: sheet.date, reverse=True):
        figures: dict[str, Mapping[str, int]] = {}
        for region, amounts in sheet.figures.items():
            of_region = seen[sheet.kind, region]
            if left := {subject: value for subject, value in amounts.items() if subject not in of_region}:
                figures[region] = left
            of_region.update(left)
        if figures:
            kept.append(replace(sheet, figures=figures))
    types: Mapping[str, InstanceType] = {**old.types, **new.types}
    return Pack(tuple(kept), types)


def _sheet(members: Mapping[str, Any]) -> Sheet:
    figures: Figures = members["figures"]
    for region, amounts in figures.items():
        for subject, amount in amounts.items():
            if type(amount) is not int or amount <= 0:
                raise ValueError(f"{amount!r} is no price of {subject!r} in {region!r}")
    return Sheet(Kind(members["kind"]), str(members["source"]), date.fromisoformat(members["date"]), figures)


def _instance_type(name: str, vcpus: int, memory_mib: int, architecture: Architecture) -> InstanceType:
    if not all(type(each) is int and each > 0 for each in (vcpus, memory_mib)) or architecture not in ARCHITECTURES:
        raise ValueError(f"{name!r} is no instance type")
    return InstanceType(name, vcpus, memory_mib, architecture)
