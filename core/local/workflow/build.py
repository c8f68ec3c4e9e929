"""One build under way: the facts, tools and state that its workflows share."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from core.local.endpoint import Home
from core.local.machine.ports import Ami, Fleet, ImageStore, Progress
from core.local.store.builds import Builds
from core.local.toe.outside import Outside
from core.local.workflow.build_log import BuildLog
from core.local.workflow.machines import BuildMachines
from core.local.workflow.subject import Subject, members, text
from core.local.workflow.values import Json
from core.local.workflow.waiting import WaitingSteps
from core.recipe.ami_names import ami_name

AMI_ID = re.compile(r"ami-[0-9a-f]{8,17}")

Stage = Literal["BUILD", "TEST", "DISTRIBUTION"]


@dataclass(frozen=True, slots=True)
class Site:
    """What all builds of a service share."""

    builds: Builds
    fleet: Fleet
    images: ImageStore
    outside: Outside
    home: Home
    waiting: WaitingSteps

    def ami(self, region: str, ami_id: str) -> Ami | None:
        """An AMI by its id, which a user may have written: what is no id leads nowhere, not into some folder."""
        return self.images.find(region, ami_id) if AMI_ID.fullmatch(ami_id) else None


@dataclass(frozen=True, slots=True)
class ResolvedComponent:
    """A component of the recipe, pinned to a build version. `phases` are the names its document has."""

    arn: str
    text: str
    phases: frozenset[str]
    parameters: Mapping[str, tuple[str, ...]]


class Slot:
    """A build's place among those that may have machines at the same time; `take` and `give_back` repeat harmlessly."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._taking = asyncio.Lock()
        self._held = False

    @property
    def free(self) -> bool:
        """Whether `take` would return at once."""
        return self._held or not self._places.locked()

    async def take(self) -> None:
        async with self._taking:
            if not self._held:
                await self._places.acquire()
                self._held = True

    def give_back(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


@dataclass(slots=True)
class Build:
    """`ami` is the parent image until the build workflow has made one; `made` says whether it has."""

    subject: Subject
    site: Site
    log: BuildLog
    machines: BuildMachines
    slot: Slot
    ami: Ami
    parent_arn: str
    components: tuple[ResolvedComponent, ...]
    made: bool = False
    distributed: dict[str, Ami] = field(default_factory=dict)
    workflow_outputs: dict[str, Json] = field(default_factory=dict)
    progress: dict[str, Progress] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return str(self.subject.arn)

    def report(self, progress: Progress) -> None:
        """Keep how far a task is; one without a measure is an event, and so a line of the log."""
        if not progress.total and progress.label not in self.progress:
            self.say(progress.label)
        self.progress[progress.label] = progress

    def say(self, message: str) -> None:
        """A line of the engine's own in the build's log, told apart from component output by its prefix."""
        self.log.lines("\n".join(f"ImageBuilder: {line}" for line in message.splitlines()))

    async def tell_lost_machines(self) -> None:
        """What a machine printed last belongs to the log of the build that lost it."""
        for instance_id, tail in await self.machines.lost():
            self.say(f"{instance_id} does not answer any more. Its console ends with:\n{tail}")

    def log_folder(self, workflow_execution_id: str, step: str) -> Path:
        """Where the log files of a step go: the layout of the service's S3 logs (service reference 4.4)."""
        slug, version, build = self.subject.arn.name, self.subject.version, str(self.subject.build)
        return self.site.home.logs / slug / version / build / workflow_execution_id / step

    def new_ami_name(self, region: str) -> str:
        """The name an AMI made now gets in `region`. Raises Invalid when it comes out too long."""
        settings = members(self.subject.distribution(region).get("amiDistributionConfiguration"))
        return self.ami_name_after(text(settings.get("name")))

    def ami_name_after(self, template: str) -> str:
        moment = datetime.now(UTC)
        return ami_name(template, image_name=self.subject.name, build=self.subject.build, moment=moment)

    def record_outputs(self) -> None:
        """Write `outputResources`: what exists in each Region, the build Region first."""
        home = self.subject.region
        amis = [
            {
                "region": ami.region,
                "image": ami.ami_id,
                "name": ami.name,
                "description": ami.description,
                "accountId": self.subject.account_id,
            }
            for ami in sorted(self.distributed.values(), key=lambda ami: (ami.region != home, ami.region))
        ]
        self.site.builds.change_image(self.arn, outputResources={"amis": amis})


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt of a workflow step as its action sees it; `inputs` are resolved."""

    name: str
    execution_id: str
    workflow_execution_id: str
    stage: Stage
    inputs: Mapping[str, Json]
    build: Build
