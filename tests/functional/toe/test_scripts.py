"""ExecuteBash and ExecuteBinary on a guest: what they run, print, return, and leave behind when they misbehave."""

import asyncio
import time
import tracemalloc
from pathlib import Path

import pytest

from core.local.toe.run import DocumentInput, execute
from core.local.toe.stream import KEPT_STDOUT_BYTES
from tests.functional.toe.oven import Oven, document_of, outputs, stdout, step


async def test_commands_of_a_step_share_one_shell_and_steps_share_none(oven: Oven) -> None:
    result = await oven.steps("""
        - name: One
          action: ExecuteBash
          inputs:
            commands:
              - WORD=here
              - cd /var
              - |
                if true; then
                  echo "$WORD $PWD"
                fi
        - name: Two
          action: ExecuteBash
          inputs:
            commands: ['echo "${WORD:-gone} $PWD"']
        """)
    assert stdout(result, "One") == "here /var"
    assert stdout(result, "Two") == "gone /tmp"


async def test_console_lines_have_the_form_of_awstoe(oven: Oven) -> None:
    await oven.steps("""
        - name: Hello
          action: ExecuteBash
          inputs:
            commands: ['echo Hello World', 'echo careful >&2']
        """)
    lines = oven.lines
    folder = lines[5].removeprefix("ExecuteBash: Created temporary directory: ")
    script = lines[6].removeprefix("ExecuteBash: Created temporary script file at: ")
    assert folder.startswith("/tmp/AWSTOE")
    assert script.startswith(f"{folder}/script-")
    assert script.endswith(".sh")
    assert lines == [
        "Setup: STARTED SETUP",
        "Document test.yml",
        "Phase build",
        "Step Hello",
        "ExecuteBash: STARTED EXECUTION",
        f"ExecuteBash: Created temporary directory: {folder}",
        f"ExecuteBash: Created temporary script file at: {script}",
        f"CmdExecution: Starting execution of command with arguments [bash {script}]",
        "Stdout: Hello World",
        "CmdExecution: Stderr: careful",
        "CmdExecution: ExitCode 0",
        "ExecuteBash: FINISHED EXECUTION",
        "TOE has completed execution successfully",
    ]


async def test_nothing_of_a_script_stays_in_the_machine(oven: Oven) -> None:
    await oven.steps("""
        - name: Good
          action: ExecuteBash
          inputs: {commands: ['true']}
        - name: Late
          action: ExecuteBash
          timeoutSeconds: 1
          inputs: {commands: ['sleep 60']}
        """)
    assert list(oven.guest.path("/tmp").iterdir()) == []


async def test_a_binary_gets_its_arguments_unread_by_any_shell(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Print
          action: ExecuteBinary
          inputs:
            path: printf
            arguments: ['%s|', '$HOME', 'a b', '*', '`id`', "it's", '-n', '']
        """)
    assert stdout(result, "Print") == "$HOME|a b|*|`id`|it's|-n||"


async def test_a_binary_that_does_not_exist_fails_with_the_shells_status(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Missing
          action: ExecuteBinary
          inputs: {path: /no/such/program}
        """)
    assert result.failure is not None
    assert result.failure.error_message == "exit status 127"
    assert "/no/such/program" in result.failure.stderr


async def test_a_step_past_its_timeout_is_killed_with_everything_it_started(oven: Oven) -> None:
    """Without killing the process group, the grandchildren below would run on and write the file a later step finds."""
    started = time.monotonic()
    result = await oven.steps("""
        - name: Hang
          action: ExecuteBash
          timeoutSeconds: 2
          onFailure: Continue
          inputs:
            commands:
              - (sleep 3; touch /var/tmp/survivor) &
              - nohup bash -c 'sleep 3; touch /var/tmp/survivor' > /dev/null 2>&1 &
              - echo waiting
              - sleep 600
        - name: After
          action: ExecuteBash
          inputs: {commands: ['sleep 2', 'test ! -e /var/tmp/survivor']}
        """)
    assert time.monotonic() - started < 20
    assert step(result, "Hang")["status"] == "timedOut"
    assert step(result, "After")["status"] == "success"
    assert result.status == "timedOut"
    assert result.failure is not None
    assert result.failure.error_message == "the step timed out after 2 s"
    assert "Stdout: waiting" in oven.lines
    assert oven.guest.sessions == ()


async def test_every_attempt_has_the_whole_timeout(oven: Oven) -> None:
    """With one budget for all attempts, the second would be killed before it could succeed."""
    result = await oven.steps("""
        - name: Slow
          action: ExecuteBash
          timeoutSeconds: 3
          maxAttempts: 2
          inputs:
            commands: ['test -e /var/tmp/tried && { sleep 1; exit 0; }', 'touch /var/tmp/tried', 'sleep 60']
        """)
    assert step(result, "Slow")["status"] == "success"


async def test_a_line_is_logged_before_the_command_ends(oven: Oven) -> None:
    """A log written only at a command's end would leave its follower blind for minutes; the script here ends only
    after its first line has been heard."""
    heard = asyncio.Event()

    def log(line: str) -> None:
        oven.lines.append(line)
        if line == "Stdout: first":
            oven.guest.path("/var/tmp/heard").touch()
            heard.set()

    text = document_of("""
        - name: Wait
          action: ExecuteBash
          timeoutSeconds: 30
          inputs:
            commands: ['echo first', 'until test -e /var/tmp/heard; do sleep 0.05; done', 'echo last']
        """)
    request = oven.request(DocumentInput("test.yml", text))
    result = await execute(request, oven.guest, log=log, outside=oven.outside)
    assert heard.is_set()
    assert result.status == "success"


