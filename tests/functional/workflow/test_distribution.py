"""Distribution to Regions, tests switched off, and going on after a failure."""

import re
from typing import Any

import pytest

from core.errors import HostFault
from tests.functional.workflow.conftest import BASE, REGION, Bakery
from tests.functional.workflow.test_failures import TASTELESS

THREE = {
    "distributions": [
        {"region": "us-east-1", "amiDistributionConfiguration": {"amiTags": {"Where": "east"}}},
        {
            "region": REGION,
            "amiDistributionConfiguration": {
                "name": "bread {{ imagebuilder:buildDate:yyyyMMdd }}-{{imagebuilder:buildVersion}}",
                "description": "Fresh",
                "launchPermission": {"userIds": ["210987654321"]},
            },
            "ssmParameterConfigurations": [{"parameterName": "/imagebuilder/bread"}],
        },
        {"region": "ap-south-1", "amiDistributionConfiguration": {"targetAccountIds": ["210987654321"]}},
    ]
}


def amis(image: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {ami["region"]: ami for ami in image["outputResources"]["amis"]}


async def test_an_image_reaches_its_regions_with_names_and_tags(bakery: Bakery) -> None:
    arn = bakery.image(distributionConfiguration=THREE)
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "AVAILABLE"
    assert list(amis(image)) == [REGION, "ap-south-1", "us-east-1"]
    home, east = amis(image)[REGION], amis(image)["us-east-1"]
    assert re.fullmatch(r"bread \d{8}-1", home["name"])
    assert home["description"] == "Fresh"
    assert re.fullmatch(r"web \d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z", east["name"])
    assert east["description"] == ""
    assert bakery.images.table["us-east-1", east["image"]].tags == {
        "CreatedBy": "EC2 Image Builder",
        "Ec2ImageBuilderArn": arn,
        "Where": "east",
    }
    assert [step.status for step in bakery.steps(arn, 2).values()] == ["COMPLETED"] * 3


async def test_settings_without_effect_are_named_in_the_log(bakery: Bakery) -> None:
    await bakery.bake(bakery.image(distributionConfiguration=THREE))
    log = "\n".join(bakery.log())
    assert "ap-south-1: no copies for 1 other account(s)" in log
    assert f"{REGION}: launch permissions (userIds) have no effect" in log
    assert f"{REGION}: ssmParameterConfigurations has no effect" in log
    assert "The image is DISTRIBUTING" in log


async def test_one_region_that_fails_leaves_the_others_what_they_have(bakery: Bakery) -> None:
    """Without the handling the first failing Region hid what the others had got, and the rest were never tried."""
    fails = True

    async def full(operation: str) -> None:
        if operation == "copy us-east-1" and fails:
            raise HostFault("The disk of this computer is full.")

    bakery.images.before = full
    arn = bakery.image(distributionConfiguration=THREE)
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "FAILED"
    assert (
        "Not all distribution jobs are completed. 1) 'The disk of this computer is full.'" in image["state"]["reason"]
    )
    context = image["state"]["failureContext"]
    assert context["failedStep"] == "DistributeImage"
    [region] = context["distributionFailure"]["regionFailures"]
    assert (region["region"], region["status"]) == ("us-east-1", "FAILED")
    assert list(amis(image)) == [REGION, "ap-south-1"]
    copied = amis(image)["ap-south-1"]

    fails = False
    bakery.engine.retry(arn)
    again = await bakery.end(arn)
    assert again["state"] == {"status": "AVAILABLE"}
    assert list(amis(again)) == [REGION, "ap-south-1", "us-east-1"]
    assert amis(again)["ap-south-1"] == copied
    assert [execution.retried for execution in bakery.executions(arn)] == [None, None, True, None]
    assert len(bakery.fleet.launched) == 2


async def test_a_failed_test_is_retried_with_the_image_that_was_built(bakery: Bakery) -> None:
    component = bakery.component("tasteless", TASTELESS)
    arn = bakery.image(components=(component,))
    await bakery.bake(arn)
    built = max(bakery.images.amis(REGION), key=lambda ami: ami.ami_id)
    bakery.engine.retry(arn)
    image = await bakery.end(arn)
    assert image["state"]["failureContext"]["imageStatus"] == "TESTING"
    assert [execution.type for execution in bakery.executions(arn)] == ["BUILD", "TEST", "TEST"]
    assert [execution.retried for execution in bakery.executions(arn)] == [None, True, None]
    assert [machine.spec.ami_id for machine in bakery.fleet.launched.values()][1:] == [built.ami_id] * 2


async def test_a_failed_build_phase_cannot_be_retried(bakery: Bakery) -> None:
    arn = bakery.image(components=("arn:aws:imagebuilder:eu-central-1:123456789012:component/none/1.0.0/1",))
    await bakery.bake(arn)
    bakery.engine.retry(arn)
    image = await bakery.end(arn)
    assert image["state"]["status"] == "FAILED"
    assert "Only the test and distribution phases can be retried" in image["state"]["reason"]


async def test_tests_switched_off_start_no_second_machine(bakery: Bakery) -> None:
    arn = bakery.image(imageTestsConfiguration={"imageTestsEnabled": False})
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "AVAILABLE"
    assert [machine.spec.role for machine in bakery.fleet.launched.values()] == ["build"]
    assert [execution.type for execution in bakery.executions(arn)] == ["BUILD"]


async def test_an_image_can_be_the_parent_of_another(bakery: Bakery) -> None:
    first = await bakery.bake(bakery.image("first"))
    parent = f"arn:aws:imagebuilder:{REGION}:123456789012:image/first/x.x.x"
    second = await bakery.bake(bakery.image("second", parentImage=parent))
    assert second["imageRecipe"]["parentImage"] == first["arn"]
    machine = list(bakery.fleet.launched.values())[2]
    assert machine.spec.ami_id == first["outputResources"]["amis"][0]["image"]


async def test_a_parameter_can_name_the_parent_image(bakery: Bakery) -> None:
    ami_id = bakery.images.base_ami(REGION, BASE).ami_id
    bakery.home.parameters.write_text(f'{{"/imagebuilder/rye": "{ami_id}"}}')
    image = await bakery.bake(bakery.image(parentImage="ssm:/imagebuilder/rye"))
    assert image["state"]["status"] == "AVAILABLE"


async def test_log_files_stay_in_the_log_folder_and_go_to_the_bucket_asked_for(bakery: Bakery) -> None:
    (bakery.home.buckets / "crumbs").mkdir(parents=True)
    logging = {"s3Logs": {"s3BucketName": "crumbs", "s3KeyPrefix": "logs"}}
    arn = bakery.image(components=(bakery.component("loaf"),), infrastructureConfiguration={"logging": logging})
    await bakery.bake(arn)
    workflow = bakery.executions(arn)[0].workflow_execution_id
    below = f"web/1.0.0/1/{workflow}/ApplyBuildComponents"
    for folder in (bakery.home.logs / below, bakery.home.buckets / "crumbs" / "logs" / below):
        assert {"console.log", "application.log", "detailedoutput.json"} <= {path.name for path in folder.rglob("*")}


async def test_a_retry_right_after_the_failure_waits_for_the_end_of_the_first_try(bakery: Bakery) -> None:
    """Without the handling a retry sent the moment the image was FAILED found its task not quite ended, was taken for
    a second start, and the image stayed PENDING for ever."""
    arn = bakery.image(components=(bakery.component("tasteless", TASTELESS),))
    bakery.engine.start(arn)
    await bakery.until(lambda: bool(bakery.fleet.launched))
    bakery.engine.retry(arn)
    await bakery.until(lambda: len(bakery.executions(arn)) == 3 and bakery.executions(arn)[2].ended)
    image = await bakery.end(arn)
    assert image["state"]["status"] == "FAILED"


async def test_user_data_that_is_not_base64_fails_the_launch(bakery: Bakery) -> None:
    """Without the handling the machine started without the user data its owner counted on."""
    recipe = {"name": "web", "parentImage": f"arn:aws:imagebuilder:{REGION}:aws:image/{BASE}/x.x.x"}
    override = {"additionalInstanceConfiguration": {"userDataOverride": "#!/bin/sh"}}
    image = await bakery.bake(bakery.image(imageRecipe={**recipe, **override}))
    assert "userDataOverride is not base64" in image["state"]["reason"]


async def test_a_machine_is_made_as_the_recipe_and_infrastructure_say(bakery: Bakery) -> None:
    recipe = {
        "name": "web",
        "parentImage": f"arn:aws:imagebuilder:{REGION}:aws:image/{BASE}/x.x.x",
        "workingDirectory": "/opt/work",
        "blockDeviceMappings": [
            {"deviceName": "/dev/sdf", "ebs": {"volumeSize": 100}},
            {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 12}},
        ],
        "additionalInstanceConfiguration": {"userDataOverride": "IyEvYmluL3No"},
    }
    await bakery.bake(bakery.image(imageRecipe=recipe))
    build, test = (machine.spec for machine in bakery.fleet.launched.values())
    assert (build.volume_gib, build.instance_types, build.user_data) == (12, ("t3.small",), b"#!/bin/sh")
    assert (build.working_directory, build.name) == ("/opt/work", "Build instance for web")
    assert (test.user_data, test.name) == (b"", "Test instance for web")
    assert any("Further volumes are not attached here: /dev/sdf." in line for line in bakery.log())


