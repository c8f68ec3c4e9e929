"""``bakehouse bake`` and what comes after it, as processes against a real service with fake machines."""

import json
import signal
from pathlib import Path
from typing import Any

from core.build.bundle import Contents
from tests.functional.cli.conftest import HELD, Baked, Shell


def run_arn(output: str) -> str:
    return next(word for word in output.split() if ":image/" in word)


def events(output: str) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_bake_ends_with_the_image_its_file_and_the_time_of_every_step(bread: Baked) -> None:
    assert bread.output.startswith(
        "bread on local, region eu-central-1 (the recipe's first distribution)\nthere is no /dev/kvm\n"
    )
    end = bread.output[bread.output.index("Time of every step:") :]
    assert "    ApplyBuildComponents  " in end
    assert "bread 1.0.0/1 is AVAILABLE after" in end
    assert "eu-central-1   ami-" in end
    assert ".qcow2" in end


def test_baking_again_creates_nothing_but_the_build(bread: Baked) -> None:
    done = bread.shell.run("bake", bread.recipe)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "create" not in done.stdout
    assert done.stdout.count("  reuse") == 5
    assert "bread 1.0.0/2 is AVAILABLE" in done.stdout


def test_a_failed_bake_says_first_which_step_and_what_it_said(shell: Shell) -> None:
    done = shell.run("bake", shell.recipe("burnt", "echo smoke >&2; exit 3"))
    assert done.returncode == 1
    told = done.stdout[done.stdout.index("FAILED: ") :]
    first, *rest = told.splitlines()
    assert first == "FAILED: burnt 1.0.0 › build › Bake: smoke"
    assert any(line.split() == ["exit", "code", "3"] for line in rest)
    assert any(line.split() == ["command", "echo", "smoke", ">&2;", "exit", "3"] for line in rest)
    assert told.count("smoke") == 2, told
    assert "bakehouse logs arn:" in told


def test_a_bake_in_json_is_events_and_then_the_result(shell: Shell) -> None:
    done = shell.run("bake", shell.recipe("rolls", "echo kneaded"), "--json")
    assert done.returncode == 0, done.stderr
    lines = events(done.stdout)
    assert [line["type"] for line in lines[:5]] == ["applied"] * 5
    assert lines[5]["type"] == "run-opened"
    assert lines[-2]["type"] == "run-ended"
    result = lines[-1]
    assert (result["type"], result["status"], result["name"]) == ("result", "AVAILABLE", "rolls")
    assert result["images"][0]["region"] == "eu-central-1"
    assert result["steps"][0]["name"] == "build-image"


def test_a_step_that_fails_for_the_second_time_is_told_so_and_the_recipe_is_kept_with_the_run(shell: Shell) -> None:
    recipe = shell.recipe("again", "exit 5")
    shell.run("bake", recipe)
    told = shell.run("bake", recipe).stdout
    assert "  earlier    It failed in the earlier run too." in told
    kept_with = sorted(Path(shell.environment["BAKEHOUSE_STATE"]).glob("*-again-*.contents.json"))
    recipes = [Contents.model_validate_json(path.read_bytes()).recipe for path in kept_with]
    assert [set(each) for each in recipes] == [{"again.recipe.yml", "again.yml"}] * 2


def test_a_failed_bake_in_json_tells_the_failure(shell: Shell) -> None:
    done = shell.run("bake", shell.recipe("black", "exit 4"), "--json")
    assert done.returncode == 1
    assert events(done.stdout)[-1]["cause"]["failure"]["exitCode"] == 4


def test_the_log_is_printed_with_the_bake_when_asked_for(bread: Baked) -> None:
    assert "Stdout: 21 loaves" in bread.output


def test_a_log_cannot_steer_the_terminal(shell: Shell) -> None:
    done = shell.run("bake", shell.recipe("escape", r"printf '\033]0;owned\007\033[2Jstill here\n'"), "--log")
    assert "still here" in done.stdout
    assert "\x1b" not in done.stdout
    assert "owned" not in done.stdout.replace("owned\\007", "")


