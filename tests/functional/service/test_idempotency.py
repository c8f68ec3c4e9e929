"""Client tokens, dry runs and tags."""

from typing import Any

import pytest

from tests.functional.service.refusals import invalid, refused
from tests.functional.service.running import Running
from tests.functional.service.samples import (
    BUILD_WORKFLOW,
    COMPONENT,
    component,
    distribution,
    infrastructure,
    pipeline,
    recipe,
)


def test_the_same_token_with_the_same_parameters_creates_once(imagebuilder: Any) -> None:
    """A client that repeats a request whose answer was lost created a second pipeline run, or was told the
    component exists."""
    members = {"semanticVersion": "1.0.0", "platform": "Linux", "data": COMPONENT, "clientToken": "token-1"}
    first = imagebuilder.create_component(name="token", **members)
    second = imagebuilder.create_component(name="token", **members)
    assert first["componentBuildVersionArn"] == second["componentBuildVersionArn"]
    assert second["clientToken"] == "token-1"
    assert first["requestId"] != second["requestId"]
    refused("IdempotentParameterMismatchException", imagebuilder.create_component, name="other", **members)


def test_a_repeated_start_starts_one_build(service: Running, imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "started-once")
    begin = imagebuilder.start_image_pipeline_execution
    arns = {begin(imagePipelineArn=made.pipeline, clientToken="go")["imageBuildVersionArn"] for _ in range(3)}
    assert len(arns) == 1
    assert service.workshop.engine.calls.count(("start", arns.pop())) == 1


def test_a_token_is_remembered_only_for_what_succeeded(imagebuilder: Any) -> None:
    members = {"semanticVersion": "1.0.0", "platform": "Linux", "clientToken": "token-2", "name": "fails-first"}
    invalid(imagebuilder.create_component, data="nothing", **members)
    imagebuilder.create_component(data=COMPONENT, **members)


def test_a_dry_run_says_that_it_would_succeed_and_creates_nothing(imagebuilder: Any) -> None:
    parts = {
        "imageRecipeArn": recipe(imagebuilder, "dry-parts"),
        "infrastructureConfigurationArn": infrastructure(imagebuilder, "dry-parts"),
    }
    ami = {"region": "eu-west-1", "amiDistributionConfiguration": {"name": "x {{imagebuilder:buildDate}}"}}
    version = {"semanticVersion": "1.0.0"}
    calls: list[tuple[Any, dict[str, Any]]] = [
        (imagebuilder.create_component, {**version, "platform": "Linux", "data": COMPONENT}),
        (imagebuilder.create_workflow, {**version, "type": "BUILD", "data": BUILD_WORKFLOW}),
        (imagebuilder.create_image_recipe, {**version, "parentImage": "ami-0123456789abcdef0"}),
        (imagebuilder.create_infrastructure_configuration, {"instanceProfileName": "p"}),
        (imagebuilder.create_distribution_configuration, {"distributions": [ami]}),
        (imagebuilder.create_image_pipeline, parts),
    ]
    for create, members in calls:
        with pytest.raises(imagebuilder.exceptions.DryRunOperationException) as caught:
            create(name="dry", dryRun=True, **members)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
        assert caught.value.response["Error"]["Message"] == "Request would have succeeded, but dryRun flag is set."
        create(name="dry", **members)
        refused("ResourceAlreadyExistsException", create, name="dry", dryRun=True, **members)


def test_any_resource_can_be_tagged_and_untagged(imagebuilder: Any) -> None:
    for arn in (
        component(imagebuilder, "tagged"),
        distribution(imagebuilder, "tagged"),
        recipe(imagebuilder, "tagged"),
    ):
        imagebuilder.tag_resource(resourceArn=arn, tags={"team": "web", "stage": "test/1"})
        imagebuilder.tag_resource(resourceArn=arn, tags={"stage": "live"})
        assert imagebuilder.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "web", "stage": "live"}
        imagebuilder.untag_resource(resourceArn=arn, tagKeys=["team", "never"])
        assert imagebuilder.list_tags_for_resource(resourceArn=arn)["tags"] == {"stage": "live"}


def test_tags_given_at_creation_are_its_first(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "born-tagged", tags={"a": "b"})
    assert imagebuilder.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    assert imagebuilder.get_component(componentBuildVersionArn=arn)["component"]["tags"] == {"a": "b"}


def test_wrong_tags_are_an_invalid_parameter(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "wrong-tags")
    tag = imagebuilder.tag_resource
    refused("InvalidParameterException", tag, resourceArn=arn, tags={"aws:reserved": "x"})
    refused("InvalidParameterException", tag, resourceArn="arn:aws:s3:::bucket", tags={"a": "b"})
    for start in (0, 26):
        many = {f"key-{number}": "x" for number in range(start, start + 26)}
        if start:
            refused("InvalidParameterException", tag, resourceArn=arn, tags=many)
        else:
            tag(resourceArn=arn, tags=many)


def test_a_missing_resource_has_no_tags(imagebuilder: Any) -> None:
    arn = "arn:aws:imagebuilder:eu-west-1:123456789012:component/untagged/1.0.0/1"
    refused("ResourceNotFoundException", imagebuilder.list_tags_for_resource, resourceArn=arn)
