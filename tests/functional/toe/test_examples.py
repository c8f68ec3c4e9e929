"""The example documents give what the reference says they must, on a fake guest."""

import pytest

from core.local.toe.run import DocumentInput
from tests.documents.expected import EXPECTED, Expected
from tests.functional.toe.oven import Oven, outputs, step


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: f"{expected.name}-{'-'.join(expected.phases)}")
async def test_an_example_document_gives_what_the_reference_says(oven: Oven, expected: Expected) -> None:
    document = DocumentInput(f"{expected.name}.yml", expected.text, expected.parameters)
    result = await oven.run(oven.request(document, phases=expected.phases))

    assert result.status == expected.status
    assert result.summary["executedStepCount"] == expected.executed
    assert result.summary["failedStepCount"] == expected.failed
    assert result.summary["ignoredFailedStepCount"] == expected.ignored
    assert result.summary["skippedStepCount"] == expected.skipped
    assert result.detailed_output["documents"][0]["status"] == expected.document_status
    assert [phase["name"] for phase in result.detailed_output["documents"][0]["phases"]] == list(expected.phases)
    for name, status in expected.statuses.items():
        assert step(result, name.split(".")[1])["status"] == status, name
    for name, output in expected.outputs.items():
        assert outputs(result, name.split(".")[1]) == [output], name
    assert (result.failure.step if result.failure else "") == expected.failed_step
    assert oven.guest.reboots == expected.reboots
    for path, content in expected.files.items():
        assert oven.guest.path(path).read_text() == content, path
    for path, mode in expected.modes.items():
        assert f"{oven.guest.path(path).stat().st_mode & 0o7777:o}" == mode, path
