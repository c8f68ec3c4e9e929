"""Components and workflows: documents that never change, kept as numbered builds of a version."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from core.errors import Problem, Severity
from core.local.endpoint import ACCOUNT_ID
from core.local.service import faults, listing
from core.local.service.desk import Desk, Members
from core.local.service.listing import member
from core.local.store import resources
from core.local.store.managed import document_parameters
from core.local.store.resources import Resource
from core.recipe.component import check_component, component_type, parse_component
from core.recipe.names import Arn, Version
from core.recipe.workflow import check_workflow, parse_workflow

_COMPONENT_FILTERS = {
    "description": member("description"),
    "name": member("name"),
    "platform": member("platform"),
    "productCodes": member("productCodes"),
    "status": member("state", "status"),
    "supportedOsVersion": member("supportedOsVersions"),
    "type": member("type"),
    "version": member("version"),
}
_WORKFLOW_FILTERS = {name: member(name) for name in ("name", "version", "description", "type")}
_SHOWN_PROBLEMS = 3


def create_component(desk: Desk) -> Members:
    text = _document(desk)
    platform = desk.members["platform"]
    _accept(check_component(text, platform=platform))
    document = parse_component(text)
    body = desk.chosen("name", "description", "changeDescription", "platform", "supportedOsVersions", "kmsKeyId") | {
        "version": desk.members["semanticVersion"],
        "type": component_type(document),
        "state": {"status": "ACTIVE"},
        "parameters": document_parameters(document.parameters),
        "owner": ACCOUNT_ID,
        "data": text,
        "encrypted": True,
        "tags": desk.members.get("tags", {}),
    }
    same = ("data", "platform", "supportedOsVersions", "description")
    made = _new_build(desk, "component", "Component", body, same, desk.backend.quotas.components)
    return {"componentBuildVersionArn": str(made.arn), "latestVersionReferences": latest_references(made.arn)}


def create_workflow(desk: Desk) -> Members:
    text = _document(desk)
    kind = desk.members["type"]
    _accept(check_workflow(text, type=kind))
    document = parse_workflow(text)
    body = desk.chosen("name", "description", "changeDescription", "type", "kmsKeyId") | {
        "version": desk.members["semanticVersion"],
        "state": {"status": "ACTIVE"},
        "parameters": document_parameters(document.parameters),
        "owner": ACCOUNT_ID,
        "data": text,
        "tags": desk.members.get("tags", {}),
    }
    kind_ = f"workflow/{kind.lower()}"
    made = _new_build(desk, kind_, "Workflow", body, ("data", "description"), desk.backend.quotas.workflows)
    return {"workflowBuildVersionArn": str(made.arn), "latestVersionReferences": latest_references(made.arn)}


def get_component(desk: Desk) -> Members:
    found = desk.find(desk.members["componentBuildVersionArn"])
    return {"component": found.body, "latestVersionReferences": latest_references(found.arn)}


def get_workflow(desk: Desk) -> Members:
    found = desk.find(desk.members["workflowBuildVersionArn"])
    return {"workflow": found.body, "latestVersionReferences": latest_references(found.arn)}


def delete_component(desk: Desk) -> Members:
    arn = desk.members["componentBuildVersionArn"]
    found = desk.own(arn)
    desk.delete(found, unless=desk.referenced(found))
    return {"componentBuildVersionArn": arn}


def delete_workflow(desk: Desk) -> Members:
    arn = desk.members["workflowBuildVersionArn"]
    found = desk.own(arn)
    desk.delete(found, unless=desk.referenced(found))
    return {"workflowBuildVersionArn": arn}


def list_components(desk: Desk) -> Members:
    names = {each["name"] for each in desk.members.get("filters", [])}
    if desk.members.get("byName") and "version" in names:
        raise faults.invalid_combination("byName can't be combined with a filter on version.")
    found = listing.newest_builds(listing.owned_by(desk, "component"))
    if "status" not in names:
        found = [one for one in found if one.body["state"]["status"] != "DEPRECATED"]
    shown = listing.filtered(desk, found, _COMPONENT_FILTERS)
    return _versions(desk, "componentVersionList", shown)


def list_component_build_versions(desk: Desk) -> Members:
    found = _builds(desk, ("component",), desk.members.get("componentVersionArn"))
    active = [one for one in found if one.body["state"]["status"] != "DEPRECATED"]
    return listing.page(desk, "componentSummaryList", [(listing.key_of(one), one.body) for one in active])


def list_workflows(desk: Desk) -> Members:
    owner = desk.members.get("owner", "Self")
    if owner not in ("Self", "Amazon", "AWSMarketplace"):
        raise faults.invalid_value("owner", "Workflows are listed for the owners Self and Amazon.")
    found = [one for kind in _workflow_kinds() for one in listing.newest_builds(listing.owned_by(desk, kind))]
    return _versions(desk, "workflowVersionList", listing.filtered(desk, found, _WORKFLOW_FILTERS))


def list_workflow_build_versions(desk: Desk) -> Members:
    found = _builds(desk, _workflow_kinds(), desk.members.get("workflowVersionArn"))
    shown = [((one.kind, *listing.key_of(one)), one.body) for one in found]
    return listing.page(desk, "workflowSummaryList", sorted(shown, key=lambda item: item[0]))


def latest_references(arn: Arn) -> Members:
    """Where the newest of any, this major, minor and patch version is; managed workflows have only the first."""
    major, minor, _ = str(arn.version).split(".")
    latest = {"latestVersionArn": str(arn.with_version("x.x.x"))}
    if arn.type == "workflow" and arn.owner == "aws":
        return latest
    return latest | {
        "latestMajorVersionArn": str(arn.with_version(f"{major}.x.x")),
        "latestMinorVersionArn": str(arn.with_version(f"{major}.{minor}.x")),
        "latestPatchVersionArn": str(arn.with_version(str(arn.version))),
    }


def version_of(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise faults.invalid_version(
            f"The supplied semantic version does not follow the required format: {error}"
        ) from error


def _new_build(desk: Desk, kind: str, word: str, body: Members, same: tuple[str, ...], quota: int) -> Resource:
    version = version_of(body["version"])
    arn = desk.new_arn(kind, body["name"], str(version))
    builds = [one for one in desk.library.owned(desk.region, kind, arn.name) if one.version == version]
    if builds and all(builds[-1].body.get(name) == body.get(name) for name in same):
        raise faults.exists(word, str(builds[-1].arn))
    desk.within_quota(kind, quota, f"{word.lower()}s")
    desk.end_dry_run()
    return desk.create(arn.with_build(resources.next_build(desk.connection, arn)), {**body, "version": str(version)})


def _versions(desk: Desk, name: str, found: Iterable[Resource]) -> Members:
    """One entry per version, or per name with `byName`; its ARN has no build number."""
    chosen = listing.newest_versions(found) if desk.members.get("byName") else list(found)
    shown: list[tuple[listing.Key, Members]] = [
        (
            (one.kind, *listing.key_of(one)),
            {**one.body, "arn": str(one.arn.without_build()), "status": one.body["state"]["status"]},
        )
        for one in chosen
    ]
    return listing.page(desk, name, sorted(shown, key=lambda item: item[0]))


def _builds(desk: Desk, kinds: tuple[str, ...], version_arn: str | None) -> list[Resource]:
    """The account's builds under a version ARN (which may hold wildcards), or all; an unknown one has none."""
    found = [one for kind in kinds for one in desk.library.owned(desk.region, kind)]
    if version_arn is None:
        return found
    wanted = Arn.parse(version_arn)
    family = [one for one in found if one.arn.without_version() == wanted.without_version()]
    nodes = str(wanted.version).split(".")
    return [
        one
        for one in family
        if all(node in ("x", str(own)) for node, own in zip(nodes, one.version.nodes, strict=True))
    ]


