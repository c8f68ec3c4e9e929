"""Errors as they are shown, and values as JSON."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.cli.encode import plain
from core.cli.outcome import error_json, show
from core.errors import Denied, Invalid, Problem, Severity


def test_an_error_is_its_message_and_hint_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    show(Denied("GetImage: no.", hint="Sign in again."), as_json=False)
    assert capsys.readouterr() == ("", "error: GetImage: no.\nhint:  Sign in again.\n")


def test_the_problems_of_invalid_input_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("name", 2, 7, Severity.ERROR, "Too short", "3 letters", "web.yml")
    show(Invalid("web.yml has errors.", problems=[problem]), as_json=False)
    assert capsys.readouterr().err == (
        "error: web.yml has errors.\n  web.yml:2:7: error: Too short [name]\n    3 letters\n"
    )


def test_an_error_in_json_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    show(Denied("no", context={"code": "ForbiddenException"}), as_json=True)
    said = json.loads(capsys.readouterr().out)["error"]
    assert said == {"type": "Denied", "message": "no", "hint": "", "context": {"code": "ForbiddenException"}}


def test_an_error_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show(Denied("bad \x1b[2J", hint="\x07"), as_json=False)
    assert "\x1b" not in capsys.readouterr().err


def test_problems_are_part_of_the_error_in_json() -> None:
    problem = Problem("name", 2, 7, Severity.ERROR, "Too short", "", "web.yml")
    assert error_json(Invalid("x", problems=[problem]))["problems"][0]["address"] == "name"


def test_frozen_values_become_objects_with_camel_case_keys() -> None:
    @dataclass(frozen=True)
    class Inner:
        some_path: Path
        made_at: datetime

    value = plain({"one": (Inner(Path("/a"), datetime(2026, 1, 2, tzinfo=UTC)),), "two": None})
    assert value == {"one": [{"somePath": "/a", "madeAt": "2026-01-02T00:00:00+00:00"}], "two": None}
    json.dumps(value)
