"""What a command line of `bakehouse` starts: the app, with a file or in rehearsal, or a command."""

import subprocess
import sys
from pathlib import Path

import pytest

from gui.__main__ import SPEED, WORDS, Start, start_of
from tests.installed import ROOT


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        ([], Start()),
        (["web-server.yml"], Start(Path("web-server.yml"))),
        (["some/where/bake.yaml"], Start(Path("some/where/bake.yaml"))),
        (["--rehearse"], Start(rehearse=SPEED)),
        (["--rehearse=2.5"], Start(rehearse=2.5)),
        (["--rehearse", "a.yml"], Start(Path("a.yml"), SPEED)),
    ],
)
def test_the_app_is_started(arguments: list[str], start: Start) -> None:
    assert start_of(arguments) == start


@pytest.mark.parametrize(
    "arguments",
    [[word] for word in sorted(WORDS)]
    + [["bake", "a.yml"], ["--help"], ["--rehearse=fast"], ["--rehearse=0"], ["--rehearse", "bake"], ["nonsense"]],
)
def test_everything_else_is_a_command(arguments: list[str]) -> None:
    assert start_of(arguments) is None


def test_a_command_loads_no_toolkit_and_the_app_no_command_line() -> None:
    told = "print(*sorted({name.split('.')[0] for name in sys.modules} & {'PySide6', 'typer', 'boto3', 'qtawesome'}))"
    for code, found in (("import core.cli", ""), ("import gui.app", "PySide6")):
        command = [sys.executable, "-c", f"import sys, gui.__main__; {code}; {told}"]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == found
