"""Images and their builds: what GetImage finds, what can be cancelled, retried and deleted, and when."""

from typing import Any

import pytest

from core.local.machine.ports import Package
from core.local.store.records import StepExecution
from tests.functional.service.refusals import invalid, refused
from tests.functional.service.running import Running
from tests.functional.service.samples import infrastructure, pipeline, recipe, start, workflow

AVAILABLE = {"status": "AVAILABLE"}


def _end(service: Running, arn: str, status: str = "AVAILABLE") -> None:
    service.workshop.engine.builds.change_image(arn, state={"status": status})


def test_an_image_holds_copies_of_what_it_is_built_from(imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "Copies")
    arn = imagebuilder.start_image_pipeline_execution(imagePipelineArn=made.pipeline)["imageBuildVersionArn"]
    imagebuilder.update_infrastructure_configuration(
        infrastructureConfigurationArn=made.infrastructure, instanceProfileName="changed"
    )
    got = imagebuilder.get_image(imageBuildVersionArn=arn)["image"]
    assert got["state"] == {"status": "PENDING"}
    assert (got["name"], got["version"], got["type"]) == ("Copies", "1.0.0/1", "AMI")
    assert got["imageRecipe"]["components"] == [{"componentArn": made.component}]
    assert got["infrastructureConfiguration"]["instanceProfileName"] == "profile"
    assert got["distributionConfiguration"]["timeoutMinutes"] == 720
    assert got["outputResources"] == {"amis": []}
    assert (got["buildType"], got["imageSource"]) == ("USER_INITIATED", "CUSTOM")


def test_every_build_counts_also_one_that_failed(service: Running, imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "counting")
    arns = []
    for status in ("FAILED", "CANCELLED", "AVAILABLE"):
        started = imagebuilder.start_image_pipeline_execution(imagePipelineArn=made.pipeline)
        arns.append(started["imageBuildVersionArn"])
        _end(service, arns[-1], status)
    assert [arn[-1] for arn in arns] == ["1", "2", "3"]
    builds = imagebuilder.list_image_build_versions(imageVersionArn=arns[0][:-2])["imageSummaryList"]
    assert [(one["version"], one["state"]["status"]) for one in builds] == [
        ("1.0.0/1", "FAILED"),
        ("1.0.0/2", "CANCELLED"),
        ("1.0.0/3", "AVAILABLE"),
    ]


def test_only_available_builds_answer_to_a_version(service: Running, imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "newest")
    begin = imagebuilder.start_image_pipeline_execution
    first, second = (begin(imagePipelineArn=made.pipeline)["imageBuildVersionArn"] for _ in range(2))
    for reference in (first[:-2], first.replace("1.0.0/1", "x.x.x")):
        refused("ResourceNotFoundException", imagebuilder.get_image, imageBuildVersionArn=reference)
    _end(service, first)
    _end(service, second, "FAILED")
    for reference in (first[:-2], first.replace("1.0.0/1", "x.x.x")):
        assert imagebuilder.get_image(imageBuildVersionArn=reference)["image"]["arn"] == first


def test_an_image_can_be_made_without_a_pipeline(service: Running, imagebuilder: Any) -> None:
    made = imagebuilder.create_image(
        imageRecipeArn=recipe(imagebuilder, "direct").replace("1.0.0", "x.x.x"),
        infrastructureConfigurationArn=infrastructure(imagebuilder, "direct"),
    )
    arn = made["imageBuildVersionArn"]
    assert arn.endswith("image/direct/1.0.0/1")
    assert made["latestVersionReferences"]["latestVersionArn"].endswith("image/direct/x.x.x")
    assert ("start", arn) in service.workshop.engine.calls
    assert "distributionConfiguration" not in imagebuilder.get_image(imageBuildVersionArn=arn)["image"]


def test_a_running_build_can_be_cancelled_and_an_ended_one_not(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "cancelled")
    imagebuilder.cancel_image_creation(imageBuildVersionArn=arn)
    assert ("cancel", arn) in service.workshop.engine.calls
    _end(service, arn, "CANCELLED")
    said = refused("InvalidRequestException", imagebuilder.cancel_image_creation, imageBuildVersionArn=arn)
    assert "CANCELLED" in said


def test_a_running_build_is_not_deleted(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "running")
    refused("ResourceDependencyException", imagebuilder.delete_image, imageBuildVersionArn=arn)
    _end(service, arn, "FAILED")
    imagebuilder.delete_image(imageBuildVersionArn=arn)
    refused("ResourceNotFoundException", imagebuilder.get_image, imageBuildVersionArn=arn)


