"""The example documents give on a real machine what the reference says they must, real reboots included."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.local.machine.guest import Exit, Guest, Output
from core.local.toe.outside import LocalOutside
from core.local.toe.run import DocumentInput, ToeRequest, execute
from tests.documents.expected import EXPECTED, Expected
from tests.functional.toe.oven import outputs, step
from tests.vm.machine.yard import Running

pytestmark = [pytest.mark.vm, pytest.mark.asyncio(loop_scope="session")]


class Counting:
    """A guest that counts how often it is rebooted."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self.reboots = 0

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        cwd: str = "/",
        stdout: Output | None = None,
        stderr: Output | None = None,
        timeout: float | None = None,
    ) -> Exit:
        return await self._guest.run(
            argv, stdin=stdin, environment=environment, cwd=cwd, stdout=stdout, stderr=stderr, timeout=timeout
        )

    async def reboot(self) -> None:
        self.reboots += 1
        await self._guest.reboot()


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: f"{expected.name}-{'-'.join(expected.phases)}")
async def test_an_example_document_gives_what_the_reference_says(
    machine: Running, tmp_path: Path, expected: Expected
) -> None:
    guest = Counting(machine.guest)
    before = await machine.boot_id()
    lines: list[str] = []
    request = ToeRequest(
        documents=(DocumentInput(f"{expected.name}.yml", expected.text, expected.parameters),),
        phases=expected.phases,
        execution_id="7d1f2c3e-0000-11ef-8000-000000000000",
        environment={"WORKING_DIRECTORY": "/tmp", "IMAGE_PHASE": "BUILDING"},
        account_id="123456789012",
        region="eu-central-1",
        log_directory=tmp_path / "logs",
    )
    outside = LocalOutside(tmp_path / "buckets", tmp_path / "parameters.json", lambda arn: None)
    result = await execute(request, guest, log=lines.append, outside=outside)

    assert result.status == expected.status, "\n".join(lines)
    assert result.summary["executedStepCount"] == expected.executed
    assert result.summary["failedStepCount"] == expected.failed
    assert result.summary["ignoredFailedStepCount"] == expected.ignored
    assert result.detailed_output["documents"][0]["status"] == expected.document_status
    for name, status in expected.statuses.items():
        assert step(result, name.split(".")[1])["status"] == status, name
    for name, output in expected.outputs.items():
        assert outputs(result, name.split(".")[1]) == [output], name
    assert (result.failure.step if result.failure else "") == expected.failed_step
    assert (guest.reboots, await machine.boot_id() != before) == (expected.reboots, expected.reboots > 0)
    for path, content in expected.files.items():
        assert (await machine.sh(f"cat {path}")).out == content, path
    for path, mode in expected.modes.items():
        assert await machine.read(f"stat -c %a {path}") == mode, path
