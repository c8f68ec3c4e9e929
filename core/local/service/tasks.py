"""Long jobs of the scope `bakehouse` (import, export): started by one request, asked about by others."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Self

from core.errors import BakehouseError, NotFound, spoken
from core.local.machine.ports import Progress, Report

Job = Callable[[Report], Awaitable[dict[str, Any]]]

REMEMBERED = 100
"""Ended tasks that can still be asked about."""

_LOG = logging.getLogger(__name__)


class Tasks:
    """All jobs of this process; they run in its loop. Used as a context: leaving it cancels what still runs."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[dict[str, Any]]] = {}
        self._progress: dict[str, Progress] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def start(self, job: Job) -> str:
        """Begin a job; the id to ask `state` with."""
        for ended in [key for key, task in self._tasks.items() if task.done()][:-REMEMBERED]:
            del self._tasks[ended], self._progress[ended]
        task_id = f"task-{uuid.uuid4()}"
        self._progress[task_id] = Progress("", 0, 0, "")

        def report(progress: Progress) -> None:
            self._progress[task_id] = progress

        async def work() -> dict[str, Any]:
            return await job(report)

        self._tasks[task_id] = asyncio.create_task(work(), name=task_id)
        return task_id

    @property
    def running(self) -> int:
        """How many jobs have begun and not ended."""
        return sum(not task.done() for task in self._tasks.values())

    def state(self, task_id: str) -> dict[str, Any]:
        """The task as GetTask answers. Raises NotFound."""
        task = self._tasks.get(task_id)
        if task is None:
            raise NotFound(f"The task '{task_id}' does not exist.", hint="It may have been one of an earlier service.")
        progress = self._progress[task_id]
        shown = {"done": progress.done, "total": progress.total, "unit": progress.unit, "message": progress.label}
        if not task.done():
            return {"status": "RUNNING", **shown}
        if task.cancelled():
            return {"status": "FAILED", **shown, "message": "The task was cancelled."}
        match task.exception():
            case None:
                return {"status": "DONE", **shown, "result": task.result()}
            case BakehouseError() as error:
                return {"status": "FAILED", **shown, "message": spoken(error.message, error.hint)}
            case error:
                _LOG.error("task %s died of a bug", task_id, exc_info=error)
                return {"status": "FAILED", **shown, "message": f"Bakehouse has a bug: {error!r}"}
