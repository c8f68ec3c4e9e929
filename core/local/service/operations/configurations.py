"""Infrastructure and distribution configurations: mutable, and replaced whole by an update."""

import re
from typing import Any

from core.catalog.regions import REGIONS
from core.local.service import faults, listing
from core.local.service.desk import Desk, Members
from core.local.service.listing import member
from core.local.store.records import now
from core.local.store.resources import Resource

_INFRASTRUCTURE = (
    "description",
    "instanceTypes",
    "instanceProfileName",
    "securityGroupIds",
    "subnetId",
    "logging",
    "keyPair",
    "snsTopicArn",
    "resourceTags",
    "instanceMetadataOptions",
    "placement",
    "terminateInstanceOnCompletion",
    "parentInstance",
)
_RESERVED_RESOURCE_TAGS = frozenset({"CreatedBy", "Ec2ImageBuilderArn", "Name", "Tags"})
_RESERVED_AMI_TAGS = frozenset({"CreatedBy", "Ec2ImageBuilderArn"})
_OUTPUTS = (
    "amiDistributionConfiguration",
    "containerDistributionConfiguration",
    "licenseConfigurationArns",
    "launchTemplateConfigurations",
    "s3ExportConfiguration",
    "fastLaunchConfigurations",
    "ssmParameterConfigurations",
)
_BUILD_DATE = re.compile(r"\{\{\s*imagebuilder:buildDate(?::[^}]*)?\s*\}\}")
_UNUSED_TIMEOUT = 720


def create_infrastructure_configuration(desk: Desk) -> Members:
    body = _infrastructure(desk) | desk.chosen("name") | {"tags": desk.members.get("tags", {})}
    limit = desk.backend.quotas.infrastructure_configurations
    made = _create(desk, "infrastructure-configuration", "InfrastructureConfiguration", body, limit)
    return {"infrastructureConfigurationArn": str(made.arn)}


def update_infrastructure_configuration(desk: Desk) -> Members:
    known = desk.own(desk.members["infrastructureConfigurationArn"])
    _replace(desk, known, _infrastructure(desk))
    return {"infrastructureConfigurationArn": str(known.arn)}


def create_distribution_configuration(desk: Desk) -> Members:
    body = _distribution(desk) | desk.chosen("name") | {"tags": desk.members.get("tags", {})}
    limit = desk.backend.quotas.distribution_configurations
    made = _create(desk, "distribution-configuration", "DistributionConfiguration", body, limit)
    return {"distributionConfigurationArn": str(made.arn)}


def update_distribution_configuration(desk: Desk) -> Members:
    known = desk.own(desk.members["distributionConfigurationArn"])
    _replace(desk, known, _distribution(desk))
    return {"distributionConfigurationArn": str(known.arn)}


def get_infrastructure_configuration(desk: Desk) -> Members:
    return {"infrastructureConfiguration": desk.find(desk.members["infrastructureConfigurationArn"]).body}


def get_distribution_configuration(desk: Desk) -> Members:
    return {"distributionConfiguration": desk.find(desk.members["distributionConfigurationArn"]).body}


def delete_infrastructure_configuration(desk: Desk) -> Members:
    return _delete(desk, "infrastructureConfigurationArn")


def delete_distribution_configuration(desk: Desk) -> Members:
    return _delete(desk, "distributionConfigurationArn")


def list_infrastructure_configurations(desk: Desk) -> Members:
    found = desk.library.owned(desk.region, "infrastructure-configuration")
    shown = listing.filtered(desk, found, {"name": member("name")})
    items = [(listing.key_of(one), one.body) for one in shown]
    return listing.page(desk, "infrastructureConfigurationSummaryList", items)


def list_distribution_configurations(desk: Desk) -> Members:
    found = desk.library.owned(desk.region, "distribution-configuration")
    shown = listing.filtered(desk, found, {"name": member("name")})
    items = [
        (listing.key_of(one), {**one.body, "regions": [each["region"] for each in one.body["distributions"]]})
        for one in shown
    ]
    return listing.page(desk, "distributionConfigurationSummaryList", items)


