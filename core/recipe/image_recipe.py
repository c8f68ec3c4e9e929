"""The recipe half of a recipe file: what an image or a container image is made of.

Fields are those of CreateImageRecipe, CreateContainerRecipe and CreateComponent.
"""

import re
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.recipe.documents import path_problem
from core.recipe.names import Arn, wildcard_ok
from core.recipe.record import (
    AmiTagMap,
    ExactVersion,
    NonEmpty,
    Parameters,
    Record,
    ResourceName,
    TagMap,
    WildcardVersion,
    pattern,
    refuse,
)

Platform = Literal["Linux", "Windows", "macOS"]

_SHORT_COMPONENT = re.compile(
    r"(?P<owner>[0-9]{12}|aws|aws-marketplace|third-party|self)/(?P<slug>[a-z0-9_-]+)/(?P<version>[^/]+)(?:/[1-9][0-9]*)?"
)


def _component_reference(value: str) -> str:
    if short := _SHORT_COMPONENT.fullmatch(value):
        if wildcard_ok(short["version"]):
            return value
    else:
        try:
            arn = Arn.parse(value)
        except ValueError:
            arn = None
        if arn is not None and arn.type == "component" and arn.version is not None:
            return value
    hint = "owner/slug/version such as aws/update-linux/x.x.x, or a component's full ARN with its version"
    raise refuse(f"{value!r} does not name a component", hint)


def _document_path(value: str) -> str:
    if (wrong := path_problem(value)) is not None:
        raise refuse(*wrong)
    return value


ComponentReference = Annotated[str, AfterValidator(_component_reference)]
DocumentPath = Annotated[str, StringConstraints(max_length=1024), AfterValidator(_document_path)]
S3Uri = Annotated[str, pattern(r"s3://[^\s/]+/[^\s]+", "is not an S3 object", "Such as s3://bucket/key")]


class ComponentEntry(Record):
    """One component of a recipe: a `document` beside the recipe file or at an S3 `uri`, published with it, or an
    existing component by `componentArn`. One that is `disabled` stays in the file and is not published."""

    document: DocumentPath | None = None
    uri: S3Uri | None = None
    component_arn: ComponentReference | None = None
    parameters: Parameters = Field(default_factory=dict)
    disabled: bool = False
    name: ResourceName | None = None
    semantic_version: ExactVersion | None = None
    description: NonEmpty | None = None
    change_description: NonEmpty | None = None
    platform: Platform | None = None
    supported_os_versions: Annotated[tuple[NonEmpty, ...], Field(max_length=25)] = ()
    kms_key_id: NonEmpty | None = None
    tags: TagMap = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [key for key in ("document", "uri", "component_arn") if getattr(self, key) is not None]
        if len(given) != 1:
            raise refuse("A component has exactly one of 'document', 'uri' and 'componentArn'")
        if self.component_arn is not None:
            extra = sorted(self.api_members().keys() - {"componentArn", "parameters", "disabled"})
            if extra:
                raise refuse(f"{extra[0]!r} belongs to a 'document'; an existing component has its own")
        if self.uri is not None and self.name is None:
            raise refuse("A component from S3 needs a 'name'")
        return self

    @property
    def published_name(self) -> str:
        """The component's name: given, or the stem of the document's file; "" for an existing component."""
        return self.name or (PurePosixPath(self.document).stem if self.document else "")

    @property
    def published_version(self) -> str:
        return self.semantic_version or "1.0.0"


class Ebs(Record):
    """Sizes in GiB, throughput in MiB/s."""

    encrypted: bool | None = None
    delete_on_termination: bool | None = None
    iops: Annotated[int, Field(ge=100, le=64000)] | None = None
    kms_key_id: NonEmpty | None = None
    snapshot_id: NonEmpty | None = None
    volume_size: Annotated[int, Field(ge=1, le=16000)] | None = None
    volume_type: Literal["standard", "io1", "io2", "gp2", "gp3", "sc1", "st1"] | None = None
    throughput: Annotated[int, Field(ge=125, le=1000)] | None = None


class BlockDeviceMapping(Record):
    device_name: NonEmpty | None = None
    ebs: Ebs | None = None
    virtual_name: NonEmpty | None = None
    no_device: Annotated[str, StringConstraints(max_length=0)] | None = None


