"""Images: made by a build, read in three depths (name, version, build), cancelled, retried, deleted."""

from functools import partial
from typing import Any

from sqlalchemy import select

from core.local.endpoint import ACCOUNT_ID
from core.local.service import faults, listing
from core.local.service.desk import Desk, Members
from core.local.service.listing import member
from core.local.service.operations.attached_workflows import check_workflows
from core.local.service.operations.builds import begin_build
from core.local.service.operations.documents import latest_references
from core.local.store import executions
from core.local.store.records import ENDED_IMAGE
from core.local.store.resources import Resource
from core.local.store.schema import PACKAGE
from core.recipe.names import Arn

_FILTERS = {name: member(name) for name in ("name", "osVersion", "platform", "type")}


def create_image(desk: Desk) -> Members:
    members = desk.members
    if ("imageRecipeArn" in members) == ("containerRecipeArn" in members):
        raise faults.invalid_combination("Specify exactly one of imageRecipeArn and containerRecipeArn.")
    check_workflows(desk, members)
    running = [one for one in desk.library.owned(desk.region, "image") if not _ended(one)]
    if len(running) >= desk.backend.quotas.concurrent_builds:
        raise faults.over_quota("concurrent builds", desk.backend.quotas.concurrent_builds)
    image = begin_build(desk, members)
    return {"imageBuildVersionArn": str(image.arn), "latestVersionReferences": latest_references(image.arn)}


def get_image(desk: Desk) -> Members:
    """A version or a wildcard means the newest build that is AVAILABLE; every other build needs its full ARN."""
    found = desk.find(desk.members["imageBuildVersionArn"])
    return {"image": found.body, "latestVersionReferences": latest_references(found.arn)}


def list_images(desk: Desk) -> Members:
    found = listing.newest_builds(listing.owned_by(desk, "image"))
    filters = {**_FILTERS, "version": _version}
    shown = listing.filtered(desk, found, filters)
    chosen = listing.newest_versions(shown) if desk.members.get("byName") else shown
    items = [
        (
            listing.key_of(one),
            {**_summary(one), "arn": str(one.arn.without_build()), "version": str(one.version)},
        )
        for one in chosen
    ]
    return listing.page(desk, "imageVersionList", items)


def list_image_build_versions(desk: Desk) -> Members:
    wanted = desk.members.get("imageVersionArn")
    found = desk.library.owned(desk.region, "image")
    if wanted is not None:
        version = Arn.parse(wanted)
        family = desk.library.managed(desk.region, "image") if version.owner == "aws" else found
        found = [one for one in family if one.arn.without_build() == version]
    shown = listing.filtered(desk, found, {**_FILTERS, "version": _version})
    return listing.page(desk, "imageSummaryList", [(listing.key_of(one), _summary(one)) for one in shown])


def list_image_packages(desk: Desk) -> Members:
    image = desk.find(desk.members["imageBuildVersionArn"])
    query = select(PACKAGE.c.position, PACKAGE.c.name, PACKAGE.c.version)
    rows = desk.connection.execute(query.where(PACKAGE.c.resource_arn == str(image.arn)).order_by(PACKAGE.c.position))
    items: list[tuple[listing.Key, Members]] = [
        ((row.position,), {"packageName": row.name, "packageVersion": row.version}) for row in rows
    ]
    return listing.page(desk, "imagePackageList", items)


def cancel_image_creation(desk: Desk) -> Members:
    """Asynchronous; what the build has produced stays. AWS does not document the error for an image that has ended."""
    image = desk.own(desk.members["imageBuildVersionArn"])
    if _ended(image):
        status = image.body["state"]["status"]
        raise faults.invalid_request(f"The image '{image.arn}' is {status}; only a running build can be cancelled.")
    desk.after.append(partial(desk.backend.engine.cancel, str(image.arn)))
    return {"imageBuildVersionArn": str(image.arn)}


def retry_image(desk: Desk) -> Members:
    """Only where the build workflow has succeeded is there something to go on from (service reference 1.12)."""
    image = desk.own(desk.members["imageBuildVersionArn"])
    status = image.body["state"]["status"]
    if status not in ("FAILED", "CANCELLED"):
        raise faults.invalid_request(f"The image '{image.arn}' is {status}; only FAILED or CANCELLED can be retried.")
    done = [one for one in executions.workflows(desk.connection, str(image.arn)) if not one.retried]
    if not any(one.type != "BUILD" or one.status == "COMPLETED" for one in done):
        raise faults.invalid_request(f"The image '{image.arn}' failed before its build was complete; build it anew.")
    desk.change(image.with_body(state={"status": "PENDING"}))
    desk.after.append(partial(desk.backend.engine.retry, str(image.arn)))
    return {"imageBuildVersionArn": str(image.arn)}


def delete_image(desk: Desk) -> Members:
    """The record goes; AMIs and their files stay, as on AWS."""
    arn = desk.members["imageBuildVersionArn"]
    image = desk.own(arn)
    desk.delete(image, unless=not _ended(image) or desk.referenced(image))
    return {"imageBuildVersionArn": arn}


def _ended(image: Resource) -> bool:
    return image.body["state"]["status"] in ENDED_IMAGE


def _summary(image: Resource) -> Members:
    owner = "Amazon" if image.arn.owner == "aws" else ACCOUNT_ID
    return {**image.body, "owner": owner}


def _version(body: Members) -> str:
    return str(body["version"]).partition("/")[0]


OPERATIONS: dict[str, Any] = {
    "CancelImageCreation": cancel_image_creation,
    "CreateImage": create_image,
    "DeleteImage": delete_image,
    "GetImage": get_image,
    "ListImageBuildVersions": list_image_build_versions,
    "ListImagePackages": list_image_packages,
    "ListImages": list_images,
    "RetryImage": retry_image,
}
