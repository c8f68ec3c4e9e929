"""Tags of any resource; they are part of its body."""

from typing import Any

from core.local.service import faults
from core.local.service.desk import Desk, Members


def list_tags_for_resource(desk: Desk) -> Members:
    found = desk.library.get(desk.members["resourceArn"])
    if found is None or found.region != desk.region:
        raise faults.not_found(desk.members["resourceArn"])
    return {"tags": found.body.get("tags", {})}


def tag_resource(desk: Desk) -> Members:
    resource = desk.own(desk.members["resourceArn"])
    tags = {**resource.body.get("tags", {}), **desk.members["tags"]}
    if len(tags) > desk.backend.quotas.tags:
        raise faults.invalid_parameter(f"A resource can have at most {desk.backend.quotas.tags} tags.")
    desk.change(resource.with_body(tags=tags))
    return {}


def untag_resource(desk: Desk) -> Members:
    resource = desk.own(desk.members["resourceArn"])
    gone = set(desk.members["tagKeys"])
    tags = {key: value for key, value in resource.body.get("tags", {}).items() if key not in gone}
    desk.change(resource.with_body(tags=tags))
    return {}


OPERATIONS: dict[str, Any] = {
    "ListTagsForResource": list_tags_for_resource,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
