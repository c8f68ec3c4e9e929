"""Pages, tokens and filters of the List operations."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.local.endpoint import Home
from tests.functional.service.refusals import invalid, refused
from tests.functional.service.running import Running, running_service
from tests.functional.service.samples import COMPONENT, TEST_ONLY, component, infrastructure


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with running_service(Home(Path(tmp_path_factory.mktemp("listing")))) as running:
        yield _filled(running)


def _filled(running: Running) -> Any:
    client = running.client()
    for number in range(7):
        component(client, f"web-{number}")
    component(client, "the web test", TEST_ONLY, version="2.0.0", description="looks")
    component(client, "web-0", COMPONENT.replace("hello", "hallo"), version="1.1.0")
    return client


def _names(listed: dict[str, Any]) -> list[str]:
    return [one["name"] for one in listed["componentVersionList"]]


def test_pages_have_the_asked_size_and_meet_without_gap_or_overlap(client: Any) -> None:
    pages = list(client.get_paginator("list_components").paginate(PaginationConfig={"PageSize": 4}))
    assert [len(page["componentVersionList"]) for page in pages] == [4, 4, 1]
    arns = [one["arn"] for page in pages for one in page["componentVersionList"]]
    assert len(set(arns)) == 9
    assert "nextToken" not in pages[-1]


def test_what_is_made_while_paging_repeats_nothing(client: Any) -> None:
    """With an offset in the token, an item made on an earlier page pushed the last one shown onto the next page."""
    first = client.list_components(maxResults=3)
    made = component(client, "aaa-first")
    second = client.list_components(maxResults=3, nextToken=first["nextToken"])
    assert not set(_names(first)) & set(_names(second)) - {"web-0"}
    assert "aaa-first" not in _names(second)
    client.delete_component(componentBuildVersionArn=made)


@pytest.mark.parametrize("token", ["nonsense", "W10=", "bnVsbA==", "WyJMaXN0SW1hZ2VzIiwgMV0="])
def test_a_token_that_is_none_of_ours_is_refused(client: Any, token: str) -> None:
    refused("InvalidPaginationTokenException", client.list_components, nextToken=token)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ([{"name": "name", "values": ["web-1", "web-2"]}], 2),
        ([{"name": "name", "values": ["web-*"]}], 8),
        ([{"name": "name", "values": ["*web*"]}], 9),
        ([{"name": "name", "values": ["WEB-1"]}], 0),
        ([{"name": "type", "values": ["TEST"]}], 1),
        ([{"name": "version", "values": ["1.1.0", "2.0.0"]}], 2),
        ([{"name": "name", "values": ["web-*"]}, {"name": "version", "values": ["1.1.0"]}], 1),
        ([{"name": "description", "values": ["looks"]}], 1),
        ([{"name": "status", "values": ["DEPRECATED"]}], 0),
    ],
)
def test_filters_are_joined_by_and_and_their_values_by_or(
    client: Any, filters: list[dict[str, Any]], count: int
) -> None:
    assert len(client.list_components(filters=filters)["componentVersionList"]) == count


def test_a_filter_the_operation_does_not_have_is_refused_by_name(client: Any) -> None:
    said = invalid(client.list_components, filters=[{"name": "colour", "values": ["red"]}])
    assert "'filters[0].name'" in said


def test_by_name_shows_every_name_once_with_its_newest_version(client: Any) -> None:
    listed = client.list_components(byName=True)["componentVersionList"]
    assert {one["version"] for one in listed if one["name"] == "web-0"} == {"1.1.0"}
    assert len(listed) == 8
    filters = [{"name": "version", "values": ["1.1.0"]}]
    refused("InvalidParameterCombinationException", client.list_components, byName=True, filters=filters)


def test_nobody_shares_with_this_account(client: Any) -> None:
    assert client.list_components(owner="Shared")["componentVersionList"] == []


def test_the_page_size_has_limits(client: Any) -> None:
    assert "maxResults" in invalid(client.list_components, maxResults=1000)


def test_configurations_are_filtered_by_name(client: Any) -> None:
    for name in ("small", "large"):
        infrastructure(client, name)
    listed = client.list_infrastructure_configurations(filters=[{"name": "name", "values": ["sm*"]}])
    assert [one["name"] for one in listed["infrastructureConfigurationSummaryList"]] == ["small"]
