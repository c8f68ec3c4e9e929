"""What the AWS Price List is asked, and which of the items that come back are an answer.

GetProducts matches attributes, so the traps have to be filtered away by name: capacity reservations (same type, same
system, price zero or doubled), dedicated hosts, licences of one's own, Local Zones, and families of which only one
usage type is meant. What was asked for is checked again on every item: a price that slips through is worse than none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from core.aws.price_item import FAMILY, Item
from core.aws.quote import Kind

EC2: Final = "AmazonEC2"
REGION: Final = {"locationType": "AWS Region"}
"""And not a Local Zone or a Wavelength Zone."""
SHARED: Final = {
    **REGION,
    "preInstalledSw": "NA",
    "licenseModel": "No License required",
    "tenancy": "Shared",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
}
"""An instance by itself. Not filtered by family, since bare metal has one of its own. For Windows, "No License
required" is the price with the licence in it."""
SYSTEMS: Final[Mapping[Kind, str]] = {Kind.LINUX: "Linux", Kind.WINDOWS: "Windows"}
OWN_LICENCE: Final = "RunInstances:0800"
"""Windows with a licence of one's own, at the price of Linux."""
VOLUME_USAGES: Final[Mapping[str, str]] = {
    "gp2": "EBS:VolumeUsage.gp2",
    "gp3": "EBS:VolumeUsage.gp3",
    "io1": "EBS:VolumeUsage.piops",
    "io2": "EBS:VolumeUsage.io2",
    "st1": "EBS:VolumeUsage.st1",
    "sc1": "EBS:VolumeUsage.sc1",
    "standard": "EBS:VolumeUsage",
}
IOPS_USAGES: Final[Mapping[str, str]] = {
    "gp3": "EBS:VolumeP-IOPS.gp3",
    "io1": "EBS:VolumeP-IOPS.piops",
    "io2": "EBS:VolumeP-IOPS.io2",
}
"""Of io2 the first 32,000; the tiers above have usage types of their own."""
SNAPSHOT_USAGES: Final[Mapping[str, str]] = {
    "EBS:SnapshotUsage": "standard",
    "EBS:SnapshotArchiveStorage": "archive",
}


@dataclass(frozen=True, slots=True)
class Question:
    """`name` is what is asked for, in the middle of a sentence; `filters` are attributes by name; `unit` is AWS's word.
    `subject` says which thing of the kind an item prices, None for none; `place` are the attributes of its region."""

    name: str
    kind: Kind
    service: str
    filters: Mapping[str, str]
    unit: str
    subject: Callable[[Item], str | None]
    place: tuple[str, str] = ("regionCode", "location")

    def takes(self, item: Item) -> bool:
        """Whether an item has what was asked for. An attribute that it lacks was not part of the price list then."""
        return all(item.attributes.get(name, value) == value for name, value in self.filters.items())


def questions(regions: tuple[str, ...], instance_types: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """Everything we price: instances of all types region by region, or of some types in all regions at once, which is
    fewer pages; the rest in all regions at once."""
    if instance_types:
        computing = [instances(system, {"instanceType": name}) for name in instance_types for system in SYSTEMS]
    else:
        computing = [instances(system, {"regionCode": region}) for region in regions for system in SYSTEMS]
    return (*_storage(), *_services(), transfer(), *computing)


def instances(kind: Kind, where: Mapping[str, str]) -> Question:
    system = SYSTEMS[kind]

    def subject(item: Item) -> str | None:
        name = item.attributes.get("instanceType", "")
        own = item.attributes.get("operation") == OWN_LICENCE
        return name if item.usage == f"BoxUsage:{name}" and not own else None

    name = f"{system} instances ({', '.join(where.values())})"
    return Question(name, kind, EC2, {**SHARED, "operatingSystem": system, **where}, "Hrs", subject)


def transfer() -> Question:
    """From every region to every other."""
    zones = {"fromLocationType": "AWS Region", "toLocationType": "AWS Region"}
    filters = {FAMILY: "Data Transfer", "transferType": "InterRegion Outbound", **zones}

    def subject(item: Item) -> str | None:
        whole = item.attributes.get("usagetype", "").endswith("-AWS-Out-Bytes")
        named = {"fromLocationType", "toLocationType"} <= item.attributes.keys()
        target = item.region("toRegionCode", "toLocation")
        return target if whole and named and not item.attributes.get("operation") and target else None

    place = ("fromRegionCode", "fromLocation")
    return Question("data transfer", Kind.TRANSFER, "AWSDataTransfer", filters, "GB", subject, place)


def _storage() -> tuple[Question, ...]:
    snapshots = {FAMILY: "Storage Snapshot", "storageMedia": "Amazon S3", **REGION}
    throughput = {FAMILY: "Provisioned Throughput", "volumeApiName": "gp3", **REGION}
    return (
        *(
            Question(f"{name} volumes", Kind.VOLUME, EC2, _volume("Storage", name), "GB-Mo", _usage({usage: name}))
            for name, usage in VOLUME_USAGES.items()
        ),
        *(
            Question(
                f"IOPS of {name}", Kind.IOPS, EC2, _volume("System Operation", name), "IOPS-Mo", _usage({usage: name})
            )
            for name, usage in IOPS_USAGES.items()
        ),
        Question(
            "throughput of gp3",
            Kind.THROUGHPUT,
            EC2,
            throughput,
            "GiBps-mo",
            _usage({"EBS:VolumeP-Throughput.gp3": "gp3"}),
        ),
        Question("snapshots", Kind.SNAPSHOT, EC2, snapshots, "GB-Mo", _usage(SNAPSHOT_USAGES)),
    )


def _services() -> tuple[Question, ...]:
    stored = _usage({"TimedStorage-ByteHrs": ""})
    addresses = {"group": "VPCPublicIPv4Address", **REGION}
    in_use = _usage({"PublicIPv4:InUseAddress": ""})
    logs = {FAMILY: "Data Payload", **REGION}
    return (
        Question("public IPv4 addresses", Kind.PUBLIC_IPV4, "AmazonVPC", addresses, "Hrs", in_use),
        Question(
            "container images",
            Kind.IMAGE_STORAGE,
            "AmazonECR",
            {FAMILY: "EC2 Container Registry", **REGION},
            "GB-Mo",
            stored,
        ),
        Question("logs", Kind.LOG_INGESTION, "AmazonCloudWatch", logs, "GB", _usage({"DataProcessing-Bytes": ""})),
        Question(
            "S3 storage",
            Kind.OBJECT_STORAGE,
            "AmazonS3",
            {FAMILY: "Storage", "volumeType": "Standard", **REGION},
            "GB-Mo",
            stored,
        ),
    )


def _volume(family: str, volume_type: str) -> Mapping[str, str]:
    return {FAMILY: family, "volumeApiName": volume_type, **REGION}


def _usage(subjects: Mapping[str, str]) -> Callable[[Item], str | None]:
    """The subject by the whole usage type: others of the family begin or end alike."""
    return lambda item: subjects.get(item.usage)
