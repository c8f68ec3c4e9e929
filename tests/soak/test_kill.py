"""The service killed with SIGKILL in mid-build, at moments drawn from a seed, with real machines running.

A moment is a workflow step of the build and a share of the time that this step took when nobody disturbed it, so all
steps get their kills, the short ones (capture, distribution) too. BAKEHOUSE_SOAK_MOMENTS and BAKEHOUSE_SOAK_SEED change
their number and choice.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.installed import Bakehouse
from tests.soak.machines import processes_of, wait_until

MOMENTS = int(os.environ.get("BAKEHOUSE_SOAK_MOMENTS", "20"))
MOMENTS_OF_BASE = MOMENTS // 5
"""Kills while the base image is made, besides those in the build."""

SEED = int(os.environ.get("BAKEHOUSE_SOAK_SEED", "20260301"))
LONGEST_BUILD = 600  # seconds, base image included
BASE_SECONDS = 60.0
UNKILLED = 4
"""Builds that are not killed: one is cancelled, two are measured, one proves at the end that all still works."""

ENDED = frozenset({"AVAILABLE", "FAILED", "CANCELLED"})
RECIPE = """\
schemaVersion: 1
name: killed
imageRecipe:
  semanticVersion: 1.0.0
  parentImage: debian-12-x86
  components:
    - document: touch.yml
infrastructureConfiguration:
  instanceTypes: [t3.small]
  instanceProfileName: ImageBuilder
distributions:
  - region: eu-central-1
    amiDistributionConfiguration: {name: "killed {{ imagebuilder:buildDate }}"}
  - region: us-east-1
    amiDistributionConfiguration: {name: "killed {{ imagebuilder:buildDate }}"}
"""
COMPONENT = """\
name: touch
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Touch
        action: ExecuteBash
        inputs:
          commands: [touch /srv/touched, sleep 2]
  - name: test
    steps:
      - name: Touched
        action: ExecuteBash
        inputs:
          commands: [test -e /srv/touched]
"""

pytestmark = [pytest.mark.soak, pytest.mark.vm]


@dataclass(frozen=True, slots=True)
class Place:
    """A home whose service is killed again and again; temporary files go to a folder of their own, to be looked at."""

    installed: Bakehouse
    home: Path
    temporary: Path
    recipe: Path


@dataclass(frozen=True, slots=True)
class Moment:
    """`share` of the undisturbed length of a workflow step (both in seconds) after that step has begun."""

    step: str
    delay: float


@dataclass(frozen=True, slots=True)
class Kill:
    """What one kill met and left: the image's state and step then, its state afterwards, every promise broken."""

    moment: Moment
    met: str
    outcome: str
    faults: Sequence[str]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    recipe = tmp_path / "killed.yml"
    recipe.write_text(RECIPE, encoding="utf-8")
    (tmp_path / "touch.yml").write_text(COMPONENT, encoding="utf-8")
    # Short, as the paths of sockets have to be, and passable for the user nobody, who QEMU and passt become.
    temporary = Path(tempfile.mkdtemp(prefix="soak-"))
    temporary.chmod(0o711)
    installed = Bakehouse.at(tmp_path)
    installed = replace(installed, environment={**installed.environment, "TMPDIR": str(temporary)})
    place = Place(installed, tmp_path / "home", temporary, recipe)
    try:
        yield place
    finally:
        installed.run("service", "stop")
        # Never through a mount: what mmdebstrap mounts are /proc, /sys and /dev/shm of this very host.
        assert mounts_of(place) == []
        shutil.rmtree(temporary)


