"""CloudWatch Logs as far as reading goes.

The tokens of GetLogEvents behave as AWS documents them: a forward token goes on after the last event shown, a backward
token before the first; the end of a stream is reached when the same token comes back, and new events appear under it.
They hold the event's number, so nothing is shown twice or skipped while a build is writing.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from core.local.endpoint import ACCOUNT_ID
from core.local.service import faults, listing
from core.local.service.desk import Desk, Members, partition
from core.local.store import logs

_EVENTS = 10_000
_ANSWER_CHARACTERS = 1_000_000
_GROUPS = 50
_TOKEN = re.compile(r"(?P<way>[fb])/(?P<event>\d{1,18})")


def describe_log_groups(desk: Desk) -> Members:
    prefix, pattern = desk.members.get("logGroupNamePrefix", ""), desk.members.get("logGroupNamePattern", "")
    if prefix and pattern:
        raise faults.invalid_parameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    rows = logs.streams(desk.connection, desk.region)
    items: list[tuple[listing.Key, Members]] = [
        ((name,), _group(desk, name, list(streams)))
        for name, streams in groupby(rows, key=lambda row: str(row.log_group))
        if name.startswith(prefix) and pattern.casefold() in name.casefold()
    ]
    return _page(desk, "logGroups", items)


def describe_log_streams(desk: Desk) -> Members:
    group = _group_name(desk)
    rows = logs.streams(desk.connection, desk.region, group)
    if not rows:
        raise faults.missing("The specified log group does not exist.")
    by_time = desk.members.get("orderBy") == "LastEventTime"
    prefix = desk.members.get("logStreamNamePrefix", "")
    if by_time and prefix:
        raise faults.invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
    ordered = sorted(rows, key=lambda row: (row.last or 0, row.name) if by_time else (0, row.name))
    chosen = [row for row in ordered if row.name.startswith(prefix)]
    if desk.members.get("descending"):
        chosen.reverse()
    return _page(desk, "logStreams", listing.numbered(_stream(desk, row) for row in chosen))


def get_log_events(desk: Desk) -> Members:
    members = desk.members
    group = _group_name(desk)
    known = logs.stream_ids(desk.connection, desk.region, group)
    if not known:
        raise faults.missing("The specified log group does not exist.")
    if members["logStreamName"] not in known:
        raise faults.missing("The specified log stream does not exist.")
    way, position = _position(members)
    forward = way == "f"
    rows = logs.events(
        desk.connection,
        [known[members["logStreamName"]]],
        after=position if forward else None,
        before=position if not forward else None,
        start=members.get("startTime"),
        end=members.get("endTime"),
        newest_first=not forward,
        limit=members.get("limit", _EVENTS),
    )
    shown = _within_answer(rows)
    if not forward:
        shown.reverse()
    first, last = (shown[0].id, shown[-1].id) if shown else _empty(way, position)
    return {
        "events": [_event(row) for row in shown],
        "nextForwardToken": f"f/{last:018d}",
        "nextBackwardToken": f"b/{first:018d}",
    }


def filter_log_events(desk: Desk) -> Members:
    members = desk.members
    known = logs.stream_ids(desk.connection, desk.region, _group_name(desk))
    if not known:
        raise faults.missing("The specified log group does not exist.")
    chosen = _chosen_streams(known, members)
    after = 0
    if "nextToken" in members:
        match = _TOKEN.fullmatch(members["nextToken"])
        if match is None:
            raise faults.invalid_parameter("The specified nextToken is invalid.")
        after = int(match["event"])
    rows = logs.events(
        desk.connection,
        list(chosen.values()),
        after=after,
        start=members.get("startTime"),
        end=members["endTime"] + 1 if "endTime" in members else None,
        limit=members.get("limit", _EVENTS),
    )
    read = _within_answer(rows)
    names = {number: name for name, number in chosen.items()}
    wanted = _pattern(members.get("filterPattern", ""))
    shown = [
        {**_event(row), "logStreamName": names[row.stream_id], "eventId": f"{row.id:018d}"}
        for row in read
        if all(term in row.message for term in wanted)
    ]
    more = len(read) < len(rows) or len(rows) == members.get("limit", _EVENTS)
    return {"events": shown, "searchedLogStreams": [], **({"nextToken": f"f/{read[-1].id:018d}"} if more else {})}


def _position(members: Members) -> tuple[str, int | None]:
    if "nextToken" not in members:
        return ("f", 0) if members.get("startFromHead") else ("b", None)
    match = _TOKEN.fullmatch(members["nextToken"])
    if match is None:
        raise faults.invalid_parameter("The specified nextToken is invalid.")
    return match["way"], int(match["event"])


def _empty(way: str, position: int | None) -> tuple[int, int]:
    """The tokens' events where there is nothing to show: the same place, seen from both sides."""
    if position is None:
        return 0, 0
    return (position + 1, position) if way == "f" else (position, max(position - 1, 0))


