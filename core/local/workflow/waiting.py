"""The steps that wait for somebody's answer: WaitForAction and SendWorkflowStepAction.

Answers come from the service's worker threads, waiting happens in the loop, so a lock guards the table. The store
decides which of two answers counts, and it lets an answer through from the moment the step is RUNNING there; the step
itself begins to wait a little later, so an early answer is kept for it. Nothing else is held while waiting.
"""

import asyncio
import threading
from dataclasses import dataclass

from core.local.store.engine_port import StepAnswer


@dataclass(frozen=True, slots=True)
class Answer:
    action: StepAnswer
    reason: str


class WaitingSteps:
    """Step executions that wait and the answers to them, by step execution id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._answers: dict[str, Answer] = {}

    async def wait(self, step_execution_id: str) -> Answer:
        """The answer to a step, however long it takes. Cancelling the call (time is up) ends the waiting."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        with self._lock:
            early = self._answers.pop(step_execution_id, None)
            if early is not None:
                return early
            self._waiting[step_execution_id] = future
        try:
            return await future
        finally:
            with self._lock:
                self._waiting.pop(step_execution_id, None)

    def answer(self, step_execution_id: str, answer: Answer) -> None:
        """Give a step its answer, from any thread. The first one counts."""
        with self._lock:
            future = self._waiting.pop(step_execution_id, None)
            if future is None:
                self._answers.setdefault(step_execution_id, answer)
            else:
                future.get_loop().call_soon_threadsafe(_settle, future, answer)

    def forget(self, step_execution_id: str) -> None:
        """Drop an answer nobody waited for: the step has ended."""
        with self._lock:
            self._answers.pop(step_execution_id, None)


def _settle(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():
        future.set_result(answer)
