"""The log folder, and what is kept out of the log."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from core.errors import HostFault
from core.local.toe.run import DocumentInput
from tests.functional.toe.oven import Oven, document_of

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z "
ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0/1"
HELLO = document_of(
    """
    - name: Hello
      action: ExecuteBash
      maxAttempts: 2
      loop: {name: Word, forEach: [a, b]}
      inputs: {commands: ['echo {{ Word.value }}']}
    """,
    "name: hello\ndescription: says it\n",
)


async def test_the_log_folder_has_the_names_and_files_of_awstoe(oven: Oven) -> None:
    text = document_of("- {name: Hello, action: ExecuteBash, inputs: {commands: [echo hi]}}")
    result = await oven.run(oven.request(DocumentInput("docs/hello.yml", text), DocumentInput(ARN, text)))
    (folder,) = oven.logs.iterdir()
    assert re.fullmatch(r"TOE_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_UTC-0_7d1f2c3e-0000-11ef-8000-000000000000", folder.name)
    assert result.summary["logUrl"] == str(folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "D0__hello.yml",
        "D1__nginx_1.0.0_1",
        "application.log",
        "chaining.json",
        "console.log",
        "detailedoutput.json",
    ]
    assert (folder / "D0__hello.yml").read_text() == text


async def test_console_log_holds_what_the_listener_heard_with_times(oven: Oven) -> None:
    result = await oven.bake(HELLO)
    folder = Path(result.summary["logUrl"])
    console = (folder / "console.log").read_text().splitlines()
    assert all(re.match(STAMP, line) for line in console)
    assert [re.sub(STAMP, "", line) for line in console] == oven.lines
    application = [re.sub(STAMP, "", line) for line in (folder / "application.log").read_text().splitlines()]
    assert [line for line in application if not line.startswith("Debug ")] == oven.lines
    assert "Debug Step Hello: attempt 1 of 2" in application


async def test_detailed_output_and_chaining_have_awstoes_shapes(oven: Oven) -> None:
    result = await oven.bake(HELLO)
    folder = Path(result.summary["logUrl"])
    detailed = json.loads((folder / "detailedoutput.json").read_text())
    assert detailed == result.detailed_output
    assert list(detailed) == ["executionId", "status", "startTime", "endTime", "failureMessage", "documents"]
    (document,) = detailed["documents"]
    assert (document["name"], document["filePath"], document["description"]) == ("hello", "test.yml", "says it")
    (phase,) = document["phases"]
    assert set(phase) == {"name", "status", "startTime", "endTime", "failureMessage", "steps"}
    (step,) = phase["steps"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", step.pop("startTime"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", step.pop("endTime"))
    assert step == {
        "name": "Hello",
        "status": "success",
        "failureMessage": "",
        "timeoutSeconds": 7200,
        "onFailure": "Abort",
        "maxAttempts": 2,
        "action": "ExecuteBash",
        "inputs": '[{"commands":["echo b"]}]',
        "outputs": '[{"stdout":"a\\nb"}]',
        "loop": {"name": "Word", "forEach": ["a", "b"]},
        "detailedOutput": None,
    }
    chaining = json.loads((folder / "chaining.json").read_text())
    assert chaining == result.chaining
    assert chaining == [
        {
            "phases": [
                {
                    "name": "build",
                    "isSelected": True,
                    "steps": [
                        {
                            "name": "Hello",
                            "inputs": '[{"commands":["echo b"]}]',
                            "outputs": '[{"stdout":"a\\nb"}]',
                            "loop": {"name": "Word", "forEach": ["a", "b"]},
                            "documents": None,
                        }
                    ],
                }
            ]
        }
    ]
    assert result.summary == {
        "executionId": "7d1f2c3e-0000-11ef-8000-000000000000",
        "status": "success",
        "executedStepCount": 1,
        "failedStepCount": 0,
        "ignoredFailedStepCount": 0,
        "skippedStepCount": 0,
        "failureMessage": "",
        "logUrl": str(folder),
    }


@pytest.mark.parametrize("where", ["document", "phase", "step"])
async def test_disable_logging_silences_its_scope_but_for_headings(oven: Oven, where: str) -> None:
    """Printed all the same, a password read by a step that was told to be silent would be in the build's log."""
    silent = {place: "disableLogging: true" if place == where else "" for place in ("document", "phase", "step")}
    await oven.bake(f"""
        schemaVersion: 1.0
        {silent["document"]}
        phases:
          - name: build
            {silent["phase"]}
            steps:
              - name: Secret
                action: ExecuteBash
                {silent["step"]}
                inputs: {{commands: ['echo secret', 'echo secret >&2', exit 1]}}
        """)
    everything = "".join(path.read_text() for path in oven.logs.rglob("*.log"))
    assert "secret" not in everything.replace("echo secret", "")
    assert [line for line in oven.lines if line.startswith(("Document", "Phase", "Step"))][:3] == [
        "Document test.yml",
        "Phase build",
        "Step Secret",
    ]
    assert "ErrorMessage: exit status 1" in oven.lines


async def test_nothing_a_script_prints_can_pass_for_a_line_of_the_runner(oven: Oven) -> None:
    """Logged as they are, stderr lines, and names with line ends in them, could say that another step has begun."""
    await oven.steps(r"""
        - name: Liar
          action: ExecuteBash
          inputs: {commands: ['echo Step Fake', 'printf "x\nStep Fake\n" >&2']}
        - name: Names
          action: ExecuteBinary
          inputs: {path: "true", arguments: ["a\nStep Fake", "b\r\nStep Fake"]}
        """)
    assert [line for line in oven.lines if line.startswith("Step")] == ["Step Liar", "Step Names"]
    assert not any("\n" in line for line in oven.lines)


async def test_a_log_that_cannot_be_written_stops_the_run_with_the_hosts_fault(oven: Oven) -> None:
    """A full disk would otherwise break into the step's connection as a bare OSError, or go unnoticed."""
    disk = oven.logs
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    try:
        text = document_of("""
            - name: Flood
              action: ExecuteBash
              inputs: {commands: [seq 100000]}
            - name: Never
              action: ExecuteBash
              inputs: {commands: [touch /var/tmp/never]}
            """)
        with pytest.raises(HostFault, match="cannot be written: No space left on device"):
            await oven.bake(text)
    finally:
        subprocess.run(["umount", disk], check=True)
    assert "Stdout: 99000" in oven.lines
    assert not oven.guest.path("/var/tmp/never").exists()
