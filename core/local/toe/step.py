"""One step: its condition, its attempts with their deadlines, its loop, its reboots, and what its failure means.

Order and rules are AWSTOE's (user guide, toe-use-documents, toe-conditional-constructs, toe-looping-constructs): the
condition is judged once, also across a reboot; an attempt has the whole timeout for all turns of its loop; an attempt
that asks for a reboot with exit status 194 starts over afterwards and is not counted twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from core.errors import BakehouseError, Cancelled, HostFault, MachineFault
from core.local.toe.deadline import Deadline
from core.local.toe.execution import Execution
from core.local.toe.looping import MergedOutputs, turns
from core.local.toe.modules import MODULES
from core.local.toe.outcome import ActionEnd, ActionFailed, Done, RebootWanted
from core.local.toe.record import StepRecord, now
from core.local.toe.scene import NestedCall, Scene
from core.local.toe.values import Iteration, Values
from core.local.toe.verdict import holds, resolved
from core.recipe.component import Decision, Loop
from core.recipe.conditions import Condition, sentence

Call = Callable[[NestedCall], Awaitable[ActionEnd]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step about to run, with the values its texts may name and the way to the documents it may call."""

    record: StepRecord
    values: Values
    execution: Execution
    call: Call

    async def execute(self) -> ActionFailed | None:
        """Run the step and fill its record; what failed, if it did.

        Raises:
            HostFault: this host can't go on.
        """
        record, console = self.record, self.execution.console
        console.heading(f"Step {record.step.name}")
        record.status, record.started = "running", now()
        self.execution.changed()
        failure: ActionFailed | None = None
        with console.silence(record.step.disable_logging):
            try:
                record.status = await self._perform()
            except ActionFailed as failed:
                failure = ActionFailed(
                    failed.message,
                    stderr="" if console.muted else failed.stderr,
                    timed_out=failed.timed_out,
                    lost=failed.lost,
                    cause=failed.cause,
                )
                record.failure_message, record.outputs = failed.message, failed.outputs
                ignored = record.step.on_failure == "Ignore" and not failed.lost
                record.status = "ignoredFailure" if ignored else "timedOut" if failed.timed_out else "failed"
                console.line(f"{record.step.action}: FAILED EXECUTION: {failed.message}")
        record.ended = now()
        self.execution.changed()
        return failure

    async def _perform(self) -> Literal["success", "skipped"]:
        match await self._decision():
            case "Skip":
                self.execution.console.line("The step is skipped by its condition")
                return "skipped"
            case "Abort":
                raise ActionFailed("the step's condition says Abort", final=True)
            case "Execute":
                await self._attempts()
                return "success"

    async def _decision(self) -> Decision:
        condition = self.record.step.condition
        if condition is None:
            return "Execute"
        scene = self._scene(Deadline.after(self.record.step.timeout_seconds))
        met = await _translated(holds(condition.test, self.values, scene))
        decision = condition.then if met else condition.otherwise
        self.execution.console.debug(f"The condition is {'true' if met else 'false'}: {decision}")
        return decision

    async def _attempts(self) -> None:
        step = self.record.step
        for attempt in range(1, step.max_attempts + 1):
            self.execution.console.debug(f"Step {step.name}: attempt {attempt} of {step.max_attempts}")
            try:
                await self._attempt()
                return
            except ActionFailed as failed:
                if failed.final or failed.lost or attempt == step.max_attempts:
                    raise
                self.execution.console.line(
                    f"{step.action}: attempt {attempt} of {step.max_attempts} failed: {failed.message}"
                )

    async def _attempt(self) -> None:
        step = self.record.step
        while True:
            deadline = Deadline.after(step.timeout_seconds)
            work = self._act(self.values, deadline) if step.loop is None else self._loop(step.loop, deadline)
            match await _translated(work):
                case Done(outputs):
                    self.record.outputs = outputs
                    return
                case RebootWanted(again):
                    await self.execution.reboot()
                    if not again:
                        return

    async def _loop(self, loop: Loop, deadline: Deadline) -> ActionEnd:
        merged = MergedOutputs()
        for index, value in enumerate(await turns(loop, self.values)):
            # A turn that asks nothing of the machine would otherwise never let the host's other work go on.
            await asyncio.sleep(0)
            try:
                deadline.remaining()
                values = replace(self.values, iteration=Iteration(loop.name or "", index, value))
                match await self._act(values, deadline):
                    case Done(outputs):
                        merged.add(outputs)
                    case RebootWanted(again=True) as wanted:
                        return wanted
                    case RebootWanted():
                        await self.execution.reboot()
            except ActionFailed as failed:
                failed.message = f"loop iteration {index} failed: {failed.message}"
                raise
        return Done(merged.outputs)

    async def _act(self, values: Values, deadline: Deadline) -> ActionEnd:
        step, scene = self.record.step, self._scene(deadline)
        self.record.inputs = await values.entries(step.inputs)
        if step.assertion is None:
            return await MODULES[step.action](scene, self.record.inputs)
        scene.say("STARTED EXECUTION")
        if not await holds(step.assertion, values, scene):
            raise ActionFailed(await self._untrue(step.assertion, values))
        scene.say("FINISHED EXECUTION")
        return Done()

    async def _untrue(self, assertion: Condition, values: Values) -> str:
        """What was asserted, with the values it had; where nothing may be logged, not even those."""
        if self.execution.console.muted:
            return "the assertion is false"
        return f"the assertion is false: {sentence(await resolved(assertion, values))}"

    def _scene(self, deadline: Deadline) -> Scene:
        execution = self.execution
        return Scene(
            action=self.record.step.action,
            guest=execution.guest,
            outside=execution.outside,
            console=execution.console,
            folder=execution.request.working_directory,
            environment=execution.request.environment,
            deadline=deadline,
            nested=self.call,
        )


async def _translated(work: Awaitable[T]) -> T:
    """The work's result, with what the machine or the outside refused told as the step's failure."""
    try:
        return await work
    except MachineFault as fault:
        message = f"the machine went away in the middle of the step: {fault.message}"
        raise ActionFailed(message, final=True, lost=True) from fault
    except (HostFault, Cancelled):
        raise
    except BakehouseError as error:
        raise ActionFailed(error.message) from error
