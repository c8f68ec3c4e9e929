"""What brings a clone to where Bakehouse runs, on the clone these tests run from."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOOTSTRAP = ROOT / "packaging/bootstrap"


@pytest.mark.skipif(not (ROOT / ".venv/bakehouse.stamp").exists(), reason="this clone was not set up by bootstrap")
def test_a_clone_that_is_set_up_is_left_alone_in_silence() -> None:
    done = subprocess.run([str(BOOTSTRAP)], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    assert (done.stdout, done.stderr) == ("", "")


def test_every_system_package_says_what_it_is_for() -> None:
    table = (ROOT / "packaging/system-packages").read_text(encoding="utf-8")
    rows = [row.split(None, 2) for line in table.splitlines() if (row := line.partition("#")[0].strip())]

    assert all(len(row) == 3 for row in rows), rows
    assert len({package for package, _, _ in rows}) == len(rows)
