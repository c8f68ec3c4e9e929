"""Pipelines: what they refer to, their schedules, their updates, and the runs they start."""

from typing import Any

import pytest

from tests.functional.service.refusals import invalid, refused
from tests.functional.service.samples import infrastructure, pipeline, recipe, workflow

ROLE = "arn:aws:iam::123456789012:role/builder"


def _parts(client: Any, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "imageRecipeArn": recipe(client, name),
        "infrastructureConfigurationArn": infrastructure(client, name),
    }


def test_a_pipeline_has_the_documented_defaults(imagebuilder: Any) -> None:
    made = imagebuilder.create_image_pipeline(**_parts(imagebuilder, "defaults"))["imagePipelineArn"]
    got = imagebuilder.get_image_pipeline(imagePipelineArn=made)["imagePipeline"]
    assert got["status"] == "ENABLED"
    assert got["enhancedImageMetadataEnabled"] is True
    assert got["imageTestsConfiguration"] == {"imageTestsEnabled": True, "timeoutMinutes": 720}
    assert got["platform"] == "Linux"
    assert got["consecutiveFailures"] == 0
    assert not {"schedule", "dateLastRun", "lastRunStatus", "lastImage"} & got.keys()


def test_a_pipeline_has_exactly_one_recipe(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "one-recipe")
    create = imagebuilder.create_image_pipeline
    container = "arn:aws:imagebuilder:eu-west-1:123456789012:container-recipe/abc/1.0.0"
    refused("InvalidParameterCombinationException", create, containerRecipeArn=container, **parts)
    del parts["imageRecipeArn"]
    refused("InvalidParameterCombinationException", create, **parts)


def test_what_a_pipeline_names_must_exist(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "names-nothing")
    missing = "arn:aws:imagebuilder:eu-west-1:123456789012:distribution-configuration/nowhere"
    create = imagebuilder.create_image_pipeline
    assert missing in refused("ResourceNotFoundException", create, distributionConfigurationArn=missing, **parts)


@pytest.mark.parametrize(
    "expression",
    ["cron(0 2 * * *)", "cron(0 2 * * sun *)", "cron(61 2 ? * sun *)", "rate(1 days)", "rate(0 days)", "every day"],
)
def test_an_expression_that_is_no_schedule_is_refused(imagebuilder: Any, expression: str) -> None:
    parts = _parts(imagebuilder, f"schedule-{abs(hash(expression))}")
    said = invalid(imagebuilder.create_image_pipeline, schedule={"scheduleExpression": expression}, **parts)
    assert "'schedule.scheduleExpression' is not valid. Invalid schedule expression. Details:" in said


def test_a_time_zone_is_an_iana_one(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "time-zone")
    schedule = {"scheduleExpression": "cron(0 2 ? * sun *)", "timezone": "Europe/Atlantis"}
    assert "'schedule.timezone'" in invalid(imagebuilder.create_image_pipeline, schedule=schedule, **parts)


def test_a_schedule_is_kept_with_its_defaults(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "scheduled")
    schedule = {"scheduleExpression": "cron(0 2 ? * fri#2 *)"}
    made = imagebuilder.create_image_pipeline(schedule=schedule, **parts)["imagePipelineArn"]
    got = imagebuilder.get_image_pipeline(imagePipelineArn=made)["imagePipeline"]
    assert got["schedule"] == {
        "scheduleExpression": "cron(0 2 ? * fri#2 *)",
        "timezone": "UTC",
        "pipelineExecutionStartCondition": "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE",
    }


def test_an_update_resets_what_it_omits_and_enables(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "updated")
    schedule = {"scheduleExpression": "rate(2 days)"}
    members = {"schedule": schedule, "status": "DISABLED", "description": "old", "tags": {"a": "b"}}
    made = imagebuilder.create_image_pipeline(**parts, **members)["imagePipelineArn"]
    del parts["name"]
    imagebuilder.update_image_pipeline(imagePipelineArn=made, **parts)
    got = imagebuilder.get_image_pipeline(imagePipelineArn=made)["imagePipeline"]
    assert (got["status"], got["tags"], got["name"]) == ("ENABLED", {"a": "b"}, "updated")
    assert not {"schedule", "description"} & got.keys()


def test_an_updated_pipeline_lets_go_of_its_old_recipe(imagebuilder: Any) -> None:
    """References were added by an update and never taken away, so a recipe nobody used could not be deleted."""
    parts = _parts(imagebuilder, "lets-go")
    made = imagebuilder.create_image_pipeline(**parts)["imagePipelineArn"]
    other = recipe(imagebuilder, "lets-go", "2.0.0")
    imagebuilder.update_image_pipeline(
        imagePipelineArn=made,
        imageRecipeArn=other,
        infrastructureConfigurationArn=parts["infrastructureConfigurationArn"],
    )
    imagebuilder.delete_image_recipe(imageRecipeArn=parts["imageRecipeArn"])
    refused("ResourceDependencyException", imagebuilder.delete_image_recipe, imageRecipeArn=other)


