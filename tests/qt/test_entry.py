"""What a command line of `bakehouse` starts: the app, with a file or in rehearsal, or a command."""

import os
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


NOT_AT_FIRST = (
    "aws_croniter",
    "boto3",
    "botocore",
    "core.build.events",
    "core.cost",
    "core.publish",
    "core.recipe.recipe",
    "gui.build.page",
    "gui.recipe.forms.parent",
    "jeepney",
    "keyring",
    "numpy",
    "pyqtgraph",
    "qtawesome",
    "ruamel",
)
"""Whatever takes long to import and is no part of what the window shows at first."""

APPEARING = """
import sys
from contextlib import ExitStack
from pathlib import Path
from PySide6.QtWidgets import QApplication
from core.aws.connection import local
from gui.app import App
from gui.shell.places import Places

def tell():
    print(*sys.modules)
    application.quit()

application = QApplication([])
with ExitStack() as stack:
    app = App(application, local("eu-central-1"), Places.within(Path(sys.argv[1])), stack)
    app.window.appeared.connect(tell)
    app.begin(None)
    application.exec()
"""


def test_the_window_is_there_before_anything_is_imported_that_it_does_not_show_at_first(tmp_path: Path) -> None:
    """One import of botocore at the top of a form made every start a quarter of a second longer, and nothing failed."""
    command = [sys.executable, "-c", APPEARING, str(tmp_path)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "BAKEHOUSE_HOME": str(tmp_path / "home")}
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    loaded = shown.stdout.split()
    assert "gui.recipe.canvas" in loaded
    assert [name for name in loaded if name.startswith(NOT_AT_FIRST)] == []


def test_the_cost_page_comes_without_what_asks_aws() -> None:
    """Its button for other prices brought botocore with it, whoever pressed it or not."""
    code = "import sys, gui.cost.views; print(*({name.split('.')[0] for name in sys.modules} & {'boto3', 'botocore'}))"
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""
