"""A recipe file as a plan: what it refers to, what the connection fills in, what is wrong with it there."""

from typing import Any

import pytest

from core.aws.imagebuilder import Kind
from core.errors import Invalid, NotFound
from core.publish.apply import apply
from core.publish.plan import Action, Plan
from core.publish.wanted import Planner
from core.recipe.recipe import RecipeFile
from tests.fakes.imagebuilder import FakeConnection, FakeImageBuilder, managed

DOCUMENTS = {"components/nginx.yml": "name: nginx\n", "workflows/slow.yml": "name: slow\n"}


def recipe(**members: Any) -> RecipeFile:
    image = {
        "semanticVersion": "1.0.x",
        "parentImage": "debian-12-x86",
        "components": [{"document": "components/nginx.yml", "parameters": {"Port": ["80"]}}],
    }
    return RecipeFile.model_validate({"schemaVersion": "1", "name": "web-server", "imageRecipe": image, **members})


def document(path: str) -> str:
    if path not in DOCUMENTS:
        raise NotFound(f"There is no file {path}")
    return DOCUMENTS[path]


def plan(file: RecipeFile, builder: FakeImageBuilder, profile: str = "Local") -> Plan:
    at = FakeConnection(instance_profile=profile)
    return Planner(file, at, builder, document, lambda address: (7, 3), "web.yml").plan()


def members(planned: Plan, kind: Kind) -> Any:
    return next(step.members for step in planned.steps if step.kind is kind)


def test_the_steps_come_in_the_order_of_their_dependence() -> None:
    planned = plan(recipe(distributions=[{"region": "eu-central-1"}]), FakeImageBuilder())
    assert [step.kind for step in planned.steps] == [
        Kind.COMPONENT,
        Kind.IMAGE_RECIPE,
        Kind.INFRASTRUCTURE,
        Kind.DISTRIBUTION,
        Kind.PIPELINE,
    ]
    assert {step.action for step in planned.steps} == {Action.CREATE}


def test_everything_is_named_after_the_file_and_a_component_after_its_document() -> None:
    planned = plan(recipe(), FakeImageBuilder())
    assert [step.name for step in planned.steps] == ["nginx", "web-server", "web-server", "web-server"]


def test_publishing_a_file_twice_creates_nothing_the_second_time() -> None:
    builder = FakeImageBuilder()
    file = recipe(
        distributions=[{"region": "eu-central-1"}, {"region": "us-east-1"}],
        tags={"team": "web"},
        schedule={"scheduleExpression": "cron(0 2 ? * sun *)", "timezone": "UTC"},
        infrastructureConfiguration={"instanceTypes": ["t3.medium"], "terminateInstanceOnFailure": True},
    )
    list(apply(plan(file, builder), builder))
    builder.calls.clear()
    again = plan(file, builder)
    assert not again.changes_something
    list(apply(again, builder))
    assert builder.calls == []


def test_a_recipe_refers_to_its_component_without_the_build_number() -> None:
    made = members(plan(recipe(), FakeImageBuilder()), Kind.IMAGE_RECIPE)
    assert made["components"] == [
        {
            "componentArn": "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0",
            "parameters": [{"name": "Port", "value": ["80"]}],
        }
    ]


def test_a_new_build_of_a_component_leaves_the_recipe_as_it_is() -> None:
    builder = FakeImageBuilder()
    list(apply(plan(recipe(), builder), builder))
    DOCUMENTS["components/nginx.yml"] = "name: changed\n"
    try:
        actions = [step.action for step in plan(recipe(), builder).steps]
    finally:
        DOCUMENTS["components/nginx.yml"] = "name: nginx\n"
    assert actions == [Action.NEW_BUILD, Action.REUSE, Action.REUSE, Action.REUSE]


def test_a_disabled_component_is_left_out() -> None:
    image = {
        "semanticVersion": "1.0.x",
        "parentImage": "debian-12-x86",
        "components": [
            {"document": "not-there.yml", "disabled": "true"},
            {"componentArn": "aws/not-there/x.x.x", "disabled": "true"},
            {"document": "components/nginx.yml"},
        ],
    }
    planned = plan(recipe(imageRecipe=image), FakeImageBuilder())
    assert [step.name for step in planned.steps if step.kind is Kind.COMPONENT] == ["nginx"]
    assert [each.keys() for each in members(planned, Kind.IMAGE_RECIPE)["components"]] == [{"componentArn"}]