def test_a_deleted_image_takes_its_records_along(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "records")
    builds = service.workshop.engine.builds
    execution = builds.begin_workflow(arn, "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/b/1.0.0/1", "BUILD", 1)
    builds.begin_steps(execution.workflow_execution_id, [StepExecution(name="Launch", action="LaunchInstance")])
    builds.put_packages(arn, [Package("bash", "5.2")])
    _end(service, arn)
    imagebuilder.delete_image(imageBuildVersionArn=arn)
    get = imagebuilder.get_workflow_execution
    refused("ResourceNotFoundException", get, workflowExecutionId=execution.workflow_execution_id)


def test_an_image_that_a_recipe_has_as_its_exact_parent_is_not_deleted(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "parental")
    _end(service, arn)
    recipe(imagebuilder, "child", parentImage=arn)
    refused("ResourceDependencyException", imagebuilder.delete_image, imageBuildVersionArn=arn)


def test_a_retry_needs_a_complete_build_and_is_under_way_at_once(service: Running, imagebuilder: Any) -> None:
    """Between the answer and the engine's beginning, the image still said FAILED: whoever followed the retry took that
    for its end, and a second retry was accepted."""
    arn = start(imagebuilder, "retried")
    refused("InvalidRequestException", imagebuilder.retry_image, imageBuildVersionArn=arn)
    _end(service, arn, "FAILED")
    refused("InvalidRequestException", imagebuilder.retry_image, imageBuildVersionArn=arn)
    builds = service.workshop.engine.builds
    execution = builds.begin_workflow(arn, "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/b/1.0.0/1", "BUILD", 1)
    builds.change_workflow(execution.workflow_execution_id, status="COMPLETED")
    imagebuilder.retry_image(imageBuildVersionArn=arn)
    assert ("retry", arn) in service.workshop.engine.calls
    assert imagebuilder.get_image(imageBuildVersionArn=arn)["image"]["state"] == {"status": "PENDING"}
    refused("InvalidRequestException", imagebuilder.retry_image, imageBuildVersionArn=arn)


def test_packages_come_in_pages(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "packaged")
    service.workshop.engine.builds.put_packages(arn, [Package(f"p{number:03}", "1") for number in range(60)])
    pages = list(imagebuilder.get_paginator("list_image_packages").paginate(imageBuildVersionArn=arn))
    assert [len(page["imagePackageList"]) for page in pages] == [25, 25, 10]
    assert pages[2]["imagePackageList"][-1] == {"packageName": "p059", "packageVersion": "1"}


def test_a_failed_image_tells_its_reason_in_all_lists(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "reason")
    context = {"imageStatus": "BUILDING", "failedStep": "ApplyBuildComponents"}
    state = {"status": "FAILED", "reason": "the step failed", "failureContext": context}
    service.workshop.engine.builds.change_image(arn, state=state)
    assert imagebuilder.get_image(imageBuildVersionArn=arn)["image"]["state"] == state
    assert imagebuilder.list_image_build_versions(imageVersionArn=arn[:-2])["imageSummaryList"][0]["state"] == state
    assert imagebuilder.list_workflow_executions(imageBuildVersionArn=arn)["message"] == "the step failed"


def test_listed_versions_have_no_build_number(service: Running, imagebuilder: Any) -> None:
    arn = start(imagebuilder, "listed")
    _end(service, arn)
    filters = [{"name": "name", "values": ["listed"]}]
    listed = imagebuilder.list_images(filters=filters)["imageVersionList"]
    assert [(one["arn"], one["version"], one["owner"]) for one in listed] == [(arn[:-2], "1.0.0", "123456789012")]


def test_more_builds_at_once_than_allowed_are_over_the_quota(imagebuilder: Any) -> None:
    parts = {
        "imageRecipeArn": recipe(imagebuilder, "crowd"),
        "infrastructureConfigurationArn": infrastructure(imagebuilder, "crowd"),
    }

    def fill() -> None:
        for _ in range(101):
            imagebuilder.create_image(**parts)

    with pytest.raises(imagebuilder.exceptions.ServiceQuotaExceededException) as caught:
        fill()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 402


def test_workflows_of_an_image_are_checked_like_those_of_a_pipeline(imagebuilder: Any) -> None:
    own = workflow(imagebuilder, "image-workflow")
    said = invalid(
        imagebuilder.create_image,
        imageRecipeArn=recipe(imagebuilder, "no-role"),
        infrastructureConfigurationArn=infrastructure(imagebuilder, "no-role"),
        workflows=[{"workflowArn": own}],
    )
    assert "An execution role is required to provide workflows" in said
