"""The ``bakehouse`` scope over real HTTP: signed requests, typed answers, our errors."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.aws.machines import Difference, Machines, Removed
from core.build.source import Progress
from core.errors import Conflict, Denied, NotFound, Unreachable
from core.local.endpoint import Endpoint
from tests.functional.aws.serving import Answer, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def machines(server: Server) -> Machines:
    return Machines(Endpoint(server.url, 1, "AKIALOCAL", "secret"), "eu-central-1")


def answers(server: Server, value: Any) -> None:
    server.script(Answer(body=json.dumps(value).encode()))


def test_a_request_is_signed_for_the_scope_and_region(server: Server, machines: Machines) -> None:
    answers(server, {"differences": [{"topic": "t", "aws": "a", "local": "l"}]})
    assert machines.differences() == (Difference("t", "a", "l"),)
    (request,) = server.requests
    assert (request.method, request.path, request.json) == ("POST", "/bakehouse/Differences", {})
    authorization = request.headers["Authorization"]
    assert "Credential=AKIALOCAL/" in authorization
    assert "/eu-central-1/bakehouse/aws4_request" in authorization
    assert "secret" not in str(request)


def test_arguments_travel_as_json(server: Server, machines: Machines) -> None:
    answers(server, {"removed": [{"kind": "run", "name": "r", "bytes": 3}]})
    assert machines.prune(dry_run=True) == (Removed("run", "r", 3),)
    assert server.requests[0].json == {"dryRun": True}


def test_health_is_typed(server: Server, machines: Machines) -> None:
    answers(
        server,
        {
            "version": "0.1.0",
            "pid": 7,
            "accountId": "123456789012",
            "acceleration": {"name": "tcg", "reason": "no /dev/kvm"},
            "home": "/h",
            "disk": {"bases": 1},
            "running": 2,
        },
    )
    health = machines.health()
    assert (health.pid, health.acceleration, health.acceleration_reason, health.disk) == (
        7,
        "tcg",
        "no /dev/kvm",
        {"bases": 1},
    )


def test_progress_is_what_following_wants(server: Server, machines: Machines) -> None:
    answers(server, {"progress": [{"label": "base image", "done": 1, "total": 4, "unit": "bytes"}]})
    assert machines.progress("arn") == (Progress(label="base image", done=1, total=4, unit="bytes"),)


def test_a_task_without_extras_has_defaults(server: Server, machines: Machines) -> None:
    answers(server, {"status": "RUNNING", "message": None, "result": None})
    task = machines.task("t-1")
    assert (task.status, task.total, task.message, dict(task.result)) == ("RUNNING", 0, "", {})


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "ResourceNotFoundException", NotFound),
        (403, "InvalidSignatureException", Denied),
        (400, "ResourceInUseException:http://internal", Conflict),
        (500, "ServiceException", Unreachable),
    ],
)
def test_an_error_of_the_service_is_translated(
    server: Server, machines: Machines, status: int, code: str, kind: type[Exception]
) -> None:
    body = json.dumps({"message": "said so"}).encode()
    server.script(Answer(status, body, {"x-amzn-ErrorType": code}))
    with pytest.raises(kind, match="said so"):
        machines.health()


def test_nobody_listening_is_unreachable() -> None:
    with serving() as server:
        gone = server.url
    with pytest.raises(Unreachable):
        Machines(Endpoint(gone, 1, "a", "b"), "eu-central-1").health()


@pytest.mark.parametrize("body", [b"<html>", b"[1]"])
def test_an_answer_that_is_no_object_is_unreachable(server: Server, machines: Machines, body: bytes) -> None:
    server.script(Answer(body=body))
    with pytest.raises(Unreachable, match="something else"):
        machines.health()
