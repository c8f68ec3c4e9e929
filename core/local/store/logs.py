"""Log groups, streams and events of the local CloudWatch Logs. All times are epoch milliseconds."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.local.store.schema import LOG_EVENT, LOG_STREAM

MESSAGE_LIMIT = 256 * 1024
"""CloudWatch's limit of one event, in characters here; longer messages are split, nothing is lost."""

_BATCH = 1000


def append(connection: Connection, region: str, group: str, stream: str, events: Iterable[tuple[int, str]]) -> None:
    """Add events (timestamp, message) to a stream, which comes into being with its group."""
    ingested = int(time.time() * 1000)
    stream_id = _stream(connection, region, group, stream, ingested)
    rows = [
        {"stream_id": stream_id, "timestamp": timestamp, "ingested": ingested, "message": piece}
        for timestamp, message in events
        for piece in _pieces(message)
    ]
    for start in range(0, len(rows), _BATCH):
        connection.execute(insert(LOG_EVENT), rows[start : start + _BATCH])


def streams(connection: Connection, region: str, group: str | None = None) -> Sequence[Row[Any]]:
    """The streams of a region or group by name, each with its size and its first, last and last ingested time."""
    joined = LOG_STREAM.outerjoin(LOG_EVENT, LOG_EVENT.c.stream_id == LOG_STREAM.c.id)
    query = select(
        LOG_STREAM,
        func.min(LOG_EVENT.c.timestamp).label("first"),
        func.max(LOG_EVENT.c.timestamp).label("last"),
        func.max(LOG_EVENT.c.ingested).label("ingested"),
        func.sum(func.length(LOG_EVENT.c.message)).label("size"),
    ).select_from(joined)
    query = query.where(LOG_STREAM.c.region == region)
    if group is not None:
        query = query.where(LOG_STREAM.c.log_group == group)
    grouped = query.group_by(LOG_STREAM.c.id).order_by(LOG_STREAM.c.log_group, LOG_STREAM.c.name)
    return connection.execute(grouped).all()


def stream_ids(connection: Connection, region: str, group: str) -> dict[str, int]:
    """The streams of a group: name → number, by name."""
    chosen = select(LOG_STREAM.c.name, LOG_STREAM.c.id).where(
        LOG_STREAM.c.region == region, LOG_STREAM.c.log_group == group
    )
    return {row.name: row.id for row in connection.execute(chosen.order_by(LOG_STREAM.c.name))}


def events(
    connection: Connection,
    streams: Sequence[int],
    *,
    after: int | None = None,
    before: int | None = None,
    start: int | None = None,
    end: int | None = None,
    newest_first: bool = False,
    limit: int,
) -> Sequence[Row[Any]]:
    """Events of streams in the order they came in: ids in (`after`, `before`), timestamps in [`start`, `end`)."""
    query = select(LOG_EVENT).where(LOG_EVENT.c.stream_id.in_(streams))
    if after is not None:
        query = query.where(LOG_EVENT.c.id > after)
    if before is not None:
        query = query.where(LOG_EVENT.c.id < before)
    if start is not None:
        query = query.where(LOG_EVENT.c.timestamp >= start)
    if end is not None:
        query = query.where(LOG_EVENT.c.timestamp < end)
    order = LOG_EVENT.c.id.desc() if newest_first else LOG_EVENT.c.id
    return connection.execute(query.order_by(order).limit(limit)).all()


def _stream(connection: Connection, region: str, group: str, name: str, now: int) -> int:
    chosen = select(LOG_STREAM.c.id).where(
        LOG_STREAM.c.region == region, LOG_STREAM.c.log_group == group, LOG_STREAM.c.name == name
    )
    known = connection.execute(chosen).scalar()
    if known is not None:
        return int(known)
    statement = upsert(LOG_STREAM).values(region=region, log_group=group, name=name, created=now)
    return int(connection.execute(statement.returning(LOG_STREAM.c.id)).scalar_one())


def _pieces(message: str) -> Iterable[str]:
    if len(message) <= MESSAGE_LIMIT:
        return (message,)
    return (message[start : start + MESSAGE_LIMIT] for start in range(0, len(message), MESSAGE_LIMIT))
