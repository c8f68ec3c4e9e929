"""The three AWS protocols spoken here: rest-json (imagebuilder), json 1.1 (logs) and query with XML (sts).

Each turns a request into an operation with its members, and a result or fault into an answer, by walking the service
model. Pure: bytes in, bytes out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qs, parse_qsl
from xml.sax.saxutils import escape

from botocore.model import OperationModel

from core.local.service import shapes
from core.local.service.faults import Fault, invalid_request, not_served
from core.local.service.model import ServiceApi

Members = dict[str, Any]

_QUERY_SERVICES = frozenset(
    {"autoscaling", "cloudformation", "elasticloadbalancing", "iam", "monitoring", "rds", "sns"}
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as received: `path` still quoted, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Wire(Protocol):
    """One protocol."""

    def read(self, request: Request) -> tuple[OperationModel, Members]:
        """Which operation with which members; raises Fault when there is no such operation or no sense in the body."""
        ...

    def result(self, operation: OperationModel, result: Members, request_id: str) -> Answer: ...

    def fault(self, fault: Fault, request_id: str) -> Answer: ...


class RestJson:
    """Members travel in path, query string and a JSON body; the error type in a header."""

    def __init__(self, api: ServiceApi) -> None:
        self._api = api

    def read(self, request: Request) -> tuple[OperationModel, Members]:
        routed = self._api.route(request.method, request.path)
        if routed is None:
            raise not_served(f"{request.method} {request.path[:200]}", self._api.name)
        operation, labels = routed
        shape: Any = operation.input_shape
        members = shapes.from_json(json_object(request.body), shape) if request.body else {}
        query = parse_qs(request.query, keep_blank_values=True, max_num_fields=1000)
        for name, member in shape.members.items():
            place, key = member.serialization.get("location"), member.serialization.get("name", name)
            if place == "uri":
                members[name] = shapes.from_text(labels[key], member)
            elif place == "querystring" and key in query:
                members[name] = (
                    [shapes.from_text(text, member.member) for text in query[key]]
                    if member.type_name == "list"
                    else shapes.from_text(query[key][-1], member)
                )
        return operation, members

    def result(self, operation: OperationModel, result: Members, request_id: str) -> Answer:
        return _json_answer(
            HTTPStatus.OK, shapes.to_json(result, operation.output_shape), "application/json", request_id
        )

    def fault(self, fault: Fault, request_id: str) -> Answer:
        status = fault.status or self._api.status(fault.type)
        answer = _json_answer(status, {"message": fault.message}, "application/json", request_id)
        return Answer(answer.status, answer.body, {**answer.headers, "x-amzn-ErrorType": fault.type})


class JsonTarget:
    """One path; the operation is named in the X-Amz-Target header, the error type in the body."""

    _CONTENT = "application/x-amz-json-1.1"

    def __init__(self, api: ServiceApi) -> None:
        self._api = api

    def read(self, request: Request) -> tuple[OperationModel, Members]:
        prefix, _, name = request.headers.get("x-amz-target", "").partition(".")
        operation = self._api.operation(name) if prefix == self._api.model.metadata["targetPrefix"] else None
        if operation is None:
            raise not_served(name[:200] or "without a name", self._api.name)
        return operation, shapes.from_json(json_object(request.body or b"{}"), operation.input_shape)

    def result(self, operation: OperationModel, result: Members, request_id: str) -> Answer:
        content = shapes.to_json(result, operation.output_shape) if operation.output_shape else {}
        return _json_answer(HTTPStatus.OK, content, self._CONTENT, request_id)

    def fault(self, fault: Fault, request_id: str) -> Answer:
        content = {"__type": fault.type, "message": fault.message}
        return _json_answer(fault.status or self._api.status(fault.type), content, self._CONTENT, request_id)


class QueryXml:
    """Form fields in, XML out; only flat texts, which is all that GetCallerIdentity needs."""

    def __init__(self, api: ServiceApi) -> None:
        self._api = api

    def read(self, request: Request) -> tuple[OperationModel, Members]:
        try:
            form = dict(parse_qsl(request.body.decode(), max_num_fields=100))
        except ValueError as error:
            raise invalid_request("The request body is not a form.") from error
        name = form.pop("Action", "")
        operation = self._api.operation(name)
        if operation is None:
            raise not_served(name[:200] or "without a name", self._api.name)
        return operation, {}

    def result(self, operation: OperationModel, result: Members, request_id: str) -> Answer:
        members = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in result.items())
        body = (
            f'<{operation.name}Response xmlns="{self._api.model.metadata["xmlNamespace"]}">'
            f"<{operation.name}Result>{members}</{operation.name}Result>"
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation.name}Response>"
        )
        return Answer(HTTPStatus.OK, body.encode(), _headers("text/xml", request_id))

    def fault(self, fault: Fault, request_id: str) -> Answer:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(fault.type)}</Code>"
            f"<Message>{escape(fault.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Answer(fault.status or self._api.status(fault.type), body.encode(), _headers("text/xml", request_id))


def wire_of(api: ServiceApi) -> Wire:
    match api.protocol:
        case "rest-json":
            return RestJson(api)
        case "json":
            return JsonTarget(api)
        case "query":
            return QueryXml(api)
        case other:
            raise ValueError(f"no wire for the protocol {other} of {api.name}")


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a request body; raises Fault when there is none, or it is nested beyond reason."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise invalid_request("The request body is not valid JSON.") from error
    if not isinstance(content, dict):
        raise invalid_request("The request body is not a JSON object.")
    return content


def json_fault(fault: Fault, request_id: str) -> Answer:
    """A fault of a request whose service is not known: readable by every JSON client of AWS."""
    content = {"__type": fault.type, "message": fault.message}
    answer = _json_answer(fault.status or HTTPStatus.BAD_REQUEST, content, "application/json", request_id)
    return Answer(answer.status, answer.body, {**answer.headers, "x-amzn-ErrorType": fault.type})


def foreign_fault(service: str, fault: Fault, request_id: str) -> Answer:
    """A fault for the client of a service that is not here at all, in the protocol that its client reads."""
    error = f"<Error><Code>{escape(fault.type)}</Code><Message>{escape(fault.message)}</Message></Error>"
    match service:
        case "s3" | "s3express":
            body = error
        case "ec2":
            body = f"<Response><Errors>{error}</Errors><RequestID>{request_id}</RequestID></Response>"
        case _ if service in _QUERY_SERVICES:
            body = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
        case _:
            return json_fault(fault, request_id)
    return Answer(fault.status or HTTPStatus.BAD_REQUEST, body.encode(), _headers("text/xml", request_id))


def json_result(content: Members, request_id: str) -> Answer:
    return _json_answer(HTTPStatus.OK, content, "application/json", request_id)


def _json_answer(status: int, content: Members, content_type: str, request_id: str) -> Answer:
    return Answer(status, json.dumps(content, separators=(",", ":")).encode(), _headers(content_type, request_id))


def _headers(content_type: str, request_id: str) -> dict[str, str]:
    return {"content-type": content_type, "x-amzn-RequestId": request_id}
