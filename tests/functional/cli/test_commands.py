"""The other commands as processes: exit statuses, JSON, and what is said when things are missing."""

import json
import re
import subprocess
from pathlib import Path

from tests.functional.cli.conftest import RECIPE, Baked, Shell


def test_the_version_is_printed(alone: Shell) -> None:
    assert re.fullmatch(r"bakehouse \d+\.\d+\.\d+\n", alone.run("--version").stdout)


def test_wrong_use_has_status_2(alone: Shell) -> None:
    component = "arn:aws:imagebuilder:eu-central-1:123456789012:component/x/1.0.0/1"
    wrong = ("bake", "bake missing.yml", "nonsense", "check", "bake --nonsense", "logs web", f"watch {component}")
    for arguments in (words.split() for words in (*wrong, "images export web file", "images list --region here")):
        done = alone.run(*arguments)
        assert done.returncode == 2, arguments
        assert "Usage:" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_correct_component_passes(alone: Shell) -> None:
    alone.recipe("fine", "echo")
    done = alone.run("check", "fine.yml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "fine.yml: no problems\n", "")


def test_a_check_with_errors_has_status_1_and_says_where(alone: Shell) -> None:
    alone.recipe("bad", "echo")
    alone.write("bad.yml", (alone.folder / "bad.yml").read_text().replace("ExecuteBash", "ExecuteBsh"))
    done = alone.run("check", "bad.yml")
    assert done.returncode == 1
    first, source, caret, *_ = done.stdout.splitlines()
    assert first.startswith("bad.yml:6:17: error: ")
    assert source == "     6 |         action: ExecuteBsh"
    assert caret.index("^") == source.index("ExecuteBsh")


def test_a_recipe_is_checked_together_with_its_documents(alone: Shell) -> None:
    alone.write("lonely.yml", RECIPE.format(name="lonely", parent="debian-12-x86").replace("lonely.yml", "gone.yml"))
    done = alone.run("check", "lonely.yml")
    assert done.returncode == 1
    assert "gone.yml" in done.stdout


def test_a_check_in_json_is_one_object(alone: Shell) -> None:
    alone.recipe("fine", "echo")
    alone.write("bad.yml", "phases: 3\n")
    done = alone.run("check", "fine.yml", "bad.yml", "--json")
    value = json.loads(done.stdout)
    assert done.returncode == 1
    assert value["files"] == ["fine.yml", "bad.yml"]
    assert value["errors"] == len(value["problems"]) > 0


def test_a_check_answers_the_same_with_and_without_the_short_way(alone: Shell) -> None:
    """Options before the files take the long way through Typer."""
    alone.write("bad.yml", "phases: 3\n")
    quick, long = alone.run("check", "bad.yml"), alone.run("check", "--", "bad.yml")
    assert (quick.returncode, quick.stdout) == (long.returncode, long.stdout)


def test_a_binary_file_is_a_problem_and_no_crash(alone: Shell) -> None:
    (alone.folder / "binary.yml").write_bytes(bytes(range(256)))
    done = alone.run("check", "binary.yml")
    assert done.returncode == 1
    assert "not UTF-8" in done.stdout


def test_checking_into_a_closed_pipe_is_quiet(alone: Shell) -> None:
    alone.write("bad.yml", "phases: 3\n")
    done = subprocess.run(
        ["bash", "-c", f"{alone.command} check {'bad.yml ' * 500} | head -1"],
        cwd=alone.folder,
        env=alone.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""


def test_a_fault_of_ours_is_a_report_and_no_traceback(alone: Shell) -> None:
    """What goes wrong where nothing expects it, here a division, ends in the same last resort as any other bug."""
    code = (
        "import core.cli.check\n"
        "from core.cli.outcome import run\n"
        "core.cli.check.quick = lambda words: 1 // 0\n"
        "run(['check'])"
    )
    done = alone.python(code, AWS_SECRET_ACCESS_KEY="hush-hush")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "error: this is a fault in Bakehouse (ZeroDivisionError" in done.stderr
    report = Path(done.stderr.split("this file: ")[1].strip())
    try:
        text = report.read_text()
        assert "ZeroDivisionError" in text
        assert "outcome.py" in text
        assert "hush-hush" not in text
        assert report.stat().st_mode & 0o077 == 0
    finally:
        report.unlink()


def test_without_a_service_status_says_so_and_starts_nothing(alone: Shell) -> None:
    assert "not running" in alone.run("service", "status").stdout
    assert alone.json("service", "status")["running"] is False
    assert not Path(alone.environment["BAKEHOUSE_HOME"]).exists()


def test_stopping_a_service_that_does_not_run_is_fine(alone: Shell) -> None:
    assert alone.json("service", "stop") == {"stopped": False}


def test_the_status_of_a_running_service_is_told(shell: Shell) -> None:
    text = shell.run("service", "status").stdout
    assert "acceleration  tcg (there is no /dev/kvm)" in text
    value = shell.json("service", "status")
    assert value["running"] is True
    assert value["health"]["account"] == "123456789012"
    assert value["health"]["home"] == shell.environment["BAKEHOUSE_HOME"]


def test_starting_a_running_service_changes_nothing(shell: Shell) -> None:
    first = shell.json("service", "start")["health"]["pid"]
    assert shell.json("service", "start")["health"]["pid"] == first


def test_the_environment_lets_the_aws_cli_talk_to_the_service(shell: Shell) -> None:
    """Whatever AWS settings the shell had before."""
    script = f'eval "$({shell.command} service env --region eu-central-1)" && aws sts get-caller-identity'
    hostile = {
        "AWS_PROFILE": "does-not-exist",
        "AWS_SESSION_TOKEN": "old",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1",
        "AWS_REGION": "ap-south-1",
        "http_proxy": "http://127.0.0.1:1",
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=shell.folder,
        env=shell.environment | hostile,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Account"] == "123456789012"


def test_the_environment_as_json_has_the_same_variables(shell: Shell) -> None:
    variables = shell.json("service", "env", "--region", "us-east-1")["variables"]
    assert variables["AWS_REGION"] == "us-east-1"
    assert f"export AWS_ENDPOINT_URL={variables['AWS_ENDPOINT_URL']}" in shell.run("service", "env").stdout


def test_a_region_that_is_none_is_refused(shell: Shell) -> None:
    done = shell.run("service", "env", "--region", "$(reboot)")
    assert done.returncode == 2
    assert "is not the name of a region" in done.stderr
    assert done.stdout == ""


def test_differences_from_aws_are_told(shell: Shell) -> None:
    differences = shell.json("service", "differences")["differences"]
    assert differences
    assert differences[0]["topic"] in shell.run("service", "differences").stdout


def test_pruning_says_what_it_frees(shell: Shell) -> None:
    assert "1 thing, 1.0 KiB would be freed" in shell.run("service", "prune", "--dry-run").stdout
    value = shell.json("service", "prune")
    assert value == {"removed": [{"kind": "base", "name": "debian-12-x86", "bytes": 1024}], "dryRun": False}


def test_connections_are_local_and_the_profiles(shell: Shell) -> None:
    Path(shell.environment["AWS_CONFIG_FILE"]).write_text("[profile prod]\nregion = eu-west-1\n")
    try:
        value = shell.json("connections")["connections"]
    finally:
        Path(shell.environment["AWS_CONFIG_FILE"]).unlink()
    assert [(each["name"], each["kind"]) for each in value] == [("local", "local"), ("prod", "aws")]
    assert value[0]["state"] == "running"


def test_an_unknown_connection_is_an_error(shell: Shell) -> None:
    done = shell.run("images", "list", "--connection", "no-such-profile", "--region", "eu-west-1")
    assert done.returncode == 1
    assert "no-such-profile" in done.stderr
    assert "bakehouse connections" in done.stderr


def test_images_are_listed_with_their_files(bread: Baked) -> None:
    images = bread.shell.json("images", "list", "--region", "eu-central-1")["images"]
    (listed,) = [image for image in images if image["arn"] == bread.arn]
    assert (listed["name"], listed["status"]) == ("bread", "AVAILABLE")
    assert listed["path"].endswith(".qcow2")
    assert listed["amiId"] in bread.shell.run("images", "list").stdout


def test_an_image_is_exported_by_its_arn_and_by_its_id(bread: Baked) -> None:
    folder = bread.shell.folder
    by_arn = bread.shell.json("images", "export", bread.arn, "one.qcow2")
    assert Path(by_arn["result"]["path"]) == folder / "one.qcow2"
    (ami_id,) = [image["amiId"] for image in bread.shell.json("images", "list")["images"] if image["arn"] == bread.arn]
    assert bread.shell.run("images", "export", ami_id, "two.raw", "--format", "raw").returncode == 0
    assert (folder / "two.raw").exists()


def test_an_export_never_overwrites(shell: Shell) -> None:
    shell.write("precious", "")
    done = shell.run("images", "export", "ami-0123456789abcdef0", "precious")
    assert done.returncode == 1
    assert "exists already" in done.stderr


def test_exporting_what_is_not_there_says_so(shell: Shell) -> None:
    for image in ("ami-00000000000000fff", "arn:aws:imagebuilder:eu-central-1:123456789012:image/no/1.0.0/1"):
        done = shell.run("images", "export", image, "file.qcow2")
        assert done.returncode == 1, image
        assert done.stderr.startswith("error: ")


def test_an_image_is_imported(shell: Shell) -> None:
    file = shell.write("cloud.qcow2", "QFI")
    done = shell.run("images", "import", file, "--name", "cloud", "--format", "qcow2", "--os-version", "Debian 12")
    assert done.returncode == 0, done.stderr
    assert "imported" in done.stdout
    assert "cloud" in {image["name"] for image in shell.json("images", "list")["images"]}


def test_a_profile_speaks_to_its_endpoint_as_local_does_to_its_own(shell: Shell) -> None:
    """The AWS connection, with AWS played by the service: a profile may name any endpoint."""
    variables = shell.json("service", "env")["variables"]
    shell.write(
        "aws-config",
        f"[profile lab]\nregion = eu-central-1\nendpoint_url = {variables['AWS_ENDPOINT_URL']}\n"
        f"aws_access_key_id = {variables['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {variables['AWS_SECRET_ACCESS_KEY']}\n",
    )
    at_lab = Shell(shell.folder, shell.environment | {"AWS_CONFIG_FILE": str(shell.folder / "aws-config")})
    recipe = shell.recipe("cake", "true")
    refused = at_lab.run("plan", recipe, "--connection", "lab")
    assert refused.returncode == 1
    assert "instanceProfileName" in refused.stderr
    with (shell.folder / recipe).open("a") as file:
        file.write("connections:\n  aws: {infrastructureConfiguration: {instanceProfileName: Builder}}\n")
    plan = at_lab.json("plan", recipe, "--connection", "lab")
    assert plan["connection"] == "lab"
    members = {step["kind"]: step["members"] for step in plan["steps"]}
    assert members["infrastructure-configuration"]["instanceProfileName"] == "Builder"
    assert members["image-pipeline"]["imageRecipeArn"].endswith(":image-recipe/cake/1.0.0")
    assert at_lab.run("images", "list", "--connection", "lab").returncode == 0
