"""The machines one build has started, so that none outlives it unless somebody asked for that."""

from core.errors import BakehouseError
from core.local.machine.guest import Guest
from core.local.machine.ports import Fleet, LaunchSpec, Report

ANSWER_SECONDS = 10


class BuildMachines:
    """Every machine launched here is terminated by `close` at the latest, except those handed to `keep`."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._mine: list[str] = []
        self._launched: dict[str, LaunchSpec] = {}
        self._kept: list[str] = []
        self._captured: list[str] = []

    @property
    def running(self) -> tuple[str, ...]:
        return tuple(self._mine)

    @property
    def kept(self) -> tuple[str, ...]:
        return tuple(self._kept)

    async def launch(self, spec: LaunchSpec, report: Report) -> str:
        instance_id = await self._fleet.launch(spec, report)
        self._mine.append(instance_id)
        self._launched[instance_id] = spec
        return instance_id

    def metadata(self, instance_id: str) -> dict[str, str]:
        """What EC2 would tell the machine of itself, by path below ``meta-data/``."""
        found = {"instance-id": instance_id}
        if spec := self._launched.get(instance_id):
            found["ami-id"] = spec.ami_id
            if spec.instance_types:
                found["instance-type"] = spec.instance_types[0]
        return found

    def guest(self, instance_id: str) -> Guest:
        return self._fleet.guest(instance_id)

    async def lost(self) -> tuple[tuple[str, str], ...]:
        """(id, last console lines) of the build's machines that answer no more, though nobody shut them down."""
        asked = [instance_id for instance_id in self._mine if instance_id not in self._captured]
        return tuple([(each, self._fleet.console_tail(each)) for each in asked if not await self._answers(each)])

    async def _answers(self, instance_id: str) -> bool:
        try:
            ended = await self._fleet.guest(instance_id).run(["true"], timeout=ANSWER_SECONDS)
        except BakehouseError:
            return False
        return not ended.timed_out

    def captured(self, instance_id: str) -> None:
        """The machine was shut down to become an image."""
        self._captured.append(instance_id)

    async def terminate(self, instance_id: str) -> None:
        await self._fleet.terminate(instance_id)
        if instance_id in self._mine:
            self._mine.remove(instance_id)

    def keep(self, instance_id: str) -> None:
        """Leave a machine running for debugging, until somebody terminates it by hand."""
        if instance_id in self._mine:
            self._fleet.keep(instance_id)
            self._mine.remove(instance_id)
            self._kept.append(instance_id)

    async def close(self) -> tuple[BakehouseError, ...]:
        """Terminate what is left; the errors of machines that could not be."""
        errors: list[BakehouseError] = []
        for instance_id in tuple(self._mine):
            try:
                await self.terminate(instance_id)
            except BakehouseError as error:
                errors.append(error)
        return tuple(errors)
