"""Deciding what to do with each resource, and doing it."""

from typing import Any

import pytest

from core.aws.imagebuilder import Kind
from core.errors import Conflict, Invalid
from core.publish.apply import apply
from core.publish.plan import Action, Plan, Wanted, step_for
from core.recipe.names import MAX_NODE
from tests.fakes.imagebuilder import FakeImageBuilder


def component(data: str = "one", **members: Any) -> Wanted:
    given = {"name": "nginx", "semanticVersion": "1.0.0", "platform": "Linux", "data": data, **members}
    return Wanted(Kind.COMPONENT, "nginx", given, "imageRecipe.components[0]")


def recipe(version: str = "1.0.x", parent: str = "ami-1", **members: Any) -> Wanted:
    given = {"name": "web", "semanticVersion": version, "parentImage": parent, **members}
    return Wanted(Kind.IMAGE_RECIPE, "web", given, "imageRecipe")


def infrastructure(**members: Any) -> Wanted:
    return Wanted(Kind.INFRASTRUCTURE, "web", {"name": "web", "instanceProfileName": "p", **members}, "")


def publish(builder: FakeImageBuilder, *wanted: Wanted) -> list[str]:
    steps = tuple(step_for(each, builder) for each in wanted)
    return [applied.arn for applied in apply(Plan("local", "eu-central-1", steps), builder)]


def test_what_is_not_there_is_created() -> None:
    step = step_for(component(), FakeImageBuilder())
    assert step.action is Action.CREATE
    assert step.arn.endswith(":component/nginx/1.0.0")
    assert step.reason == "there is no 1.0.0 yet"


def test_publishing_the_same_twice_creates_nothing() -> None:
    builder = FakeImageBuilder()
    publish(builder, component(), recipe(), infrastructure())
    builder.calls.clear()
    publish(builder, component(), recipe(), infrastructure())
    assert builder.calls == []


def test_a_changed_document_becomes_a_new_build_of_its_version() -> None:
    builder = FakeImageBuilder()
    publish(builder, component())
    step = step_for(component("two"), builder)
    assert step.action is Action.NEW_BUILD
    assert "data changed since 1.0.0/1" in step.reason
    assert publish(builder, component("two")) == [f"{step.arn}/2"]


def test_a_component_is_referred_to_without_its_build_number() -> None:
    builder = FakeImageBuilder()
    publish(builder, component())
    assert step_for(component(), builder).arn.endswith(":component/nginx/1.0.0")


def test_a_changed_recipe_with_a_wildcard_gets_the_next_version() -> None:
    builder = FakeImageBuilder()
    publish(builder, recipe())
    step = step_for(recipe(parent="ami-2"), builder)
    assert step.action is Action.NEW_VERSION
    assert "parentImage changed since 1.0.0" in step.reason
    assert publish(builder, recipe(parent="ami-2"))[0].endswith("/1.0.1")


def test_a_changed_recipe_of_a_fixed_version_is_a_conflict_that_says_what_to_do() -> None:
    builder = FakeImageBuilder()
    publish(builder, recipe("1.0.0"))
    with pytest.raises(Conflict) as caught:
        step_for(recipe("1.0.0", parent="ami-2"), builder)
    assert "web 1.0.0 exists already" in caught.value.message
    assert "parentImage" in caught.value.message
    assert "1.0.x" in caught.value.hint


def test_a_configuration_is_updated_with_everything_but_its_name() -> None:
    builder = FakeImageBuilder()
    publish(builder, infrastructure(keyPair="old"))
    step = step_for(infrastructure(), builder)
    assert step.action is Action.UPDATE
    assert step.differs == ("keyPair",)
    assert "name" not in step.members
    publish(builder, infrastructure())
    assert "keyPair" not in builder.resources[step.arn].members


def test_a_recipe_that_can_count_no_further_is_told_at_its_version() -> None:
    builder = FakeImageBuilder()
    publish(builder, recipe(f"1.0.{MAX_NODE}"))
    with pytest.raises(Invalid, match=r"web can't be counted up: no version is left under '1\.0\.x'") as caught:
        step_for(recipe(parent="ami-2"), builder)
    assert caught.value.context["address"] == "imageRecipe.semanticVersion"


def test_the_pipeline_gets_the_version_that_was_counted_up() -> None:
    builder = FakeImageBuilder()
    made = step_for(recipe(), builder)
    pipeline = Wanted(Kind.PIPELINE, "web", {"name": "web", "imageRecipeArn": made.arn}, "")
    applied = list(apply(Plan("local", "x", (made, step_for(pipeline, builder))), builder))
    assert builder.resources[applied[-1].arn].members["imageRecipeArn"] == applied[0].arn
    assert applied[0].arn.endswith(":image-recipe/web/1.0.0")


def test_tags_are_changed_by_themselves() -> None:
    builder = FakeImageBuilder()
    plain = infrastructure()
    tagged = Wanted(plain.kind, plain.name, plain.members, "", {"team": "a", "cost": "1"})
    publish(builder, tagged)
    other = Wanted(plain.kind, plain.name, plain.members, "", {"team": "b"})
    step = step_for(other, builder)
    assert (step.action, dict(step.set_tags), step.remove_tags) == (Action.REUSE, {"team": "b"}, ("cost",))
    assert step.changes_something
    arn = publish(builder, other)[0]
    assert builder.resources[arn].tags == {"team": "b"}
    assert not step_for(other, builder).changes_something


def test_tags_the_file_does_not_speak_of_stay() -> None:
    builder = FakeImageBuilder()
    plain = infrastructure()
    publish(builder, Wanted(plain.kind, plain.name, plain.members, "", {"team": "a"}))
    assert not step_for(plain, builder).changes_something


def test_tags_of_aws_itself_are_left_alone() -> None:
    builder = FakeImageBuilder()
    plain = infrastructure()
    arn = publish(builder, plain)[0]
    builder.tag(arn, {"aws:cloudformation:stack-name": "s"})
    assert not step_for(Wanted(plain.kind, plain.name, plain.members, "", {}), builder).changes_something


def test_a_plan_reads_as_json() -> None:
    plan = Plan("local", "eu-central-1", (step_for(component(), FakeImageBuilder()),))
    assert plan.to_json()["changes"] is True
    assert plan.to_json()["steps"][0]["action"] == "create"
