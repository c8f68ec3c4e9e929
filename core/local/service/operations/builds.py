"""The start of a build: an image that is PENDING, with copies of all it will be built from.

The copies are what makes a later update of a configuration, or a delete, harmless for a running build.
"""

from functools import partial

from core.local.service import faults
from core.local.service.desk import Desk, Members
from core.local.store import resources
from core.local.store.resources import Resource

TESTS_DEFAULT = {"imageTestsEnabled": True, "timeoutMinutes": 720}


def begin_build(desk: Desk, chosen: Members) -> Resource:
    """Create the image and start its build once that is committed.

    `chosen` holds members of CreateImage, and for a pipeline's run `sourcePipelineArn` and `sourcePipelineName`.
    """
    if "containerRecipeArn" in chosen:
        raise faults.not_served("Building a container recipe", "imagebuilder")
    recipe = desk.find(chosen["imageRecipeArn"])
    infrastructure = desk.find(chosen["infrastructureConfigurationArn"])
    distribution = chosen.get("distributionConfigurationArn")
    version = recipe.arn.version or ""
    arn = desk.new_arn("image", recipe.body["name"], version)
    build = resources.next_build(desk.connection, arn)
    body: Members = {
        "type": "AMI",
        "name": recipe.body["name"],
        "version": f"{version}/{build}",
        "platform": recipe.body["platform"],
        "enhancedImageMetadataEnabled": chosen.get("enhancedImageMetadataEnabled", True),
        "state": {"status": "PENDING"},
        "imageRecipe": recipe.body,
        "sourcePipelineName": chosen.get("sourcePipelineName"),
        "sourcePipelineArn": chosen.get("sourcePipelineArn"),
        "infrastructureConfiguration": infrastructure.body,
        "distributionConfiguration": desk.find(distribution).body if distribution else None,
        "imageTestsConfiguration": {**TESTS_DEFAULT, **chosen.get("imageTestsConfiguration", {})},
        "imageScanningConfiguration": chosen.get("imageScanningConfiguration"),
        "outputResources": {"amis": []},
        "tags": chosen.get("tags", {}),
        "buildType": "USER_INITIATED",
        "imageSource": "CUSTOM",
        "executionRole": chosen.get("executionRole"),
        "workflows": chosen.get("workflows"),
        "loggingConfiguration": chosen.get("loggingConfiguration"),
    }
    image = desk.create(arn.with_build(build), body)
    desk.after.append(partial(desk.backend.engine.start, str(image.arn)))
    return image
