"""Requests read and answers written by the service model alone."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore import xform_name
from botocore.awsrequest import HeadersDict
from botocore.model import OperationModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from core.local.service.faults import Fault, invalid_value
from core.local.service.model import ServiceApi, service
from core.local.service.shapes import from_json, to_json
from core.local.service.wire import Answer, Request, wire_of

ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:component/a-b/1.0.0/1"


@pytest.fixture(scope="module")
def imagebuilder() -> ServiceApi:
    return service("imagebuilder")


def _asked(api: ServiceApi, operation: str, members: dict[str, Any]) -> Request:
    """The request as botocore's client makes it."""
    model = api.operation(operation)
    assert model is not None
    made = create_serializer(api.protocol).serialize_to_request(members, model)
    query = made["query_string"]
    pairs = [
        (name, one) for name, value in dict(query).items() for one in ([value] if isinstance(value, str) else value)
    ]
    text = "&".join(f"{name}={value}" for name, value in pairs)
    body = made["body"]
    headers = {name.lower(): value for name, value in made["headers"].items()}
    return Request(made["method"], made["url_path"], text, headers, body if isinstance(body, bytes) else body.encode())


def _told(api: ServiceApi, operation: OperationModel, answer: Answer) -> dict[str, Any]:
    """The answer as botocore's client reads it."""
    parser = create_parser(api.protocol)
    response = {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}
    parsed: dict[str, Any] = parser.parse(response, operation.output_shape)
    return parsed


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("ListComponents", {"owner": "Self", "maxResults": 5, "filters": [{"name": "name", "values": ["a"]}]}),
        ("GetComponent", {"componentBuildVersionArn": ARN}),
        ("TagResource", {"resourceArn": ARN, "tags": {"a b": "c/d"}}),
        ("UntagResource", {"resourceArn": ARN, "tagKeys": ["a", "b"]}),
        ("ListTagsForResource", {"resourceArn": ARN}),
        (
            "CreateComponent",
            {"name": "abc", "semanticVersion": "1.0.0", "platform": "Linux", "dryRun": True, "clientToken": "t"},
        ),
    ],
)
def test_what_a_client_sends_is_what_is_read(imagebuilder: ServiceApi, operation: str, members: dict[str, Any]) -> None:
    read, found = wire_of(imagebuilder).read(_asked(imagebuilder, operation, members))
    assert read.name == operation
    assert found == members


def test_members_that_the_model_does_not_know_are_dropped_both_ways(imagebuilder: ServiceApi) -> None:
    wire = wire_of(imagebuilder)
    request = Request("POST", "/ListComponents", "", {}, b'{"owner": "Self", "colour": "red", "nextToken": null}')
    operation, members = wire.read(request)
    assert members == {"owner": "Self"}
    answer = wire.result(operation, {"componentVersionList": [{"name": "a", "secret": 1}], "other": 2}, "r")
    assert json.loads(answer.body) == {"componentVersionList": [{"name": "a"}]}


@pytest.mark.parametrize(
    ("name", "status"), [("InvalidParameterValueException", 400), ("ServiceQuotaExceededException", 402)]
)
def test_a_fault_is_read_by_the_client_with_the_models_status(imagebuilder: ServiceApi, name: str, status: int) -> None:
    operation = imagebuilder.operation("CreateComponent")
    assert operation is not None
    told = _told(imagebuilder, operation, wire_of(imagebuilder).fault(Fault(name, "no"), "r-1"))
    assert told["Error"] == {"Code": name, "Message": "no"}
    assert told["ResponseMetadata"]["HTTPStatusCode"] == status
    assert told["ResponseMetadata"]["RequestId"] == "r-1"


def test_the_log_protocol_names_its_operation_in_a_header() -> None:
    api = service("logs")
    members = {"logGroupName": "/a", "logStreamName": "1.0.0/1", "startFromHead": True}
    operation, found = wire_of(api).read(_asked(api, "GetLogEvents", members))
    assert found == members
    told = _told(api, operation, wire_of(api).result(operation, {"events": [{"timestamp": 1, "message": "x"}]}, "r"))
    assert told["events"] == [{"timestamp": 1, "message": "x"}]


def test_the_query_protocol_answers_in_xml() -> None:
    api = service("sts")
    operation, members = wire_of(api).read(Request("POST", "/", "", {}, b"Action=GetCallerIdentity&Version=2011-06-15"))
    assert members == {}
    told = _told(api, operation, wire_of(api).result(operation, {"Account": "1", "Arn": "a&b"}, "r"))
    assert (told["Account"], told["Arn"]) == ("1", "a&b")
    failed = _told(api, operation, wire_of(api).fault(invalid_value("<a>", "no"), "r"))
    assert failed["Error"]["Code"] == "InvalidParameterValueException"


def test_every_operation_of_the_model_has_a_route(imagebuilder: ServiceApi) -> None:
    for name in imagebuilder.model.operation_names:
        model = imagebuilder.operation(name)
        assert model is not None
        path = model.http["requestUri"].replace("{resourceArn}", "arn%3Aaws%3Aa%2Fb")
        routed = imagebuilder.route(model.http["method"], path)
        assert routed is not None, xform_name(name)
        assert routed[0].name == name


def test_times_are_epoch_seconds(imagebuilder: ServiceApi) -> None:
    shape = imagebuilder.model.shape_for("DateTimeTimestamp")
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    assert from_json(to_json(moment, shape), shape) == moment
    assert from_json("soon", shape) == "soon"
    assert from_json(1e300, shape) == 1e300
