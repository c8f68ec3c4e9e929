"""What forms offer to choose from in an account: subnets, security groups, instance profiles, key pairs, images, keys.

Each is a typed value with the names a person knows it by. Listings are read to their end; each call raises errors of
`core.errors` only, and a denied one names the IAM action that is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from botocore import xform_name

from core.aws.errors import translated
from core.errors import NotFound

if TYPE_CHECKING:
    from core.aws.connection import Connection

PAGE: Final = 200
"""Results a page of EC2; its largest is 1,000, and a form shows something sooner with less."""


@dataclass(frozen=True, slots=True)
class Subnet:
    """`public` when machines in it get a public address by themselves."""

    id: str
    name: str
    vpc_id: str
    zone: str
    cidr: str
    free_addresses: int
    public: bool


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    id: str
    name: str
    description: str
    vpc_id: str


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    name: str
    arn: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyPair:
    id: str
    name: str
    type: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Volume:
    """A block device of an image; `size` in GiB, 0 where it has none (instance store)."""

    device: str
    snapshot_id: str
    size: int
    type: str
    encrypted: bool


@dataclass(frozen=True, slots=True)
class MachineImage:
    """An AMI."""

    id: str
    name: str
    owner: str
    architecture: str
    platform: str
    root_device: str
    state: str
    created: str
    deprecated: str
    volumes: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An SSM parameter; of an image its value is an AMI id."""

    name: str
    value: str
    type: str
    data_type: str
    version: int


@dataclass(frozen=True, slots=True)
class KmsKey:
    """A key by its alias; `managed` by AWS itself."""

    alias: str
    key_id: str
    managed: bool


@dataclass(frozen=True, slots=True)
class LaunchTemplate:
    id: str
    name: str
    default_version: int
    latest_version: int


