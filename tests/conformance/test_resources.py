"""What the AWS CLI gets when it makes, reads, refuses to lose and deletes resources of the local Image Builder."""

import json
from collections.abc import Iterator

import pytest

from tests.conformance.awscli import AwsCli
from tests.conformance.pipeline import (
    DISTRIBUTIONS,
    Pipeline,
    component_words,
    create_component,
    create_pipeline,
    create_recipe,
    delete_pipeline,
)


@pytest.fixture(scope="module")
def made(aws: AwsCli) -> Iterator[Pipeline]:
    made = create_pipeline(aws, "Greeter One")
    yield made
    delete_pipeline(aws, made)
    for listing in ("components", "image-recipes", "infrastructure-configurations", "distribution-configurations"):
        page = aws("imagebuilder", f"list-{listing}")
        assert [entry for key, entries in page.items() if key.endswith("List") for entry in entries] == []


def test_the_caller_is_the_fixed_account(aws: AwsCli) -> None:
    identity = aws("sts", "get-caller-identity")

    assert identity["Account"] == "123456789012"


def test_a_pipeline_reads_back_as_it_was_made(aws: AwsCli, made: Pipeline) -> None:
    pipeline = aws("imagebuilder", "get-image-pipeline", "--image-pipeline-arn", made.pipeline)["imagePipeline"]

    assert made.pipeline.endswith(":image-pipeline/greeter-one")
    assert pipeline["name"] == "Greeter One"
    assert pipeline["imageRecipeArn"] == made.recipe
    assert pipeline["infrastructureConfigurationArn"] == made.infrastructure
    assert pipeline["distributionConfigurationArn"] == made.distribution
    assert pipeline["status"] == "ENABLED"


def test_distribution_settings_read_back_as_they_were_given(aws: AwsCli, made: Pipeline) -> None:
    words = ("--distribution-configuration-arn", made.distribution)
    read = aws("imagebuilder", "get-distribution-configuration", *words)["distributionConfiguration"]

    assert read["distributions"] == DISTRIBUTIONS


def test_a_wildcard_version_of_a_recipe_starts_at_its_first_patch(made: Pipeline) -> None:
    assert made.recipe.endswith(":image-recipe/greeter-one/1.0.0")


def test_a_wildcard_reads_the_newest_component(aws: AwsCli, made: Pipeline) -> None:
    newest = made.component.replace("/1.0.0/1", "/x.x.x")
    read = aws("imagebuilder", "get-component", "--component-build-version-arn", newest)

    assert read["component"]["arn"] == made.component


def test_what_is_in_use_cannot_be_deleted(aws: AwsCli, made: Pipeline) -> None:
    component = aws.refused("imagebuilder", "delete-component", "--component-build-version-arn", made.component)
    recipe = aws.refused("imagebuilder", "delete-image-recipe", "--image-recipe-arn", made.recipe)

    assert component.code == recipe.code == "ResourceDependencyException"
    assert made.component in component.text
    assert "has other resources depended on it" in recipe.text


def test_the_same_component_again_exists_already(aws: AwsCli, made: Pipeline) -> None:
    refusal = aws.refused("imagebuilder", "create-component", *component_words("Greeter One"))

    assert refusal.code == "ResourceAlreadyExistsException"
    assert made.component in refusal.text


def test_a_name_in_another_case_is_the_same_name(aws: AwsCli, made: Pipeline) -> None:
    words = ("--name", "greeter_ONE", "--instance-profile-name", "ImageBuilder")
    refusal = aws.refused("imagebuilder", "create-infrastructure-configuration", *words)

    assert refusal.code == "ResourceAlreadyExistsException"
    assert made.infrastructure in refusal.text


def test_a_token_repeats_its_answer_and_no_other(aws: AwsCli) -> None:
    first = create_component(aws, "tokened", "--client-token", "only-once")
    again = create_component(aws, "tokened", "--client-token", "only-once")
    words = (*component_words("tokened-too"), "--client-token", "only-once")
    refusal = aws.refused("imagebuilder", "create-component", *words)
    aws("imagebuilder", "delete-component", "--component-build-version-arn", first)

    assert again == first
    assert refusal.code == "IdempotentParameterMismatchException"


@pytest.mark.parametrize("version", ["1.x.8", "x.2.x", "1.0"])
def test_a_version_that_is_none_is_refused(aws: AwsCli, version: str) -> None:
    create = ("imagebuilder", "create-component", "--name", "odd", "--semantic-version", version)
    refusal = aws.refused(*create, "--platform", "Linux", "--data", "schemaVersion: 1.0")

    assert refusal.code in {"InvalidParameterValueException", "InvalidVersionNumberException"}
    assert "semanticVersion" in refusal.text


def test_a_wildcard_deletes_nothing(aws: AwsCli, made: Pipeline) -> None:
    every = made.component.replace("/1.0.0/1", "/x.x.x")
    refusal = aws.refused("imagebuilder", "delete-component", "--component-build-version-arn", every)

    assert refusal.code == "InvalidParameterValueException"


def test_what_does_not_exist_is_not_found(aws: AwsCli, made: Pipeline) -> None:
    nowhere = made.component.replace("greeter-one", "nobody")
    refusal = aws.refused("imagebuilder", "get-component", "--component-build-version-arn", nowhere)

    assert refusal.code == "ResourceNotFoundException"
    assert nowhere in refusal.text


def test_another_region_is_another_shelf(aws: AwsCli, made: Pipeline) -> None:
    here = aws("imagebuilder", "list-components", "--region", made.component.split(":")[3])
    elsewhere = aws("imagebuilder", "list-components", "--region", "ap-northeast-3")

    assert "Greeter One" in {component["name"] for component in here["componentVersionList"]}
    assert elsewhere["componentVersionList"] == []


def test_a_bad_document_is_refused_with_its_place(aws: AwsCli) -> None:
    data = json.dumps({"schemaVersion": "1.0", "phases": [{"name": "build", "steps": [{"name": "Two Words"}]}]})
    words = ("--name", "bad", "--semantic-version", "1.0.0", "--platform", "Linux", "--data", data)
    refusal = aws.refused("imagebuilder", "create-component", *words)

    assert refusal.code == "InvalidParameterValueException"
    assert "'data'" in refusal.text
    assert "Two Words" in refusal.text


def test_a_dry_run_says_it_would_have_worked(aws: AwsCli) -> None:
    refusal = aws.refused("imagebuilder", "create-component", *component_words("never-made"), "--dry-run")

    assert refusal.code == "DryRunOperationException"
    assert refusal.text == "Request would have succeeded, but dryRun flag is set."


def test_tags_come_and_go(aws: AwsCli, made: Pipeline) -> None:
    aws("imagebuilder", "tag-resource", "--resource-arn", made.pipeline, "--tags", "team=web,stage=test")
    aws("imagebuilder", "untag-resource", "--resource-arn", made.pipeline, "--tag-keys", "stage")

    assert aws("imagebuilder", "list-tags-for-resource", "--resource-arn", made.pipeline) == {"tags": {"team": "web"}}


def test_deleting_in_the_allowed_order_leaves_nothing(aws: AwsCli) -> None:
    component = create_component(aws, "short-lived")
    recipe = create_recipe(aws, "short-lived", component)
    aws("imagebuilder", "delete-image-recipe", "--image-recipe-arn", recipe)
    aws("imagebuilder", "delete-component", "--component-build-version-arn", component)
    gone = aws.refused("imagebuilder", "get-component", "--component-build-version-arn", component)

    assert gone.code == "ResourceNotFoundException"
