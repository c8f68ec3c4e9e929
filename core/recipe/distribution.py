"""The distribution half of a recipe file: where the finished image goes and under which name.

Fields are those of CreateDistributionConfiguration.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from core.recipe.image_recipe import TargetRepository
from core.recipe.record import (
    AccountId,
    AmiTagMap,
    LaunchTemplateId,
    NonEmpty,
    Record,
    ResourceName,
    TagMap,
    pattern,
    refuse,
)

_BUILD_DATE = re.compile(r"\{\{\s*imagebuilder:buildDate(?::[^{}]*|\s*)\}\}")
_CHARACTERS = re.compile(r"[-_A-Za-z0-9{][-_A-Za-z0-9\s:{}.]+[-_A-Za-z0-9}]", re.ASCII)


def _ami_name(value: str) -> str:
    if not _BUILD_DATE.search(value):
        sentence = "The EC2 AMI name must contain '{{ imagebuilder:buildDate }}' to ensure that the name will be unique"
        raise refuse(sentence, "Put it at the end of the name")
    if not _CHARACTERS.fullmatch(value) or len(value) > 127:
        hint = "Up to 127 letters, digits, blanks and -_.:"
        raise refuse(f"{value!r} cannot be the name of an AMI", hint)
    return value


AmiName = Annotated[str, AfterValidator(_ami_name)]


class LaunchPermission(Record):
    user_ids: Annotated[tuple[AccountId, ...], Field(max_length=1536)] = ()
    user_groups: tuple[NonEmpty, ...] = ()
    organization_arns: Annotated[
        tuple[
            Annotated[
                str,
                pattern(
                    r"arn:aws[^:]*:organizations::[0-9]{12}:organization/o-[a-z0-9]{10,32}",
                    "is not an organisation's ARN",
                ),
            ],
            ...,
        ],
        Field(max_length=25),
    ] = ()
    organizational_unit_arns: Annotated[
        tuple[
            Annotated[
                str,
                pattern(
                    r"arn:aws[^:]*:organizations::[0-9]{12}:ou/o-[a-z0-9]{10,32}/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}",
                    "is not an organisational unit's ARN",
                ),
            ],
            ...,
        ],
        Field(max_length=25),
    ] = ()


class AmiDistributionConfiguration(Record):
    name: AmiName | None = None
    description: NonEmpty | None = None
    target_account_ids: Annotated[tuple[AccountId, ...], Field(max_length=1536)] = ()
    ami_tags: AmiTagMap = Field(default_factory=dict)
    kms_key_id: NonEmpty | None = None
    launch_permission: LaunchPermission | None = None


class ContainerDistributionConfiguration(Record):
    target_repository: TargetRepository
    description: NonEmpty | None = None
    container_tags: tuple[NonEmpty, ...] = ()


class LaunchTemplateConfiguration(Record):
    launch_template_id: LaunchTemplateId
    account_id: AccountId | None = None
    set_default_version: bool | None = None


class S3ExportConfiguration(Record):
    role_name: NonEmpty
    disk_image_format: Literal["VMDK", "RAW", "VHD"]
    s3_bucket: NonEmpty
    s3_prefix: NonEmpty | None = None


class FastLaunchSnapshots(Record):
    target_resource_count: Annotated[int, Field(ge=1, le=10000)] | None = None


class FastLaunchTemplate(Record):
    launch_template_id: LaunchTemplateId | None = None
    launch_template_name: NonEmpty | None = None
    launch_template_version: NonEmpty | None = None


class FastLaunchConfiguration(Record):
    enabled: bool
    snapshot_configuration: FastLaunchSnapshots | None = None
    max_parallel_launches: Annotated[int, Field(ge=1)] | None = None
    launch_template: FastLaunchTemplate | None = None
    account_id: AccountId | None = None


class SsmParameterConfiguration(Record):
    parameter_name: Annotated[
        str,
        StringConstraints(max_length=1011),
        pattern(r"[a-zA-Z0-9_.\-/]+", "cannot be the name of an SSM parameter"),
    ]
    ami_account_id: AccountId | None = None
    data_type: Literal["text", "aws:ec2:image"] | None = None


class Distribution(Record):
    """What one region gets: at least one output."""

    region: NonEmpty
    ami_distribution_configuration: AmiDistributionConfiguration | None = None
    container_distribution_configuration: ContainerDistributionConfiguration | None = None
    license_configuration_arns: Annotated[
        tuple[
            Annotated[
                str,
                pattern(
                    r"arn:aws[^:]*:license-manager:[^:]+:[0-9]{12}:license-configuration:lic-[a-z0-9-_]{32}",
                    "is not a licence configuration's ARN",
                ),
            ],
            ...,
        ],
        Field(max_length=50),
    ] = ()
    launch_template_configurations: Annotated[tuple[LaunchTemplateConfiguration, ...], Field(max_length=100)] = ()
    s3_export_configuration: S3ExportConfiguration | None = None
    fast_launch_configurations: Annotated[tuple[FastLaunchConfiguration, ...], Field(max_length=1000)] = ()
    ssm_parameter_configurations: tuple[SsmParameterConfiguration, ...] = ()


class DistributionConfiguration(Record):
    """What CreateDistributionConfiguration takes besides the regions, which stand in `distributions` of the file."""

    name: ResourceName | None = None
    description: NonEmpty | None = None
    tags: TagMap = Field(default_factory=dict)