def _workflow_kinds() -> tuple[str, ...]:
    return ("workflow/build", "workflow/distribution", "workflow/test")


def _document(desk: Desk) -> str:
    match desk.members.get("data"), desk.members.get("uri"):
        case (None, None):
            raise faults.invalid_combination("Specify the document either in data or by uri.")
        case (str(text), None):
            return text
        case (None, str(uri)):
            return document_at(uri, desk.backend.home.buckets, desk.backend.quotas.document_bytes)
        case _:
            raise faults.invalid_combination("data and uri can't be combined.")


def document_at(uri: str, buckets: Path, limit: int) -> str:
    """The text of an object of a local bucket. Links and dots don't lead out of the bucket's folder."""
    address = urlsplit(uri)
    key = PurePosixPath(address.path.lstrip("/"))
    if address.scheme != "s3" or not address.netloc or not key.name or ".." in (*key.parts, address.netloc):
        raise faults.invalid_value("uri", "Invalid S3 URI")
    folder = (buckets / address.netloc).resolve()
    path = (folder / key).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise faults.invalid_value("uri", f"There is no object {uri} in the local buckets under {buckets}.")
    with path.open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise faults.over_quota("bytes of a document", limit)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise faults.invalid_value("uri", "The document is not UTF-8.") from error


def _accept(problems: Iterable[Problem]) -> None:
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        shown = [f"{problem.message} (line {problem.line}, column {problem.column})" for problem in errors]
        more = f" And {len(shown) - _SHOWN_PROBLEMS} more." if len(shown) > _SHOWN_PROBLEMS else ""
        raise faults.invalid_value("data", " ".join(shown[:_SHOWN_PROBLEMS]) + more)


OPERATIONS: dict[str, Any] = {
    "CreateComponent": create_component,
    "CreateWorkflow": create_workflow,
    "DeleteComponent": delete_component,
    "DeleteWorkflow": delete_workflow,
    "GetComponent": get_component,
    "GetWorkflow": get_workflow,
    "ListComponentBuildVersions": list_component_build_versions,
    "ListComponents": list_components,
    "ListWorkflowBuildVersions": list_workflow_build_versions,
    "ListWorkflows": list_workflows,
}