def _within_answer(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """As many of the rows as one answer holds: at least one, about a megabyte at most."""
    shown: list[Row[Any]] = []
    size = 0
    for row in rows:
        size += len(row.message)
        if shown and size > _ANSWER_CHARACTERS:
            break
        shown.append(row)
    return shown


def _chosen_streams(known: dict[str, int], members: Members) -> dict[str, int]:
    if "logStreamNames" in members and "logStreamNamePrefix" in members:
        raise faults.invalid_parameter("logStreamNames and logStreamNamePrefix can't be combined.")
    if "logStreamNames" in members:
        if unknown := [name for name in members["logStreamNames"] if name not in known]:
            raise faults.missing(f"The specified log stream does not exist: {unknown[0]}")
        return {name: known[name] for name in members["logStreamNames"]}
    prefix = members.get("logStreamNamePrefix", "")
    return {name: number for name, number in known.items() if name.startswith(prefix)}


def _pattern(text: str) -> list[str]:
    """The terms that must all occur; of CloudWatch's filter syntax the unstructured part: words and quoted phrases."""
    if any(sign in text for sign in "{}[]?%") or re.search(r"(^|\s)-", text):
        raise faults.invalid_parameter(f"The filter pattern '{text}' is not supported here: use words or \"phrases\".")
    return [phrase or word for phrase, word in re.findall(r'"([^"]*)"|(\S+)', text)]


def _group_name(desk: Desk) -> str:
    name = desk.members.get("logGroupName")
    identifier = desk.members.get("logGroupIdentifier")
    if (name is None) == (identifier is None):
        raise faults.invalid_parameter("Specify exactly one of logGroupName and logGroupIdentifier.")
    return name if name is not None else str(identifier).split(":log-group:")[-1].removesuffix(":*")


def _page(desk: Desk, name: str, items: list[tuple[listing.Key, Members]]) -> Members:
    try:
        return listing.page(desk, name, items, desk.members.get("limit", _GROUPS))
    except faults.Fault as error:
        raise faults.invalid_parameter("The specified nextToken is invalid.") from error


def _group(desk: Desk, name: str, streams: list[Row[Any]]) -> Members:
    arn = f"arn:{partition(desk.region)}:logs:{desk.region}:{ACCOUNT_ID}:log-group:{name}"
    return {
        "logGroupName": name,
        "creationTime": min(stream.created for stream in streams),
        "metricFilterCount": 0,
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "logGroupClass": "STANDARD",
        "storedBytes": sum(stream.size or 0 for stream in streams),
    }


def _stream(desk: Desk, row: Row[Any]) -> Members:
    group = f"arn:{partition(desk.region)}:logs:{desk.region}:{ACCOUNT_ID}:log-group:{row.log_group}"
    return {
        "logStreamName": row.name,
        "creationTime": row.created,
        "firstEventTimestamp": row.first,
        "lastEventTimestamp": row.last,
        "lastIngestionTime": row.ingested,
        "arn": f"{group}:log-stream:{row.name}",
        "storedBytes": row.size or 0,
    }


def _event(row: Row[Any]) -> Members:
    return {"timestamp": row.timestamp, "message": row.message, "ingestionTime": row.ingested}


OPERATIONS: dict[str, Any] = {
    "DescribeLogGroups": describe_log_groups,
    "DescribeLogStreams": describe_log_streams,
    "FilterLogEvents": filter_log_events,
    "GetLogEvents": get_log_events,
}
