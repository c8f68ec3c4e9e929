"""One API call from its members to its result: constraints, idempotency, one transaction, and what follows it."""

import hashlib
import json
import time
from typing import Any

from botocore.model import OperationModel
from sqlalchemy import Connection, delete, insert, select

from core.local.service import faults
from core.local.service.constraints import first_violation
from core.local.service.desk import Backend, Desk, Members
from core.local.service.operations import SERVED, Operation
from core.local.store.schema import CLIENT_TOKEN

_READS = ("Get", "List", "Describe", "Filter")
_TOKEN_LIFETIME = 24 * 3600
"""Seconds that a client token is remembered; AWS does not document its own."""


class Api:
    """The operations of all services. Thread-safe; every call blocks until its transaction is committed."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def call(self, service: str, operation: OperationModel, members: Members, region: str, request_id: str) -> Members:
        """The operation's output members; raises Fault."""
        served = SERVED[service].get(operation.name)
        if served is None:
            raise faults.not_served(operation.name, service)
        _check(service, operation, members)
        if operation.name.startswith(_READS):
            with self._backend.database.reading() as connection:
                result = served(Desk(self._backend, connection, operation.name, region, members))
        else:
            result = self._write(served, operation.name, members, region)
        output = operation.output_shape
        wanted: dict[str, Any] = output.members if output is not None else {}
        echoed = {"requestId": request_id, "clientToken": members.get("clientToken")}
        return result | {name: value for name, value in echoed.items() if name in wanted and name not in result}

    def _write(self, served: Operation, name: str, members: Members, region: str) -> Members:
        """The same client token with the same members gets the first call's answer, and nothing is done again."""
        with self._backend.database.writing() as connection:
            desk = Desk(self._backend, connection, name, region, members)
            token = members.get("clientToken")
            if token is not None and (answered := _answered(desk, token)) is not None:
                return answered
            result = served(desk)
            if token is not None:
                _remember(desk, token, result)
        for follow in desk.after:
            follow()
        return result


def _check(service: str, operation: OperationModel, members: Members) -> None:
    violation = first_violation(members, operation.input_shape)
    if violation is None:
        return
    modelled = {shape.name for shape in operation.error_shapes}
    if service == "logs" or "InvalidParameterException" in modelled:
        raise faults.invalid_parameter(f"The parameter '{violation.parameter}' is not valid. {violation.detail}.")
    raise faults.invalid_value(violation.parameter, violation.detail)


def _answered(desk: Desk, token: str) -> Members | None:
    row = desk.connection.execute(select(CLIENT_TOKEN).where(*_key(desk, token))).one_or_none()
    if row is None or row.created < time.time() - _TOKEN_LIFETIME:
        return None
    if row.request_hash != _hash(desk.members):
        raise faults.mismatch(token)
    answer: Members = row.response
    return answer


def _remember(desk: Desk, token: str, result: Members) -> None:
    now = int(time.time())
    _forget(desk.connection, now - _TOKEN_LIFETIME)
    values = {
        "region": desk.region,
        "token": token,
        "operation": desk.operation,
        "request_hash": _hash(desk.members),
        "response": result,
        "created": now,
    }
    desk.connection.execute(insert(CLIENT_TOKEN).values(values))


def _forget(connection: Connection, before: int) -> None:
    connection.execute(delete(CLIENT_TOKEN).where(CLIENT_TOKEN.c.created < before))


def _key(desk: Desk, token: str) -> tuple[Any, ...]:
    columns = CLIENT_TOKEN.c
    return (columns.region == desk.region, columns.token == token, columns.operation == desk.operation)


def _hash(members: Members) -> str:
    return hashlib.sha256(json.dumps(members, sort_keys=True, default=str).encode()).hexdigest()
