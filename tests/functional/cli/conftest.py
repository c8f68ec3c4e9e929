"""A running service of fakes, and the command line as a process that finds it."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.local.endpoint import Home, find
from tests.functional.cli.bakery import PARENT

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-c", "from core.cli import main; main()")

HELD = "until [ -e /tmp/go ]; do sleep 0.1; done"
"""A command that ends when the test says so (`Shell.let_go`): no build is over before it was looked at."""

COMPONENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Bake
        action: ExecuteBash
        inputs:
          commands:
            - {command}
"""
RECIPE = """\
schemaVersion: 1
name: {name}
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: {parent}
  components:
    - document: {name}.yml
distributions:
  - region: eu-central-1
"""


@dataclass(frozen=True)
class Shell:
    """Somebody at a command line, in a folder of their own."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def command(self) -> str:
        """The command line for use in a shell script."""
        return shlex.join(COMMAND)

    def python(self, code: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """A command that goes on; its stdout is line by line."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return name

    def let_go(self) -> None:
        """Let every held build go on."""
        for folder in (Path(self.environment["BAKEHOUSE_HOME"]) / "runs").glob("i-*/tmp"):
            (folder / "go").touch()

    def recipe(self, name: str, command: str) -> str:
        """A recipe file with one component that runs one shell command; the file's name."""
        self.write(f"{name}.yml", COMPONENT.format(command=json.dumps(command)))
        return self.write(f"{name}.recipe.yml", RECIPE.format(name=name, parent=PARENT))


def plain_environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "VIRTUAL_ENV")}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "BAKEHOUSE_HOME": str(home),
        "BAKEHOUSE_STATE": str(home / "followed"),
        "BAKEHOUSE_CACHE": str(home / "cache"),
        "AWS_CONFIG_FILE": str(home / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "aws-credentials"),
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def alone(tmp_path: Path) -> Shell:
    """A shell where no service runs."""
    return Shell(tmp_path, plain_environment(tmp_path / "home"))


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a running service."""
    home = tmp_path_factory.mktemp("bakery")
    command = [sys.executable, "-m", "tests.functional.cli.bakery"]
    with subprocess.Popen(command, cwd=ROOT, env=plain_environment(home), stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            # The service logs that it listens; until then there is nothing to find.
            said = []
            for line in process.stderr:
                said.append(line)
                if b"listens at" in line:
                    break
            assert find(Home(home)), b"".join(said).decode()
            yield home
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


@pytest.fixture
def shell(bakery: Path, tmp_path: Path) -> Shell:
    return Shell(tmp_path, plain_environment(bakery))


@dataclass(frozen=True)
class Baked:
    """A bake that went well: its recipe file (in the shell's folder), the build's ARN and what was printed."""

    shell: Shell
    recipe: str
    arn: str
    output: str


@pytest.fixture(scope="module")
def bread(bakery: Path, tmp_path_factory: pytest.TempPathFactory) -> Baked:
    """One bake for all tests that need nothing but a finished one."""
    shell = Shell(tmp_path_factory.mktemp("bread"), plain_environment(bakery))
    recipe = shell.recipe("bread", "echo $((20 + 1)) loaves")
    done = shell.run("bake", recipe, "--log")
    assert done.returncode == 0, done.stdout + done.stderr
    return Baked(shell, recipe, next(word for word in done.stdout.split() if ":image/" in word), done.stdout)
