"""Comparing what a recipe file wants with what a Get operation returns."""

import pytest

from core.aws.imagebuilder import Json, Kind
from core.publish.compare import changes


def test_equal_members_have_no_changes() -> None:
    wanted: dict[str, Json] = {"parentImage": "ami-1", "components": [{"componentArn": "arn:x"}]}
    assert changes(Kind.IMAGE_RECIPE, wanted, dict(wanted)) == ()


@pytest.mark.parametrize(
    ("kind", "present"),
    [
        (Kind.IMAGE_RECIPE, {"workingDirectory": "/tmp", "amiTags": {}, "blockDeviceMappings": []}),
        (Kind.INFRASTRUCTURE, {"terminateInstanceOnFailure": True, "description": "", "logging": {}}),
        (Kind.PIPELINE, {"imageTestsConfiguration": {"imageTestsEnabled": True, "timeoutMinutes": 720}}),
        (Kind.PIPELINE, {"status": "ENABLED", "workflows": [], "schedule": {"timezone": "UTC"}}),
    ],
)
def test_what_the_service_fills_in_is_no_change(kind: Kind, present: dict[str, Json]) -> None:
    assert changes(kind, {}, present) == ()


def test_a_default_that_was_left_is_a_change() -> None:
    assert changes(Kind.INFRASTRUCTURE, {}, {"terminateInstanceOnFailure": False}) == ("terminateInstanceOnFailure",)


def test_a_member_taken_out_of_the_file_is_a_change() -> None:
    assert changes(Kind.INFRASTRUCTURE, {}, {"keyPair": "mine"}) == ("keyPair",)


def test_a_change_deep_inside_names_its_address() -> None:
    wanted: dict[str, Json] = {"distributions": [{"region": "a"}, {"region": "b", "x": {"name": "1"}}]}
    present: dict[str, Json] = {"distributions": [{"region": "a"}, {"region": "b", "x": {"name": "2"}}]}
    assert changes(Kind.DISTRIBUTION, wanted, present) == ("distributions[1].x.name",)


def test_lists_of_other_length_differ_as_a_whole() -> None:
    wanted: dict[str, Json] = {"distributions": [{"region": "a"}]}
    present: dict[str, Json] = {"distributions": [{"region": "a"}, {"region": "b"}]}
    assert changes(Kind.DISTRIBUTION, wanted, present) == ("distributions",)


def test_the_order_of_components_matters_and_that_of_their_parameters_does_not() -> None:
    one: Json = {"componentArn": "1", "parameters": [{"name": "A", "value": ["x"]}, {"name": "B", "value": ["y"]}]}
    turned: Json = {"componentArn": "1", "parameters": [{"name": "B", "value": ["y"]}, {"name": "A", "value": ["x"]}]}
    two: Json = {"componentArn": "2"}
    assert changes(Kind.IMAGE_RECIPE, {"components": [one, two]}, {"components": [turned, two]}) == ()
    assert changes(Kind.IMAGE_RECIPE, {"components": [one, two]}, {"components": [two, one]}) != ()


def test_security_groups_are_a_set() -> None:
    wanted: dict[str, Json] = {"securityGroupIds": ["sg-1", "sg-2"]}
    assert changes(Kind.INFRASTRUCTURE, wanted, {"securityGroupIds": ["sg-2", "sg-1"]}) == ()


def test_an_emptied_distribution_entry_still_counts() -> None:
    wanted: dict[str, Json] = {"distributions": [{"region": "a", "amiDistributionConfiguration": {}}]}
    assert changes(Kind.DISTRIBUTION, wanted, {"distributions": [{"region": "a"}]}) == ()
