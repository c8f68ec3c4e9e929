"""The scope `bakehouse`: health, machines, files, long tasks."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.local.endpoint import Home
from tests.functional.service.running import KEYS, REGION, Running, running_service
from tests.functional.service.samples import start
from tests.functional.service.signing import Answered, own


@pytest.fixture
def running(home: Home) -> Iterator[Running]:
    with running_service(home) as service:
        yield service


def _ask(running: Running, operation: str, **members: Any) -> Answered:
    return own(running.url, KEYS, operation, **members)


def _task(running: Running, task_id: str) -> dict[str, Any]:
    """The task's last state, asked for until it has ended."""
    deadline = time.monotonic() + 30
    while (state := _ask(running, "GetTask", taskId=task_id).body)["status"] == "RUNNING":
        assert time.monotonic() < deadline, state
    return state


def test_health_tells_where_and_how_the_service_runs(running: Running) -> None:
    runs = running.home.runs
    runs.mkdir(parents=True)
    (runs / "disk").write_bytes(b"x" * 8192)
    health = _ask(running, "Health").body
    assert health["accountId"] == "123456789012"
    assert health["acceleration"] == {"name": "tcg", "reason": "there is no /dev/kvm"}
    assert health["home"] == str(running.home.root)
    assert health["disk"]["runs"] >= 8192
    assert health["running"] == 0
    assert health["secrets"] == "file"


def test_the_fleet_is_swept_before_anybody_is_let_in(running: Running) -> None:
    assert running.workshop.fleet.swept


def test_machines_are_listed_and_terminated(running: Running) -> None:
    machines = _ask(running, "ListMachines").body["machines"]
    assert machines[0]["state"] == "kept"
    assert machines[0]["memoryMiB"] == 4096
    gone = _ask(running, "TerminateMachine", instanceId=machines[0]["instanceId"])
    assert gone.status == 200
    assert _ask(running, "ListMachines").body["machines"] == []
    assert _ask(running, "TerminateMachine", instanceId="i-0").error == "ResourceNotFoundException"


def test_an_imported_file_becomes_an_image(running: Running, tmp_path: Path) -> None:
    members = {"format": "qcow2", "name": "Golden Debian", "semanticVersion": "1.0.0", "osVersion": "Debian 12"}
    task = _ask(running, "ImportImage", path=str(tmp_path / "golden.qcow2"), **members).body["taskId"]
    state = _task(running, task)
    assert state["status"] == "DONE"
    arn = state["result"]["imageBuildVersionArn"]
    assert arn == f"arn:aws:imagebuilder:{REGION}:123456789012:image/golden-debian/1.0.0/1"
    image = running.client().get_image(imageBuildVersionArn=arn[:-2])["image"]
    assert (image["imageSource"], image["buildType"], image["osVersion"]) == ("IMPORTED", "IMPORT", "Debian 12")
    files = _ask(running, "ListImageFiles", imageBuildVersionArn=arn).body["files"]
    assert [one["amiId"] for one in files] == [state["result"]["amiId"]]


@pytest.mark.parametrize(
    "wrong", [{"path": "golden.qcow2"}, {"name": "a"}, {"semanticVersion": "1.x"}, {"osVersion": ""}, {"path": "/a\0b"}]
)
def test_an_import_is_checked_before_it_begins(running: Running, wrong: dict[str, str]) -> None:
    members = {"path": "/a", "format": "raw", "name": "abc", "semanticVersion": "1.0.0", "osVersion": "Debian 12"}
    assert _ask(running, "ImportImage", **{**members, **wrong}).error == "InvalidParameterValueException"


def test_a_failed_export_says_why(running: Running, tmp_path: Path) -> None:
    members = {"region": REGION, "amiId": "ami-0123456789abcdef0", "format": "raw"}
    done = _task(running, _ask(running, "ExportImage", path=str(tmp_path / "free.raw"), **members).body["taskId"])
    assert done["result"] == {"path": str(tmp_path / "free.raw")}
    failed = _task(running, _ask(running, "ExportImage", path=str(tmp_path / "taken.raw"), **members).body["taskId"])
    assert failed["status"] == "FAILED"
    assert "exists already. Hint: Choose another name." in failed["message"]
    missing = {**members, "amiId": "ami-0"}
    assert _ask(running, "ExportImage", path="/a", **missing).error == "ResourceNotFoundException"
    assert _ask(running, "GetTask", taskId="task-0").error == "ResourceNotFoundException"


def test_nothing_that_an_image_or_a_recipe_names_is_pruned(running: Running) -> None:
    assert [one["name"] for one in _ask(running, "Prune", dryRun=True).body["removed"]] == ["imported"]
    start(running.client(), "uses-the-parent")
    assert _ask(running, "Prune", dryRun=True).body["removed"] == []


def test_nothing_is_pruned_while_a_build_runs(running: Running) -> None:
    """Without it an image that was captured and not yet recorded, or a base that a machine was starting from, went."""
    _ask(running, "TerminateMachine", instanceId="i-00000000000000001")
    start(running.client(), "runs")
    refused = _ask(running, "Prune", dryRun=False)
    assert refused.status == 400
    assert "Nothing was removed: a build" in refused.body["message"]


def test_nothing_is_pruned_below_a_kept_machine(running: Running) -> None:
    """Without it the disk of a machine kept for debugging lost the layers below it."""
    refused = _ask(running, "Prune", dryRun=False)
    assert "i-00000000000000001" in refused.body["message"]
    _ask(running, "TerminateMachine", instanceId="i-00000000000000001")
    assert [one["name"] for one in _ask(running, "Prune", dryRun=False).body["removed"]] == ["imported"]


def test_progress_and_differences_are_told(running: Running) -> None:
    progress = _ask(running, "GetProgress", imageBuildVersionArn="arn").body["progress"]
    assert progress == [{"label": "Making the base image", "done": 1, "total": 3, "unit": "steps"}]
    assert {"topic", "aws", "local"} == set(_ask(running, "Differences").body["differences"][0])


def test_the_samples_of_a_builds_machines_are_told_from_a_moment_on(running: Running) -> None:
    machines = _ask(running, "GetCurves", imageBuildVersionArn="arn:a").body["machines"]
    assert [sample[0] for sample in machines[0]["samples"]] == [10.0, 11.0]
    (later,) = _ask(running, "GetCurves", imageBuildVersionArn="arn:a", after=10.0).body["machines"]
    assert later["samples"] == [[11.0, 2.0, 2**21, 4096, 512, 100, 50]]
    assert _ask(running, "GetCurves", imageBuildVersionArn="arn:b").body == {"machines": []}
    assert _ask(running, "GetCurves", imageBuildVersionArn="arn:a", after="soon").status == 400


def test_an_operation_nobody_knows_is_named(running: Running) -> None:
    answer = _ask(running, "Fly")
    assert (answer.status, answer.error) == (501, "ServiceException")
    assert "Fly" in answer.body["message"]
