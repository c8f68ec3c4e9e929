"""A connection whose builds take commands: it plays recordings, and notes what it is told; what it can't do is set."""

from dataclasses import dataclass, field
from typing import Any

from core.aws.connection import Capability
from core.aws.imagebuilder import Members
from core.aws.machines import Machine, Machines
from core.aws.rehearsal import Rehearsal, RehearsedConnection, _Builder
from core.build.curves import Curves
from core.errors import BakehouseError, NotFound


@dataclass
class Told:
    """The commands in their order, and what is raised instead of the answer to one (by operation). `images` are told
    instead of those that are played, and nothing is found by the operations that are `gone`."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    failing: dict[str, BakehouseError] = field(default_factory=dict)
    machines: list[Machine] = field(default_factory=list)
    curves: Curves = field(default_factory=Curves)
    builds: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def said(self, operation: str) -> list[dict[str, Any]]:
        return [asked for name, asked in self.calls if name == operation]


class CommandedConnection(RehearsedConnection):
    def __init__(self, rehearsal: Rehearsal, *, machines: bool = True) -> None:
        super().__init__(rehearsal)
        self.told = Told()
        self.production = False
        if not machines:
            self.capabilities = self.capabilities - {Capability.MACHINES}

    def image_builder(self) -> "_Commanded":
        return _Commanded(self)

    def machines(self) -> Machines:
        return _Room(self.told)


class _Commanded(_Builder):
    connection: CommandedConnection

    def _call(self, operation: str, subject: str, arguments: Members, service: str = "imagebuilder") -> Any:
        told = self.connection.told
        told.calls.append((operation, dict(arguments)))
        if operation in told.failing:
            raise told.failing[operation]
        if operation in told.gone:
            raise NotFound("The resource does not exist.")
        match operation:
            case "GetImage" if arguments["imageBuildVersionArn"] in told.images:
                return {"image": told.images[str(arguments["imageBuildVersionArn"])]}
            case "RetryImage" | "SendWorkflowStepAction":
                return {}
            case "ListImageBuildVersions" if told.builds:
                return {"imageSummaryList": told.builds}
            case "ListWaitingWorkflowSteps":
                return {"steps": [{"imageBuildVersionArn": arn} for arn in told.waiting]}
            case "ListImagePackages":
                return {"imagePackageList": [{"packageName": "nginx", "packageVersion": "1.22"}]}
            case _:
                return super()._call(operation, subject, arguments, service)


class _Room(Machines):
    """A machine room with the machines it was given."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def machines(self) -> tuple[Machine, ...]:
        return tuple(self._told.machines)

    def terminate(self, instance_id: str) -> None:
        self._told.calls.append(("TerminateMachine", {"instanceId": instance_id}))
        self._told.machines = [each for each in self._told.machines if each.instance_id != instance_id]

    def progress(self, image_arn: str) -> tuple[()]:
        return ()

    def curves(self, image_arn: str, after: float = 0) -> Curves:
        self._told.calls.append(("GetCurves", {"after": after}))
        return self._told.curves
