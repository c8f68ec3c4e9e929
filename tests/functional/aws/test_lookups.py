"""What forms offer, looked up in moto's EC2, IAM, SSM and KMS; refusals name the missing action."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest

from core.aws.connection import AwsConnection, Capability, LocalConnection
from core.aws.lookups import Lookups
from core.errors import Denied, NotFound, Unsupported
from core.local.endpoint import Home
from tests.functional.aws.account import REGION, account_connection
from tests.functional.aws.serving import Answer, serving

TRUST = '{"Version": "2012-10-17", "Statement": []}'
UNAUTHORIZED = b"""<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform
this operation.</Message></Error></Errors><RequestID>r</RequestID></Response>"""


@pytest.fixture
def connection() -> Iterator[AwsConnection]:
    with moto.mock_aws():
        yield account_connection()


@pytest.fixture
def lookups(connection: AwsConnection) -> Lookups:
    assert Capability.LOOKUPS in connection.capabilities
    return connection.lookups()


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def test_subnets_have_names_and_room(lookups: Lookups) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    tags = [{"ResourceType": "subnet", "Tags": [{"Key": "Name", "Value": "builders"}]}]
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24", TagSpecifications=tags)["Subnet"]
    (found,) = lookups.subnets(vpc)
    assert (found.id, found.name, found.vpc_id, found.cidr) == (made["SubnetId"], "builders", vpc, "10.9.1.0/24")
    assert found.zone.startswith(REGION)
    assert found.free_addresses > 200
    assert not found.public
    assert found in lookups.subnets()
    assert len(lookups.subnets()) > 1


def test_security_groups_can_be_those_of_one_network(lookups: Lookups) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="builders", Description="of builds", VpcId=vpc)["GroupId"]
    found = {each.name: each for each in lookups.security_groups(vpc)}
    assert set(found) == {"default", "builders"}
    assert (found["builders"].id, found["builders"].description) == (group, "of builds")


def test_instance_profiles_of_all_pages_with_their_roles(lookups: Lookups) -> None:
    iam = client("iam")
    for number in range(120):
        iam.create_instance_profile(InstanceProfileName=f"profile-{number:03}")
    iam.create_role(RoleName="builder", AssumeRolePolicyDocument=TRUST)
    iam.add_role_to_instance_profile(InstanceProfileName="profile-007", RoleName="builder")
    found = {each.name: each for each in lookups.instance_profiles()}
    assert len(found) == 120
    assert found["profile-007"].roles == ("builder",)
    assert lookups.instance_profile("profile-007") == found["profile-007"]
    with pytest.raises(NotFound):
        lookups.instance_profile("nobody")


def test_key_pairs(lookups: Lookups) -> None:
    client("ec2").create_key_pair(KeyName="mine")
    (found,) = lookups.key_pairs()
    assert found.name == "mine"
    assert found.fingerprint


def test_images_by_id_leave_out_what_is_not_there(lookups: Lookups) -> None:
    known = client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    (found,) = lookups.images([known, "ami-00000000000000000", known])
    assert found.id == known
    assert found.root_device
    assert found.volumes[0].size > 0
    assert lookups.image(known) == found
    with pytest.raises(NotFound, match=REGION):
        lookups.image("ami-00000000000000000")


def test_the_parameter_of_an_image(lookups: Lookups) -> None:
    client("ssm").put_parameter(Name="/our/image", Value="ami-1", Type="String")
    found = lookups.parameter("/our/image")
    assert (found.name, found.value, found.version) == ("/our/image", "ami-1", 1)
    with pytest.raises(NotFound):
        lookups.parameter("/not/there")


def test_keys_by_alias(lookups: Lookups) -> None:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/images", TargetKeyId=key)
    ours = [each for each in lookups.kms_keys() if not each.managed]
    assert [(each.alias, each.key_id) for each in ours] == [("alias/images", key)]


def test_launch_templates(lookups: Lookups) -> None:
    client("ec2").create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"})
    (found,) = lookups.launch_templates()
    assert (found.name, found.default_version, found.latest_version) == ("web", 1, 1)


def test_a_refusal_names_the_action(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        server.script(Answer(status=403, body=UNAUTHORIZED))
        monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", server.url)
        with pytest.raises(Denied) as caught:
            account_connection().lookups().subnets()
    assert caught.value.context["action"] == "ec2:DescribeSubnets"


IMAGES = """<DescribeImagesResponse><imagesSet>{}</imagesSet></DescribeImagesResponse>"""
IMAGE = """<item><imageId>{id}</imageId><blockDeviceMapping>{volumes}</blockDeviceMapping></item>"""
VOLUME = """<item><deviceName>{id}</deviceName><ebs><snapshotId>{id}</snapshotId></ebs></item>"""
SNAPSHOTS = """<DescribeSnapshotsResponse><snapshotSet>{}</snapshotSet></DescribeSnapshotsResponse>"""
SNAPSHOT = """<item><snapshotId>{id}</snapshotId>{size}</item>"""


def test_written_bytes_are_those_of_all_volumes_and_of_no_image_that_does_not_tell_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An image with one volume of unknown size would look smaller than it is."""
    volumes = {"ami-a": ("snap-1", "snap-2"), "ami-b": ("snap-1", "snap-3"), "ami-c": ()}
    images = (
        IMAGE.format(id=ami, volumes="".join(VOLUME.format(id=each) for each in held)) for ami, held in volumes.items()
    )
    sizes = {"snap-1": "<fullSnapshotSizeInBytes>1000</fullSnapshotSizeInBytes>", "snap-3": ""}
    sizes["snap-2"] = "<fullSnapshotSizeInBytes>24</fullSnapshotSizeInBytes>"
    snapshots = (SNAPSHOT.format(id=each, size=size) for each, size in sizes.items())
    with serving() as server:
        server.script(
            Answer(body=IMAGES.format("".join(images)).encode()),
            Answer(body=SNAPSHOTS.format("".join(snapshots)).encode()),
        )
        monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", server.url)
        assert account_connection().lookups().written_bytes(["ami-a", "ami-b", "ami-c", "ami-gone"]) == {"ami-a": 1024}


def test_images_that_are_gone_have_no_written_bytes(lookups: Lookups) -> None:
    assert lookups.written_bytes(["ami-00000000000000000"]) == {}


def test_local_has_none_and_says_so() -> None:
    local = LocalConnection(REGION, Home(Path("/nowhere")))
    assert Capability.LOOKUPS not in local.capabilities
    with pytest.raises(Unsupported):
        local.lookups()
