"""ExecuteDocument: where documents come from, what they return, how deep they go."""

import json
from pathlib import Path

from tests.functional.toe.oven import Oven, document_of, outputs, stdout, step

INNER = document_of(
    "- {name: Say, action: ExecuteBash, inputs: {commands: ['echo {{ Word }} >> /var/tmp/said', 'exit {{ Status }}']}}",
    "name: inner\nparameters:\n  - Word: {type: string, default: hi}\n  - Status: {type: string, default: '0'}\n",
)
ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:component/inner/1.0.0/1"


def call(document: str, more: str = "") -> str:
    return f"- {{name: Call, action: ExecuteDocument, inputs: {{document: '{document}'{more}}}}}"


def said(oven: Oven) -> list[str]:
    return oven.guest.path("/var/tmp/said").read_text().split()


async def test_a_document_is_read_in_the_guest(oven: Oven) -> None:
    oven.guest.path("/opt/inner.yml").write_text(INNER)
    result = await oven.steps(call("/opt/inner.yml", ", parameters: [{name: Word, value: hello}]"))
    assert said(oven) == ["hello"]
    assert outputs(result, "Call") == [
        {
            "executedStepCount": "1",
            "failedStepCount": "0",
            "ignoredFailedStepCount": "0",
            "executionId": "7d1f2c3e-0000-11ef-8000-000000000000",
            "failureMessage": "",
            "logUrl": "",
            "status": "success",
        }
    ]
    (nested,) = step(result, "Call")["detailedOutput"]
    assert nested["documents"][0]["filePath"] == "/opt/inner.yml"
    assert nested["documents"][0]["phases"][0]["steps"][0]["status"] == "success"
    assert result.summary["executedStepCount"] == 1


async def test_a_relative_path_counts_from_the_working_directory(oven: Oven) -> None:
    oven.guest.path("/tmp/inner.yml").write_text(INNER)
    await oven.steps(call("inner.yml"))
    assert said(oven) == ["hi"]


async def test_a_document_of_the_host_is_not_there(oven: Oven, tmp_path: Path) -> None:
    """Opened on the host, a path would run, or show in an error message, any file of whoever bakes."""
    secret = tmp_path / "inner.yml"
    secret.write_text(INNER)
    result = await oven.steps(call(str(secret)))
    assert result.failure is not None
    assert result.failure.error_message == f"ExecuteDocument: {secret} does not exist or is no file"
    assert not oven.guest.path("/var/tmp/said").exists()


async def test_a_document_can_be_an_object_or_a_component(oven: Oven) -> None:
    (oven.buckets / "bakery/docs").mkdir(parents=True)
    (oven.buckets / "bakery/docs/inner.yml").write_text(INNER)
    oven.components[ARN] = INNER
    result = await oven.steps(
        call("s3://bakery/docs/inner.yml", ", parameters: [{name: Word, value: object}]")
        + "\n"
        + call(ARN, ", parameters: [{name: Word, value: component}]").replace("Call", "Other")
    )
    assert result.status == "success"
    assert said(oven) == ["object", "component"]


async def test_a_component_that_does_not_exist_fails_the_step(oven: Oven) -> None:
    result = await oven.steps(call(ARN))
    assert result.failure is not None
    assert ARN in result.failure.error_message


async def test_a_failure_within_names_the_step_that_failed_and_keeps_the_outputs(oven: Oven) -> None:
    oven.guest.path("/opt/inner.yml").write_text(INNER)
    result = await oven.steps(
        call("/opt/inner.yml", ", parameters: [{name: Status, value: '3'}]").replace(
            "action:", "onFailure: Continue, action:"
        )
        + "\n- {name: After, action: ExecuteBash, inputs: {commands: ['echo {{ build.Call.outputs.status }}']}}"
    )
    assert result.status == "failed"
    assert result.failure is not None
    assert (result.failure.document, result.failure.step) == ("/opt/inner.yml", "Say")
    assert result.failure.error_message == "exit status 3"
    assert step(result, "Call")["failureMessage"] == "Document /opt/inner.yml failed!"
    assert stdout(result, "After") == "failed"


async def test_an_invalid_document_fails_only_when_it_is_called(oven: Oven) -> None:
    oven.guest.path("/opt/inner.yml").write_text("schemaVersion: 2.0\nphases: []\n")
    result = await oven.steps(call("/opt/inner.yml"))
    assert result.failure is not None
    assert "/opt/inner.yml is not valid" in result.failure.error_message
    assert result.failure.step == "Call"


async def test_a_document_that_calls_its_caller_is_stopped(oven: Oven) -> None:
    """Two documents calling each other would run until the host's stack is full."""
    oven.guest.path("/opt/a.yml").write_text(document_of(call("/opt/b.yml")))
    oven.guest.path("/opt/b.yml").write_text(document_of(call("/opt/../opt/a.yml")))
    result = await oven.steps(call("/opt/a.yml"))
    assert result.failure is not None
    assert "/opt/a.yml calls itself" in result.failure.error_message


async def test_documents_nest_three_levels_below_the_first_and_no_deeper(oven: Oven) -> None:
    for number in range(1, 4):
        oven.guest.path(f"/opt/{number}.yml").write_text(document_of(call(f"/opt/{number + 1}.yml")))
    oven.guest.path("/opt/4.yml").write_text(INNER)
    good = await oven.steps(call("/opt/2.yml"))
    assert good.status == "success"
    assert said(oven) == ["hi"]
    bad = await oven.steps(call("/opt/1.yml"))
    assert bad.failure is not None
    assert "nested more than 3 levels deep" in bad.failure.error_message
    assert said(oven) == ["hi"]


async def test_a_document_can_be_called_by_every_turn_of_a_loop(oven: Oven) -> None:
    oven.guest.path("/opt/inner.yml").write_text(INNER)
    result = await oven.steps("""
        - name: Call
          action: ExecuteDocument
          loop: {forEach: [one, two]}
          inputs:
            document: /opt/inner.yml
            phases: build, validate
            parameters: [{name: Word, value: '{{ loop.value }}'}]
        """)
    assert said(oven) == ["one", "two"]
    assert len(step(result, "Call")["detailedOutput"]) == 2
    assert outputs(result, "Call")[0]["status"] == "success\nsuccess"


async def test_a_reboot_within_goes_on_within(oven: Oven) -> None:
    oven.guest.path("/opt/inner.yml").write_text(
        document_of("""
            - {name: First, action: ExecuteBash, inputs: {commands: ['echo first >> /var/tmp/said']}}
            - {name: Twice, action: ExecuteBash, inputs: {commands: ['mkdir /opt/up && exit 194; true']}}
            - {name: Last, action: ExecuteBash, inputs: {commands: ['echo last >> /var/tmp/said']}}
            """)
    )
    result = await oven.steps(call("/opt/inner.yml"))
    assert result.status == "success"
    assert oven.guest.reboots == 1
    assert said(oven) == ["first", "last"]


async def test_the_log_folder_of_the_host_is_no_documents_business(oven: Oven) -> None:
    oven.guest.path("/opt/inner.yml").write_text(INNER)
    result = await oven.steps(call("/opt/inner.yml"))
    assert str(oven.folder) not in json.dumps(result.detailed_output)
    assert not any(str(oven.folder) in line for line in oven.lines)
