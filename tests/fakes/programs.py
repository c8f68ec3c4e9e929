"""Programs of the host that stand in for the real ones, for what these do too rarely or not at all."""

import os
from pathlib import Path

import pytest


def stand_in(name: str, text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of this text, with its interpreter in the first line, in a new folder that comes first on PATH."""
    folder.mkdir()
    program = folder / name
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
