"""Image recipes and container recipes: versions, parents, components, refusals."""

import json
from typing import Any

import pytest

from tests.functional.service.refusals import invalid, refused
from tests.functional.service.samples import COMPONENT, WITH_PARAMETER, component, recipe

PARENT = "ami-0123456789abcdef0"


def test_a_wildcard_counts_the_patch_up(imagebuilder: Any) -> None:
    versions = [recipe(imagebuilder, "counted", "1.0.x").rsplit("/", 1)[-1] for _ in range(3)]
    assert versions == ["1.0.0", "1.0.1", "1.0.2"]
    newest = recipe(imagebuilder, "counted", "2.0.0").replace("2.0.0", "x.x.x")
    got = imagebuilder.get_image_recipe(imageRecipeArn=newest)["imageRecipe"]
    assert got["version"] == "2.0.0"


def test_a_recipe_has_its_defaults(imagebuilder: Any) -> None:
    got = imagebuilder.get_image_recipe(imageRecipeArn=recipe(imagebuilder, "Default Recipe"))["imageRecipe"]
    assert got["platform"] == "Linux"
    assert got["workingDirectory"] == "/tmp"
    assert got["components"] == []
    assert got["name"] == "Default Recipe"


def test_a_version_is_made_once(imagebuilder: Any) -> None:
    arn = recipe(imagebuilder, "once-only")
    said = refused(
        "ResourceAlreadyExistsException",
        imagebuilder.create_image_recipe,
        name="Once_Only",
        semanticVersion="1.0.0",
        parentImage=PARENT,
    )
    assert said == f"The following resource 'ImageRecipe' already exists: '{arn}'."


@pytest.mark.parametrize("version", ["x.1.0", "1.x.0", "01.0.0"])
def test_a_misplaced_wildcard_is_an_invalid_version(imagebuilder: Any, version: str) -> None:
    members = {"name": "misplaced", "semanticVersion": version, "parentImage": PARENT}
    said = refused("InvalidVersionNumberException", imagebuilder.create_image_recipe, **members)
    assert said.startswith("The supplied semantic version does not follow the required format")


def test_a_missing_component_is_not_found(imagebuilder: Any) -> None:
    arn = "arn:aws:imagebuilder:eu-west-1:123456789012:component/missing/1.0.0/1"
    said = refused(
        "ResourceNotFoundException",
        imagebuilder.create_image_recipe,
        name="no-component",
        semanticVersion="1.0.0",
        parentImage=PARENT,
        components=[{"componentArn": arn}],
    )
    assert said == f"The resource with ARN '{arn}' does not exist."


def _creating(client: Any, parts: list[dict[str, Any]], **members: Any) -> str:
    return invalid(
        client.create_image_recipe,
        **{"name": "refused", "semanticVersion": "1.0.0", "parentImage": PARENT, "components": parts, **members},
    )


def test_a_component_is_in_a_recipe_at_most_once(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "twice")
    said = _creating(imagebuilder, [{"componentArn": arn}, {"componentArn": arn.replace("1.0.0/1", "x.x.x")}])
    assert "A component may be specified in an image recipe at most once" in said


def test_a_component_of_another_platform_is_refused(imagebuilder: Any) -> None:
    data = COMPONENT.replace("ExecuteBash", "ExecutePowerShell")
    made = imagebuilder.create_component(name="windows", semanticVersion="1.0.0", platform="Windows", data=data)
    said = _creating(imagebuilder, [{"componentArn": made["componentBuildVersionArn"]}])
    assert "Component ARN does not match the Parent Image Platform" in said


def test_a_component_for_another_os_version_is_refused(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "ubuntu-only", supportedOsVersions=["Ubuntu 24"])
    assert "does not support the Parent Image OS Version" in _creating(imagebuilder, [{"componentArn": arn}])
    debian = component(imagebuilder, "debian-too", supportedOsVersions=["Ubuntu 24", "Debian"])
    recipe(imagebuilder, "fits", components=[{"componentArn": debian}])


