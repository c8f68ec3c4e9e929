"""How much time an attempt has left: the Guest and whatever waits on the host share one budget."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Self, TypeVar

from core.local.toe.outcome import ActionFailed

T = TypeVar("T")

UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of one attempt on the running event loop's clock; `expires` None means never."""

    seconds: int
    expires: float | None

    @classmethod
    def after(cls, seconds: int) -> Self:
        """From now on; -1 is no limit, as in ``timeoutSeconds``."""
        expires = None if seconds == UNLIMITED else asyncio.get_running_loop().time() + seconds
        return cls(seconds, expires)

    def remaining(self) -> float | None:
        """Seconds left, more than 0, or None without limit.

        Raises:
            ActionFailed: none is left.
        """
        if self.expires is None:
            return None
        left = self.expires - asyncio.get_running_loop().time()
        if left <= 0:
            raise self.passed()
        return left

    async def within(self, work: Awaitable[T]) -> T:
        """The result of work on the host, given up when time is up.

        Raises:
            ActionFailed: time was up first.
        """
        limit = asyncio.timeout_at(self.expires)
        try:
            async with limit:
                return await work
        except TimeoutError as error:
            if limit.expired():
                raise self.passed() from error
            raise

    def passed(self) -> ActionFailed:
        return ActionFailed(f"the step timed out after {self.seconds} s", timed_out=True)