def test_ctrl_c_cancels_the_run_and_waits_for_its_end(shell: Shell) -> None:
    bake = shell.start("bake", shell.recipe("slow", "sleep 60"))
    output = interrupted(bake, "Bake ExecuteBash: RUNNING")
    assert bake.returncode == 1
    assert "cancelling the build" in output
    assert "slow 1.0.0/1 is CANCELLED after" in output
    again = shell.run("watch", run_arn(output))
    assert again.returncode == 1
    assert "is CANCELLED" in again.stdout


def interrupted(process: Any, moment: str, *, times: int = 1) -> str:
    """Everything the command prints when Ctrl+C is pressed at the line that has `moment`."""
    seen = []
    for line in process.stdout:
        seen.append(line)
        if moment in line:
            process.send_signal(signal.SIGINT)
            break
    seen.append(process.communicate(timeout=60)[0])
    return "".join(seen)


def test_a_second_ctrl_c_leaves_at_once_and_says_where_to_look(shell: Shell) -> None:
    """The cancelled build hangs in its step; without the second Ctrl+C the command would wait for it."""
    bake = shell.start("bake", shell.recipe("stuck", "trap '' TERM; sleep 60"))
    assert bake.stdout is not None
    seen = []
    for line in bake.stdout:
        seen.append(line)
        if "RUNNING" in line and "Bake" in line:
            bake.send_signal(signal.SIGINT)
        if "cancelling the build" in line:
            bake.send_signal(signal.SIGINT)
            break
    output = "".join(seen) + bake.communicate(timeout=60)[0]
    assert bake.returncode == 1
    assert "bakehouse watch arn:" in output or "is CANCELLED" in output


def test_leaving_a_watch_leaves_the_build_alone(shell: Shell) -> None:
    bake = shell.start("bake", shell.recipe("watched", HELD))
    assert bake.stdout is not None
    arn = ""
    for line in bake.stdout:
        arn = arn or (run_arn(line) if ":image/" in line else "")
        if "Bake ExecuteBash: RUNNING" in line:
            break
    watching = shell.start("watch", arn)
    assert "no longer followed; it goes on: bakehouse watch arn:" in interrupted(watching, "RUNNING")
    shell.let_go()
    rest = bake.communicate(timeout=60)[0]
    assert bake.returncode == 0
    assert "is AVAILABLE" in rest


def test_watching_a_run_that_is_over_tells_it_again(bread: Baked) -> None:
    watched = bread.shell.run("watch", bread.arn)
    assert watched.returncode == 0
    assert watched.stdout.endswith(bread.output[bread.output.index("Time of every step") :])


def test_a_build_that_does_not_exist_is_an_error(shell: Shell) -> None:
    arn = "arn:aws:imagebuilder:eu-central-1:123456789012:image/nothing/1.0.0/1"
    done = shell.run("watch", arn)
    assert done.returncode == 1
    assert done.stderr.startswith("error: GetImage")


def test_the_log_of_a_run_can_be_read_afterwards(bread: Baked) -> None:
    text = bread.shell.run("logs", bread.arn)
    assert "Stdout: 21 loaves" in text.stdout
    lines = events(bread.shell.run("logs", bread.arn, "--json").stdout)
    assert any("Stdout: 21 loaves" in line["message"] and line["timestamp"] > 0 for line in lines)
    assert bread.shell.run("logs", bread.arn, "--follow").stdout == text.stdout


def test_a_kept_machine_is_asked_for_in_the_infrastructure_configuration(shell: Shell) -> None:
    done = shell.run("bake", shell.recipe("kept", "exit 1"), "--keep-on-failure")
    assert done.returncode == 1
    (machine,) = [each for each in shell.json("service", "status")["machines"] if "/kept/" in each["imageArn"]]
    assert machine["state"] == "kept"
    assert shell.run("service", "terminate", machine["instanceId"]).returncode == 0
    assert machine["instanceId"] not in shell.run("service", "status").stdout


