"""Steps that wait for an answer: it may come from any thread, at any time."""

import asyncio

import pytest

from core.local.workflow.waiting import Answer, WaitingSteps

RESUME = Answer("RESUME", "smells good")
STOP = Answer("STOP", "burnt")


async def test_a_waiting_step_gets_the_answer_of_another_thread() -> None:
    waiting = WaitingSteps()
    step = asyncio.create_task(waiting.wait("step-1"))
    await asyncio.sleep(0)
    await asyncio.to_thread(waiting.answer, "step-1", RESUME)
    async with asyncio.timeout(5):
        assert await step == RESUME


async def test_an_answer_that_comes_before_the_step_waits_is_kept_for_it() -> None:
    """Without the handling an answer sent the moment the step was RUNNING was lost, and the step waited for days."""
    waiting = WaitingSteps()
    waiting.answer("step-1", RESUME)
    async with asyncio.timeout(5):
        assert await waiting.wait("step-1") == RESUME


async def test_the_first_answer_counts() -> None:
    waiting = WaitingSteps()
    waiting.answer("step-1", STOP)
    waiting.answer("step-1", RESUME)
    assert await waiting.wait("step-1") == STOP


async def test_an_answer_to_a_step_that_has_ended_does_not_reach_its_next_try() -> None:
    waiting = WaitingSteps()
    waiting.answer("step-1", STOP)
    waiting.forget("step-1")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await waiting.wait("step-1")


async def test_a_step_whose_time_is_up_waits_no_more() -> None:
    waiting = WaitingSteps()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await waiting.wait("step-1")
    waiting.answer("step-1", RESUME)
    waiting.forget("step-1")
