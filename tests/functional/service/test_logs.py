"""CloudWatch Logs as the AWS CLI and our own watching read them."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.local.endpoint import Home
from tests.functional.service.refusals import refused
from tests.functional.service.running import REGION, Running, running_service

GROUP = "/aws/imagebuilder/web"
STREAM = "1.0.0/1"


@pytest.fixture
def running(home: Home) -> Iterator[Running]:
    with running_service(home) as service:
        yield service


@pytest.fixture
def logs(running: Running) -> Any:
    return running.client("logs")


def _write(running: Running, *messages: str, stream: str = STREAM, at: int = 1000) -> None:
    events = [(at + number, message) for number, message in enumerate(messages)]
    running.workshop.engine.builds.append_log(REGION, GROUP, stream, events)


def _read(logs: Any, **members: Any) -> tuple[list[str], dict[str, Any]]:
    answer = logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM, **members)
    return [event["message"] for event in answer["events"]], answer


def test_following_forward_sees_every_event_once_while_more_are_written(running: Running, logs: Any) -> None:
    """With a timestamp or an offset as the token, lines of the same millisecond were lost, or shown twice, whenever a
    build wrote between two reads."""
    _write(running, *"abcde")
    shown, answer = _read(logs, startFromHead=True, limit=2)
    assert shown == ["a", "b"]
    seen = shown
    for messages in ("f", "gh", ""):
        if messages:
            _write(running, *messages)
        shown, answer = _read(logs, nextToken=answer["nextForwardToken"], limit=3)
        seen += shown
    assert seen == list("abcdefgh")


def test_at_the_end_the_same_token_comes_back_and_waits_for_new_events(running: Running, logs: Any) -> None:
    _write(running, "a")
    _, answer = _read(logs, startFromHead=True)
    token = answer["nextForwardToken"]
    shown, again = _read(logs, nextToken=token)
    assert (shown, again["nextForwardToken"]) == ([], token)
    _write(running, "b")
    assert _read(logs, nextToken=token)[0] == ["b"]


def test_without_a_token_the_newest_events_come_and_backward_leads_to_the_first(running: Running, logs: Any) -> None:
    _write(running, *"abcdefg")
    shown, answer = _read(logs, limit=3)
    assert shown == ["e", "f", "g"]
    shown, earlier = _read(logs, limit=3, nextToken=answer["nextBackwardToken"])
    assert shown == ["b", "c", "d"]
    shown, first = _read(logs, limit=3, nextToken=earlier["nextBackwardToken"])
    assert shown == ["a"]
    shown, end = _read(logs, limit=3, nextToken=first["nextBackwardToken"])
    assert (shown, end["nextBackwardToken"]) == ([], first["nextBackwardToken"])
    assert _read(logs, limit=3, nextToken=earlier["nextForwardToken"])[0] == ["e", "f", "g"]


def test_times_bound_what_is_shown(running: Running, logs: Any) -> None:
    _write(running, *"abcdef", at=1000)
    assert _read(logs, startFromHead=True, startTime=1002, endTime=1004)[0] == ["c", "d"]


def test_events_are_those_that_were_written(running: Running, logs: Any) -> None:
    _write(running, "grüße ✓", at=1234)
    event = _read(logs, startFromHead=True)[1]["events"][0]
    assert (event["timestamp"], event["message"]) == (1234, "grüße ✓")
    assert event["ingestionTime"] > 1234


def test_an_answer_never_holds_more_than_about_a_megabyte(running: Running, logs: Any) -> None:
    """10,000 events of 256 KiB, asked for with one request, were 2.5 GB in memory."""
    _write(running, *["x" * 200_000] * 12)
    shown, answer = _read(logs, startFromHead=True)
    assert len(shown) == 5
    rest, _ = _read(logs, nextToken=answer["nextForwardToken"])
    assert len(rest) == 5


def test_a_message_beyond_the_limit_is_split_not_cut(running: Running, logs: Any) -> None:
    _write(running, "y" * 600_000)
    shown, _ = _read(logs, startFromHead=True)
    assert [len(piece) for piece in shown] == [262_144, 262_144, 75_712]


def test_groups_and_streams_are_described(running: Running, logs: Any) -> None:
    _write(running, "a", at=1000)
    _write(running, "b", stream="1.0.0/2", at=500)
    groups = logs.describe_log_groups(logGroupNamePrefix="/aws/imagebuilder/")["logGroups"]
    assert [group["logGroupName"] for group in groups] == [GROUP]
    assert groups[0]["arn"] == f"arn:aws:logs:{REGION}:123456789012:log-group:{GROUP}:*"
    assert logs.describe_log_groups(logGroupNamePrefix="/other")["logGroups"] == []
    streams = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert [(one["logStreamName"], one["lastEventTimestamp"]) for one in streams] == [
        ("1.0.0/1", 1000),
        ("1.0.0/2", 500),
    ]
    newest = logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True, limit=1)
    assert newest["logStreams"][0]["logStreamName"] == "1.0.0/1"
    following = logs.describe_log_streams(
        logGroupName=GROUP, orderBy="LastEventTime", descending=True, limit=1, nextToken=newest["nextToken"]
    )
    assert following["logStreams"][0]["logStreamName"] == "1.0.0/2"


def test_events_are_filtered_over_streams_by_words_and_phrases(running: Running, logs: Any) -> None:
    _write(running, "INFO all well", "ERROR no space left", at=1000)
    _write(running, "ERROR no network", stream="1.0.0/2", at=900)
    found = logs.filter_log_events(logGroupName=GROUP, filterPattern="ERROR")["events"]
    assert [(one["logStreamName"], one["message"]) for one in found] == [
        ("1.0.0/1", "ERROR no space left"),
        ("1.0.0/2", "ERROR no network"),
    ]
    phrase = logs.filter_log_events(logGroupName=GROUP, filterPattern='ERROR "no space"')["events"]
    assert len(phrase) == 1
    one = logs.filter_log_events(logGroupName=GROUP, logStreamNames=["1.0.0/2"])["events"]
    assert [event["message"] for event in one] == ["ERROR no network"]
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=GROUP, filterPattern="{ $.a = 1 }")


def test_filtered_pages_end(running: Running, logs: Any) -> None:
    """The CLI pages until no token comes; one that always came made `aws logs tail` spin."""
    _write(running, *[f"line {number}" for number in range(25)])
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, PaginationConfig={"PageSize": 10})
    found = [event["message"] for page in pages for event in page["events"]]
    assert found == [f"line {number}" for number in range(25)]


def test_what_does_not_exist_is_not_found(running: Running, logs: Any) -> None:
    members = {"logGroupName": GROUP, "logStreamName": STREAM}
    refused("ResourceNotFoundException", logs.get_log_events, **members)
    _write(running, "a")
    refused("ResourceNotFoundException", logs.get_log_events, **{**members, "logStreamName": "2.0.0/1"})
    refused("InvalidParameterException", logs.get_log_events, **members, nextToken="nonsense")
    refused("InvalidParameterException", logs.get_log_events, **{**members, "limit": 10_001})
    elsewhere = running.client("logs", region="us-east-1")
    refused("ResourceNotFoundException", elsewhere.get_log_events, **members)
