"""One failed build told in two ways over HTTP: as AWS tells it, and as the local service does. The timeline is one.

Both come as bytes through botocore's own parser. AWS pages its lists, throttles, adds members we don't follow, leaves
out what has no value, and delivers the log late, in small pages, some of them empty and some not in order (service
reference 3.6, 4.4; CloudWatch Logs API reference, GetLogEvents).
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from core.aws.connection import Capability, LocalConnection
from core.aws.imagebuilder import ImageBuilder
from core.build.cause import cause
from core.build.chart import Kind, chart
from core.build.run import Run, replay
from core.build.source import StepStatus
from core.build.watch import AWS, watch
from core.local.endpoint import Endpoint, Home
from core.local.service.faults import missing
from core.local.service.model import ServiceApi
from core.local.service.wire import Answer, JsonTarget, RestJson
from tests.fakes.builds import BUILD_WORKFLOW, FAILED_LOG, NGINX
from tests.fakes.source import ARN, START, FakeTime, at
from tests.unit.build.following import opened

Record = dict[str, Any]
MESSAGE = f"Document {NGINX} failed!"
SUMMARY = json.dumps({"status": "failed", "failedStepCount": 1, "failureMessage": MESSAGE, "logUrl": "s3://b/k"})
OUTPUTS = json.dumps({"runCommandId": "cmd-1", "status": "Failed", "error": MESSAGE, "output": [SUMMARY]})
MOMENTS = (0, 25, 46, 51, 57)
"""Seconds from the start at which the service has something new to say."""


def stamp(seconds: float) -> str:
    return at(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Moment:
    """What the service has to say, in the API's members; `log` is how much of the log has come in, 0 for no stream."""

    image: Record
    workflow: Record
    steps: tuple[Record, ...]
    log: int


def step(number: int, name: str, action: str, status: str = "PENDING", **members: Any) -> Record:
    return {"stepExecutionId": f"step-{number}", "name": name, "action": action, "status": status, **members}


def failed_story() -> tuple[Moment, ...]:
    """The machine starts, a component fails, the launch is rolled back; the log's last lines come after the end."""
    ran = {"attemptNumber": 1, "maxAttempts": 1}
    launching = step(0, "LaunchBuildInstance", "LaunchInstance", "RUNNING", startTime=stamp(2), **ran)
    launched = launching | {"status": "COMPLETED", "endTime": stamp(19), "outputs": '{"instanceId":"i-0abc"}'}
    applying = step(1, "ApplyBuildComponents", "ExecuteComponents", "RUNNING", startTime=stamp(20), **ran)
    failed = applying | {"status": "FAILED", "endTime": stamp(44), "message": MESSAGE, "outputs": OUTPUTS}
    later = (step(2, "CreateOutputAMI", "CreateImage"), step(3, "TerminateBuildInstance", "TerminateInstance"))
    building = {
        "workflowExecutionId": "wf-build",
        "workflowBuildVersionArn": BUILD_WORKFLOW,
        "type": "BUILD",
        "status": "RUNNING",
        "message": "",
        "totalStepCount": 4,
        "totalStepsSucceeded": 0,
        "totalStepsFailed": 0,
        "totalStepsSkipped": 0,
        "startTime": stamp(1),
    }
    undoing = building | {"status": "ROLLBACK_IN_PROGRESS", "message": MESSAGE, "totalStepsFailed": 1}
    undone = undoing | {"status": "ROLLBACK_COMPLETED", "endTime": stamp(50)}
    image = {
        "arn": ARN,
        "name": "Web Server",
        "version": "1.0.0/3",
        "type": "AMI",
        "platform": "Linux",
        "buildType": "USER_INITIATED",
        "dateCreated": stamp(0),
        "state": {"status": "BUILDING"},
        "outputResources": {"amis": []},
    }
    reason = f"Workflow Execution ID: 'wf-build' failed with reason: {MESSAGE}"
    context = {
        "imageStatus": "BUILDING",
        "workflowExecutionId": "wf-build",
        "workflowArn": BUILD_WORKFLOW,
        "stepExecutionId": "step-1",
        "failedStep": "ApplyBuildComponents",
        "componentFailure": {
            "componentArn": NGINX,
            "phaseName": "build",
            "stepName": "Install",
            "action": "ExecuteBash",
            "errorMessage": "exit status 100",
        },
    }
    over = image | {"state": {"status": "FAILED", "reason": reason, "failureContext": context}}
    return (
        Moment(image, building, (launching, applying | {"status": "PENDING"}, *later), 0),
        Moment(image, building, (launched, applying, *later), 13),
        Moment(image, undoing, (launched | {"rollbackStatus": "RUNNING"}, failed, *later), 13),
        Moment(over, undone, (launched | {"rollbackStatus": "COMPLETED"}, failed, *later), 20),
        Moment(over, undone, (launched | {"rollbackStatus": "COMPLETED"}, failed, *later), len(FAILED_LOG)),
    )