def test_parameters_are_those_of_the_component(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "with-parameters", WITH_PARAMETER)
    port = {"name": "Port", "value": ["80"]}
    assert "'Port'" in _creating(imagebuilder, [{"componentArn": arn}])
    unknown = [{"componentArn": arn, "parameters": [port, {"name": "Colour", "value": ["red"]}]}]
    assert "'components[0].parameters[1].name'" in _creating(imagebuilder, unknown)
    long = [{"componentArn": arn, "parameters": [{"name": "Port", "value": ["8" * 1025]}]}]
    assert "1024" in _creating(imagebuilder, long)
    recipe(imagebuilder, "with-parameters", components=[{"componentArn": arn, "parameters": [port]}])


@pytest.mark.parametrize(
    "parent",
    [
        "ami-00000000000000000",
        "arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0",
        "debian-12-x86",
        "ssm:/not/there",
        "arn:aws:imagebuilder:eu-west-1:123456789012:image-recipe/abc/1.0.0",
    ],
)
def test_a_parent_that_is_no_image_is_refused(imagebuilder: Any, parent: str) -> None:
    members = {"name": "orphan", "semanticVersion": "1.0.0", "parentImage": parent}
    assert "'parentImage'" in invalid(imagebuilder.create_image_recipe, **members)


def test_a_parent_can_be_a_local_parameter(service: Any, imagebuilder: Any) -> None:
    service.home.parameters.write_text(json.dumps({"/golden": PARENT, "/typed": {"Type": "String", "Value": PARENT}}))
    for number, reference in enumerate(("ssm:/golden", "ssm:/typed", "ssm:arn:aws:ssm:eu-west-1:1:parameter/golden")):
        recipe(imagebuilder, f"by-parameter-{number}", parentImage=reference)


def test_more_components_than_allowed_are_over_the_quota(imagebuilder: Any) -> None:
    arns = [component(imagebuilder, f"many-{number}") for number in range(21)]
    refused(
        "ServiceQuotaExceededException",
        imagebuilder.create_image_recipe,
        name="many",
        semanticVersion="1.0.0",
        parentImage=PARENT,
        components=[{"componentArn": arn} for arn in arns],
    )


def test_the_documents_of_a_recipe_have_a_common_limit(imagebuilder: Any) -> None:
    padding = "#" + "x" * 15_000 + "\n"
    arns = [component(imagebuilder, f"big-{number}", COMPONENT + padding) for number in range(2)]
    said = refused(
        "ServiceQuotaExceededException",
        imagebuilder.create_image_recipe,
        name="big",
        semanticVersion="1.0.0",
        parentImage=PARENT,
        components=[{"componentArn": arn} for arn in arns],
    )
    assert said == "You've exceeded the maximum cumulative component size of 25 KB"


def test_a_container_recipe_is_kept_too(imagebuilder: Any) -> None:
    template = "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:components }}}\n"
    members = {
        "containerType": "DOCKER",
        "semanticVersion": "1.0.x",
        "parentImage": "debian:12",
        "targetRepository": {"service": "ECR", "repositoryName": "repo"},
    }
    create = imagebuilder.create_container_recipe
    made = create(name="boxed", dockerfileTemplateData=template, **members)["containerRecipeArn"]
    assert made.endswith("container-recipe/boxed/1.0.0")
    got = imagebuilder.get_container_recipe(containerRecipeArn=made)["containerRecipe"]
    assert got["dockerfileTemplateData"] == template
    assert imagebuilder.list_container_recipes()["containerRecipeSummaryList"][0]["name"] == "boxed"
    invalid(create, name="boxed", dockerfileTemplateData="FROM debian:12", **members)
    imagebuilder.delete_container_recipe(containerRecipeArn=made)
    assert imagebuilder.list_container_recipes()["containerRecipeSummaryList"] == []
