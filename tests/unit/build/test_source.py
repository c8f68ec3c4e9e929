"""The API's structures as they come, and those that come from a newer or stranger service."""

import pytest
from pydantic import ValidationError

from core.build.source import Image, ImageStatus, LogEvent, LogPage, StepExecution, StepStatus, WorkflowExecution
from tests.fakes.source import at

ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:image/web-server/1.0.0/3"


def test_an_image_is_read_as_the_api_gives_it() -> None:
    image = Image.model_validate(
        {
            "arn": ARN,
            "name": "Web Server",
            "state": {
                "status": "FAILED",
                "reason": "x",
                "failureContext": {"componentFailure": {"stepName": "Install"}},
            },
            "dateCreated": "2026-09-01T12:00:00.000+02:00",
            "outputResources": {"amis": [{"region": "eu-west-1", "image": "ami-1", "accountId": "1"}]},
            "tags": {"a": "b"},
        }
    )
    assert image.state.failure_context is not None
    assert image.state.failure_context.component_failure is not None
    assert image.state.failure_context.component_failure.step_name == "Install"
    assert image.date_created == at(0)
    assert image.output_resources.amis[0].account_id == "1"
    assert image.log_stream == "1.0.0/3"


def test_the_log_group_has_the_name_as_typed_unless_one_was_configured() -> None:
    plain = {"arn": ARN, "name": "Web Server", "state": {"status": "PENDING"}}
    assert Image.model_validate(plain).log_group == "/aws/imagebuilder/Web Server"
    configured = {**plain, "loggingConfiguration": {"logGroupName": "/mine"}}
    assert Image.model_validate(configured).log_group == "/mine"


def test_a_status_of_a_newer_service_is_unknown_and_not_an_end() -> None:
    step = StepExecution.model_validate({"stepExecutionId": "s", "status": "MEDITATING"})
    assert step.status is StepStatus.UNKNOWN
    image = Image.model_validate({"arn": ARN, "state": {"status": "MEDITATING"}})
    assert image.state.status is ImageStatus.UNKNOWN
    assert not image.state.status.terminal


def test_a_status_that_is_no_text_is_refused() -> None:
    with pytest.raises(ValidationError):
        StepExecution.model_validate({"stepExecutionId": "s", "status": 7})


def test_a_workflow_is_called_by_its_name() -> None:
    arn = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image/1.0.2/1"
    record = {"workflowExecutionId": "wf-1", "status": "RUNNING", "workflowBuildVersionArn": arn, "startTime": ""}
    execution = WorkflowExecution.model_validate(record)
    assert execution.name == "build-image"
    assert execution.start_time is None
    assert WorkflowExecution.model_validate({"workflowExecutionId": "wf-1", "status": "RUNNING"}).name == "wf-1"


def test_log_text_that_no_file_can_hold_is_made_holdable() -> None:
    page = LogPage.model_validate(
        {"events": [{"timestamp": 1, "message": "a\ud800b"}], "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}
    )
    assert page.next_token == "f/1"
    assert page.events == (LogEvent(timestamp=1, message="a?b"),)
    assert page.events[0].model_dump_json()
