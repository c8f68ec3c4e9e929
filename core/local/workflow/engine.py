"""The engine: builds as tasks of the service's event loop, started, stopped and answered from its worker threads.

A build that ends in any way ends recorded: FAILED with a reason, CANCELLED, or AVAILABLE. A build that dies of a bug is
FAILED too and says so, and one that was running when the service died is found at the next start.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Literal

from core.errors import BakehouseError, HostFault
from core.local.endpoint import Home
from core.local.machine.ports import Fleet, ImageStore, Progress
from core.local.store.builds import Builds
from core.local.store.engine_port import StepAnswer
from core.local.store.records import ENDED_IMAGE
from core.local.toe.outside import Outside
from core.local.workflow.build import Build, Site, Slot
from core.local.workflow.build_log import BuildLog
from core.local.workflow.closing import close_records
from core.local.workflow.failure import Failure, ImageFailed, WorkflowFailed, explained
from core.local.workflow.machines import BuildMachines
from core.local.workflow.plan import make_plan
from core.local.workflow.retry import recall, retry_stage
from core.local.workflow.stages import go_through
from core.local.workflow.subject import Subject
from core.local.workflow.waiting import Answer, WaitingSteps

Ending = Literal["cancelled", "stopped"]

CONCURRENT_BUILDS = 2
"""Builds that may have machines at the same time; a machine without KVM keeps a core busy."""

REMEMBERED = 100
"""Ended builds whose progress can still be asked for."""

STOPPED = "The local Image Builder was stopped while the image was being built."
DIED = "The local Image Builder ended unexpectedly while the image was being built."

_log = logging.getLogger(__name__)


class BuildEngine:
    """Implements `core.local.store.engine_port.Engine`. `serving` must be entered before anything else is called."""

    def __init__(
        self,
        builds: Builds,
        fleet: Fleet,
        images: ImageStore,
        outside: Outside,
        home: Home,
        *,
        concurrent_builds: int = CONCURRENT_BUILDS,
        record_again: float = 5,
    ) -> None:
        """`record_again` is the pause, in seconds, before an end that could not be written is written again."""
        self._site = Site(builds, fleet, images, outside, home, WaitingSteps())
        self._places = asyncio.Semaphore(concurrent_builds)
        self._concurrent_builds = concurrent_builds
        self._record_again = record_again
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: dict[str, asyncio.Task[Failure | None]] = {}
        self._endings: dict[str, Ending] = {}
        self._progress: dict[str, dict[str, Progress]] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Accept builds for the running loop. Builds left over by a dead service end FAILED first; builds that run when
        the block is left are stopped and end FAILED with a reason that says so."""
        self._loop = asyncio.get_running_loop()
        for arn in self._site.builds.unfinished_images():
            self._fail(arn, Failure(DIED))
        try:
            yield
        finally:
            self._loop = None
            for arn in tuple(self._tasks):
                self._stop(arn, "stopped")
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    @property
    def running(self) -> int:
        """How many builds have begun and not ended."""
        return len(self._tasks)

    def progress(self, image_arn: str) -> tuple[Progress, ...]:
        """The long tasks of an image, finished ones included, in the order they began. From any thread."""
        return tuple(self._progress.get(image_arn, {}).values())

    def start(self, image_arn: str) -> None:
        self._hop(self._begin, image_arn, False)

    def retry(self, image_arn: str) -> None:
        self._hop(self._begin, image_arn, True)

    def cancel(self, image_arn: str) -> None:
        self._hop(self._stop, image_arn, "cancelled")

    def answer(self, step_execution_id: str, action: StepAnswer, reason: str) -> None:
        self._site.waiting.answer(step_execution_id, Answer(action, reason))

    async def ended(self, image_arn: str) -> None:
        """Return when no build of the image runs any more."""
        if (task := self._tasks.get(image_arn)) is not None:
            await asyncio.wait([task])

    def _hop(self, call: Callable[..., None], *arguments: object) -> None:
        loop = self._loop
        if loop is None:
            raise HostFault("The local Image Builder is shutting down.", hint="Try again in a moment.")
        loop.call_soon_threadsafe(call, *arguments)

    def _begin(self, image_arn: str, again: bool) -> None:
        """Start the task of a build; one that is just ending, after its image's last state was seen, ends first."""
        if self._loop is None:
            return
        if (ending := self._tasks.get(image_arn)) is not None:
            ending.add_done_callback(lambda _: self._begin(image_arn, again))
            return
        record = self._site.builds.image(image_arn)
        if record["state"]["status"] in ENDED_IMAGE and not again:
            return
        self._progress[image_arn] = {}
        for ended in [arn for arn in self._progress if arn not in self._tasks][:-REMEMBERED]:
            del self._progress[ended]
        task = self._loop.create_task(self._make(Subject.of(record), again), name=image_arn)
        self._tasks[image_arn] = task
        task.add_done_callback(partial(self._done, image_arn))

    def _stop(self, image_arn: str, ending: Ending) -> None:
        """Cancel a build's task once: a second cancellation would interrupt its cleaning up."""
        task = self._tasks.get(image_arn)
        if task is None:
            if self._site.builds.image(image_arn)["state"]["status"] not in ENDED_IMAGE:
                self._record_stop(image_arn, ending)
        elif image_arn not in self._endings:
            self._endings[image_arn] = ending
            task.cancel()

    def _done(self, image_arn: str, task: asyncio.Task[Failure | None]) -> None:
        del self._tasks[image_arn]
        if not task.cancelled() and (bug := task.exception()) is not None:
            _log.error("the build of %s died of a bug", image_arn, exc_info=bug)
        self._record_end(image_arn, task, self._endings.pop(image_arn, "stopped"))

    def _record_end(self, image_arn: str, task: asyncio.Task[Failure | None], ending: Ending) -> None:
        """The last word on a build: whatever it died of, its image doesn't stay unfinished.

        What can't be written now, because a disk is full, is written when there is room again.
        """
        try:
            if task.cancelled():
                self._record_stop(image_arn, ending)
            elif (bug := task.exception()) is not None:
                self._fail(image_arn, Failure(f"Bakehouse has a bug: {type(bug).__name__}: {bug}"))
            elif (failure := task.result()) is not None:
                self._fail(image_arn, failure)
            else:
                self._site.builds.change_image(image_arn, state={"status": "AVAILABLE"})
        except BakehouseError as error:
            _log.error("the end of %s could not be recorded yet: %s", image_arn, explained(error))
            again = partial(self._record_end, image_arn, task, ending)
            asyncio.get_running_loop().call_later(self._record_again, again)

    async def _make(self, subject: Subject, again: bool) -> Failure | None:
        """Build the image; why it failed, None when it is there."""
        builds = self._site.builds
        log = BuildLog(partial(builds.append_log, subject.region, subject.log_group, subject.log_stream))
        machines, slot = BuildMachines(self._site.fleet), Slot(self._places)
        failure: Failure | None = None
        try:
            await self._queue(slot, log)
            await self._build(subject, log, machines, slot, again)
        except WorkflowFailed as failed:
            failure = failed.failure
        except ImageFailed as failed:
            failure = Failure(failed.reason)
        except (BakehouseError, OSError) as error:
            failure = Failure(explained(error))
        finally:
            await _to_the_end(self._clear_up(subject, machines, slot))
            log.close("" if failure is None else f"ImageBuilder: The image is FAILED: {failure.reason}")
        return failure

    async def _queue(self, slot: Slot, log: BuildLog) -> None:
        if not slot.free:
            log.line(f"ImageBuilder: Waiting: {self._concurrent_builds} builds run already, more would slow all down.")
        await slot.take()

    async def _build(self, subject: Subject, log: BuildLog, machines: BuildMachines, slot: Slot, again: bool) -> None:
        builds = self._site.builds
        stage = retry_stage(builds.workflows(str(subject.arn))) if again else "BUILD"
        if stage is None:
            raise ImageFailed("Only the test and distribution phases can be retried, and the image did not get there.")
        builds.change_image(str(subject.arn), state={"status": "CREATING"})
        log.line("ImageBuilder: The image is CREATING.")
        plan = await make_plan(subject, self._site)
        build = Build(
            subject=subject,
            site=self._site,
            log=log,
            machines=machines,
            slot=slot,
            ami=plan.parent,
            parent_arn=plan.parent_arn,
            components=plan.components,
            progress=self._progress[str(subject.arn)],
        )
        if again:
            recall(build, plan, stage)
        await go_through(build, plan, stage)

    async def _clear_up(self, subject: Subject, machines: BuildMachines, slot: Slot) -> None:
        """Leave no machine behind, except those that the infrastructure configuration wants kept on completion."""
        if not subject.terminates_on_completion:
            for instance_id in machines.running:
                machines.keep(instance_id)
        try:
            for error in await machines.close():
                _log.error("a machine of %s could not be terminated: %s", subject.arn, explained(error))
        finally:
            slot.give_back()

    def _record_stop(self, image_arn: str, ending: Ending) -> None:
        if ending == "cancelled":
            close_records(self._site.builds, image_arn, "CANCELLED", "The build was cancelled.")
            self._site.builds.change_image(image_arn, state={"status": "CANCELLED"})
        else:
            self._fail(image_arn, Failure(STOPPED))

    def _fail(self, image_arn: str, failure: Failure) -> None:
        status = self._site.builds.image(image_arn)["state"]["status"]
        context = failure.context() or Failure("", image_status=status).context()
        close_records(self._site.builds, image_arn, "FAILED", failure.reason)
        state = {"status": "FAILED", "reason": failure.image_reason, "failureContext": context}
        self._site.builds.change_image(image_arn, state=state)
        _log.info("%s FAILED: %s", image_arn, failure.image_reason)


async def _to_the_end(work: Coroutine[None, None, None]) -> None:
    """Await work that a cancellation of the caller must not interrupt; the cancellation counts afterwards."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
