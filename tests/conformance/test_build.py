"""A whole build, started and followed by the AWS CLI alone."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from core.local.endpoint import Home
from tests.conformance.awscli import Answer, AwsCli
from tests.conformance.conftest import user_at
from tests.conformance.pipeline import Pipeline, create_pipeline, delete_pipeline
from tests.installed import Bakehouse
from tests.vm.conftest import base_cache, provide_base

__all__ = ["base_cache"]  # a fixture, found by its name

LONGEST_BUILD = 600  # seconds, software emulation on a busy machine
OVER = {"AVAILABLE", "FAILED", "CANCELLED"}

pytestmark = pytest.mark.vm


def follow(aws: AwsCli, image: str) -> tuple[list[str], Answer]:
    """The states an image went through as get-image showed them, and the image at the end."""
    seen: list[str] = []
    deadline = time.monotonic() + LONGEST_BUILD
    while time.monotonic() < deadline:
        shown = aws("imagebuilder", "get-image", "--image-build-version-arn", image)["image"]
        status = shown["state"]["status"]
        if not seen or seen[-1] != status:
            seen.append(status)
        if status in OVER:
            return seen, shown
        time.sleep(2)  # as a user would ask again; the state is the condition waited for
    pytest.fail(f"{image} went through {seen} and was not over after {LONGEST_BUILD} s")


def log_of(aws: AwsCli, image: Answer) -> list[str]:
    words = ("--log-group-name", f"/aws/imagebuilder/{image['name']}", "--log-stream-name", image["version"])
    return [event["message"] for event in aws("logs", "get-log-events", *words, "--start-from-head")["events"]]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, base_cache: Path) -> Iterator[AwsCli]:
    folder = tmp_path_factory.mktemp("user")
    provide_base(base_cache, Home(Path(Bakehouse.at(folder).environment["BAKEHOUSE_HOME"])))
    with user_at(folder) as cli:
        yield cli


@pytest.fixture(scope="module")
def made(aws: AwsCli) -> Pipeline:
    return create_pipeline(aws, "greeter")


@pytest.fixture(scope="module")
def built(aws: AwsCli, made: Pipeline) -> tuple[list[str], Answer]:
    started = aws("imagebuilder", "start-image-pipeline-execution", "--image-pipeline-arn", made.pipeline)
    return follow(aws, started["imageBuildVersionArn"])


def test_the_image_is_available_in_both_regions(aws: AwsCli, built: tuple[list[str], Answer]) -> None:
    states, image = built
    amis = image.get("outputResources", {}).get("amis", [])

    assert states[-1] == "AVAILABLE", "\n".join([str(image["state"]), *log_of(aws, image)])
    assert "BUILDING" in states
    assert "TESTING" in states
    assert {ami["region"] for ami in amis} == {"eu-central-1", "us-east-1"}
    assert all(ami["image"].startswith("ami-") for ami in amis)
    assert all(ami["name"].startswith("greeter 2") for ami in amis)


def test_every_step_of_build_and_test_is_recorded(aws: AwsCli, built: tuple[list[str], Answer]) -> None:
    arn = built[1]["arn"]
    listed = aws("imagebuilder", "list-workflow-executions", "--image-build-version-arn", arn)["workflowExecutions"]
    by_type = {execution["type"]: execution for execution in listed}

    assert {"BUILD", "TEST"} <= set(by_type)
    for execution in by_type.values():
        words = ("--workflow-execution-id", execution["workflowExecutionId"])
        steps = aws("imagebuilder", "list-workflow-step-executions", *words)["steps"]
        assert execution["status"] == "COMPLETED"
        assert execution["totalStepCount"] == len(steps)
        assert {step["status"] for step in steps} <= {"COMPLETED", "SKIPPED"}
        for step in steps:
            if step["status"] == "COMPLETED":
                assert datetime.fromisoformat(step["startTime"]) <= datetime.fromisoformat(step["endTime"])


def test_the_log_tells_what_the_components_printed(aws: AwsCli, built: tuple[list[str], Answer]) -> None:
    image = built[1]
    streams = aws("logs", "describe-log-streams", "--log-group-name", f"/aws/imagebuilder/{image['name']}")
    printed = [line for line in log_of(aws, image) if "Stdout: Hello from the build machine" in line]

    assert image["version"] in {stream["logStreamName"] for stream in streams["logStreams"]}
    assert len(printed) == 2, "once by the build phase, once by the test phase on another machine"


def test_packages_of_the_image_are_listed(aws: AwsCli, built: tuple[list[str], Answer]) -> None:
    words = ("--image-build-version-arn", built[1]["arn"], "--max-items", "1000")
    packages = aws("imagebuilder", "list-image-packages", *words)["imagePackageList"]

    assert "bash" in {package["packageName"] for package in packages}


def test_everything_can_be_tidied_up(aws: AwsCli, made: Pipeline, built: tuple[list[str], Answer]) -> None:
    arn = built[1]["arn"]
    aws("imagebuilder", "delete-image", "--image-build-version-arn", arn)
    delete_pipeline(aws, made)
    gone = aws.refused("imagebuilder", "get-image", "--image-build-version-arn", arn)

    assert gone.code == "ResourceNotFoundException"
