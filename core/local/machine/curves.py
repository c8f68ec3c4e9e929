"""The samples of a build's machines, kept in files beyond the machines' own lives.

    <folder>/<hash of the image's ARN>/<begin in ms>-i-0123456789abcdef0.jsonl
        {"instanceId": "i-…", "role": "build", "vcpus": 2, "memoryMiB": 4096}     the machine
        [1790000000.123, 0.5, 104857600, 4096, 0, 0, 0]                           its samples, one per line

Curves are looked at, never reckoned with: a torn last line is left out, and of old builds they go first.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

from core.local.machine.meter import Sample
from core.local.machine.ports import LaunchSpec
from core.local.machine.qemu import Shape

KEPT: Final = 500
"""Builds whose curves are kept."""


@dataclass(frozen=True, slots=True)
class MachineCurves:
    """A machine of a build and its samples, the oldest first."""

    instance_id: str
    role: str
    vcpus: int
    memory_mib: int
    samples: tuple[Sample, ...]


class CurveShelf:
    """The curves of all builds in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, instance_id: str, spec: LaunchSpec, shape: Shape) -> Callable[[Sample], None]:
        """What to call with every sample of a new machine. A disk that is full costs the curve and not the build."""
        folder = self._of(spec.owner_arn)
        file = folder / f"{time.time_ns() // 1_000_000}-{instance_id}.jsonl"
        head = {"instanceId": instance_id, "role": spec.role, "vcpus": shape.vcpus, "memoryMiB": shape.memory_mib}

        def record(sample: Sample) -> None:
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                with file.open("a", encoding="utf-8") as lines:
                    if not lines.tell():
                        lines.write(f"{json.dumps(head)}\n")
                    lines.write(f"{json.dumps(astuple(sample))}\n")

        return record

    def of(self, image_arn: str, after: float = 0) -> tuple[MachineCurves, ...]:
        """The machines of a build in the order they started, with the samples later than `after`."""
        return tuple(found for file in sorted(self._of(image_arn).glob("*.jsonl")) for found in _read(file, after))

    def sweep(self) -> None:
        """Leave the newest builds' curves."""
        builds = sorted(self._folder.glob("*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for old in builds[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def _of(self, image_arn: str) -> Path:
        return self._folder / hashlib.sha256(image_arn.encode()).hexdigest()[:20]


def _read(file: Path, after: float) -> Iterator[MachineCurves]:
    head, *lines = [_parsed(line) for line in file.read_text(encoding="utf-8").splitlines()] or [None]
    if not isinstance(head, dict):
        return
    samples = tuple(Sample(*line) for line in lines if isinstance(line, list) and len(line) == 7 and line[0] > after)
    yield MachineCurves(head["instanceId"], head["role"], head["vcpus"], head["memoryMiB"], samples)


def _parsed(line: str) -> Any:
    """None for what isn't whole."""
    try:
        return json.loads(line)
    except ValueError:
        return None
