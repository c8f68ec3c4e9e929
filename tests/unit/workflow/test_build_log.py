"""The log of a build: lines in, batches out, nothing lost and nothing silently dropped."""

import asyncio
from collections.abc import Sequence

import pytest

from core.errors import HostFault
from core.local.workflow.build_log import BATCH_EVENTS, BuildLog, LogEvent


class Stream:
    """Where batches end up; refuses them while `full`."""

    def __init__(self) -> None:
        self.batches: list[Sequence[LogEvent]] = []
        self.written = asyncio.Event()
        self.full = False

    def append(self, events: Sequence[LogEvent]) -> None:
        self.written.set()
        if self.full:
            raise HostFault("The disk of this computer is full.")
        self.batches.append(events)

    @property
    def lines(self) -> list[str]:
        return [text for batch in self.batches for _, text in batch]


async def test_lines_that_come_together_are_written_together_within_a_second() -> None:
    stream = Stream()
    log = BuildLog(stream.append)
    log.lines("one\ntwo")
    log.line("three")
    assert stream.batches == []
    async with asyncio.timeout(1):
        await stream.written.wait()
    assert stream.lines == ["one", "two", "three"]
    assert len(stream.batches) == 1


async def test_a_flood_is_written_by_whoever_makes_it() -> None:
    """Without the handling a component that printed without end filled the memory of the service."""
    stream = Stream()
    log = BuildLog(stream.append)
    for number in range(BATCH_EVENTS * 3):
        log.line(str(number))
    assert len(stream.batches) == 3
    log.close()


async def test_lines_that_are_few_but_long_are_a_flood_too() -> None:
    stream = Stream()
    log = BuildLog(stream.append)
    for _ in range(17):
        log.line("x" * 65_536)
    assert len(stream.batches) == 1
    log.close()


async def test_a_log_that_could_not_be_written_stops_who_writes_next_and_keeps_the_lines() -> None:
    """Without the handling lines were lost in a timer of the loop, and the build went on unrecorded."""
    stream = Stream()
    stream.full = True
    log = BuildLog(stream.append)
    log.line("one")
    async with asyncio.timeout(1):
        await stream.written.wait()
    await asyncio.sleep(0)
    with pytest.raises(HostFault):
        log.line("two")
    stream.full = False
    log.close("the end")
    assert stream.lines == ["one", "the end"]
