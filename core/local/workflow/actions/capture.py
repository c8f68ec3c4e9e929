"""CollectImageMetadata, SanitizeInstance and CreateImage: a machine becomes an image."""

from collections.abc import Mapping

from core.local.workflow.actions.command import OUTPUT_LIMIT, command_outputs
from core.local.workflow.actions.instance import instance_of
from core.local.workflow.build import Step
from core.local.workflow.subject import members, tag_map, text
from core.local.workflow.values import Json


async def collect_metadata(step: Step) -> Mapping[str, Json]:
    """The operating system's name into the image, its packages into the inventory. There is no SSM association here."""
    build = step.build
    found = await build.site.fleet.collect_metadata(instance_of(step))
    build.site.builds.put_packages(build.arn, found.packages)
    build.site.builds.change_image(build.arn, osVersion=found.os_version)
    build.say(f"Collected metadata: {found.os_version}, {len(found.packages)} packages.")
    return {"osVersion": found.os_version, "associationId": ""}


async def sanitize(step: Step) -> Mapping[str, Json]:
    instance = members(step.build.subject.recipe.get("additionalInstanceConfiguration"))
    if members(instance.get("systemsManagerAgent")).get("uninstallAfterBuild"):
        step.build.say("uninstallAfterBuild has no effect: without its device the local agent does nothing.")
    printed = await step.build.site.fleet.sanitize(instance_of(step))
    step.build.log.lines(printed)
    return command_outputs("Success", printed[:OUTPUT_LIMIT])


async def create_image(step: Step) -> Mapping[str, Json]:
    """Shut the machine down and make its disk an AMI, called as the build Region's distribution settings say."""
    build, subject = step.build, step.build.subject
    settings = members(subject.distribution(subject.region).get("amiDistributionConfiguration"))
    instance_id = instance_of(step)
    ami = await build.site.images.capture(
        build.site.fleet,
        instance_id,
        region=subject.region,
        name=build.new_ami_name(subject.region),
        description=text(settings.get("description")) or text(subject.recipe.get("description")),
        tags=subject.ami_tags({**tag_map(subject.recipe.get("amiTags")), **tag_map(settings.get("amiTags"))}),
        report=build.report,
    )
    build.machines.captured(instance_id)
    build.say(f"Created {ami.ami_id} ({ami.name}), {ami.written_bytes} bytes of its own.")
    return {"imageId": ami.ami_id}
