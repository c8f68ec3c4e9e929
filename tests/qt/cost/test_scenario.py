"""A what-if as values: the shape it makes, what of it differs from the recipe at all, and the edit that writes it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.cost.amount import Range
from core.cost.assumptions import assumptions
from core.cost.bake import Shape
from core.cost.history import History
from core.cost.parents import sized
from core.cost.shape import shape_of
from core.errors import Unsupported
from core.recipe.draft import Draft
from core.recipe.file import merged
from gui.cost.scenario import Scenario, applied, differing, shaped
from tests.qt.cost.conftest import RECIPE

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = """\
schemaVersion: 1
name: plain
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
infrastructureConfiguration:
  instanceTypes: [t3.medium]
"""
CONTAINER = """\
schemaVersion: 1
name: web
containerRecipe:
  semanticVersion: 1.0.x
  parentImage: amazonlinux:2023
  targetRepository: {service: ECR, repositoryName: web}
  dockerfileTemplateData: |
    FROM {{{ imagebuilder:parentImage }}}
infrastructureConfiguration:
  instanceTypes: [t3.medium]
"""


def shape(text: str) -> Shape:
    return shape_of(merged(text, "local"), "eu-central-1", History(), NOW)


def apply(text: str, scenario: Scenario, layers: Sequence[str] = ("local",)) -> str:
    return applied(Draft.of(text), scenario, shape(text), layers).text


@pytest.mark.parametrize("text", [RECIPE, PLAIN, CONTAINER], ids=["several regions", "plain", "container"])
@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(instance_type="m5.large"),
        Scenario(tests=False),
        Scenario(volume_type="gp2"),
        Scenario(volume_gib=64),
        Scenario(volume_type="io1", volume_gib=64),
        Scenario(regions=("eu-central-1", "eu-north-1", "us-west-2")),
        Scenario(regions=("eu-central-1",)),
        Scenario(schedule="cron(0 2 * * ? *)"),
        Scenario(schedule=""),
    ],
)
def test_the_recipe_says_after_the_edit_what_the_what_if_said_before(text: str, scenario: Scenario) -> None:
    """The shape that was priced is the shape that is read from the file afterwards."""
    expected, found = shaped(shape(text), scenario, NOW), shape(apply(text, scenario))
    assert found.instance_types == expected.instance_types
    assert found.regions == expected.regions
    assert found.tests == expected.tests
    assert [(each.type, each.gib) for each in found.volumes] == [(each.type, each.gib) for each in expected.volumes]
    assert found.runs_per_month.high == expected.runs_per_month.high
    assert found.stored.high == expected.stored.high


def test_what_the_recipe_says_anyway_is_no_change() -> None:
    same = Scenario(
        instance_type="t3.medium", tests=True, volume_type="gp3", volume_gib=20, versions=1,
        schedule="cron(0 2 ? * sun *)", regions=("eu-central-1", "us-east-1", "eu-west-1", "ap-southeast-1"),
    )  # fmt: skip
    assert differing(same, shape(RECIPE)).empty
    assert differing(Scenario(versions=3), shape(RECIPE)) == Scenario(versions=3)
    assert not Scenario(versions=3).written


def test_an_image_nobody_has_measured_is_taken_for_as_large_as_its_new_volume() -> None:
    """A larger volume cost nothing more to keep, and the recipe did once it was changed."""
    larger = shaped(shape(RECIPE), Scenario(volume_gib=100), NOW)
    assert larger.stored.high == Decimal(100)
    assert larger.stored.low == shape(RECIPE).stored.low


def test_a_volume_whose_size_was_set_is_no_assumption() -> None:
    """It went on being "taken for 40 GiB", with the source "usual for its base"."""
    plain = shape(PLAIN)
    assert plain.volumes[0].assumed
    larger = shaped(plain, Scenario(volume_gib=40), NOW)
    assert not larger.volumes[0].assumed
    assert not any("root volume" in each for each in assumptions(larger))
    assert shaped(plain, Scenario(volume_type="gp2"), NOW).volumes[0].assumed


def test_a_larger_volume_gives_room_to_what_components_may_add_and_leaves_what_was_measured() -> None:
    parent = Range.of("0.9", source="measured")
    guessed = replace(shape(PLAIN), stored=sized(parent, None, 8))
    assert dict(shaped(guessed, Scenario(volume_gib=40), NOW).stored.parts)["Parent image"] == parent
    assert shaped(guessed, Scenario(volume_gib=40), NOW).stored.high == 40
    known = replace(guessed, stored=sized(parent, Range.of("0.2"), 8))
    assert shaped(known, Scenario(volume_gib=40), NOW).stored.high == Decimal("1.1")


def test_lines_that_are_not_about_it_stay_as_they_are() -> None:
    changed = apply(RECIPE, Scenario(tests=False))
    assert changed.startswith(RECIPE.split("schedule")[0].rstrip("\n").split("infrastructureConfiguration")[0])
    assert "name: web-server # as the team calls it" in changed


def test_the_most_special_override_is_what_is_edited() -> None:
    text = PLAIN + (
        "connections:\n"
        "  aws: {infrastructureConfiguration: {instanceTypes: [m5.large]}}\n"
        "  prod-eu: {infrastructureConfiguration: {instanceTypes: [m5.xlarge]}}\n"
    )
    changed = apply(text, Scenario(instance_type="c5.large"), ("prod-eu", "aws"))
    assert "prod-eu: {infrastructureConfiguration: {instanceTypes: [c5.large]}}" in changed
    assert "aws: {infrastructureConfiguration: {instanceTypes: [m5.large]}}" in changed
    assert "instanceTypes: [t3.medium]" in changed


def test_a_value_that_comes_from_an_alias_is_refused_and_not_written_elsewhere() -> None:
    own = "infrastructureConfiguration:\n  instanceTypes: [t3.medium]\n"
    other = "connections:\n  aws: {infrastructureConfiguration: &infra {instanceTypes: [m5.large]}}\n"
    text = PLAIN.replace(own, f"{other}infrastructureConfiguration: *infra\n")
    with pytest.raises(Unsupported):
        applied(Draft.of(text), Scenario(instance_type="c5.large"), shape(PLAIN), ("local",))
