"""The real AWS CLI, pointed at a local Image Builder the way a user does it: by `eval "$(bakehouse service env)"`.

Nothing of ours runs in this process: what passes here passes for whoever follows the README.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAMS = Path(sys.executable).parent
REFUSED = re.compile(
    r"An error occurred \((?P<code>\w+)\) when calling the (?P<operation>\w+) operation[^:]*: (?P<text>.*)"
)
PATIENCE = 120  # seconds for one command, on a machine that is busy emulating another

Answer = Any  # what a command prints, whatever JSON it is


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the CLI says when the service says no."""

    code: str
    operation: str
    text: str


@dataclass(frozen=True, slots=True)
class AwsCli:
    """`aws` in an environment; `folder` is where it runs, so `file://` names are relative to it."""

    environment: Mapping[str, str]
    folder: Path

    def __call__(self, *words: str) -> Answer:
        """Run a command that must be done; what it prints, from JSON (None if it prints nothing)."""
        done = self._run(words)
        assert done.returncode == 0, f"aws {' '.join(words)}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, *words: str) -> Refusal:
        """Run a command that must be refused by the service; how it was."""
        done = self._run(words)
        said = REFUSED.search(done.stderr)
        assert done.returncode != 0, f"aws {' '.join(words)} was done, and prints {done.stdout}"
        assert said, f"aws {' '.join(words)} failed, but not by the service's refusal\n{done.stderr}"
        return Refusal(said["code"], said["operation"], said["text"].strip())

    def _run(self, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PROGRAMS / "aws"), *words, "--output", "json"],
            env=dict(self.environment),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def environment_of_service(user: Mapping[str, str]) -> dict[str, str]:
    """What a shell has after `eval "$(bakehouse service env)"`; `user` is what it had before."""
    shell = subprocess.run(
        ["bash", "-c", 'set -e; settings=$(bakehouse service env); eval "$settings"; env -0'],
        env=dict(user),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert shell.returncode == 0, shell.stderr
    return dict(entry.split("=", 1) for entry in shell.stdout.split("\0") if "=" in entry)
