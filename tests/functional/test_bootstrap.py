"""What brings a clone to where Bakehouse runs, on the clone these tests run from."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
BOOTSTRAP = ROOT / "packaging/bootstrap"


@pytest.mark.skipif(not (ROOT / ".venv/bakehouse.stamp").exists(), reason="this clone was not set up by bootstrap")
def test_a_clone_that_is_set_up_is_left_alone_in_silence() -> None:
    bootstrap()  # the tree may have changed since `make` last did
    done = bootstrap()

    assert (done.stdout, done.stderr) == ("", "")


def bootstrap() -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(BOOTSTRAP)], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_every_system_package_says_what_it_is_for() -> None:
    table = (ROOT / "packaging/system-packages").read_text(encoding="utf-8")
    rows = [row.split(None, 2) for line in table.splitlines() if (row := line.partition("#")[0].strip())]

    assert all(len(row) == 3 for row in rows), rows
    assert len({package for package, _, _ in rows}) == len(rows)


def test_the_lock_has_everything_that_the_project_asks_for() -> None:
    """A dependency added without `make lock` worked wherever it was installed by hand, and nowhere else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [Requirement(text) for text in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"])]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE)
    }
    missing = [str(each) for each in asked if locked.get(canonicalize_name(each.name), "0") not in each.specifier]

    assert missing == []
