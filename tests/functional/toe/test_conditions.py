"""Conditions that look at the guest."""

import hashlib
from pathlib import Path

import pytest

from tests.functional.toe.oven import Oven, step

BREAD = b"bread\n"


async def decided(oven: Oven, condition: str) -> bool:
    """Whether a step with this condition runs."""
    oven.guest.path("/opt/bread").write_bytes(BREAD)
    oven.guest.path("/opt/link").symlink_to("/opt/bread")
    oven.guest.path("/tmp/near").touch()
    result = await oven.steps(f"""
        - name: Try
          action: ExecuteBash
          if: {condition}
          inputs: {{commands: ['true']}}
        """)
    assert result.status == "success", result.failure
    status = step(result, "Try")["status"]
    assert status in ("success", "skipped")
    return bool(status == "success")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("{fileExists: /opt/bread}", True),
        ("{fileExists: /opt/link}", True),
        ("{fileExists: near}", True),
        ("{fileExists: /opt}", False),
        ("{fileExists: ''}", False),
        ("{folderExists: /opt}", True),
        ("{folderExists: /opt/bread}", False),
        ("{binaryExists: bash}", True),
        ("{binaryExists: cd}", True),
        ("{binaryExists: no-such-binary}", False),
        ("{binaryExists: 'x; touch /opt/owned'}", False),
        ("{binaryExists: '-p'}", False),
        ("{fileExists: '/opt/bread && touch /opt/owned'}", False),
        (f"{{fileMD5Equals: {hashlib.md5(BREAD).hexdigest()}, path: /opt/bread}}", True),  # noqa: S324
        (f"{{fileSHA1Equals: {hashlib.sha1(BREAD).hexdigest().upper()}, path: /opt/bread}}", True),  # noqa: S324
        (f"{{fileSHA256Equals: {hashlib.sha256(BREAD).hexdigest()}, path: /opt/bread}}", True),
        (f"{{fileSHA512Equals: {hashlib.sha512(BREAD).hexdigest()}, path: /opt/bread}}", True),
        (f"{{fileSHA256Equals: {hashlib.sha256(b'cake').hexdigest()}, path: /opt/bread}}", False),
        (f"{{fileSHA256Equals: {hashlib.sha256(BREAD).hexdigest()}, path: /opt/missing}}", False),
        ("{fileSHA256Equals: '', path: /opt/missing}", False),
        ("{and: [{fileExists: /opt/bread}, {folderExists: /opt}]}", True),
        ("{and: [{fileExists: /opt/none}, {patternMatches: '(', value: x}]}", False),
        ("{or: [{fileExists: /opt/bread}, {patternMatches: '(', value: x}]}", True),
        ("{or: [{fileExists: /opt/none}, {not: {folderExists: /opt}}]}", False),
    ],
)
async def test_a_condition_is_judged_in_the_guest(oven: Oven, condition: str, holds: bool) -> None:
    assert await decided(oven, condition) is holds
    assert not oven.guest.path("/opt/owned").exists()


async def test_a_file_of_the_host_does_not_exist_for_a_condition(oven: Oven, tmp_path: Path) -> None:
    """Looked for with os.path, conditions would tell a document which files the host has."""
    secret = tmp_path / "secret"
    secret.write_bytes(BREAD)
    assert secret.is_file()
    digest = hashlib.sha256(BREAD).hexdigest()
    condition = f"{{or: [{{fileExists: {secret}}}, {{fileSHA256Equals: {digest}, path: {secret}}}]}}"
    assert not await decided(oven, condition)


async def test_an_invalid_pattern_fails_the_step(oven: Oven) -> None:
    result = await oven.steps("""
        - name: Try
          action: Assert
          inputs: {patternMatches: '(unclosed', value: x}
        """)
    assert result.failure is not None
    assert "'(unclosed' is not a regular expression" in result.failure.error_message


async def test_a_false_assertion_says_what_was_compared(oven: Oven) -> None:
    """ "The assertion is false" sent everybody to the document, and from there into the log."""
    result = await oven.steps(
        """
- {name: Status, action: ExecuteBash, inputs: {commands: ['echo 502']}}
- name: Answers
  action: Assert
  inputs:
    and:
      - {stringEquals: '200', value: '{{ build.Status.outputs.stdout }}'}
      - not: {fileExists: /opt/loaf}
"""
    )
    assert result.failure is not None
    said = "the assertion is false: ('502' stringEquals '200') and (not (fileExists '/opt/loaf'))"
    assert result.failure.error_message == said


async def test_a_long_value_is_cut_and_a_silent_step_tells_none(oven: Oven) -> None:
    result = await oven.steps(
        """
- {name: Much, action: ExecuteBash, inputs: {commands: ['head -c 5000 /dev/zero | tr "\\\\0" x']}}
- {name: Same, action: Assert, onFailure: Continue, inputs: {stringEquals: y, value: '{{ build.Much.outputs.stdout }}'}}
"""
    )
    assert result.failure is not None
    assert len(result.failure.error_message) < 300
    oven.lines.clear()
    silent = await oven.steps(
        "- {name: Same, action: Assert, disableLogging: true, inputs: {stringEquals: y, value: secret}}"
    )
    assert silent.failure is not None
    assert silent.failure.error_message == "the assertion is false"
