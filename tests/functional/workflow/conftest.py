"""Builds on a real store with fake machines: everything but QEMU and HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.local.endpoint import ACCOUNT_ID, Home
from core.local.store import resources
from core.local.store.builds import Builds
from core.local.store.database import Database
from core.local.store.managed import Managed
from core.local.store.records import StepExecution, WorkflowExecution, now
from core.local.store.resources import Resource
from core.local.toe.outside import LocalOutside
from core.local.workflow.engine import BuildEngine
from core.recipe.names import Arn
from tests.fakes.fleet import FakeFleet, FakeImageStore

REGION = "eu-central-1"
BASE = "debian-12-x86"
RESOURCES = Path(__file__).parents[3] / "resources"
DEADLINE = 30
HELLO = """
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Bake, action: ExecuteBash, inputs: {commands: [echo baking, echo loaf >/opt/loaf]}}
  - name: test
    steps:
      - {name: Taste, action: ExecuteBash, inputs: {commands: [echo tasting]}}
"""


@dataclass
class Bakery:
    """An engine with all it needs, and short ways to fill its store and to read from it."""

    database: Database
    managed: Managed
    builds: Builds
    fleet: FakeFleet
    images: FakeImageStore
    home: Home
    outside: LocalOutside
    engine: BuildEngine

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:imagebuilder:{REGION}:{ACCOUNT_ID}:{kind}/{name}/1.0.0/1"

    def add(self, kind: str, name: str, **body: Any) -> str:
        arn = self.arn(kind, name)
        with self.database.writing() as connection:
            resources.add(connection, Resource(Arn.parse(arn), {"arn": arn, "name": name, **body}, now()))
        return arn

    def component(self, name: str, document: str = HELLO) -> str:
        return self.add("component", name, data=document, platform="Linux")

    def workflow(self, kind: str, name: str, document: str) -> str:
        return self.add(f"workflow/{kind}", name, data=document, type=kind.upper())

    def image(self, name: str = "web", *, components: tuple[str, ...] = (), **members: Any) -> str:
        """A PENDING image from the newest base, with members of the API over the defaults."""
        parent = members.pop("parentImage", f"arn:aws:imagebuilder:{REGION}:aws:image/{BASE}/x.x.x")
        recipe = {
            "name": name,
            "parentImage": parent,
            "description": "A web server",
            "components": [{"componentArn": component} for component in components],
            "amiTags": {"Flour": "rye"},
        }
        return self.add(
            "image",
            name,
            **{
                "type": "AMI",
                "platform": "Linux",
                "version": "1.0.0/1",
                "state": {"status": "PENDING"},
                "imageRecipe": recipe,
                "infrastructureConfiguration": {"instanceProfileName": "baker", "instanceTypes": ["t3.small"]},
                "imageTestsConfiguration": {"imageTestsEnabled": True, "timeoutMinutes": 720},
                "outputResources": {"amis": []},
                **members,
            },
        )

    async def bake(self, arn: str) -> dict[str, Any]:
        """Start a build, wait for its end, and return the image."""
        self.engine.start(arn)
        return await self.end(arn)

    async def end(self, arn: str) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE):
            await asyncio.sleep(0)
            await self.engine.ended(arn)
        return self.builds.image(arn)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until a condition holds that the engine's progress makes true."""
        async with asyncio.timeout(DEADLINE):
            while not holds():
                await asyncio.sleep(0.01)

    def executions(self, arn: str) -> list[WorkflowExecution]:
        return list(self.builds.workflows(arn))

    def steps(self, arn: str, execution: int = 0) -> dict[str, StepExecution]:
        workflow = self.executions(arn)[execution]
        return {step.name: step for step in self.builds.steps(workflow.workflow_execution_id)}

    def log(self, stream: str = "1.0.0/1", group: str = "/aws/imagebuilder/web") -> list[str]:
        from core.local.store import logs

        with self.database.reading() as connection:
            ids = logs.stream_ids(connection, REGION, group)
            events = logs.events(connection, [ids[stream]] if stream in ids else [], limit=100_000)
        return [str(event.message) for event in events]

    def running(self) -> list[str]:
        return [machine.instance_id for machine in self.fleet.machines()]


@pytest.fixture
async def bakery(tmp_path: Path) -> AsyncIterator[Bakery]:
    home = Home(tmp_path / "home")
    images = FakeImageStore()
    fleet = FakeFleet(tmp_path / "machines", images)
    with Database(home.database) as database:
        managed = Managed(RESOURCES, lambda region, name: images.base_ami(region, name).ami_id)
        builds = Builds(database, managed)

        def text_of(arn: str) -> str | None:
            component = builds.component(arn)
            return None if component is None else str(component["data"])

        outside = LocalOutside(home.buckets, home.parameters, text_of)
        engine = BuildEngine(builds, fleet, images, outside, home)
        async with engine.serving():
            yield Bakery(database, managed, builds, fleet, images, home, outside, engine)