def test_workflows_need_a_role_and_managed_ones_the_newest_version(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "workflows")
    create = imagebuilder.create_image_pipeline
    managed = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image"
    newest = [{"workflowArn": f"{managed}/x.x.x"}]
    assert "An execution role is required to provide workflows" in invalid(create, workflows=newest, **parts)
    fixed = [{"workflowArn": f"{managed}/1.0.0"}]
    said = invalid(create, workflows=fixed, executionRole=ROLE, **parts)
    assert f"AWS managed workflows must have latest version 'x.x.x' for '{managed}/1.0.0'" in said
    create(workflows=newest, executionRole=ROLE, **parts)


def test_an_image_is_built_by_one_workflow(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "two-builds")
    own = workflow(imagebuilder, "second-build")
    managed = "arn:aws:imagebuilder:eu-west-1:aws:workflow/build/build-image/x.x.x"
    both = [{"workflowArn": own}, {"workflowArn": managed}]
    said = invalid(imagebuilder.create_image_pipeline, workflows=both, executionRole=ROLE, **parts)
    assert "At most one workflow of type BUILD" in said


def test_only_test_workflows_run_in_groups(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "groups")
    grouped = [{"workflowArn": workflow(imagebuilder, "grouped-build"), "parallelGroup": "a"}]
    create = imagebuilder.create_image_pipeline
    refused("InvalidParameterCombinationException", create, workflows=grouped, executionRole=ROLE, **parts)


def test_parameters_of_a_workflow_are_its_own(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "workflow-parameters")
    attached = {"workflowArn": workflow(imagebuilder, "with-depth")}
    wrong = [{**attached, "parameters": [{"name": "Width", "value": ["1"]}]}]
    create = imagebuilder.create_image_pipeline
    assert "'Width'" in invalid(create, workflows=wrong, executionRole=ROLE, **parts)
    create(workflows=[{**attached, "parameters": [{"name": "Depth", "value": ["1"]}]}], executionRole=ROLE, **parts)


def test_a_run_is_recorded_at_its_pipeline(service: Any, imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "runs")
    image = imagebuilder.start_image_pipeline_execution(imagePipelineArn=made.pipeline, tags={"by": "hand"})
    arn = image["imageBuildVersionArn"]
    assert arn == "arn:aws:imagebuilder:eu-west-1:123456789012:image/runs/1.0.0/1"
    assert ("start", arn) in service.workshop.engine.calls
    got = imagebuilder.get_image_pipeline(imagePipelineArn=made.pipeline)["imagePipeline"]
    assert got["lastRunStatus"] == "PENDING"
    assert got["dateLastRun"]
    listed = imagebuilder.list_image_pipeline_images(imagePipelineArn=made.pipeline)["imageSummaryList"]
    assert [one["arn"] for one in listed] == [arn]
    assert listed[0]["tags"] == {"by": "hand"}


def test_a_disabled_pipeline_runs_by_hand(imagebuilder: Any) -> None:
    parts = _parts(imagebuilder, "disabled")
    made = imagebuilder.create_image_pipeline(status="DISABLED", **parts)["imagePipelineArn"]
    assert imagebuilder.start_image_pipeline_execution(imagePipelineArn=made)["imageBuildVersionArn"]


def test_a_pipeline_is_deleted_while_its_build_runs_and_the_build_stays(imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "gone")
    arn = imagebuilder.start_image_pipeline_execution(imagePipelineArn=made.pipeline)["imageBuildVersionArn"]
    imagebuilder.delete_image_pipeline(imagePipelineArn=made.pipeline)
    got = imagebuilder.get_image(imageBuildVersionArn=arn)["image"]
    assert got["state"]["status"] == "PENDING"
    assert got["sourcePipelineName"] == "gone"


def test_an_unknown_pipeline_has_no_images_and_cannot_start(imagebuilder: Any) -> None:
    arn = "arn:aws:imagebuilder:eu-west-1:123456789012:image-pipeline/unknown"
    assert imagebuilder.list_image_pipeline_images(imagePipelineArn=arn)["imageSummaryList"] == []
    refused("ResourceNotFoundException", imagebuilder.start_image_pipeline_execution, imagePipelineArn=arn)


def test_pipelines_are_filtered_by_what_they_use(imagebuilder: Any) -> None:
    made = pipeline(imagebuilder, "filtered")
    filters = [{"name": "infrastructureConfigurationArn", "values": ["nothing"]}]
    assert imagebuilder.list_image_pipelines(filters=filters)["imagePipelineList"] == []
    listed = imagebuilder.list_image_pipelines(filters=[{"name": "name", "values": ["filtered"]}])["imagePipelineList"]
    assert [one["arn"] for one in listed] == [made.pipeline]
