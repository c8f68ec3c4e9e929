"""Somebody who bakes at a command line: a folder of recipe files, a home, and a service of their own."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.local.endpoint import Home, stop
from tests.installed import PROGRAM, Bakehouse

BAKE_SECONDS = 600
COMPONENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: {step}
        action: ExecuteBash
        inputs:
          commands: {commands}
"""
RECIPE = """\
schemaVersion: 1
name: {name}
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
  components:
    - document: components/{name}.yml
infrastructureConfiguration:
  instanceTypes: [t3.medium]
  instanceProfileName: ImageBuilder
imageTestsConfiguration: {{imageTestsEnabled: {tested}}}
distributions:
  - region: eu-central-1
"""


@dataclass(frozen=True)
class Kitchen:
    """`path` is the PATH of the user, and so of the service that the first command starts."""

    folder: Path
    home: Home
    path: str = f"{PROGRAM.parent}:{os.environ['PATH']}"

    @property
    def runs(self) -> Path:
        """The journals of the builds that this user follows."""
        return self.folder / "runs"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": self.path,
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "BAKEHOUSE_HOME": str(self.home.root),
            "BAKEHOUSE_STATE": str(self.runs),
        }

    def run(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(PROGRAM), *map(str, words)],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=BAKE_SECONDS,
            check=False,
        )

    def start(self, *words: str | Path) -> "subprocess.Popen[str]":
        """A command that goes on; what it prints can be read line by line."""
        return subprocess.Popen(
            [str(PROGRAM), *map(str, words)],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def json(self, *words: str | Path) -> Any:
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def client(self) -> Any:
        return Bakehouse(self.environment).client()

    def recipe(self, name: str, commands: Sequence[str], *, step: str = "Bake") -> Path:
        """A recipe file with one component that runs shell commands, without tests; the file."""
        return self.recipe_of(name, COMPONENT.format(step=step, commands=json.dumps(list(commands))), tested=False)

    def recipe_of(self, name: str, component: str, *, tested: bool) -> Path:
        """A recipe file with one component, given as its document; the file."""
        folder = self.folder / "components"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yml").write_text(component)
        file = self.folder / f"{name}.yml"
        file.write_text(RECIPE.format(name=name, tested=str(tested).lower()))
        return file

    def without(self, program: str) -> "Kitchen":
        """The same on a computer where one program is not installed."""
        bare = self.folder / f"without-{program}"
        bare.mkdir()
        for folder in reversed(self.path.split(os.pathsep)):
            for tool in Path(folder).glob("*"):
                (bare / tool.name).unlink(missing_ok=True)
                (bare / tool.name).symlink_to(tool)
        (bare / program).unlink()
        return replace(self, path=str(bare))

    def close(self) -> None:
        stop(self.home)


def until(process: "subprocess.Popen[str]", wanted: str) -> list[str]:
    """The lines that a command prints until one has `wanted` in it. Fails when it ends before."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if wanted in line:
            return lines
    raise AssertionError(f"“{wanted}” was never printed:\n{''.join(lines)}")


def arn_in(output: str) -> str:
    """The ARN of the build that a bake told about."""
    return next(word for word in output.split() if ":image/" in word)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def installed(program: str) -> str:
    """Its path; a test that needs a program that isn't there fails with its name."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert found is not None, f"{program} is not installed"
    return found


KitchenOf = Callable[[str], Kitchen]
Facts = Mapping[str, Any]