def test_a_problem_of_a_component_behind_a_disabled_one_is_at_its_own_place() -> None:
    components = [{"document": "gone.yml", "disabled": "true"}, {"document": "missing.yml"}]
    image = {"semanticVersion": "1.0.0", "parentImage": "debian-12-x86", "components": components}
    with pytest.raises(Invalid) as caught:
        plan(recipe(imageRecipe=image), FakeImageBuilder())
    assert [problem.address for problem in caught.value.problems] == ["imageRecipe.components[1].document"]


def test_a_parent_image_is_found_by_its_name() -> None:
    made = members(plan(recipe(), FakeImageBuilder()), Kind.IMAGE_RECIPE)
    assert made["parentImage"] == "arn:aws:imagebuilder:eu-central-1:aws:image/debian-12-x86/x.x.x"


@pytest.mark.parametrize("given", ["ami-0123456789abcdef0", "ssm:/my/parameter"])
def test_a_parent_image_that_is_an_id_stays_as_it_is(given: str) -> None:
    file = recipe(imageRecipe={"semanticVersion": "1.0.0", "parentImage": given})
    assert members(plan(file, FakeImageBuilder()), Kind.IMAGE_RECIPE)["parentImage"] == given


def test_an_unknown_parent_image_is_a_problem_at_its_place_with_a_suggestion() -> None:
    with pytest.raises(Invalid) as caught:
        plan(recipe(imageRecipe={"semanticVersion": "1.0.0", "parentImage": "debian-12"}), FakeImageBuilder())
    (problem,) = caught.value.problems
    assert (problem.address, problem.line, problem.file) == ("imageRecipe.parentImage", 7, "web.yml")
    assert "debian-12-x86" in problem.hint


def test_a_parent_name_that_is_amazons_and_ones_own_is_ambiguous() -> None:
    own = managed("debian-12-x86")
    mine = type(own)(own.arn.replace(":aws:image/", ":123456789012:image/"), own.name, own.version, "123456789012")
    with pytest.raises(Invalid) as caught:
        plan(recipe(), FakeImageBuilder([own, mine]))
    assert "both by Amazon and in this account" in caught.value.problems[0].message


def test_a_short_component_reference_becomes_an_arn_of_this_region() -> None:
    builder = FakeImageBuilder()
    arn = "arn:aws:imagebuilder:eu-central-1:aws:component/update-linux/1.0.0/1"
    builder.seed(Kind.COMPONENT, arn, data="")
    image = {
        "semanticVersion": "1.0.0",
        "parentImage": "debian-12-x86",
        "components": [{"componentArn": "aws/update-linux/x.x.x"}],
    }
    made = members(plan(recipe(imageRecipe=image), builder), Kind.IMAGE_RECIPE)
    assert made["components"] == [
        {"componentArn": "arn:aws:imagebuilder:eu-central-1:aws:component/update-linux/x.x.x"}
    ]


def component_problems(parameters: dict[str, list[str]], defined: list[dict[str, Any]] | None) -> list[tuple[str, str]]:
    builder = FakeImageBuilder()
    if defined is not None:
        arn = "arn:aws:imagebuilder:eu-central-1:aws:component/tool/1.0.0/1"
        builder.seed(Kind.COMPONENT, arn, data="", parameters=defined)
    entry = {"componentArn": "aws/tool/1.0.0", "parameters": parameters}
    image = {"semanticVersion": "1.0.0", "parentImage": "debian-12-x86", "components": [entry]}
    with pytest.raises(Invalid) as caught:
        plan(recipe(imageRecipe=image), builder)
    return [(problem.address, problem.message) for problem in caught.value.problems]


def test_a_missing_component_is_a_problem_at_its_place() -> None:
    ((address, message),) = component_problems({}, None)
    assert address == "imageRecipe.components[0].componentArn"
    assert "no component arn:aws:imagebuilder:eu-central-1:aws:component/tool/1.0.0" in message


def test_a_parameter_the_component_does_not_have_is_a_problem() -> None:
    problems = component_problems({"Prot": ["80"]}, [{"name": "Port", "defaultValue": ["80"]}])
    assert problems == [("imageRecipe.components[0].parameters.Prot", "The component has no parameter 'Prot'")]


def test_a_parameter_without_default_needs_a_value() -> None:
    problems = component_problems({}, [{"name": "Port"}])
    assert problems == [("imageRecipe.components[0]", "The component needs a value for its parameter 'Port'")]