class SystemsManagerAgent(Record):
    uninstall_after_build: bool | None = None


class AdditionalInstanceConfiguration(Record):
    systems_manager_agent: SystemsManagerAgent | None = None
    user_data_override: (
        Annotated[
            str,
            StringConstraints(min_length=1, max_length=21847),
            pattern(
                r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
                "is not base64",
                "Encode the script: base64 -w0 FILE",
            ),
        ]
        | None
    ) = None


def _parent_image(value: str) -> str:
    if value.startswith("arn:"):
        try:
            arn = Arn.parse(value)
        except ValueError:
            arn = None
        if arn is None or arn.type != "image" or arn.version is None:
            hint = "An Image Builder image ARN with its version, ami-…, ssm:…, or the name of an image"
            raise refuse(f"{value!r} is not an image of Image Builder", hint)
    elif value.startswith("ami-") and not re.fullmatch(r"ami-[0-9a-f]{8,17}", value):
        raise refuse(f"{value!r} is not an AMI's id", "ami- and 8 or 17 hexadecimal digits")
    elif value == "ssm:":
        raise refuse("ssm: needs the name or ARN of a parameter behind it")
    return value


ParentImage = Annotated[NonEmpty, AfterValidator(_parent_image)]
Components = tuple[ComponentEntry, ...]


def enabled(components: Components) -> tuple[tuple[int, ComponentEntry], ...]:
    """The components that are published, each with its position in the file."""
    return tuple((index, entry) for index, entry in enumerate(components) if not entry.disabled)


Watermark = Annotated[
    str,
    pattern(
        r"[A-Za-z0-9()\[\]./'@_\-][A-Za-z0-9 ()\[\]./'@_\-]{1,126}[A-Za-z0-9()\[\]./'@_\-]", "cannot be a watermark"
    ),
]


class ImageRecipe(Record):
    """CreateImageRecipe. `name` defaults to the recipe file's."""

    semantic_version: WildcardVersion
    parent_image: ParentImage
    name: ResourceName | None = None
    description: NonEmpty | None = None
    components: Components = ()
    block_device_mappings: tuple[BlockDeviceMapping, ...] = ()
    working_directory: NonEmpty | None = None
    additional_instance_configuration: AdditionalInstanceConfiguration | None = None
    ami_tags: AmiTagMap = Field(default_factory=dict)
    ami_watermarks: Annotated[tuple[Watermark, ...], Field(max_length=5)] = ()
    tags: TagMap = Field(default_factory=dict)


class TargetRepository(Record):
    """The service is always ECR and may be left out."""

    repository_name: NonEmpty
    service: Literal["ECR"] | None = None


class InstanceConfiguration(Record):
    """The machine that builds a container image, not the image."""

    image: NonEmpty | None = None
    block_device_mappings: tuple[BlockDeviceMapping, ...] = ()


class ContainerRecipe(Record):
    """CreateContainerRecipe. `dockerfileTemplate` names a file beside the recipe file, read when publishing."""

    semantic_version: WildcardVersion
    parent_image: NonEmpty
    target_repository: TargetRepository
    name: ResourceName | None = None
    description: NonEmpty | None = None
    container_type: Literal["DOCKER"] | None = None
    components: Components = ()
    instance_configuration: InstanceConfiguration | None = None
    dockerfile_template: DocumentPath | None = None
    dockerfile_template_data: Annotated[str, StringConstraints(min_length=1, max_length=16000)] | None = None
    dockerfile_template_uri: S3Uri | None = None
    platform_override: Platform | None = None
    image_os_version_override: NonEmpty | None = None
    working_directory: NonEmpty | None = None
    kms_key_id: NonEmpty | None = None
    tags: TagMap = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_template(self) -> Self:
        given = (self.dockerfile_template, self.dockerfile_template_data, self.dockerfile_template_uri)
        if sum(value is not None for value in given) != 1:
            keys = "'dockerfileTemplate', 'dockerfileTemplateData' and 'dockerfileTemplateUri'"
            raise refuse(f"A container recipe has exactly one of {keys}")
        return self
