"""One run of one workflow document: its steps in order, each with its conditions, attempts and time limit.

Records follow section 3.6 of the service reference: every step exists as PENDING from the start, the workflow knows its
number of steps before the first one runs, and after a failure the later steps stay PENDING. Completed steps are rolled
back in reverse order, before the failure is told to whoever runs the workflow.
"""

import asyncio
from collections.abc import Mapping

from core.errors import BakehouseError, MachineFault
from core.local.store.records import StepExecution, now
from core.local.workflow.actions.table import carry_out
from core.local.workflow.build import Build, Step
from core.local.workflow.conditions import Uncomparable, holds
from core.local.workflow.failure import Failure, StepFailed, WorkflowFailed, explained, shortened
from core.local.workflow.plan import PlannedWorkflow
from core.local.workflow.rollback import roll_back
from core.local.workflow.scope import facts, outputs_of
from core.local.workflow.subject import members
from core.local.workflow.values import Json, Unresolved, encode, resolve
from core.recipe.workflow import WorkflowStep
from core.recipe.workflow_actions import WORKFLOW_ACTIONS

IMAGE_STATUS = {"BUILD": "BUILDING", "TEST": "TESTING", "DISTRIBUTION": "DISTRIBUTING"}


class Execution:
    """Runs a planned workflow for a build, once."""

    def __init__(self, build: Build, planned: PlannedWorkflow) -> None:
        self._build = build
        self._planned = planned
        self._builds = build.site.builds
        self._step_outputs: dict[str, Json] = {}
        self._counts = {"totalStepsSucceeded": 0, "totalStepsFailed": 0, "totalStepsSkipped": 0}
        self._completed: list[tuple[WorkflowStep, str]] = []
        self._id = ""

    async def run(self) -> Mapping[str, Json]:
        """The workflow's outputs. Raises WorkflowFailed when a step with `onFailure: Abort` failed.

        Whatever else ends it, a cancellation for example, leaves its records open; `close_records` ends them.
        """
        steps = self._planned.document.steps
        begun = self._builds.begin_workflow(
            self._build.arn, self._planned.arn, self._planned.stage, len(steps), self._planned.group or None
        )
        self._id = begun.workflow_execution_id
        records = self._builds.begin_steps(self._id, [_pending(step) for step in steps])
        for step, record in zip(steps, records, strict=True):
            await self._run_step(step, record.step_execution_id)
        self._end("COMPLETED")
        return outputs_of(self._planned.document, self._scope())

    async def _run_step(self, step: WorkflowStep, step_id: str) -> None:
        try:
            if not self._wanted(step):
                self._builds.change_step(step_id, status="SKIPPED", startTime=now(), endTime=now())
                self._count("totalStepsSkipped")
                return
            self._step_outputs[step.name] = outputs = await self._tries(step, step_id)
        except StepFailed as failure:
            await self._step_failed(step, step_id, failure)
        else:
            self._completed.append((step, step_id))
            self._builds.change_step(step_id, status="COMPLETED", message=None, endTime=now(), outputs=encode(outputs))
            self._count("totalStepsSucceeded")
        finally:
            self._build.site.waiting.forget(step_id)

    async def _step_failed(self, step: WorkflowStep, step_id: str, failure: StepFailed) -> None:
        self._step_outputs[step.name] = failure.outputs
        self._builds.change_step(
            step_id,
            status="FAILED",
            endTime=now(),
            message=shortened(failure.message),
            outputs=encode(failure.outputs),
        )
        self._count("totalStepsFailed")
        self._build.say(f"{step.name} failed: {failure.message}")
        if step.on_failure == "Continue":
            return
        self._builds.change_workflow(self._id, status="ROLLBACK_IN_PROGRESS", message=shortened(failure.message))
        rolled_back = await roll_back(self._build, self._completed, self._scope())
        self._end("ROLLBACK_COMPLETED" if rolled_back else "FAILED", failure.message)
        raise WorkflowFailed(
            Failure(
                reason=failure.message,
                image_status=IMAGE_STATUS[self._planned.stage],
                workflow_execution_id=self._id,
                workflow_arn=self._planned.arn,
                step_execution_id=step_id,
                failed_step=step.name,
                component=failure.component,
                distribution=failure.distribution,
            )
        ) from failure

    def _wanted(self, step: WorkflowStep) -> bool:
        if step.condition is None:
            return True
        try:
            return holds(step.condition, self._scope())
        except (Unresolved, Uncomparable) as error:
            raise StepFailed(f"The condition of workflow step {step.name} can't be decided: {error}") from error

    async def _tries(self, step: WorkflowStep, step_id: str) -> Mapping[str, Json]:
        """The outputs of the first attempt that succeeds. Raises StepFailed when none does."""
        total = 1 if step.retry is None else step.retry.max_attempts
        pause = 0 if step.retry is None else step.retry.backoff_seconds
        for attempt in range(1, total + 1):
            try:
                return await self._attempt(step, step_id, attempt, total)
            except StepFailed as failure:
                if failure.final or attempt == total:
                    raise
                self._builds.change_step(step_id, message=shortened(failure.message))
                self._build.say(
                    f"{step.name} failed: {failure.message} Attempt {attempt + 1} of {total} begins in {pause} s."
                )
            await asyncio.sleep(pause)
        raise AssertionError("a step has at least one attempt")

    async def _attempt(self, step: WorkflowStep, step_id: str, attempt: int, total: int) -> Mapping[str, Json]:
        try:
            inputs = members(resolve(step.inputs, self._scope()))
        except Unresolved as error:
            raise StepFailed(f"{error} In workflow step {step.name}.", final=True) from error
        started = {"startTime": now()} if attempt == 1 else {}
        self._builds.change_step(
            step_id, status="RUNNING", inputs=encode(inputs), attemptNumber=attempt, maxAttempts=total, **started
        )
        call = Step(step.name, step_id, self._id, self._planned.stage, inputs, self._build)
        limit = asyncio.timeout(_time_limit(step))
        try:
            async with limit:
                await asyncio.sleep(step.wait_seconds if attempt == 1 else 0)
                return await carry_out(step.action, call)
        except TimeoutError as error:
            if limit.expired():
                raise StepFailed(f"Step {step.name} timed out") from error
            raise StepFailed(explained(error, step.name)) from error
        except MachineFault as error:
            if console := error.context.get("console"):
                self._build.say(f"The console of the machine ends with:\n{console}")
            await self._build.tell_lost_machines()
            raise StepFailed(explained(error, step.name)) from error
        except (BakehouseError, OSError) as error:
            raise StepFailed(explained(error, step.name)) from error

    def _scope(self) -> dict[str, Json]:
        return {
            "parameters": self._planned.parameters,
            "stepOutputs": self._step_outputs,
            "workflowOutputs": self._build.workflow_outputs,
            "imagebuilder": facts(self._build, self._planned.stage),
        }

    def _count(self, which: str) -> None:
        self._counts[which] += 1
        self._builds.change_workflow(self._id, **{which: self._counts[which]})

    def _end(self, status: str, message: str = "") -> None:
        self._builds.change_workflow(self._id, status=status, message=shortened(message), endTime=now())


def _time_limit(step: WorkflowStep) -> int:
    """Seconds of one attempt: the step's own, else the action's default."""
    if step.timeout_seconds is not None:
        return step.timeout_seconds
    return WORKFLOW_ACTIONS[step.action].default_timeout


def _pending(step: WorkflowStep) -> StepExecution:
    return StepExecution(
        name=step.name,
        action=step.action,
        description=step.description,
        on_failure=step.on_failure,
        timeout_seconds=_time_limit(step),
    )
