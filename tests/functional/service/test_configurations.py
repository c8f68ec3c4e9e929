"""Infrastructure and distribution configurations: replaced whole, and checked."""

from typing import Any

import pytest

from tests.functional.service.refusals import invalid, refused
from tests.functional.service.samples import distribution, infrastructure, pipeline

AMI = {"name": "web {{ imagebuilder:buildDate }}"}


def test_an_update_removes_what_it_does_not_name(imagebuilder: Any) -> None:
    create = imagebuilder.create_infrastructure_configuration
    members = {"instanceTypes": ["t3.micro"], "description": "old", "terminateInstanceOnFailure": False}
    made = create(name="whole", instanceProfileName="p", tags={"a": "b"}, **members)["infrastructureConfigurationArn"]
    imagebuilder.update_infrastructure_configuration(infrastructureConfigurationArn=made, instanceProfileName="q")
    got = imagebuilder.get_infrastructure_configuration(infrastructureConfigurationArn=made)
    kept = got["infrastructureConfiguration"]
    assert kept["instanceProfileName"] == "q"
    assert kept["terminateInstanceOnFailure"] is True
    assert kept["tags"] == {"a": "b"}
    assert kept["name"] == "whole"
    assert "dateUpdated" in kept
    assert not {"instanceTypes", "description"} & kept.keys()


def test_a_name_is_taken_by_its_slug(imagebuilder: Any) -> None:
    arn = infrastructure(imagebuilder, "My App")
    create = imagebuilder.create_infrastructure_configuration
    said = refused("ResourceAlreadyExistsException", create, name="my_app", instanceProfileName="p")
    assert said == f"The following resource 'InfrastructureConfiguration' already exists: '{arn}'."


def test_a_subnet_needs_security_groups(imagebuilder: Any) -> None:
    create = imagebuilder.create_infrastructure_configuration
    members = {"name": "subnet", "instanceProfileName": "p", "subnetId": "subnet-1"}
    refused("InvalidParameterCombinationException", create, **members)
    create(securityGroupIds=["sg-1"], **members)


def test_the_tags_image_builder_sets_itself_are_reserved(imagebuilder: Any) -> None:
    create = imagebuilder.create_infrastructure_configuration
    invalid(create, name="reserved", instanceProfileName="p", resourceTags={"CreatedBy": "me"})


@pytest.mark.parametrize(
    ("distributions", "said"),
    [
        (
            [{"region": "eu-west-1", "amiDistributionConfiguration": {"name": "fixed"}}],
            "'distributions[0].amiDistributionConfiguration.name' is not valid. The EC2 AMI name must contain "
            "'{{ imagebuilder:buildDate }}' to ensure that the name will be unique.",
        ),
        (
            [{"region": "eu-west-1"}],
            "'distributions[0]' is not valid. One or more outputs should be provided for each region in a "
            "distribution configuration.",
        ),
        (
            [{"region": "eu-west-1", "amiDistributionConfiguration": AMI}] * 2,
            "'distributions[1].region' is not valid. The region eu-west-1 is listed twice.",
        ),
        (
            [{"region": "../../etc", "amiDistributionConfiguration": AMI}],
            "'distributions[0].region' is not valid.",
        ),
        (
            [{"region": "eu-west-1", "amiDistributionConfiguration": {"targetAccountIds": []}}],
            "'distributions[0].amiDistributionConfiguration.targetAccountIds' is not valid.",
        ),
    ],
)
def test_a_wrong_distribution_is_refused_with_its_place(
    imagebuilder: Any, distributions: list[dict[str, Any]], said: str
) -> None:
    create = imagebuilder.create_distribution_configuration
    assert said in invalid(create, name="wrong", distributions=distributions)


def test_the_regions_of_a_distribution_are_summarised(imagebuilder: Any) -> None:
    distribution(imagebuilder, "two-regions", "eu-west-1", "us-east-1")
    listed = imagebuilder.list_distribution_configurations(filters=[{"name": "name", "values": ["two-regions"]}])
    assert listed["distributionConfigurationSummaryList"][0]["regions"] == ["eu-west-1", "us-east-1"]


def test_a_configuration_that_a_pipeline_uses_is_not_deleted(imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "uses-all")
    deletes = [
        (imagebuilder.delete_infrastructure_configuration, {"infrastructureConfigurationArn": made.infrastructure}),
        (imagebuilder.delete_distribution_configuration, {"distributionConfigurationArn": made.distribution}),
        (imagebuilder.delete_image_recipe, {"imageRecipeArn": made.recipe}),
    ]
    for delete, members in deletes:
        refused("ResourceDependencyException", delete, **members)
    imagebuilder.delete_image_pipeline(imagePipelineArn=made.pipeline)
    for delete, members in deletes:
        delete(**members)
        refused("ResourceNotFoundException", delete, **members)
