"""The pipeline half of a recipe file: when an image is built, how it is tested and scanned, where its logs go.

Fields are those of CreateImagePipeline; CreateImage takes a part of them.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.recipe.image_recipe import DocumentPath, S3Uri
from core.recipe.names import Arn, wildcard_ok
from core.recipe.record import (
    ExactVersion,
    LogGroup,
    NonEmpty,
    Parameters,
    Record,
    ResourceName,
    TagMap,
    pattern,
    refuse,
)

_SHORT_WORKFLOW = re.compile(
    r"(?:[0-9]{12}|aws|self)/(?:build|test|distribution)/[a-z0-9_-]+/(?P<version>[^/]+)(?:/[1-9][0-9]*)?"
)

_STAGE = re.compile(r"(?:[^:/]+|.*:workflow)/(build|test|distribution)/")


def _workflow_reference(value: str) -> str:
    if short := _SHORT_WORKFLOW.fullmatch(value):
        if wildcard_ok(short["version"]):
            return value
    else:
        try:
            arn = Arn.parse(value)
        except ValueError:
            arn = None
        if arn is not None and arn.type == "workflow" and arn.version is not None:
            return value
    hint = "owner/type/slug/version such as aws/build/build-image/x.x.x, or a workflow's full ARN with its version"
    raise refuse(f"{value!r} does not name a workflow", hint)


class ImageTestsConfiguration(Record):
    image_tests_enabled: bool | None = None
    timeout_minutes: Annotated[int, Field(ge=60, le=1440)] | None = None


class AutoDisablePolicy(Record):
    failure_count: Annotated[int, Field(ge=1, le=10)]


class Schedule(Record):
    """When a pipeline runs by itself; `core.recipe.schedule` checks the expression and the time zone."""

    schedule_expression: NonEmpty | None = None
    timezone: Annotated[str, StringConstraints(min_length=3, max_length=100)] | None = None
    pipeline_execution_start_condition: (
        Literal["EXPRESSION_MATCH_ONLY", "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"] | None
    ) = None
    auto_disable_policy: AutoDisablePolicy | None = None


class EcrConfiguration(Record):
    repository_name: NonEmpty | None = None
    container_tags: tuple[NonEmpty, ...] = ()


class ScanResultCondition(Record):
    maximum_severity_label: Literal["INFORMATIONAL", "LOW", "MEDIUM", "HIGH"]
    fix_available: bool | None = None


class ImageScanningConfiguration(Record):
    image_scanning_enabled: bool | None = None
    ecr_configuration: EcrConfiguration | None = None
    image_scanning_types: Annotated[
        tuple[Literal["TEST_INSTANCE_CVE", "ON_DEMAND_AMI_CVE"], ...], Field(max_length=1)
    ] = ()
    scan_result_condition: ScanResultCondition | None = None


class WorkflowEntry(Record):
    """One workflow of a pipeline: a `document` beside the recipe file or at an S3 `uri`, published with it, or an
    existing one by `workflowArn`."""

    document: DocumentPath | None = None
    uri: S3Uri | None = None
    workflow_arn: Annotated[str, AfterValidator(_workflow_reference)] | None = None
    parameters: Parameters = Field(default_factory=dict)
    parallel_group: (
        Annotated[str, pattern(r"[A-Za-z0-9][A-Za-z0-9-_+#]{0,99}", "cannot be a parallel group")] | None
    ) = None
    on_failure: Literal["CONTINUE", "ABORT"] | None = None
    type: Literal["BUILD", "TEST", "DISTRIBUTION"] | None = None
    name: ResourceName | None = None
    semantic_version: ExactVersion | None = None
    description: NonEmpty | None = None
    change_description: NonEmpty | None = None
    kms_key_id: NonEmpty | None = None
    tags: TagMap = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [key for key in ("document", "uri", "workflow_arn") if getattr(self, key) is not None]
        if len(given) != 1:
            raise refuse("A workflow has exactly one of 'document', 'uri' and 'workflowArn'")
        members = self.api_members().keys()
        if self.workflow_arn is not None:
            extra = sorted(members - {"workflowArn", "parameters", "parallelGroup", "onFailure"})
            if extra:
                raise refuse(f"{extra[0]!r} belongs to a 'document'; an existing workflow has its own")
        elif self.type is None:
            raise refuse("A workflow's document needs its 'type'", "BUILD, TEST or DISTRIBUTION")
        if self.uri is not None and self.name is None:
            raise refuse("A workflow from S3 needs a 'name'")
        if self.stage != "TEST" and members & {"parallelGroup", "onFailure"}:
            raise refuse("'parallelGroup' and 'onFailure' are for test workflows only")
        return self

    @property
    def stage(self) -> Literal["BUILD", "TEST", "DISTRIBUTION"]:
        """The type, given or as the ARN says."""
        if self.type is not None:
            return self.type
        named = _STAGE.match(self.workflow_arn or "")
        match named and named[1]:
            case "build":
                return "BUILD"
            case "distribution":
                return "DISTRIBUTION"
            case _:
                return "TEST"


class LoggingConfiguration(Record):
    image_log_group_name: LogGroup | None = None
    pipeline_log_group_name: LogGroup | None = None