@pytest.mark.parametrize("region", ["../../elsewhere", "eu-nowhere-1", ""])
async def test_a_region_that_is_none_fails_and_touches_no_folder(bakery: Bakery, region: str) -> None:
    """Without the handling a workflow document could name any folder of this computer as a Region."""
    document = f"""
schemaVersion: 1.0
steps:
  - {{name: Send, action: DistributeImage, inputs: {{distributions: [{{region: "{region}"}}]}}}}
"""
    workflow = bakery.workflow("distribution", "astray", document)
    image = await bakery.bake(bakery.image(workflows=[{"workflowArn": workflow}]))
    assert f"There is no Region '{region}'." in image["state"]["reason"]
    assert list(amis(image)) == [REGION]


@pytest.mark.parametrize("parent", ["ami-../../disk", "ami-", "ami-0/x"])
async def test_a_parent_image_that_is_no_id_leads_nowhere(bakery: Bakery, parent: str) -> None:
    """Without the handling an AMI id was part of a path before anybody had looked at it."""
    image = await bakery.bake(bakery.image(parentImage=parent))
    assert image["state"]["reason"] == f"The parent image '{parent}' does not exist in Region {REGION}."


async def test_a_distribution_workflow_can_name_regions_and_names_itself(bakery: Bakery) -> None:
    document = f"""
schemaVersion: 1.0
parameters: [{{name: Elsewhere, type: string}}]
steps:
  - name: Send
    action: DistributeImage
    inputs:
      distributions:
        - {{region: {REGION}, name: "fresh {{{{ imagebuilder:buildVersion }}}}", amiTags: {{Shelf: "1"}}}}
        - {{region: "{{{{ $.parameters.Elsewhere }}}}", name: far, description: Copied}}
"""
    build = f"arn:aws:imagebuilder:{REGION}:aws:workflow/build/build-image/x.x.x"
    workflow = {
        "workflowArn": bakery.workflow("distribution", "own", document),
        "parameters": [{"name": "Elsewhere", "value": ["us-east-1"]}],
    }
    arn = bakery.image(workflows=[{"workflowArn": build}, workflow])
    image = await bakery.bake(arn)
    home, far = amis(image)[REGION], amis(image)["us-east-1"]
    assert (home["name"], home["description"]) == ("fresh 1", "A web server")
    assert (far["name"], far["description"]) == ("far", "Copied")
    assert bakery.images.table[REGION, home["image"]].tags == {
        "CreatedBy": "EC2 Image Builder",
        "Ec2ImageBuilderArn": arn,
        "Flour": "rye",
        "Shelf": "1",
    }
    assert [execution.type for execution in bakery.executions(arn)] == ["BUILD", "DISTRIBUTION"]


@pytest.mark.parametrize("bucket", ["../../..", "Not A Bucket"])
async def test_a_bucket_that_is_none_is_told_of_and_touches_no_folder(bakery: Bakery, bucket: str) -> None:
    """Without the handling the name of a bucket could lead out of the folder of buckets."""
    logging = {"s3Logs": {"s3BucketName": bucket}}
    arn = bakery.image(components=(bakery.component("loaf"),), infrastructureConfiguration={"logging": logging})
    image = await bakery.bake(arn)
    assert image["state"]["status"] == "AVAILABLE"
    assert any(f"The logs were not copied to s3://{bucket}/" in line for line in bakery.log())
    assert not bakery.home.buckets.exists() or not list(bakery.home.buckets.iterdir())