def test_a_service_killed_at_any_moment_loses_nothing(place: Place) -> None:
    """Without its handling a killed service left QEMU (or, while a base image was made, mmdebstrap) running for ever,
    its image BUILDING for ever, and a machine folder and half an image on disk."""
    chance = random.Random(SEED)
    client = place.installed.client()
    pipeline = published(place)
    tally = [
        kill_once(place, pipeline, Moment("LaunchBuildInstance", chance.uniform(0, BASE_SECONDS)))
        for _ in range(MOMENTS_OF_BASE)
    ]
    lengths = undisturbed(place, pipeline)
    steps = sorted(lengths)
    chance.shuffle(steps)
    for number in range(MOMENTS):
        step = steps[number % len(steps)] if number < len(steps) else chance.choice(steps)
        tally.append(kill_once(place, pipeline, Moment(step, chance.uniform(0, lengths[step]))))
    tell(tally)
    client = place.installed.client()
    last = follow(client, client.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"])
    assert last["state"]["status"] == "AVAILABLE", last["state"]
    assert len(recorded(client)) == UNKILLED + len(tally)
    wrong = [f"{kill.moment}: {fault}" for kill in tally for fault in kill.faults]
    assert not wrong, "\n".join(wrong)


def published(place: Place) -> str:
    """Publish the recipe through a first bake that is cancelled at once; the pipeline."""
    bake = subprocess.Popen(
        [shutil.which("bakehouse", path=place.installed.environment["PATH"]) or "bakehouse", "bake", str(place.recipe)],
        env=dict(place.installed.environment),
        stdout=subprocess.PIPE,
        text=True,
    )
    with bake:
        assert bake.stdout is not None
        for line in bake.stdout:
            if ":image/killed/" in line:
                bake.send_signal(signal.SIGINT)
    pipelines = place.installed.client().list_image_pipelines()["imagePipelineList"]
    return str(pipelines[0]["arn"])


def undisturbed(place: Place, pipeline: str) -> Mapping[str, float]:
    """Build once with the base image made, once with it there; the seconds of every step of the second build."""
    client = place.installed.client()
    for _ in range(2):
        image = client.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"]
        ended = follow(client, image)
        assert ended["state"]["status"] == "AVAILABLE", ended["state"]
    return {step.name: step.seconds for step in place.installed.newest().steps}


def follow(client: Any, image: str) -> dict[str, Any]:
    """Wait until the image has ended; the image."""
    deadline = time.monotonic() + LONGEST_BUILD
    while time.monotonic() < deadline:
        shown: dict[str, Any] = client.get_image(imageBuildVersionArn=image)["image"]
        if shown["state"]["status"] in ENDED:
            return shown
        time.sleep(0.5)
    pytest.fail(f"{image} has not ended after {LONGEST_BUILD} s")


def recorded(client: Any) -> list[str]:
    """All image build versions there are."""
    pages = client.get_paginator("list_image_build_versions").paginate()
    return [build["arn"] for page in pages for build in page["imageSummaryList"]]


def begun(client: Any, image: str) -> list[str]:
    """The names of the image's steps that run or have run, in order."""
    executions = client.list_workflow_executions(imageBuildVersionArn=image)["workflowExecutions"]
    return [
        step["name"]
        for execution in sorted(executions, key=lambda one: str(one.get("startTime", "")))
        for step in client.list_workflow_step_executions(workflowExecutionId=execution["workflowExecutionId"])["steps"]
        if step["status"] != "PENDING"
    ]


def kill_once(place: Place, pipeline: str, moment: Moment) -> Kill:
    """Start a build, kill the service at the moment, start it again, and look what is left."""
    client = place.installed.client()
    image = client.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"]
    service = place.installed.health()["health"]["pid"]
    wait_until(lambda: moment.step in begun(client, image), LONGEST_BUILD)
    time.sleep(moment.delay)
    before = client.get_image(imageBuildVersionArn=image)["image"]["state"]["status"]
    step = (begun(client, image) or ["none yet"])[-1]
    os.kill(service, signal.SIGKILL)

    faults = []
    if not wait_until(lambda: not processes_of(place.home), 10):
        faults.append(f"still running: {processes_of(place.home)}")
    client = place.installed.client()
    after = client.get_image(imageBuildVersionArn=image)["image"]["state"]
    # What was seen last is older than the kill: the build may have ended in between.
    expected = {"AVAILABLE"} if before == "AVAILABLE" else {"FAILED", "AVAILABLE"}
    if after["status"] not in expected:
        faults.append(f"the image is {after}")
    if after["status"] == "FAILED" and "ended unexpectedly" not in after.get("reason", ""):
        faults.append(f"the image's reason says nothing of it: {after}")
    if [each["arn"] for each in client.list_image_pipelines()["imagePipelineList"]] != [pipeline]:
        faults.append("the pipeline is gone")
    faults += open_records(client, image) + leftovers(place) + half_images(place)
    kill = Kill(moment, f"{before} in {step}", after["status"], faults)
    say(f"{moment.step} + {moment.delay:.2f} s: killed {kill.met} -> {kill.outcome} {'; '.join(faults)}")
    return kill


def open_records(client: Any, image: str) -> list[str]:
    """Executions and steps of the image that never ended, though the image did."""
    wrong = []
    for execution in client.list_workflow_executions(imageBuildVersionArn=image)["workflowExecutions"]:
        if execution["status"] in {"RUNNING", "PENDING", "ROLLBACK_IN_PROGRESS"}:
            wrong.append(f"workflow execution left open: {execution}")
        listed = client.list_workflow_step_executions(workflowExecutionId=execution["workflowExecutionId"])["steps"]
        wrong += [f"step execution left open: {step}" for step in listed if step["status"] == "RUNNING"]
    return wrong


def leftovers(place: Place) -> list[str]:
    """What a dead service left on disk although the next one has started."""
    found = [*(place.home / "runs").iterdir(), *place.temporary.iterdir()]
    found += [*(place.home / "images").glob("*/.*"), *(place.home / "bases").glob(".*")]
    return [f"left over: {path}" for path in found] + [f"left mounted: {mount}" for mount in mounts_of(place)]


def mounts_of(place: Place) -> list[str]:
    """Where something is mounted below the place's folders."""
    points = [line.split()[1] for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    return [point for point in points if point.startswith((f"{place.home}/", f"{place.temporary}/"))]


def half_images(place: Place) -> list[str]:
    """What is wrong with the images that are listed: or with any image file, parents and all."""
    listed = json.loads(place.installed.run("images", "list", "--json")[1])["images"]
    wrong = [
        f"half an image is listed: {image}"
        for image in listed
        if (image["status"] == "AVAILABLE") != bool(image["path"] and Path(image["path"]).exists())
    ]
    for file in sorted((place.home / "images").rglob("*.qcow2")):
        checked = subprocess.run(["qemu-img", "check", "-q", str(file)], check=False, capture_output=True, text=True)
        if checked.returncode != 0:
            wrong.append(f"{file}: {checked.stderr.strip()}")
    return wrong


def tell(tally: Sequence[Kill]) -> None:
    """The whole tally on stdout, which `make soak` shows."""
    say(f"killed {len(tally)} times, seed {SEED}")
    for (met, outcome), count in sorted(Counter((kill.met, kill.outcome) for kill in tally).items()):
        say(f"  {count:3} x {met:<40} -> {outcome}")
    say(f"  {sum(len(kill.faults) for kill in tally)} promises broken")


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