@dataclass
class Told:
    """A service that answers HTTP requests with what is so at the moment of a clock."""

    time: FakeTime
    story: Sequence[Moment]
    calls: list[str] = field(default_factory=list)

    @property
    def now(self) -> Moment:
        passed = (self.time.now - START).total_seconds()
        return self.story[bisect_right(MOMENTS, passed) - 1]

    def log(self) -> list[Record]:
        return [{"timestamp": each.timestamp, "message": each.message} for each in FAILED_LOG[: self.now.log]]

    def answer(self, operation: str, request: AWSPreparedRequest) -> Answer:
        raise NotImplementedError


class AsAws(Told):
    """AWS: the first call of each operation at each moment is throttled."""

    def answer(self, operation: str, request: AWSPreparedRequest) -> Answer:
        call = f"{operation} {self.story.index(self.now)}"
        self.calls.append(call)
        if self.calls.count(call) == 1:
            body = {"__type": "ThrottlingException", "message": "Rate exceeded"}
            return Answer(400, json.dumps(body).encode(), {"x-amzn-ErrorType": "ThrottlingException"})
        if operation == "GetLogEvents" and not self.now.log:
            body = {"__type": "ResourceNotFoundException", "message": "The specified log stream does not exist."}
            return Answer(400, json.dumps(body).encode())
        return Answer(200, json.dumps(self._members(operation, _asked(request)) | {"requestId": "r-1"}).encode())

    def _members(self, operation: str, asked: Mapping[str, Any]) -> Record:
        now = self.now
        match operation:
            case "GetImage":
                more = {"imageSource": "CUSTOM", "imageTestsConfiguration": {}}
                return {"image": now.image | more}
            case "ListWorkflowExecutions":
                return {"imageBuildVersionArn": ARN, "workflowExecutions": [now.workflow | {"unheardOf": 1}]}
            case "ListWorkflowStepExecutions":
                first = int(asked.get("nextToken", 0))
                more = {"nextToken": str(first + 2)} if first + 2 < len(now.steps) else {}
                return {"workflowExecutionId": "wf-build", "steps": list(now.steps[first : first + 2]), **more}
            case _:
                return self._log_page(str(asked.get("nextToken", "f/0/")))

    def _log_page(self, token: str) -> Record:
        """Pages of four records in a disorder of their own; an empty page before the end, then the end."""
        _, first, lead = token.split("/")
        found = self.log()[int(first) :][:4]
        disorder = sorted(found, key=lambda each: (each["timestamp"] // 300, -each["timestamp"]))
        if not found and not lead:
            return {"events": [], "nextForwardToken": f"f/{first}/empty", "nextBackwardToken": "b"}
        following = f"f/{int(first) + len(found)}/" if found else token
        return {"events": disorder, "nextForwardToken": following, "nextBackwardToken": "b"}


class AsLocal(Told):
    """The local Image Builder, through its own serialisation of the service model."""

    def answer(self, operation: str, request: AWSPreparedRequest) -> Answer:
        self.calls.append(operation)
        logs = operation == "GetLogEvents"
        api = _api("logs" if logs else "imagebuilder")
        wire = JsonTarget(api) if logs else RestJson(api)
        model = api.operation(operation)
        assert model is not None
        now = self.now
        match operation:
            case "GetImage":
                return wire.result(model, {"image": now.image}, "r-1")
            case "ListWorkflowExecutions":
                return wire.result(model, {"workflowExecutions": [now.workflow]}, "r-1")
            case "ListWorkflowStepExecutions":
                return wire.result(model, {"steps": list(now.steps)}, "r-1")
            case _ if not now.log:
                return wire.fault(missing("The specified log stream does not exist."), "r-1")
            case _:
                first = int(_asked(request).get("nextToken", "f/0").removeprefix("f/"))
                found = self.log()[first:]
                page = {"events": found, "nextForwardToken": f"f/{first + len(found)}", "nextBackwardToken": "b/0"}
                return wire.result(model, page, "r-1")


@cache
def _api(service: str) -> ServiceApi:
    return ServiceApi(service)


class Raw(BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_options: Any) -> Iterator[bytes]:
        yield self.read()


class WiredConnection(LocalConnection):
    """A connection whose requests are answered before they are sent."""

    capabilities = frozenset[Capability]()

    def __init__(self, told: Told) -> None:
        place = Endpoint("http://127.0.0.1:9", 1, "a", "b")
        super().__init__("eu-central-1", Home(Path("/nowhere")), lambda home: place)
        self._told = told

    def client(self, service: str) -> Any:
        """Throttled calls are left to whoever follows; botocore would sleep for real."""
        once = Config(retries={"mode": "standard", "total_max_attempts": 1})
        client = self.session().client(service, endpoint_url=self.endpoint.url, config=once)
        client.meta.events.register(f"before-send.{service}", self._answer)
        return client

    def _answer(self, request: AWSPreparedRequest, event_name: str, **_more: Any) -> AWSResponse:
        answer = self._told.answer(event_name.split(".")[-1], request)
        return AWSResponse(request.url, answer.status, dict(answer.headers), Raw(answer.body))


def _asked(request: AWSPreparedRequest) -> Record:
    body = json.loads(request.body) if request.body else {}
    query = {name: values[0] for name, values in parse_qs(urlsplit(request.url or "").query).items()}
    return {**query, **body}


def followed(told: Told) -> Run:
    builder = ImageBuilder(WiredConnection(told))
    begin = opened()
    news = watch(builder, replay([begin]), pace=AWS, clock=told.time.clock, sleep=told.time.sleep, jitter=lambda: 0.5)
    return replay([begin, *news])


@pytest.fixture(scope="module")
def aws() -> Run:
    return followed(AsAws(FakeTime(), failed_story()))


@pytest.fixture(scope="module")
def local() -> Run:
    return followed(AsLocal(FakeTime(), failed_story()))


def test_the_timeline_is_the_same(aws: Run, local: Run) -> None:
    drawn = chart(aws, at(10_000))
    assert drawn == chart(local, at(10_000))
    assert [bar.name for bar in drawn.bars if bar.kind is Kind.STEP] == ["Install"]


def test_the_records_and_the_cause_are_the_same(aws: Run, local: Run) -> None:
    assert (aws.image, aws.workflows, aws.components, aws.failures) == (
        local.image,
        local.workflows,
        local.components,
        local.failures,
    )
    assert aws.log.reading == local.log.reading
    found = cause(aws)
    assert found is not None
    assert found == cause(local)
    assert found.headline == "nginx 1.0.0 › build › Install: E: Unable to locate package ngnix"


def test_steps_after_the_failed_one_are_pending_and_the_rollback_is_known(aws: Run) -> None:
    steps = [entry.step for entry in aws.steps_of("wf-build")]
    assert [each.status for each in steps] == [
        StepStatus.COMPLETED,
        StepStatus.FAILED,
        StepStatus.PENDING,
        StepStatus.PENDING,
    ]
    drawn = chart(aws, at(10_000))
    assert [each.name for each in drawn.pending] == ["CreateOutputAMI", "TerminateBuildInstance"]
    assert [bar.name for bar in drawn.bars if bar.rollback] == ["build-image", "LaunchBuildInstance"]


def test_lines_that_came_after_the_end_are_read(aws: Run) -> None:
    assert aws.log.events == len(FAILED_LOG)
