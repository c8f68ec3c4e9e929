"""Runs as their events tell them, with the times and images a test asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.build.events import (
    ConnectionKind,
    Event,
    ImageChanged,
    LogRead,
    RunEnded,
    RunOpened,
    StepChanged,
    WorkflowChanged,
)
from core.build.source import (
    Ami,
    Image,
    ImageState,
    ImageStatus,
    LogEvent,
    OutputResources,
    RollbackStatus,
    StepExecution,
    StepStatus,
    WorkflowExecution,
    WorkflowStatus,
)
from core.build.toe_log import Reading
from tests.fakes.source import ARN, START

PIPELINE = "arn:aws:imagebuilder:eu-central-1:123456789012:image-pipeline/web-server"


@dataclass(frozen=True)
class Machine:
    """A machine of a run: seconds from its launch to its end, or no end."""

    workflow: str
    seconds: float | None
    retried: bool = False
    terminated: bool = True
    spared: bool = False
    begin: float = 0


@dataclass(frozen=True)
class Story:
    """A run to tell."""

    machines: Sequence[Machine] = (Machine("BUILD", 1350), Machine("TEST", 480))
    status: ImageStatus = ImageStatus.AVAILABLE
    regions: Sequence[str] = ("eu-central-1", "us-east-1", "ap-southeast-1")
    connection: str = "production"
    kind: ConnectionKind = ""
    region: str = "eu-central-1"
    log: str = ""
    arn: str = ARN
    recipe: str = "web-server"
    days: float = 0

    def events(self) -> tuple[Event, ...]:
        start = START + timedelta(days=self.days)
        found: list[Event] = [
            RunOpened(
                at=start,
                image_arn=self.arn,
                recipe_name=self.recipe,
                connection=self.connection,
                kind=self.kind,
                region=self.region,
                pipeline_arn=PIPELINE,
            )
        ]
        for index, machine in enumerate(self.machines):
            found += self._machine(index, machine, len(found))
        if self.log:
            lines = (LogEvent(timestamp=round(start.timestamp() * 1000), message=self.log),)
            found.append(
                LogRead(
                    number=len(found), at=start, first=0, events=lines, token=None, token_position=0, reading=Reading()
                )
            )
        amis = tuple(Ami(region=each, image=f"ami-{index:08x}") for index, each in enumerate(self.regions))
        image = Image(
            arn=self.arn,
            name="Web Server",
            date_created=start,
            state=ImageState(status=self.status),
            output_resources=OutputResources(amis=amis),
        )
        found.append(ImageChanged(number=len(found), at=start, image=image))
        if self.status.terminal:
            found.append(RunEnded(number=len(found), at=start + timedelta(hours=2), status=self.status))
        return tuple(found)

    def _machine(self, index: int, machine: Machine, number: int) -> list[Event]:
        begin = START + timedelta(days=self.days, seconds=machine.begin)
        end = None if machine.seconds is None else begin + timedelta(seconds=machine.seconds)
        workflow = WorkflowExecution(
            workflow_execution_id=f"wf-{index}",
            type=machine.workflow,
            status=WorkflowStatus.COMPLETED if machine.terminated else WorkflowStatus.FAILED,
            start_time=begin,
            end_time=end,
            retried=machine.retried,
        )
        if end is None:
            workflow = workflow.model_copy(update={"status": WorkflowStatus.RUNNING})
        launch = StepExecution(
            step_execution_id=f"step-{index}-launch",
            action="LaunchInstance",
            status=StepStatus.COMPLETED,
            rollback_status=RollbackStatus.SKIPPED if machine.spared else None,
            outputs=f'{{"instanceId":"i-{index}"}}',
            start_time=begin,
            end_time=begin,
        )
        steps = [launch]
        if end is not None and machine.terminated:
            steps.append(
                StepExecution(
                    step_execution_id=f"step-{index}-end",
                    action="TerminateInstance",
                    status=StepStatus.COMPLETED,
                    inputs=f'{{"instanceId":"i-{index}"}}',
                    start_time=end,
                    end_time=end,
                )
            )
        told: list[Event] = [WorkflowChanged(number=number, at=begin, workflow=workflow)]
        for position, step in enumerate(steps):
            told.append(
                StepChanged(
                    number=number + 1 + position,
                    at=begin,
                    workflow_execution_id=f"wf-{index}",
                    position=position,
                    step=step,
                )
            )
        return told
