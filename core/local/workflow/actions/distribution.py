"""DistributeImage, ModifyImageAttributes and ApplyImageConfigurations: the image reaches its Regions.

A local Region is a folder, so a copy is a copy; what grants access to or configures other services has nobody to act on
here, and each such setting is named in the build's log instead of being passed over.
"""

from collections.abc import Mapping, Sequence

from core.catalog.regions import REGIONS
from core.errors import BakehouseError, NotFound
from core.local.machine.ports import Ami
from core.local.store.records import now
from core.local.workflow.build import Build, Step
from core.local.workflow.failure import StepFailed, explained
from core.local.workflow.subject import Members, listed, members, tag_map, text
from core.local.workflow.values import Json

INTEGRATIONS = {
    "licenseConfigurationArns": "no License Manager associates licences",
    "launchTemplateConfigurations": "no EC2 launch template is updated",
    "s3ExportConfiguration": "no disk image goes to S3 (`bakehouse images export` writes one)",
    "fastLaunchConfigurations": "no fast launch is set up",
    "ssmParameterConfigurations": "no SSM parameter is written",
}
"""Settings of a Region that ApplyImageConfigurations acts on, and what does not happen locally."""


async def distribute(step: Step) -> Mapping[str, Json]:
    """Bring the AMI to every Region asked for. One Region's failure leaves the others what they have."""
    build = step.build
    done: list[Mapping[str, Json]] = []
    try:
        for settings in _settings(step):
            begun = now()
            region = text(settings.get("region"))
            try:
                ami = await _to_region(build, region, settings, renames="distributions" in step.inputs)
            except (BakehouseError, OSError) as error:
                done.append(_failed(build, region, explained(error), begun))
            else:
                build.distributed[region] = ami
                build.say(f"Distributed to {region}: {ami.ami_id} ({ami.name}).")
                done.append({**_entry(build, ami, begun), "status": "Completed", "step": "Completed"})
    finally:
        build.record_outputs()
    if failures := [entry for entry in done if entry["status"] == "Failed"]:
        raise _distribution_failure(build, done, failures)
    return {"distributedImages": done}


def _settings(step: Step) -> Sequence[Members]:
    """The Regions of the step's inputs, else of the attached distribution configuration, in the inputs' shape."""
    if "distributions" in step.inputs:
        return [members(entry) for entry in listed(step.inputs["distributions"])]
    return [
        {**members(entry.get("amiDistributionConfiguration")), "region": entry.get("region")}
        for entry in step.build.subject.distributions
    ]


async def _to_region(build: Build, region: str, settings: Members, *, renames: bool) -> Ami:
    """The AMI of a Region: the build's own in its Region, one from an earlier try, or a fresh copy."""
    if region not in REGIONS:
        raise NotFound(f"There is no Region '{region}'.")
    _say_what_is_left_out(build, region, settings)
    own = region == build.subject.region
    tags = build.subject.ami_tags(members(settings.get("amiTags")))
    name, description = text(settings.get("name")), text(settings.get("description"))
    if own and not (renames and build.made):
        return build.ami
    if own:
        return await build.site.images.rename(
            build.ami,
            name=build.ami_name_after(name) if name else None,
            description=description or None,
            tags={**build.ami.tags, **tags},
        )
    known = build.distributed.get(region)
    if known is not None and build.site.ami(region, known.ami_id) is not None:
        return known
    return await build.site.images.copy(
        build.ami, region, name=build.ami_name_after(name), description=description, tags=tags, report=build.report
    )


def _say_what_is_left_out(build: Build, region: str, settings: Members) -> None:
    if others := [item for item in listed(settings.get("targetAccountIds")) if item != build.subject.account_id]:
        build.say(f"{region}: no copies for {len(others)} other account(s); the local Image Builder has one account.")
    if settings.get("kmsKeyId"):
        build.say(f"{region}: kmsKeyId has no effect; local images are not encrypted.")


def _entry(build: Build, ami: Ami, begun: str) -> dict[str, Json]:
    return {
        "region": ami.region,
        "name": ami.name,
        "amiId": ami.ami_id,
        "accountId": build.subject.account_id,
        "dateStarted": begun,
        "dateStopped": now(),
    }


def _failed(build: Build, region: str, error: str, begun: str) -> dict[str, Json]:
    build.say(f"Distribution to {region} failed: {error}")
    return {
        "region": region,
        "accountId": build.subject.account_id,
        "dateStarted": begun,
        "dateStopped": now(),
        "status": "Failed",
        "step": "CopyAmiRunning",
        "errorMessage": error,
    }


def _distribution_failure(
    build: Build, done: Sequence[Mapping[str, Json]], failures: Sequence[Mapping[str, Json]]
) -> StepFailed:
    account = build.subject.account_id
    told_each = " ".join(
        f"{number}) '{entry['errorMessage']}' when distributing the image from the source account (ID: {account}) "
        f"to the destination account (ID: {account}) in Region {entry['region']}."
        for number, entry in enumerate(failures, 1)
    )
    message = f"Not all distribution jobs are completed. {told_each}"
    regions: list[Json] = [
        {
            "region": entry["region"],
            "status": "FAILED",
            "errorMessage": entry["errorMessage"],
            "targetAccountId": account,
        }
        for entry in failures
    ]
    return StepFailed(
        message,
        outputs={"distributedImages": [dict(entry) for entry in done]},
        distribution={"errorMessage": message, "regionFailures": regions},
    )


async def modify_attributes(step: Step) -> Mapping[str, Json]:
    """Launch permissions have no one to permit locally: each is named in the log, the images stay as they are."""
    build = step.build
    asked = {
        text(members(entry).get("region")): members(members(entry).get("launchPermission"))
        for entry in listed(step.inputs.get("attributes"))
    } or {
        text(entry.get("region")): members(members(entry.get("amiDistributionConfiguration")).get("launchPermission"))
        for entry in build.subject.distributions
    }
    images = [members(image) for image in listed(step.inputs.get("distributedImages"))]
    modified = [image for image in images if asked.get(text(image.get("region")))]
    for image in modified:
        region = text(image.get("region"))
        grants = ", ".join(sorted(asked[region]))
        build.say(f"{region}: launch permissions ({grants}) have no effect; the local Image Builder has one account.")
    return {"modifiedImages": [_completed(image) for image in modified]}


async def apply_configurations(step: Step) -> Mapping[str, Json]:
    """Name what would be configured in other services: the image counts as INTEGRATING meanwhile, as on AWS."""
    build = step.build
    given = [members(entry) for entry in listed(step.inputs.get("configurations"))]
    settings = {text(entry.get("region")): entry for entry in (given or build.subject.distributions)}
    images = [members(image) for image in listed(step.inputs.get("distributedImages"))]
    configured = [
        image for image in images if any(settings.get(text(image.get("region")), {}).get(k) for k in INTEGRATIONS)
    ]
    if configured:
        build.site.builds.change_image(build.arn, state={"status": "INTEGRATING"})
    for image in configured:
        region = text(image.get("region"))
        for setting, effect in INTEGRATIONS.items():
            if settings[region].get(setting):
                build.say(f"{region}: {setting} has no effect in the local Image Builder: {effect}.")
    return {"configuredImages": [_completed(image) for image in configured]}


def _integrates(settings: Members) -> bool:
    return any(settings.get(name) for name in INTEGRATIONS)


def _completed(image: Members) -> dict[str, Json]:
    stamp = now()
    known = tag_map({key: image.get(key, "") for key in ("accountId", "name", "amiId", "region")})
    return {**known, "dateStarted": stamp, "dateStopped": stamp, "status": "Completed", "step": "Completed"}
