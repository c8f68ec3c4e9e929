"""Image pipelines: which recipe is built with which configurations, and the start of a run."""

from typing import Any

from core.local.service import faults, listing
from core.local.service.desk import Desk, Members
from core.local.service.listing import member
from core.local.service.operations.attached_workflows import check_workflows
from core.local.service.operations.builds import TESTS_DEFAULT, begin_build
from core.local.service.operations.schedules import check_schedule
from core.local.store.records import now
from core.local.store.resources import Resource

_MEMBERS = (
    "description",
    "imageRecipeArn",
    "containerRecipeArn",
    "infrastructureConfigurationArn",
    "distributionConfigurationArn",
    "imageScanningConfiguration",
    "imageTags",
    "executionRole",
    "workflows",
    "loggingConfiguration",
)
_KEPT = ("arn", "name", "tags", "dateCreated", "dateLastRun", "lastImage")
_FILTERS = {
    "description": member("description"),
    "distributionConfigurationArn": member("distributionConfigurationArn"),
    "imageRecipeArn": member("imageRecipeArn"),
    "infrastructureConfigurationArn": member("infrastructureConfigurationArn"),
    "name": member("name"),
    "status": member("status"),
}


def create_image_pipeline(desk: Desk) -> Members:
    body, references = _pipeline(desk)
    arn = desk.new_arn("image-pipeline", desk.members["name"])
    if desk.library.get(str(arn)):
        raise faults.exists("ImagePipeline", str(arn))
    desk.within_quota("image-pipeline", desk.backend.quotas.pipelines, "pipelines")
    desk.end_dry_run()
    desk.create(arn, body | desk.chosen("name") | {"tags": desk.members.get("tags", {})}, references)
    return {"imagePipelineArn": str(arn)}


def update_image_pipeline(desk: Desk) -> Members:
    known = desk.own(desk.members["imagePipelineArn"])
    body, references = _pipeline(desk)
    if ("containerRecipeArn" in body) != ("containerRecipeArn" in known.body):
        raise faults.invalid_request("A pipeline's recipe can't change between image recipe and container recipe.")
    kept = {name: known.body[name] for name in _KEPT if name in known.body}
    desk.change(Resource(known.arn, {**kept, **body, "dateUpdated": now()}, known.created), references)
    return {"imagePipelineArn": str(known.arn)}


def get_image_pipeline(desk: Desk) -> Members:
    return {"imagePipeline": _shown(desk, desk.find(desk.members["imagePipelineArn"]))}


def delete_image_pipeline(desk: Desk) -> Members:
    arn = desk.members["imagePipelineArn"]
    desk.delete(desk.own(arn), unless=False)
    return {"imagePipelineArn": arn}


def list_image_pipelines(desk: Desk) -> Members:
    found = listing.filtered(desk, desk.library.owned(desk.region, "image-pipeline"), _FILTERS)
    return listing.page(desk, "imagePipelineList", [(listing.key_of(one), _shown(desk, one)) for one in found])


def list_image_pipeline_images(desk: Desk) -> Members:
    """An unknown pipeline has no images; one deleted meanwhile keeps them."""
    arn = desk.members["imagePipelineArn"]
    found = [one for one in desk.library.owned(desk.region, "image") if one.body.get("sourcePipelineArn") == arn]
    shown = listing.filtered(desk, found, {name: member(name) for name in ("name", "version")})
    items = [(listing.key_of(one), {**one.body, "owner": one.arn.owner}) for one in shown]
    return listing.page(desk, "imageSummaryList", items)


def start_image_pipeline_execution(desk: Desk) -> Members:
    """A manual run, accepted from a disabled pipeline as well."""
    pipeline = desk.own(desk.members["imagePipelineArn"])
    chosen = {
        **pipeline.body,
        "tags": desk.members.get("tags", {}),
        "sourcePipelineArn": str(pipeline.arn),
        "sourcePipelineName": pipeline.body["name"],
    }
    logging = pipeline.body.get("loggingConfiguration", {})
    chosen["loggingConfiguration"] = (
        {"logGroupName": logging["imageLogGroupName"]} if "imageLogGroupName" in logging else None
    )
    image = begin_build(desk, chosen)
    desk.change(pipeline.with_body(dateLastRun=now(), lastImage=str(image.arn)))
    return {"imageBuildVersionArn": str(image.arn)}


def _pipeline(desk: Desk) -> tuple[Members, list[str]]:
    """The body and the references of a pipeline as the request describes it, all defaults filled in."""
    members = desk.members
    if ("imageRecipeArn" in members) == ("containerRecipeArn" in members):
        raise faults.invalid_combination("Specify exactly one of imageRecipeArn and containerRecipeArn.")
    recipe_arn = members.get("imageRecipeArn") or members["containerRecipeArn"]
    recipe = desk.find(recipe_arn)
    references = [recipe_arn, members["infrastructureConfigurationArn"]]
    desk.find(members["infrastructureConfigurationArn"])
    if distribution := members.get("distributionConfigurationArn"):
        desk.find(distribution)
        references.append(distribution)
    references += check_workflows(desk, members)
    body = desk.chosen(*_MEMBERS) | {
        "platform": recipe.body["platform"],
        "enhancedImageMetadataEnabled": members.get("enhancedImageMetadataEnabled", True),
        "imageTestsConfiguration": {**TESTS_DEFAULT, **members.get("imageTestsConfiguration", {})},
        "status": members.get("status", "ENABLED"),
        "consecutiveFailures": 0,
    }
    schedule = check_schedule(members.get("schedule"))
    return body | ({"schedule": schedule} if schedule else {}), references


def _shown(desk: Desk, pipeline: Resource) -> Members:
    last = desk.library.get(pipeline.body.get("lastImage", ""))
    return {**pipeline.body, **({"lastRunStatus": last.body["state"]["status"]} if last else {})}


OPERATIONS: dict[str, Any] = {
    "CreateImagePipeline": create_image_pipeline,
    "DeleteImagePipeline": delete_image_pipeline,
    "GetImagePipeline": get_image_pipeline,
    "ListImagePipelineImages": list_image_pipeline_images,
    "ListImagePipelines": list_image_pipelines,
    "StartImagePipelineExecution": start_image_pipeline_execution,
    "UpdateImagePipeline": update_image_pipeline,
}
