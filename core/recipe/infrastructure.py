"""The infrastructure half of a recipe file: on what kind of machine an image is built and tested.

Fields are those of CreateInfrastructureConfiguration.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from core.recipe.record import InstanceTagMap, NonEmpty, Record, ResourceName, TagMap, pattern, refuse


class S3Logs(Record):
    s3_bucket_name: NonEmpty | None = None
    s3_key_prefix: NonEmpty | None = None


class Logging(Record):
    s3_logs: S3Logs | None = None


class InstanceMetadataOptions(Record):
    http_tokens: Literal["optional", "required"] | None = None
    http_put_response_hop_limit: Annotated[int, Field(ge=1, le=64)] | None = None


class Placement(Record):
    availability_zone: NonEmpty | None = None
    tenancy: Literal["default", "dedicated", "host"] | None = None
    host_id: NonEmpty | None = None
    host_resource_group_arn: NonEmpty | None = None


class AutoScalingGroup(Record):
    name: NonEmpty
    capacity_wait_timeout_seconds: Annotated[int, Field(ge=0, le=3600)] | None = None


class ParentInstance(Record):
    auto_scaling_group: AutoScalingGroup


class InfrastructureConfiguration(Record):
    """CreateInfrastructureConfiguration. AWS requires `instanceProfileName`; a local machine has no use for it."""

    name: ResourceName | None = None
    description: NonEmpty | None = None
    instance_types: tuple[Annotated[str, pattern(r"[a-z0-9-]+\.[a-z0-9-]+", "is not an instance type")], ...] = ()
    instance_profile_name: (
        Annotated[str, StringConstraints(max_length=256), pattern(r"[\w+=,.@-]+", "is not an instance profile's name")]
        | None
    ) = None
    security_group_ids: tuple[NonEmpty, ...] = ()
    subnet_id: NonEmpty | None = None
    logging: Logging | None = None
    key_pair: NonEmpty | None = None
    terminate_instance_on_failure: bool | None = None
    terminate_instance_on_completion: bool | None = None
    sns_topic_arn: (
        Annotated[
            str,
            pattern(
                r"arn:aws[^:]*:sns:[^:]+:[0-9]{12}:[a-zA-Z0-9-_]{1,256}",
                "is not a standard SNS topic's ARN",
                "FIFO topics (….fifo) are not supported",
            ),
        ]
        | None
    ) = None
    resource_tags: InstanceTagMap = Field(default_factory=dict)
    instance_metadata_options: InstanceMetadataOptions | None = None
    placement: Placement | None = None
    parent_instance: ParentInstance | None = None
    tags: TagMap = Field(default_factory=dict)

    @model_validator(mode="after")
    def _subnet_with_groups(self) -> Self:
        if self.subnet_id is not None and not self.security_group_ids:
            raise refuse("'subnetId' needs 'securityGroupIds' beside it")
        return self