def test_a_plan_changes_nothing(shell: Shell) -> None:
    recipe = shell.recipe("planned", "true")
    first = shell.run("plan", recipe)
    assert first.returncode == 0
    assert first.stdout == shell.run("plan", recipe).stdout
    assert "5 of 5 resources change." in first.stdout
    plan = shell.json("plan", recipe)
    assert [step["action"] for step in plan["steps"]] == ["create"] * 5


def test_a_recipe_with_errors_is_not_published(shell: Shell) -> None:
    shell.recipe("wrong", "true")
    recipe = shell.write("wrong.recipe.yml", (shell.folder / "wrong.recipe.yml").read_text() + "colour: red\n")
    done = shell.run("bake", recipe)
    assert done.returncode == 1
    assert "Unknown key 'colour'" in done.stderr
    error = json.loads(shell.run("bake", recipe, "--json").stdout)["error"]
    assert error["problems"][0]["address"] == "colour"


def test_what_only_another_connection_has_wrong_does_not_stop_a_bake(shell: Shell) -> None:
    shell.recipe("both", "true")
    text = (shell.folder / "both.recipe.yml").read_text() + "connections: {aws: {colour: red}}\n"
    recipe = shell.write("both.recipe.yml", text)
    assert shell.run("plan", recipe).returncode == 0
    assert shell.run("check", recipe).returncode == 1


def test_a_missing_component_is_told_at_its_line(shell: Shell) -> None:
    shell.recipe("lost", "true")
    text = (shell.folder / "lost.recipe.yml").read_text().replace("document: lost.yml", "componentArn: aws/lost/x.x.x")
    done = shell.run("plan", shell.write("lost.recipe.yml", text))
    assert done.returncode == 1
    assert "lost.recipe.yml:7:" in done.stderr
    assert "There is no component arn:aws:imagebuilder:eu-central-1:aws:component/lost/x.x.x" in done.stderr


def test_a_run_is_kept_in_a_journal(bread: Baked) -> None:
    folder = Path(bread.shell.environment["BAKEHOUSE_STATE"])
    journal = min(folder.glob("*-bread-*.jsonl"))
    assert journal.stat().st_mode & 0o077 == 0
    assert '"type":"run-ended"' in journal.read_text().splitlines()[-1]


def test_a_journal_that_cannot_be_written_does_not_stop_the_bake(shell: Shell) -> None:
    shell.write("file", "")
    done = Shell(shell.folder, shell.environment | {"BAKEHOUSE_STATE": str(shell.folder / "file")}).run(
        "bake", shell.recipe("unkept", "true")
    )
    assert done.returncode == 0, done.stderr
    assert "This run is not kept" in done.stdout


def test_two_bakes_of_one_file_at_once_both_end_with_an_image(shell: Shell) -> None:
    """Both plan to create what neither finds; the slower one is refused, and failed before it planned again."""
    recipe = shell.recipe("twins", "true")
    bakes = [shell.start("bake", recipe) for _ in range(2)]
    outputs = [bake.communicate(timeout=120)[0] for bake in bakes]
    assert [bake.returncode for bake in bakes] == [0, 0], outputs
    made = sorted(
        line.split(" is ")[0] for output in outputs for line in output.splitlines() if " is AVAILABLE" in line
    )
    assert made == ["twins 1.0.0/1", "twins 1.0.0/2"]


def test_a_build_of_an_account_is_not_looked_for_on_local(shell: Shell) -> None:
    done = shell.run("watch", "arn:aws:imagebuilder:eu-central-1:999999999999:image/web/1.0.0/1")
    assert done.returncode == 1
    assert "--connection" in done.stderr
