"""The ASGI application: one door for all requests, and what is checked at it.

In this order, so that nobody without the key costs us anything: key and time, size by its header, then the body is read
up to its limit, then the signature over it. Only then is the request understood. A request that ends in an exception of
ours is answered with its fault; one that ends in any other is a bug, logged with its trace and answered as such.
"""

import asyncio
import contextlib
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.errors import BakehouseError, Conflict, Denied, HostFault, Invalid, Missing, NotFound, Unsupported, spoken
from core.local.endpoint import PROOF_PATH, proof
from core.local.service import faults, wire
from core.local.service.api import Api
from core.local.service.faults import Fault
from core.local.service.model import SIGNING_NAMES, service
from core.local.service.signature import Claim, KeyPair, claim, scope_service, verify
from core.local.service.wire import Answer, Members, Request

BODY_LIMIT = 2 * 1024 * 1024
SCOPE = "bakehouse"

_DRAIN_LIMIT = 64 * 1024 * 1024
_READ_SECONDS = 30.0
_NONCE = re.compile(r"[0-9a-f]{16,128}")
_LOG = logging.getLogger(__name__)

Own = Callable[[str, Members, str], Awaitable[Members]]
"""The operations of the scope `bakehouse`: (operation, members, region) → result."""


class Door:
    """The ASGI application. `api` answers the AWS services in worker threads, `own` our scope in the loop."""

    def __init__(self, api: Api, own: Own, keys: KeyPair) -> None:
        self._api = api
        self._own = own
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        http = HttpRequest(scope, receive)
        request_id = str(uuid.uuid4())
        if http.method == "GET" and http.scope["raw_path"] == PROOF_PATH.encode():
            await _send(self._proof(http, request_id), scope, receive, send)
            return
        try:
            claimed = claim(http.headers, self._keys, datetime.now(UTC))
            request = await _read(http)
        except Fault as fault:
            await _refuse(_spoken(fault, scope_service(http.headers), request_id), http, send)
        except ClientDisconnect:
            _LOG.info("request %s: the client went away before it had sent everything", request_id)
        else:
            await _send(await self._answer(request, claimed, request_id), scope, receive, send)

    async def _answer(self, request: Request, claimed: Claim, request_id: str) -> Answer:
        try:
            verify(request, claimed, self._keys)
            if claimed.service == SCOPE:
                return await self._ours(request, claimed, request_id)
            if claimed.service not in SIGNING_NAMES:
                raise faults.not_served(f"{request.method} {request.path[:200]}", claimed.service)
            return await run_in_threadpool(self._aws, request, claimed, request_id)
        except Fault as fault:
            return _spoken(fault, claimed.service, request_id)
        except Exception:  # noqa: BLE001 - the outermost handler: a bug must not end the service
            _LOG.exception("request %s failed", request_id)
            return _spoken(faults.failed(), claimed.service, request_id)

    def _aws(self, request: Request, claimed: Claim, request_id: str) -> Answer:
        speaker = wire.wire_of(service(claimed.service))
        try:
            operation, members = speaker.read(request)
            result = self._api.call(claimed.service, operation, members, claimed.region, request_id)
            return speaker.result(operation, result, request_id)
        except Fault as fault:
            return speaker.fault(fault, request_id)
        except BakehouseError as error:
            return speaker.fault(as_fault(error), request_id)

    async def _ours(self, request: Request, claimed: Claim, request_id: str) -> Answer:
        prefix, _, operation = request.path.lstrip("/").partition("/")
        if request.method != "POST" or prefix != SCOPE:
            raise faults.not_served(f"{request.method} {request.path[:200]}", SCOPE)
        try:
            result = await self._own(operation, wire.json_object(request.body or b"{}"), claimed.region)
        except Fault:
            raise
        except BakehouseError as error:
            raise as_fault(error) from error
        return wire.json_result(result, request_id)

    def _proof(self, http: HttpRequest, request_id: str) -> Answer:
        nonce = http.query_params.get("nonce", "")
        if not _NONCE.fullmatch(nonce):
            detail = "nonce must be 16 to 128 lower-case hexadecimal digits."
            return wire.json_fault(faults.invalid_request(detail), request_id)
        return wire.json_result({"proof": proof(self._keys.secret_access_key, nonce)}, request_id)


def as_fault(error: BakehouseError) -> Fault:
    """An error of ours as an answer of the API; its hint goes along, there is no other place for it."""
    text = spoken(error.message, error.hint)
    match error:
        case Fault():
            return error
        case Invalid():
            return Fault("InvalidParameterValueException", text)
        case NotFound():
            return Fault("ResourceNotFoundException", text)
        case Conflict():
            return Fault("ResourceInUseException", text)
        case Denied():
            return Fault("ForbiddenException", text)
        case Unsupported():
            return Fault("ServiceException", text, HTTPStatus.NOT_IMPLEMENTED)
        case HostFault():
            return Fault("ServiceException", text, HTTPStatus.INSUFFICIENT_STORAGE)
        case Missing():
            return Fault("ServiceException", text, HTTPStatus.FAILED_DEPENDENCY)
        case _:
            return Fault("ServiceException", text, HTTPStatus.INTERNAL_SERVER_ERROR)


def _spoken(fault: Fault, service_name: str, request_id: str) -> Answer:
    """The fault in the protocol of the service that was asked, so that its client can read it."""
    if service_name in SIGNING_NAMES:
        return wire.wire_of(service(service_name)).fault(fault, request_id)
    return wire.foreign_fault(service_name, fault, request_id)


async def _read(http: HttpRequest) -> Request:
    """The whole request, never more of it than the limit; refused by its declared size before a byte is read."""
    declared = http.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > BODY_LIMIT:
        raise faults.too_large(BODY_LIMIT)
    body = bytearray()
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for piece in http.stream():
                body += piece
                if len(body) > BODY_LIMIT:
                    raise faults.too_large(BODY_LIMIT)
    except TimeoutError as error:
        raise faults.invalid_request("The request's body did not arrive in time.") from error
    path, query = http.scope["raw_path"].decode("ascii"), http.scope["query_string"].decode("ascii")
    return Request(http.method, path, query, http.headers, bytes(body))


async def _send(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    await Response(answer.body, answer.status, dict(answer.headers))(scope, receive, send)


async def _refuse(answer: Answer, http: HttpRequest, send: Send) -> None:
    """Answer before the body is read, then throw away what still comes, within limits, and close.

    Closing at once would reset the connection under a client that is still sending, which then never reads why.
    """
    headers = {**answer.headers, "content-length": str(len(answer.body)), "connection": "close"}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    if "expect" not in http.headers:
        with contextlib.suppress(TimeoutError, ClientDisconnect):
            async with asyncio.timeout(_READ_SECONDS):
                thrown = 0
                async for piece in http.stream():
                    thrown += len(piece)
                    if thrown > _DRAIN_LIMIT:
                        break
    await send({"type": "http.response.body", "body": b"", "more_body": False})
