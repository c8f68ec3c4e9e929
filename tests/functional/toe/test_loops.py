"""Loops run on a guest: turns, merged outputs, failures, time, reboots."""

import asyncio

import pytest

from core.local.toe.run import DocumentInput, execute
from tests.functional.toe.oven import Oven, document_of, outputs, stdout, step


async def test_a_list_of_values_may_chain_and_is_known_by_the_loops_name(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Make
          action: ExecuteBash
          inputs: {commands: [echo made]}
        - name: Each
          action: ExecuteBash
          loop:
            name: Word
            forEach: [plain, '{{ build.Make.outputs.stdout }}']
          inputs: {commands: ['echo {{ Word.index }} {{ Word.value }} {{ loop.value }}']}
        - name: After
          action: ExecuteBash
          inputs: {commands: ["echo '{{ loop.value }}' '{{ build.Each.outputs.stdout }}'"]}
        """)
    assert stdout(result, "Each") == "0 plain plain\n1 made made"
    assert stdout(result, "After") == "{{ loop.value }} 0 plain plain\n1 made made"


async def test_a_failed_turn_ends_the_attempt_and_a_retry_starts_from_the_first(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Each
          action: ExecuteBash
          maxAttempts: 2
          onFailure: Ignore
          loop: {forEach: [a, b, c]}
          inputs: {commands: ['echo {{ loop.value }} >> /var/tmp/turns', 'test {{ loop.value }} != b']}
        """)
    assert oven.guest.path("/var/tmp/turns").read_text().split() == ["a", "b", "a", "b"]
    assert step(result, "Each")["failureMessage"] == "loop iteration 1 failed: exit status 1"
    assert outputs(result, "Each") == []


async def test_all_turns_share_one_timeout(oven: Oven) -> None:
    """With a timeout for every turn, a loop of many short turns would never end in time."""
    result = await oven.steps("""
        - name: Each
          action: ExecuteBash
          timeoutSeconds: 2
          loop: {for: {start: 1, end: 100, updateBy: 1}}
          inputs: {commands: ['sleep 0.5']}
        """)
    assert step(result, "Each")["status"] == "timedOut"
    assert "loop iteration 3 failed: the step timed out" in step(result, "Each")["failureMessage"]


async def test_an_empty_range_runs_no_turn(oven: Oven) -> None:
    result = await oven.steps("""
        - name: None
          action: ExecuteBash
          loop: {for: {start: 3, end: 1, updateBy: 1}}
          inputs: {commands: [exit 1]}
        """)
    assert step(result, "None")["status"] == "success"


async def test_a_reboot_in_a_turn_starts_the_loop_again(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Each
          action: ExecuteBash
          loop: {forEach: [a, b]}
          inputs:
            commands:
              - echo {{ loop.value }} >> /var/tmp/turns
              - test {{ loop.value }} = a -o -e /var/tmp/up || { touch /var/tmp/up; exit 194; }
              - echo {{ loop.value }}
        """)
    assert oven.guest.path("/var/tmp/turns").read_text().split() == ["a", "b", "a", "b"]
    assert stdout(result, "Each") == "a\nb"


async def test_outputs_of_list_actions_are_merged_by_position(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Make
          action: CreateFile
          loop: {forEach: [x, y]}
          inputs:
            - {path: '/opt/{{ loop.value }}/1', content: '{{ loop.value }}1'}
            - {path: '/opt/{{ loop.value }}/2', content: '{{ loop.value }}2'}
        - name: Read
          action: ReadFile
          loop: {forEach: [x, y]}
          inputs: [{path: '/opt/{{ loop.value }}/1'}, {path: '/opt/{{ loop.value }}/2'}]
        - name: Use
          action: ExecuteBash
          inputs: {commands: ["echo '{{ build.Read.outputs[1].content }}'"]}
        """)
    assert outputs(result, "Read") == [{"content": "x1\ny1"}, {"content": "x2\ny2"}]
    assert stdout(result, "Use") == "x2\ny2"


async def test_an_endless_loop_that_asks_nothing_of_the_machine_lets_others_work(oven: Oven) -> None:
    """Such a loop never waits for anything: without giving way, it would stop the whole service."""
    text = document_of("""
        - name: Spin
          action: Assert
          timeoutSeconds: -1
          loop: {for: {start: 1, end: 999999999, updateBy: 1}}
          inputs: {stringEquals: a, value: a}
        """)
    request = oven.request(DocumentInput("test.yml", text))
    run = asyncio.create_task(execute(request, oven.guest, log=lambda line: None, outside=oven.outside))
    done, _ = await asyncio.wait({run}, timeout=0.5)
    assert not done
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(30):
            await run