class Lookups:
    """The look-ups of one connection. Safe to call from any thread."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._clients: dict[str, Any] = {}
        self._lock = Lock()

    def subnets(self, vpc_id: str = "") -> tuple[Subnet, ...]:
        found = self._all("ec2", "DescribeSubnets", "Subnets", MaxResults=PAGE, **_filters(vpc_id))
        return tuple(
            Subnet(
                id=each["SubnetId"],
                name=_name(each),
                vpc_id=each["VpcId"],
                zone=each["AvailabilityZone"],
                cidr=each.get("CidrBlock", ""),
                free_addresses=int(each.get("AvailableIpAddressCount", 0)),
                public=bool(each.get("MapPublicIpOnLaunch", False)),
            )
            for each in found
        )

    def security_groups(self, vpc_id: str = "") -> tuple[SecurityGroup, ...]:
        found = self._all("ec2", "DescribeSecurityGroups", "SecurityGroups", MaxResults=PAGE, **_filters(vpc_id))
        return tuple(
            SecurityGroup(each["GroupId"], each["GroupName"], each.get("Description", ""), each.get("VpcId", ""))
            for each in found
        )

    def instance_profiles(self) -> tuple[InstanceProfile, ...]:
        found = self._all("iam", "ListInstanceProfiles", "InstanceProfiles")
        return tuple(_instance_profile(each) for each in found)

    def instance_profile(self, name: str) -> InstanceProfile:
        """Raises NotFound."""
        answer = self._call("iam", "GetInstanceProfile", name, InstanceProfileName=name)
        return _instance_profile(answer["InstanceProfile"])

    def role_policies(self, role: str) -> tuple[str, ...]:
        """The ARNs of the managed policies attached to a role."""
        found = self._all("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role)
        return tuple(str(each["PolicyArn"]) for each in found)

    def key_pairs(self) -> tuple[KeyPair, ...]:
        answer = self._call("ec2", "DescribeKeyPairs")
        return tuple(
            KeyPair(each.get("KeyPairId", ""), each["KeyName"], each.get("KeyType", ""), each.get("KeyFingerprint", ""))
            for each in answer["KeyPairs"]
        )

    def images(self, ids: Sequence[str]) -> tuple[MachineImage, ...]:
        """The AMIs of these ids that can be seen from here, in their order; one that does not exist is left out."""
        # By filter and not by ImageIds, with which a single unknown id is an error for all.
        found = self._all("ec2", "DescribeImages", "Images", Filters=[{"Name": "image-id", "Values": list(ids)}])
        by_id = {each["ImageId"]: _machine_image(each) for each in found}
        return tuple(by_id[each] for each in dict.fromkeys(ids) if each in by_id)

    def image(self, ami_id: str) -> MachineImage:
        """Raises NotFound."""
        if found := self.images([ami_id]):
            return found[0]
        at = self._connection
        raise NotFound(f"There is no image {ami_id} in {at.region}.", hint="Images are per region. Check both.")

    def written_bytes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Of each AMI of these ids, the size of the blocks that were ever written to its volumes: what its first
        snapshots hold, and an upper bound for later ones (EC2 API, Snapshot.FullSnapshotSizeInBytes). An AMI that is
        gone, or whose size EC2 doesn't tell, is left out."""
        snapshots = {image.id: tuple(each.snapshot_id for each in image.volumes) for image in self.images(ids)}
        wanted = sorted({snapshot for held in snapshots.values() for snapshot in held if snapshot})
        if not wanted:
            return {}
        by_id = [{"Name": "snapshot-id", "Values": wanted}]
        found = self._all("ec2", "DescribeSnapshots", "Snapshots", OwnerIds=["self"], Filters=by_id)
        sizes = {each["SnapshotId"]: int(each.get("FullSnapshotSizeInBytes", 0)) for each in found}
        whole = {image: held for image, held in snapshots.items() if held and all(sizes.get(each) for each in held)}
        return {image: sum(sizes[each] for each in held) for image, held in whole.items()}

    def parameter(self, name: str) -> Parameter:
        """A parameter's value, decrypted never. Raises NotFound."""
        found = self._call("ssm", "GetParameter", name, Name=name)["Parameter"]
        return Parameter(
            name=found["Name"],
            value=found["Value"],
            type=found["Type"],
            data_type=found.get("DataType", ""),
            version=int(found.get("Version", 0)),
        )

    def kms_keys(self) -> tuple[KmsKey, ...]:
        """The aliases that stand for a key."""
        return tuple(
            KmsKey(each["AliasName"], each["TargetKeyId"], each["AliasName"].startswith("alias/aws/"))
            for each in self._all("kms", "ListAliases", "Aliases")
            if each.get("TargetKeyId")
        )

    def launch_templates(self) -> tuple[LaunchTemplate, ...]:
        return tuple(
            LaunchTemplate(
                each["LaunchTemplateId"],
                each["LaunchTemplateName"],
                int(each.get("DefaultVersionNumber", 0)),
                int(each.get("LatestVersionNumber", 0)),
            )
            for each in self._all("ec2", "DescribeLaunchTemplates", "LaunchTemplates", MaxResults=PAGE)
        )

    def _call(self, service: str, operation: str, subject: str = "", **arguments: Any) -> Mapping[str, Any]:
        with translated(operation, subject, service):
            answer: Mapping[str, Any] = getattr(self._client(service), xform_name(operation))(**arguments)
            return answer

    def _all(self, service: str, operation: str, member: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """Every element of all pages, by botocore's own paginator: each service names its tokens differently."""
        with translated(operation, "", service):
            pages = self._client(service).get_paginator(xform_name(operation)).paginate(**arguments)
            for page in pages:
                yield from page.get(member, ())

    def _client(self, service: str) -> Any:
        with self._lock:
            if (client := self._clients.get(service)) is None:
                client = self._clients[service] = self._connection.client(service)
            return client


def _filters(vpc_id: str) -> dict[str, Any]:
    return {"Filters": [{"Name": "vpc-id", "Values": [vpc_id]}]} if vpc_id else {}


def _name(members: Mapping[str, Any]) -> str:
    return next((tag["Value"] for tag in members.get("Tags", ()) if tag["Key"] == "Name"), "")


def _instance_profile(members: Mapping[str, Any]) -> InstanceProfile:
    roles = tuple(str(role["RoleName"]) for role in members.get("Roles", ()))
    return InstanceProfile(members["InstanceProfileName"], members["Arn"], roles)


def _machine_image(members: Mapping[str, Any]) -> MachineImage:
    return MachineImage(
        id=members["ImageId"],
        name=members.get("Name", ""),
        owner=members.get("OwnerId", ""),
        architecture=members.get("Architecture", ""),
        platform=members.get("PlatformDetails", ""),
        root_device=members.get("RootDeviceName", ""),
        state=members.get("State", ""),
        created=members.get("CreationDate", ""),
        deprecated=members.get("DeprecationTime", ""),
        volumes=tuple(_volume(each) for each in members.get("BlockDeviceMappings", ()) if "Ebs" in each),
    )


def _volume(members: Mapping[str, Any]) -> Volume:
    ebs: Mapping[str, Any] = members["Ebs"]
    return Volume(
        device=members["DeviceName"],
        snapshot_id=ebs.get("SnapshotId", ""),
        size=int(ebs.get("VolumeSize", 0)),
        type=ebs.get("VolumeType", ""),
        encrypted=bool(ebs.get("Encrypted", False)),
    )
