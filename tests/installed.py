"""Bakehouse as its users run it: commands in a home of their own, timed from outside, records read through the API."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

PROGRAM = Path(sys.executable).parent / "bakehouse"
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class StepTime:
    """One recorded workflow step; `seconds` from its own start and end."""

    workflow: str
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """What the service recorded of one image: its status, its steps, and the span of each workflow in seconds."""

    arn: str
    status: str
    steps: tuple[StepTime, ...]
    workflows: Mapping[str, float]

    def step(self, name: str) -> float:
        return next(step.seconds for step in self.steps if step.name == name)


@dataclass(frozen=True, slots=True)
class Bakehouse:
    """The command line in `environment` (with BAKEHOUSE_HOME set, so that the user's own home is left alone)."""

    environment: Mapping[str, str]

    @classmethod
    def at(cls, folder: Path) -> "Bakehouse":
        """One whose user lives in `folder` and has nothing set."""
        return cls(
            {
                "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
                "HOME": str(folder),
                "BAKEHOUSE_HOME": str(folder / "home"),
                "BAKEHOUSE_STATE": str(folder / "runs"),
            }
        )

    def run(self, *words: str) -> tuple[float, str]:
        """Seconds of wall time, and what it printed. Raises CalledProcessError."""
        began = time.monotonic()
        done = subprocess.run(
            [str(PROGRAM), *words], env=dict(self.environment), check=True, capture_output=True, text=True
        )
        return time.monotonic() - began, done.stdout

    def health(self) -> Mapping[str, Any]:
        status: Mapping[str, Any] = json.loads(self.run("service", "status", "--json")[1])
        return status

    def client(self) -> Any:
        variables = json.loads(self.run("service", "env", "--json")[1])["variables"]
        return boto3.client(
            "imagebuilder",
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            region_name=variables["AWS_REGION"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            config=Config(ignore_configured_endpoint_urls=True, retries={"total_max_attempts": 1}),
        )

    def newest(self) -> Record:
        """The record of the image begun last."""
        client = self.client()
        images = client.list_image_build_versions()["imageSummaryList"]
        newest = max(images, key=lambda image: str(image["dateCreated"]))
        workflows, steps = {}, []
        for execution in client.list_workflow_executions(imageBuildVersionArn=newest["arn"])["workflowExecutions"]:
            kind = execution["type"]
            workflows[kind] = _seconds(execution)
            listed = client.list_workflow_step_executions(workflowExecutionId=execution["workflowExecutionId"])["steps"]
            steps += [StepTime(kind, step["name"], _seconds(step)) for step in listed]
        return Record(newest["arn"], newest["state"]["status"], tuple(steps), workflows)


def _seconds(record: Mapping[str, Any]) -> float:
    """0 for what never began or ended."""
    if not (record.get("startTime") and record.get("endTime")):
        return 0.0
    span = datetime.fromisoformat(record["endTime"]) - datetime.fromisoformat(record["startTime"])
    return span.total_seconds()
