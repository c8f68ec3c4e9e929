"""The service killed with SIGKILL in mid-build, at moments drawn from a seed, with real machines running."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installed import Bakehouse
from tests.soak.machines import processes_of, wait_until

MOMENTS = 20
SEED = 20_260_301
LONGEST_BUILD = 600  # seconds, base image included
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


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Bakehouse]:
    (tmp_path / "killed.yml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "touch.yml").write_text(COMPONENT, encoding="utf-8")
    installed = Bakehouse.at(tmp_path)
    try:
        yield installed
    finally:
        installed.run("service", "stop")


def test_a_service_killed_at_any_moment_loses_nothing(ours: Bakehouse, tmp_path: Path) -> None:
    """Without its handling a killed service left QEMU running for ever, its image BUILDING for ever, and a machine
    folder and half an image on disk."""
    ours.run("bake", str(tmp_path / "killed.yml"))
    client = ours.client()
    pipeline = client.list_image_pipelines()["imagePipelineList"][0]["arn"]
    began = time.monotonic()
    undisturbed = follow(
        client, client.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"]
    )
    length = time.monotonic() - began
    assert undisturbed["state"]["status"] == "AVAILABLE", undisturbed["state"]

    chance, tally, wrong = random.Random(SEED), Counter[str](), list[str]()
    for moment in range(MOMENTS):
        delay = chance.uniform(0, length)
        state, faults = kill_once(ours, pipeline, delay, tmp_path / "home")
        tally[state] += 1
        wrong += [f"moment {moment}, {delay:.1f} s, {state}: {fault}" for fault in faults]
    told = ", ".join(f"{count} in {state}" for state, count in tally.most_common())
    print(f"\nkilled {MOMENTS} times in builds of {length:.0f} s (seed {SEED}): {told}; {len(wrong)} faults")  # noqa: T201
    assert not wrong, "\n".join(wrong)


def follow(client: Any, image: str) -> dict[str, Any]:
    """Wait until the image has ended; the image."""
    deadline = time.monotonic() + LONGEST_BUILD
    while time.monotonic() < deadline:
        shown: dict[str, Any] = client.get_image(imageBuildVersionArn=image)["image"]
        if shown["state"]["status"] in {"AVAILABLE", "FAILED", "CANCELLED"}:
            return shown
        time.sleep(0.5)
    pytest.fail(f"{image} has not ended after {LONGEST_BUILD} s")


def kill_once(ours: Bakehouse, pipeline: str, delay: float, home: Path) -> tuple[str, list[str]]:
    """Start a build, kill the service `delay` seconds later, start it again; the image's state at the kill, and every
    promise that was broken."""
    client = ours.client()
    image = client.start_image_pipeline_execution(imagePipelineArn=pipeline)["imageBuildVersionArn"]
    service = ours.health()["health"]["pid"]
    time.sleep(delay)
    before = client.get_image(imageBuildVersionArn=image)["image"]["state"]["status"]
    os.kill(service, signal.SIGKILL)

    faults = []
    if not wait_until(lambda: not processes_of(home), 10):
        faults.append(f"still running: {processes_of(home)}")
    client = ours.client()
    after = client.get_image(imageBuildVersionArn=image)["image"]
    if before == "AVAILABLE":
        expected = {"AVAILABLE"}
    else:
        # Between the question and the kill a build may have ended.
        expected = {"FAILED", "AVAILABLE"} if before in {"DISTRIBUTING", "INTEGRATING"} else {"FAILED"}
    if after["state"]["status"] not in expected:
        faults.append(f"the image is {after['state']}")
    if after["state"]["status"] == "FAILED" and not after["state"].get("reason"):
        faults.append("the image has no reason")
    if left := [entry.name for entry in (home / "runs").iterdir()]:
        faults.append(f"left in runs: {left}")
    if [each["arn"] for each in client.list_image_pipelines()["imagePipelineList"]] != [pipeline]:
        faults.append("the pipeline is gone")
    return before, faults + half_images(home)


def half_images(home: Path) -> list[str]:
    """What `qemu-img check` says against any file of the image store, parents and all."""
    broken = []
    for file in sorted((home / "images").rglob("*.qcow2")):
        checked = subprocess.run(["qemu-img", "check", "-q", str(file)], check=False, capture_output=True, text=True)
        if checked.returncode != 0:
            broken.append(f"{file}: {checked.stderr.strip()}")
    return broken
