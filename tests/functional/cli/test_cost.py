"""``bakehouse cost`` as a process: it answers offline, starts nothing, and says what is wrong."""

import csv
import json
from pathlib import Path

from core.build import journal
from core.build.events import RunOpened
from core.cost.prices import CACHE
from tests.functional.cli.conftest import RECIPE, Baked, Shell
from tests.unit.cost.runs import Story

PRICED = RECIPE.replace("distributions", "infrastructureConfiguration: {{instanceTypes: [m5.large]}}\ndistributions")


def test_a_recipe_is_priced_without_a_service_or_an_account(alone: Shell) -> None:
    alone.recipe("web", "echo")
    alone.write("priced.yml", PRICED.format(name="web", parent="debian-12-x86"))
    done = alone.run("cost", "priced.yml", "--json")
    value = json.loads(done.stdout)
    assert (done.returncode, value["recipe"], value["region"]) == (0, "web", "eu-central-1")
    assert value["run"]["usd"]["high"]
    assert "not running" in alone.run("service", "status").stdout


def test_minutes_of_an_earlier_build_on_aws_and_the_versions_to_keep_are_used(alone: Shell) -> None:
    alone.recipe("web", "echo")
    alone.write("priced.yml", PRICED.format(name="web", parent="debian-12-x86"))
    opened, *rest = Story(recipe="web").events()
    assert isinstance(opened, RunOpened)
    with journal.create(Path(alone.environment["BAKEHOUSE_STATE"]), opened)[0] as writer:
        writer.append(*rest)
    told = alone.run("cost", "priced.yml", "--keep", "5").stdout
    assert "1,350 s / 3,600 × 0.115 USD/hour" in told
    assert "8 GiB × 5 versions" in told
    assert "One version is kept" not in told
    assert "No build of this recipe on AWS is known" not in told


def test_regions_come_as_csv_and_what_is_amiss_beside_it(alone: Shell) -> None:
    alone.recipe("web", "echo")
    alone.write("priced.yml", PRICED.format(name="web", parent="debian-12-x86"))
    cache = Path(alone.environment["BAKEHOUSE_CACHE"])
    cache.mkdir(parents=True)
    (cache / CACHE).write_bytes(b"half a file")
    done = alone.run("cost", "priced.yml", "--regions", "all", "--csv")
    rows = {row["region"]: row for row in csv.DictReader(done.stdout.splitlines())}
    assert "The prices that ship with Bakehouse are used" in done.stderr
    assert float(rows["us-east-1"]["run_low"]) < float(rows["sa-east-1"]["run_low"])
    assert rows["mx-central-1"]["run_high"] == ""


def test_two_answers_at_once_and_a_region_that_is_none_are_wrong_use(alone: Shell) -> None:
    alone.recipe("web", "echo")
    alone.write("priced.yml", PRICED.format(name="web", parent="debian-12-x86"))
    for more in (["--json", "--csv"], ["--regions", "mars-north-1"], ["--region", "mars"]):
        done = alone.run("cost", "priced.yml", *more)
        assert done.returncode == 2, more
        assert "Traceback" not in done.stderr


def test_a_connection_that_nobody_knows_is_wrong_use_and_those_known_are_named(alone: Shell) -> None:
    """A name that was mistyped was priced like any other: without its overrides, in another region."""
    alone.recipe("web", "echo")
    priced = PRICED.format(name="web", parent="ami-0123456789abcdef0")
    alone.write("priced.yml", priced.replace("[m5.large]", "[m5.large], instanceProfileName: builder"))
    alone.write("aws.conf", "[profile sandbox]\nregion = eu-west-1\n")
    alone.write(
        "connections.json",
        json.dumps(
            {
                "schemaVersion": 1,
                "connections": [
                    {"name": "prod-eu", "region": "us-east-1", "source": {"kind": "profile", "profile": "x"}}
                ],
            }
        ),
    )
    around = {
        "AWS_CONFIG_FILE": str(alone.folder / "aws.conf"),
        "BAKEHOUSE_CONFIG": str(alone.folder),
    }
    done = alone.run("cost", "priced.yml", "--connection", "prod-ue", **around)
    assert (done.returncode, done.stdout) == (2, "")
    said = " ".join(done.stderr.replace("│", " ").split())
    assert "'prod-ue': no such connection. Those known here are local, prod-eu, sandbox." in said
    for name, region in (("prod-eu", "us-east-1"), ("sandbox", "eu-central-1")):
        done = alone.run("cost", "priced.yml", "--connection", name, "--json", **around)
        assert json.loads(done.stdout).get("region") == region, done.stdout + done.stderr


def test_a_recipe_with_errors_has_no_price(alone: Shell) -> None:
    alone.write("bad.yml", PRICED.format(name="bad", parent="debian-12-x86").replace("m5.large", "M5"))
    done = alone.run("cost", "bad.yml")
    assert done.returncode == 1
    assert "is not an instance type" in done.stderr


def test_the_size_of_an_image_built_on_this_machine_is_asked_of_the_service_while_it_runs(bread: Baked) -> None:
    """The layer that the bake wrote and the base below it: the size a snapshot on AWS would have."""
    told = bread.shell.json("cost", bread.recipe)
    snapshot = told["standing"]["parts"][0]["parts"][0]["inputs"][0]
    assert snapshot["name"] == "Size of the image"
    assert snapshot["source"].startswith("the image built on local, ")
    assert "to" not in snapshot["value"]
    time = told["run"]["parts"][0]["parts"][0]["inputs"][0]
    assert time["value"] == "900 to 2,700 s"
