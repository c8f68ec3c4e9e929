"""A guest whose disk is full."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.functional.toe.oven import Oven, step


@pytest.fixture
def full(oven: Oven) -> Iterator[Oven]:
    """A guest with 32 KiB left for /tmp and none for more."""
    disk = oven.guest.path("/tmp")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "none", disk], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    yield oven
    subprocess.run(["umount", disk], check=True)


async def test_a_script_that_does_not_fit_fails_and_is_not_run_in_part(full: Oven) -> None:
    """Run unchecked, the part of the script that was written would be executed, up to the middle of a command."""
    result = await full.steps(f"""
        - name: Big
          action: ExecuteBash
          inputs: {{commands: ['touch /opt/ran', ': {"x" * 50_000}']}}
        """)
    assert result.failure is not None
    assert result.failure.error_message == "exit status 1"
    assert "No space left on device" in result.failure.stderr
    assert not full.guest.path("/opt/ran").exists()
    assert list(full.guest.path("/tmp").iterdir()) == []


async def test_a_file_that_does_not_fit_fails_the_step_with_the_tools_own_words(full: Oven) -> None:
    result = await full.steps(f"""
        - name: Big
          action: CreateFile
          onFailure: Ignore
          inputs: [{{path: /tmp/big, content: {"x" * 50_000}}}]
        - name: Copy
          action: CopyFile
          inputs: [{{source: /usr/bin/env, destination: /tmp/}}]
        """)
    assert "No space left on device" in step(result, "Big")["failureMessage"]
    assert result.failure is not None
    assert "No space left on device" in result.failure.error_message
