"""``bakehouse prices`` as a process, and a refresh of it over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.aws.quote import PER_USD
from core.cost.prices import CACHE, load
from core.cost.tables import FOLDER
from tests.fakes.price_list import instance
from tests.functional.aws.serving import Answer, Server, serving
from tests.functional.cli.conftest import Shell

KEYS = "[prod]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n"
WORDS = ("prices", "--refresh", "--connection", "prod", "--type", "m5.large")


def page(*items: str) -> Answer:
    return Answer(body=json.dumps({"FormatVersion": "aws_v1", "PriceList": list(items)}).encode())


def refused(code: str) -> Answer:
    body = json.dumps({"__type": code, "message": "User is not authorized"}).encode()
    return Answer(400, body, {"x-amzn-errortype": code})


@pytest.fixture
def aws() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def signed_in(alone: Shell, aws: Server) -> Shell:
    home = Path(alone.environment["BAKEHOUSE_HOME"])
    home.mkdir()
    (home / "aws-credentials").write_text(KEYS, encoding="utf-8")
    return Shell(alone.folder, {**alone.environment, "AWS_ENDPOINT_URL_PRICING": aws.url, "AWS_REGION": "eu-central-1"})


def test_the_prices_say_where_they_come_from_and_how_old_they_are(alone: Shell) -> None:
    done = alone.run("prices")
    assert done.returncode == 0
    assert done.stdout.startswith("The prices of instances are ")
    assert "2025-04-04  linux                     15,338  AWS EC2 on-demand price page" in done.stdout
    listed = alone.json("prices")["prices"]
    assert {
        "kind": "linux",
        "source": "AWS EC2 on-demand price page",
        "date": "2025-04-04",
        "figures": 15_338,
    } in listed


def test_a_refresh_is_kept_and_shown_from_then_on(signed_in: Shell, aws: Server) -> None:
    aws.script(page(instance("0.1160000000")))
    done = signed_in.run(*WORDS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 price is up to date.\n"
    asked = [request.json for request in aws.requests]
    assert {"Type": "TERM_MATCH", "Field": "instanceType", "Value": "m5.large"} in asked[-1]["Filters"]
    cache = Path(signed_in.environment["BAKEHOUSE_CACHE"]) / CACHE
    known = load((FOLDER / "pack.json.gz").read_bytes, cache)
    assert known.instances("eu-central-1")["m5.large"] == 0.116 * PER_USD
    assert "2026-09-21  linux                          1  AWS Price List" in signed_in.run("prices").stdout


def test_a_refresh_that_is_denied_names_the_permission_and_has_status_1(signed_in: Shell, aws: Server) -> None:
    aws.script(page(instance("0.116")), refused("AccessDeniedException"))
    done = signed_in.run(*WORDS)
    assert done.returncode == 1
    assert "The refresh stopped after 1 of " in done.stdout
    assert "Allow pricing:GetProducts for this identity." in done.stdout
    assert signed_in.run(*WORDS, "--json").returncode == 1


def test_a_damaged_cache_is_said_and_the_shipped_prices_are_shown(alone: Shell) -> None:
    cache = Path(alone.environment["BAKEHOUSE_CACHE"])
    cache.mkdir(parents=True)
    (cache / CACHE).write_bytes(b"half a file")
    done = alone.run("prices")
    assert done.returncode == 0
    assert f"The refreshed prices in {cache / CACHE} can't be read" in done.stdout
    assert "15,338" in done.stdout


@pytest.mark.parametrize(("words", "said"), [("--refresh", "--connection"), ("--refresh -c local", "no price list")])
def test_a_refresh_needs_a_connection_to_aws(alone: Shell, words: str, said: str) -> None:
    done = alone.run("prices", *words.split())
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_asking_for_prices_loads_neither_botocore_nor_numpy(alone: Shell) -> None:
    """The first figure would wait for half a second of imports."""
    code = (
        "import sys, core.cost.refresh; from core.cost.prices import prices; "
        "prices().instances('eu-central-1', 'Windows'); "
        "print(*sorted({'botocore', 'boto3', 'numpy', 'pydantic', 'ruamel'} & sys.modules.keys()))"
    )
    done = alone.python(code)
    assert (done.stdout, done.stderr) == ("\n", "")
