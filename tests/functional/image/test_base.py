"""Making a base image where it can't be made: what is said, and what stays. A stand-in plays mmdebstrap."""

import asyncio
import os
from pathlib import Path

import pytest

from core.errors import HostFault, Missing
from core.local.base.definition import definitions
from core.local.base.make import make_base
from core.local.machine.ports import Progress
from tests.fakes.programs import stand_in
from tests.vm.machine.processes import descendants, until

DEFINITION = definitions()[0]


@pytest.fixture
def bases(tmp_path: Path) -> Path:
    return tmp_path / "bases"


def mmdebstrap(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does only this."""
    stand_in("mmdebstrap", f"#!/bin/sh\n{script}\n", folder, monkeypatch)


def quietly(_progress: Progress) -> None:
    """A report nobody reads."""


def left(bases: Path) -> list[Path]:
    return sorted(bases.glob("*")) if bases.exists() else []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("E: Failed to fetch http://deb.debian.org/x Temporary failure resolving", "package mirror"),
        ("E: mmdebstrap: unshare failed: user namespaces", "user namespaces"),
        ("E: write error: No space left on device", "disk space"),
        ("E: nobody has seen this before", "service log"),
    ],
)
async def test_why_a_base_image_cannot_be_made_is_said_with_what_to_do(
    bases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, hint: str
) -> None:
    """A bake without network ended in an exit status."""
    mmdebstrap(f"echo 'I: running apt-get update' >&2; echo '{words}' >&2; exit 25", tmp_path / "bin", monkeypatch)
    with pytest.raises(HostFault) as raised:
        await make_base(DEFINITION, bases, quietly)
    assert words in raised.value.message
    assert hint in raised.value.hint
    assert left(bases) == []


async def test_a_host_without_the_tools_names_their_packages(
    bases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="mmdebstrap, qemu-utils not") as raised:
        await make_base(DEFINITION, bases, quietly)
    assert "bootstrap" in raised.value.hint


async def test_a_cancelled_base_image_leaves_no_file_and_no_process(
    bases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mmdebstrap went on downloading for a bake that was cancelled, into a folder that nobody looked at again."""
    mmdebstrap("echo 'I: extracting archives...' >&2; sleep 600 & sleep 600", tmp_path / "bin", monkeypatch)
    told: list[Progress] = []
    heard = asyncio.Event()

    def hear(progress: Progress) -> None:
        told.append(progress)
        heard.set()

    making = asyncio.create_task(make_base(DEFINITION, bases, hear))
    await asyncio.wait_for(heard.wait(), 20)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert (told[0].done, told[0].unit) == (2, "steps")
    await until(lambda: "sleep" not in descendants(os.getpid()).values(), 5, "mmdebstrap is gone")
    assert left(bases) == []


async def test_a_base_image_that_is_made_is_made_no_more(
    bases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mmdebstrap("echo called > $0.called; exit 1", tmp_path / "bin", monkeypatch)
    disk = bases / DEFINITION.id / "disk.qcow2"
    disk.parent.mkdir(parents=True)
    disk.touch()
    assert await make_base(DEFINITION, bases, quietly) == disk
    assert list((tmp_path / "bin").iterdir()) == [tmp_path / "bin" / "mmdebstrap"]