def _create(desk: Desk, kind: str, word: str, body: Members, limit: int) -> Resource:
    arn = desk.new_arn(kind, body["name"])
    if desk.library.get(str(arn)):
        raise faults.exists(word, str(arn))
    desk.within_quota(kind, limit, f"{kind.replace('-', ' ')}s")
    desk.end_dry_run()
    return desk.create(arn, body)


def _replace(desk: Desk, known: Resource, body: Members) -> None:
    """An update replaces everything but name, tags and the date of creation; what it omits is gone."""
    kept = {name: known.body[name] for name in ("arn", "name", "tags", "dateCreated")}
    desk.change(Resource(known.arn, {**kept, **body, "dateUpdated": now()}, known.created))


def _delete(desk: Desk, member_name: str) -> Members:
    arn = desk.members[member_name]
    found = desk.own(arn)
    desk.delete(found, unless=desk.referenced(found))
    return {member_name: arn}


def _infrastructure(desk: Desk) -> Members:
    members = desk.members
    if "subnetId" in members and not members.get("securityGroupIds"):
        raise faults.invalid_combination("subnetId requires securityGroupIds.")
    for tag in members.get("resourceTags", {}):
        if tag in _RESERVED_RESOURCE_TAGS:
            raise faults.invalid_value(f"resourceTags.{tag}", f"The tag {tag} is set by Image Builder itself.")
    chosen = desk.chosen(*_INFRASTRUCTURE)
    return chosen | {"terminateInstanceOnFailure": members.get("terminateInstanceOnFailure", True)}


def _distribution(desk: Desk) -> Members:
    distributions = desk.members["distributions"]
    regions = [each["region"] for each in distributions]
    for index, each in enumerate(distributions):
        place = f"distributions[{index}]"
        if each["region"] not in REGIONS:
            raise faults.invalid_value(f"{place}.region", f"'{each['region']}' is not a region of AWS.")
        if regions.index(each["region"]) != index:
            raise faults.invalid_value(f"{place}.region", f"The region {each['region']} is listed twice.")
        if not any(each.get(output) for output in _OUTPUTS):
            detail = "One or more outputs should be provided for each region in a distribution configuration."
            raise faults.invalid_value(place, detail)
        _check_ami(each.get("amiDistributionConfiguration", {}), f"{place}.amiDistributionConfiguration")
    return desk.chosen("description", "distributions") | {"timeoutMinutes": _UNUSED_TIMEOUT}


def _check_ami(ami: Members, place: str) -> None:
    if "name" in ami and not _BUILD_DATE.search(ami["name"]):
        detail = "The EC2 AMI name must contain '{{ imagebuilder:buildDate }}' to ensure that the name will be unique."
        raise faults.invalid_value(f"{place}.name", detail)
    for tag in ami.get("amiTags", {}):
        if tag in _RESERVED_AMI_TAGS:
            raise faults.invalid_value(f"{place}.amiTags.{tag}", f"The tag {tag} is set by Image Builder itself.")


OPERATIONS: dict[str, Any] = {
    "CreateDistributionConfiguration": create_distribution_configuration,
    "CreateInfrastructureConfiguration": create_infrastructure_configuration,
    "DeleteDistributionConfiguration": delete_distribution_configuration,
    "DeleteInfrastructureConfiguration": delete_infrastructure_configuration,
    "GetDistributionConfiguration": get_distribution_configuration,
    "GetInfrastructureConfiguration": get_infrastructure_configuration,
    "ListDistributionConfigurations": list_distribution_configurations,
    "ListInfrastructureConfigurations": list_infrastructure_configurations,
    "UpdateDistributionConfiguration": update_distribution_configuration,
    "UpdateInfrastructureConfiguration": update_infrastructure_configuration,
}