async def test_a_line_without_an_end_is_logged_within_moments(oven: Oven) -> None:
    """A progress bar or a prompt never ends its line; waiting for the end would hide it until the command is over."""
    text = document_of(r"""
        - name: Prompt
          action: ExecuteBash
          timeoutSeconds: 30
          inputs:
            commands: ["printf 'Are you sure? '", 'until test -e /var/tmp/heard; do sleep 0.05; done', 'echo yes']
        """)

    def log(line: str) -> None:
        oven.lines.append(line)
        if line == "Stdout: Are you sure? ":
            oven.guest.path("/var/tmp/heard").touch()

    request = oven.request(DocumentInput("test.yml", text))
    result = await execute(request, oven.guest, log=log, outside=oven.outside)
    assert result.status == "success"
    assert stdout(result, "Prompt") == "Are you sure? yes"


async def test_bytes_that_are_not_utf8_are_shown_and_do_no_harm(oven: Oven) -> None:
    r"""A strict decoder would raise in the middle of the output; here the byte shows as \xff in log and outputs, and a
    character that arrives in two pieces stays whole."""
    result = await oven.steps(r"""
        - name: Noise
          action: ExecuteBash
          inputs:
            commands:
              - printf 'a\377b \303'
              - sleep 0.2
              - printf '\244\n\300\n'
              - printf '\376!\n' >&2
        - name: Use
          action: ExecuteBinary
          inputs: {path: echo, arguments: ['{{ build.Noise.outputs.stdout }}']}
        """)
    assert result.status == "success"
    assert stdout(result, "Noise") == "a\\xffb ä\n\\xc0"
    assert stdout(result, "Use") == stdout(result, "Noise")
    assert "Stdout: a\\xffb ä" in oven.lines
    assert "CmdExecution: Stderr: \\xfe!" in oven.lines


@pytest.mark.parametrize(
    "command",
    [
        "head -c 100000000 /dev/zero | tr '\\0' x",
        "yes 'some line of forty characters, all the same' | head -c 100000000",
    ],
    ids=["one line", "many lines"],
)
async def test_a_hundred_megabytes_of_output_are_bounded_in_memory_and_log(oven: Oven, command: str) -> None:
    """Kept whole, the output would be in memory several times over, and in the log store for ever."""
    kept = 0
    last = ""

    def log(line: str) -> None:
        nonlocal kept, last
        kept += len(line)
        last = line if line.startswith("Stdout: ") else last

    text = document_of(f"""
        - name: Flood
          action: ExecuteBash
          inputs:
            commands:
              - {command}
              - echo; echo the end
              - head -c 10000000 /dev/zero | tr '\\0' e >&2
        """)
    tracemalloc.start()
    try:
        request = oven.request(DocumentInput("test.yml", text))
        result = await execute(request, oven.guest, log=log, outside=oven.outside)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert result.status == "success"
    assert len(stdout(result, "Flood")) <= KEPT_STDOUT_BYTES
    assert last == "Stdout: the end"
    assert kept < 20_000_000
    assert peak < 60_000_000
    console = (Path(result.summary["logUrl"]) / "console.log").read_text()
    assert "from here on only the end is logged" in console
    assert "outputs.stdout keeps the first 1,048,576 bytes" in console


async def test_a_cancelled_run_ends_at_once_and_leaves_no_process(oven: Oven) -> None:
    """A run that swallowed the cancellation, or tidied up in the guest first, would keep the machine and the caller."""
    heard = asyncio.Event()

    def log(line: str) -> None:
        if line == "Stdout: started":
            heard.set()

    text = document_of("""
        - name: Sleep
          action: ExecuteBash
          maxAttempts: 3
          onFailure: Ignore
          inputs: {commands: ['echo started', 'sleep 600']}
        """)
    request = oven.request(DocumentInput("test.yml", text))
    run = asyncio.create_task(execute(request, oven.guest, log=log, outside=oven.outside))
    async with asyncio.timeout(30):
        await heard.wait()
    assert any(oven.guest.sessions)
    commands = len(oven.guest.runs)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(30):
            await run
    assert not any(oven.guest.sessions)
    assert len(oven.guest.runs) == commands


async def test_an_argument_with_a_nul_character_fails_the_step_with_a_reason(oven: Oven) -> None:
    """No process can be given a NUL: unchecked, starting it raises ValueError on the host."""
    result = await oven.steps(r"""
        - name: Nul
          action: ExecuteBash
          inputs: {commands: ["printf 'a\\0b'"]}
        - name: Use
          action: ExecuteBinary
          inputs: {path: echo, arguments: ['{{ build.Nul.outputs.stdout }}']}
        """)
    assert result.failure is not None
    assert "NUL" in result.failure.error_message
    assert outputs(result, "Nul") == [{"stdout": "a\0b"}]


async def test_arguments_longer_than_a_command_takes_fail_the_step_with_a_reason(oven: Oven) -> None:
    """Linux refuses an argument of more than 128 KiB: the command would not start, for a reason nobody is told."""
    result = await oven.steps(r"""
        - name: Long
          action: ExecuteBash
          inputs: {commands: ["head -c 200000 /dev/zero | tr '\\0' x"]}
        - name: Use
          action: ExecuteBinary
          inputs: {path: echo, arguments: ['{{ build.Long.outputs.stdout }}']}
        """)
    assert result.failure is not None
    assert "more than a command can be given" in result.failure.error_message