def test_a_connection_without_default_needs_an_instance_profile() -> None:
    with pytest.raises(Invalid) as caught:
        plan(recipe(), FakeImageBuilder(), profile="")
    assert caught.value.problems[0].address == "infrastructureConfiguration.instanceProfileName"


def test_a_connection_with_a_default_fills_the_instance_profile() -> None:
    assert members(plan(recipe(), FakeImageBuilder()), Kind.INFRASTRUCTURE)["instanceProfileName"] == "Local"


def test_all_problems_are_told_at_once() -> None:
    image = {
        "semanticVersion": "1.0.0",
        "parentImage": "nothing-like-it",
        "components": [{"document": "missing.yml"}, {"componentArn": "aws/gone/x.x.x"}],
    }
    with pytest.raises(Invalid) as caught:
        plan(recipe(imageRecipe=image), FakeImageBuilder(), profile="")
    assert [problem.address for problem in caught.value.problems] == [
        "imageRecipe.components[0].document",
        "imageRecipe.components[1].componentArn",
        "imageRecipe.parentImage",
        "infrastructureConfiguration.instanceProfileName",
    ]


def test_a_bare_region_gets_an_image_named_after_the_file() -> None:
    made = members(plan(recipe(distributions=[{"region": "us-east-1"}]), FakeImageBuilder()), Kind.DISTRIBUTION)
    assert made["distributions"][0]["amiDistributionConfiguration"]["name"].startswith("web-server {{")


def test_without_distributions_the_pipeline_has_no_distribution_configuration() -> None:
    assert "distributionConfigurationArn" not in members(plan(recipe(), FakeImageBuilder()), Kind.PIPELINE)


def test_a_workflow_document_is_published_and_referred_to() -> None:
    entry = {"document": "workflows/slow.yml", "type": "TEST", "parallelGroup": "a", "parameters": {"Wait": "5"}}
    role = "arn:aws:iam::123456789012:role/r"
    planned = plan(recipe(workflows=[entry], executionRole=role), FakeImageBuilder())
    arn = "arn:aws:imagebuilder:eu-central-1:123456789012:workflow/test/slow/1.0.0"
    assert members(planned, Kind.WORKFLOW)["data"] == "name: slow\n"
    assert members(planned, Kind.PIPELINE)["workflows"] == [
        {"workflowArn": arn, "parameters": [{"name": "Wait", "value": ["5"]}], "parallelGroup": "a"}
    ]


def test_workflows_are_not_created_twice_either() -> None:
    builder = FakeImageBuilder()
    file = recipe(workflows=[{"document": "workflows/slow.yml", "type": "TEST"}], executionRole="r")
    list(apply(plan(file, builder), builder))
    assert not plan(file, builder).changes_something


def test_a_components_tags_are_its_own_and_the_rest_has_the_files() -> None:
    planned = plan(recipe(tags={"team": "web"}), FakeImageBuilder())
    assert "tags" not in members(planned, Kind.COMPONENT)
    assert members(planned, Kind.PIPELINE)["tags"] == {"team": "web"}


def test_a_container_recipe_gets_its_dockerfile_and_the_fixed_members() -> None:
    DOCUMENTS["Dockerfile"] = "FROM {{{ imagebuilder:parentImage }}}\n"
    container = {
        "semanticVersion": "1.0.0",
        "parentImage": "debian:12",
        "targetRepository": {"repositoryName": "web"},
        "dockerfileTemplate": "Dockerfile",
    }
    file = RecipeFile.model_validate({"schemaVersion": "1", "name": "web-server", "containerRecipe": container})
    planned = plan(file, FakeImageBuilder())
    made = members(planned, Kind.CONTAINER_RECIPE)
    assert made["dockerfileTemplateData"] == DOCUMENTS["Dockerfile"]
    assert (made["containerType"], made["targetRepository"]["service"]) == ("DOCKER", "ECR")
    assert "containerRecipeArn" in members(planned, Kind.PIPELINE)


def test_a_document_too_long_for_a_request_is_a_problem_at_its_place() -> None:
    """CreateComponent refused it with the name of its parameter, which no recipe file has."""
    at, builder = FakeConnection(instance_profile="Local"), FakeImageBuilder()
    with pytest.raises(Invalid) as caught:
        Planner(recipe(), at, builder, lambda path: "x" * 16_001, lambda address: (7, 3), "web.yml").plan()
    (problem,) = caught.value.problems
    assert problem.address == "imageRecipe.components[0].document"
    assert "16,001 characters" in problem.message
    assert "S3" in problem.hint
