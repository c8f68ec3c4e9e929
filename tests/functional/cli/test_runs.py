"""Runs on the command line: listed, exported, imported by a colleague, pruned."""

import json
import os
from pathlib import Path

from core.build import journal
from core.build.bundle import Contents, keep
from tests.fakes.builds import failed_build
from tests.fakes.source import ARN
from tests.functional.build.test_journal import written
from tests.functional.cli.conftest import Shell, plain_environment
from tests.unit.build.following import followed

STORY = followed(failed_build())


def folder(shell: Shell) -> Path:
    return Path(shell.environment["BAKEHOUSE_STATE"])


def test_a_run_goes_from_one_machine_to_another_in_a_file(alone: Shell, tmp_path: Path) -> None:
    path = written(folder(alone), STORY)
    keep(path, Contents(cost="$0.02"))
    arguments = ("export", ARN, "run.bakehouse-run", "--connection", "Local")
    done = alone.run("runs", *arguments)
    assert done.returncode == 0, done.stderr
    assert "exported: " in done.stdout
    assert alone.run("runs", *arguments).returncode == 1
    colleague = Shell(tmp_path, plain_environment(tmp_path / "elsewhere"))
    run = colleague.json("runs", "import", "run.bakehouse-run")["run"]
    assert (run["arn"], run["status"], run["connection"]) == (ARN, "FAILED", "imported Local")
    assert colleague.json("runs", "list")["runs"] == [run]


def test_a_damaged_file_is_refused_with_what_to_do(alone: Shell) -> None:
    alone.write("run.bakehouse-run", "bread")
    done = alone.run("runs", "import", "run.bakehouse-run")
    assert done.returncode == 1
    assert "error: run.bakehouse-run is damaged, or no exported run" in done.stderr
    assert "hint:" in done.stderr


def test_a_run_that_nobody_followed_is_not_there_to_export(alone: Shell) -> None:
    done = alone.run("runs", "export", ARN, "run.bakehouse-run")
    assert done.returncode == 1
    assert "was not followed from this machine on local" in done.stderr
    assert alone.run("runs", "list").stdout == "No runs here yet: bakehouse bake FILE makes one.\n"


def test_pruning_shows_first_and_then_removes(alone: Shell) -> None:
    path = written(folder(alone), STORY)
    os.utime(path, (0, 0))
    shown = alone.run("runs", "prune", "--dry-run")
    assert "older than asked for" in shown.stdout
    assert "1 run, " in shown.stdout
    assert path.exists()
    gone = json.loads(alone.run("runs", "prune", "--json").stdout)
    assert [each["path"] for each in gone["plan"]["remove"]] == [str(path)]
    assert journal.listing(folder(alone)) == ()
