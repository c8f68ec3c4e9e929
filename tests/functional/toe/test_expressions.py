"""Where the values of expressions come from: the document, the guest and `Outside`, and never the host."""

import json
import re
from pathlib import Path

import pytest

from core.local.toe.run import DocumentInput, ToeResult
from core.recipe.expressions import CONTEXT_KEYS
from tests.functional.toe.oven import Oven, document_of, stdout, step


async def said(oven: Oven, *expressions: str, head: str = "", **more: object) -> tuple[list[str], ToeResult]:
    """What the expressions become as arguments of a command, one by one."""
    listed = "".join(f"\n            - {json.dumps(expression)}" for expression in ("%s\\n", *expressions))
    text = document_of(
        f"""
        - name: Say
          action: ExecuteBinary
          inputs:
            path: printf
            arguments:{listed}
        """,
        head,
    )
    result = await oven.run(oven.request(DocumentInput("test.yml", text), **more))  # type: ignore[arg-type]
    ran = result.status == "success"
    return (stdout(result, "Say").split("\n") if ran else []), result


async def test_a_variable_of_the_environment_is_the_guests(oven: Oven, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with os.environ, `env:` would hand a document the secrets in the environment of whoever bakes."""
    monkeypatch.setenv("BAKEHOUSE_TEST_SECRET", "of the host")
    values, _ = await said(
        oven,
        "{{ env:HOME }}",
        "{{ env:MACHINE }}",
        "{{ env:IMAGE_PHASE }}",
        "{{env:WORKING_DIRECTORY}}",
        "[{{ env:BAKEHOUSE_TEST_SECRET }}]",
    )
    assert values == ["/root", "guest", "BUILDING", "/tmp", "[]"]


async def test_context_tells_of_the_guest_and_of_the_run(oven: Oven) -> None:
    values, _ = await said(
        oven,
        *(f"{{{{ context:{key} }}}}" for key in CONTEXT_KEYS if key not in ("date", "dateTime", "uuid")),
    )
    assert values == [
        "7d1f2c3e-0000-11ef-8000-000000000000",
        "123456789012",
        "eu-central-1",
        "linux",
        "Bakers Linux",
        "7",
        "oven",
        "build",
        "Say",
    ]


async def test_dates_and_the_uuid_are_the_same_throughout_a_run(oven: Oven) -> None:
    keys = ("date", "dateTime", "uuid", "uuid")
    values, _ = await said(oven, *(f"{{{{ context:{key} }}}}" for key in keys))
    date, moment, uuid, again = values
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
    assert moment.startswith(date)
    assert uuid == again


async def test_metadata_is_the_machines_own(oven: Oven) -> None:
    values, _ = await said(
        oven,
        "{{ aws:imds:instance-id }}",
        "{{ aws:imds:placement/region }}",
        "{{ aws:imds:placement/availability-zone }}",
        "{{ aws:imds:local-hostname }}",
        metadata={"instance-id": "i-0123456789abcdef0"},
    )
    assert values == ["i-0123456789abcdef0", "eu-central-1", "eu-central-1a", "oven"]


@pytest.mark.parametrize("path", ["iam/security-credentials/role", "iam", "/iam/info", "identity-credentials/ec2"])
async def test_metadata_with_credentials_is_refused(oven: Oven, path: str) -> None:
    values, result = await said(oven, f"{{{{ aws:imds:{path} }}}}")
    assert values == []
    assert result.failure is not None
    assert re.search("may not be referenced|is refused", result.failure.error_message)


async def test_metadata_nobody_knows_fails_the_step(oven: Oven) -> None:
    _, result = await said(oven, "{{ aws:imds:spot/termination-time }}")
    assert result.failure is not None
    assert "aws:imds:spot/termination-time" in result.failure.error_message
    assert result.failure.step == "Say"


async def test_ssm_parameters_come_from_outside_also_by_a_name_in_another_value(oven: Oven) -> None:
    oven.parameter_file.write_text(json.dumps({"/app/port": "8080", "/which": "/app/port", "list": ["a", "b"]}))
    head = "parameters:\n  - Where: {type: string, default: /app/port}\n"
    values, _ = await said(
        oven,
        "{{ aws:ssm:/app/port }}",
        "{{ aws:ssm:list }}",
        "{{ aws:ssm:resolve(Where) }}",
        "{{ aws:ssm:resolve(aws:ssm:/which) }}",
        head=head,
    )
    assert values == ["8080", "a,b", "8080", "8080"]


async def test_a_secret_of_ssm_is_in_no_log_of_the_runner(oven: Oven) -> None:
    """The inputs of every step are written to files and to the log: a password would stay there in the clear."""
    secret = 'pa"ss word'
    oven.parameter_file.write_text(json.dumps({"secret": {"Type": "SecureString", "Value": secret}}))
    result = await oven.steps("""
        - name: Use
          action: ExecuteBinary
          inputs: {path: bash, arguments: [-c, 'test ${#1} = 10', bash, '{{ aws:ssm:secret }}']}
        - name: Fail
          action: CreateFile
          inputs: [{path: '/opt/{{ aws:ssm:secret }}/', content: '{{ aws:ssm:secret }}'}]
        """)
    assert step(result, "Use")["status"] == "success"
    assert result.failure is not None
    written = "".join(path.read_text() for path in Path(result.summary["logUrl"]).iterdir())
    everything = written + "\n".join(oven.lines) + json.dumps(result.detailed_output) + repr(result.failure)
    assert "********" in everything
    assert secret not in everything
    assert secret.replace('"', '\\"') not in everything
    assert secret.replace('"', '\\\\\\"') not in everything


async def test_an_ssm_value_of_several_lines_fails_the_step(oven: Oven) -> None:
    oven.parameter_file.write_text(json.dumps({"lines": "a\nb"}))
    _, result = await said(oven, "{{ aws:ssm:lines }}")
    assert result.failure is not None
    assert "more than one line" in result.failure.error_message


async def test_a_missing_ssm_parameter_fails_the_step_by_its_name(oven: Oven) -> None:
    _, result = await said(oven, "{{ aws:ssm:/no/such }}")
    assert result.failure is not None
    assert "'/no/such'" in result.failure.error_message


async def test_parameters_take_the_recipes_values_and_constants_keep_theirs(oven: Oven) -> None:
    head = """
        parameters:
          - Port: {type: string, default: '80'}
          - Hosts: {type: string}
          - Nothing: {type: string}
        constants:
          - Mode: {type: string, value: 0755}
        """
    text = document_of(
        "- {name: Say, action: ExecuteBash, inputs: {commands: ['echo {{Port}}/{{Hosts}}/{{Nothing}}/{{ Mode }}']}}",
        head,
    )
    given = {"Port": ("8080",), "Hosts": ("a", "b"), "Mode": ("0000",), "Unknown": ("x",)}
    result = await oven.run(oven.request(DocumentInput("test.yml", text, given)))
    assert stdout(result, "Say") == "8080/a,b//0755"


async def test_a_value_outside_the_allowed_ones_fails_the_set_up(oven: Oven) -> None:
    head = "parameters:\n  - Level: {type: string, default: High, allowedValues: [High, Low]}\n"
    text = document_of("- {name: Say, action: ExecuteBash, inputs: {commands: ['true']}}", head)
    result = await oven.run(oven.request(DocumentInput("test.yml", text, {"Level": ("Middle",)})))
    assert result.failure is not None
    assert "one of High, Low" in result.failure.error_message


async def test_what_a_step_was_given_can_be_chained_and_a_skipped_step_is_empty(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Skipped
          action: ExecuteBash
          if: {stringIsEmpty: 'no'}
          inputs: {commands: ['echo never']}
        - name: Two
          action: CreateFolder
          inputs: [{path: /opt/a}, {path: '/opt/{{ build.Two.inputs[0].path }}'}]
        - name: Say
          action: ExecuteBash
          inputs:
            commands:
              - echo "{{ build.Two.inputs[0].path }}|{{ build.Two.inputs[7].path }}|{{ build.Skipped.outputs.stdout }}|"
        """)
    assert stdout(result, "Say") == "/opt/a|||"


async def test_unknown_braces_stay_as_they_are(oven: Oven) -> None:
    values, _ = await said(oven, "{{.Name}}", "{{ a b }}", "{{ unclosed", "${{ }}", "{{ loop.index }}")
    assert values == ["{{.Name}}", "{{ a b }}", "{{ unclosed", "${{ }}", "{{ loop.index }}"]
