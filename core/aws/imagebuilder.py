"""The typed face of the EC2 Image Builder API, on either end of it.

Publishing knows six kinds of resource that differ in the names of their operations only, so one table drives find,
create and update for all of them. Members stay in the API's own camelCase form: the recipe file has the same keys, and
comparing the two is what a plan is made of.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from botocore import xform_name

from core.aws.connection import Capability, Connection
from core.aws.errors import IMAGE_BUILDER, translated
from core.aws.paging import items
from core.build.source import Image, LogPage, Progress, StepExecution, WorkflowExecution
from core.errors import NotFound, Unreachable
from core.recipe.names import Arn, slug

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Members: TypeAlias = Mapping[str, Json]


class Kind(StrEnum):
    """A kind of resource; the value is its ARN's type segment."""

    COMPONENT = "component"
    WORKFLOW = "workflow"
    IMAGE_RECIPE = "image-recipe"
    CONTAINER_RECIPE = "container-recipe"
    INFRASTRUCTURE = "infrastructure-configuration"
    DISTRIBUTION = "distribution-configuration"
    PIPELINE = "image-pipeline"

    @property
    def words(self) -> str:
        """As said to the user: ``image recipe``."""
        return "pipeline" if self is Kind.PIPELINE else self.value.replace("-", " ")


class Answer(StrEnum):
    """What a step that waits for an action can be told (SendWorkflowStepAction)."""

    RESUME = "RESUME"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class Operations:
    """How one kind's operations, results and arguments are called (service reference, 2.2): ``Create<noun>``,
    member `result` of ``Get<noun>``, and `key`, the ARN's name in requests and answers alike."""

    noun: str
    result: str
    key: str
    mutable: bool


OPERATIONS: Final[Mapping[Kind, Operations]] = {
    Kind.COMPONENT: Operations("Component", "component", "componentBuildVersionArn", mutable=False),
    Kind.WORKFLOW: Operations("Workflow", "workflow", "workflowBuildVersionArn", mutable=False),
    Kind.IMAGE_RECIPE: Operations("ImageRecipe", "imageRecipe", "imageRecipeArn", mutable=False),
    Kind.CONTAINER_RECIPE: Operations("ContainerRecipe", "containerRecipe", "containerRecipeArn", mutable=False),
    Kind.INFRASTRUCTURE: Operations(
        "InfrastructureConfiguration", "infrastructureConfiguration", "infrastructureConfigurationArn", mutable=True
    ),
    Kind.DISTRIBUTION: Operations(
        "DistributionConfiguration", "distributionConfiguration", "distributionConfigurationArn", mutable=True
    ),
    Kind.PIPELINE: Operations("ImagePipeline", "imagePipeline", "imagePipelineArn", mutable=True),
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as its Get operation returns it; `members` in the API's own names."""

    kind: Kind
    arn: str
    members: Members

    @property
    def tags(self) -> Mapping[str, str]:
        tags = self.members.get("tags")
        return {key: str(value) for key, value in tags.items()} if isinstance(tags, Mapping) else {}


@dataclass(frozen=True, slots=True)
class ImageVersion:
    """An image name and version (ListImages); `arn` has no build number."""

    arn: str
    name: str
    version: str
    owner: str
    platform: str = ""
    os_version: str = ""
    type: str = ""
    created: str = ""


class ImageBuilder:
    """The calls publishing, following and the command line need; each raises errors of `core.errors` only.

    It is a `core.build.source.Source`. When nobody answers, the connection is looked up anew for the next call: a
    local service that died comes back at another address.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._clients: dict[str, Any] = {}

    def arn(self, kind: Kind, name: str, version: str = "", *, owner: str = "", stage: str = "") -> str:
        """The ARN that the resource of this name has or will have here; `owner` defaults to the account, `stage` is a
        workflow's type (build, test, distribution)."""
        at = self.connection
        owner = owner or at.account
        return str(
            Arn(at.partition, at.region, owner, kind.value, slug(name), version or None, workflow_type=stage or None)
        )

    def find(self, kind: Kind, arn: str) -> Resource | None:
        """The resource, None when there is none. A version without build number or with a wildcard finds the newest."""
        operations = OPERATIONS[kind]
        try:
            answer = self._call(f"Get{operations.noun}", arn, {operations.key: arn})
        except NotFound:
            return None
        members: Members = answer[operations.result]
        return Resource(kind=kind, arn=str(members["arn"]), members=members)

    def create(self, kind: Kind, members: Members) -> str:
        """Create and return the ARN, with the build number where the kind has one."""
        operations = OPERATIONS[kind]
        answer = self._call(f"Create{operations.noun}", str(members.get("name", "")), members)
        return str(answer[operations.key])

    def update(self, kind: Kind, arn: str, members: Members) -> str:
        """Replace everything but the name of a mutable resource."""
        operations = OPERATIONS[kind]
        self._call(f"Update{operations.noun}", arn, {operations.key: arn, **members})
        return arn

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        self._call("TagResource", arn, {"resourceArn": arn, "tags": dict(tags)})

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        self._call("UntagResource", arn, {"resourceArn": arn, "tagKeys": list(keys)})

    def images(self, owner: str, name: str = "") -> tuple[ImageVersion, ...]:
        """The image versions of `owner` (Self, Shared, Amazon, …), of one name if given."""
        filters = {"filters": [{"name": "name", "values": [name]}]} if name else {}
        found = self.listed("ListImages", "imageVersionList", owner=owner, **filters)
        return tuple(_image_version(each) for each in found)

    def image_builds(self, version_arn: str) -> tuple[Image, ...]:
        """All builds of one image version, running and failed ones too."""
        found = self.listed("ListImageBuildVersions", "imageSummaryList", imageVersionArn=version_arn)
        return tuple(Image.model_validate(each) for each in found)

    def image_members(self, image_arn: str) -> Members:
        """A build with all that it was made of, in the API's own names. Raises NotFound."""
        answer = self._call("GetImage", image_arn, {"imageBuildVersionArn": image_arn})
        members: Members = answer["image"]
        return members

    def start(self, pipeline_arn: str, tags: Mapping[str, str] | None = None) -> str:
        """Run the pipeline once, for an image with these tags; the new image's build version ARN."""
        asked: dict[str, Json] = {"imagePipelineArn": pipeline_arn} | ({"tags": dict(tags)} if tags else {})
        answer = self._call("StartImagePipelineExecution", pipeline_arn, asked)
        return str(answer["imageBuildVersionArn"])

    def cancel(self, image_arn: str) -> None:
        """Ask for the end of a running build; it is over when its state says CANCELLED."""
        self._call("CancelImageCreation", image_arn, {"imageBuildVersionArn": image_arn})

    def retry(self, image_arn: str) -> None:
        """Run a failed or cancelled image again from its failed test or distribution phase, as the same build version.
        Raises Invalid where it failed before that."""
        self._call("RetryImage", image_arn, {"imageBuildVersionArn": image_arn})

    def answer(self, image_arn: str, step_execution_id: str, answer: Answer, reason: str) -> None:
        """Resume or stop a step that waits for an action. Raises Invalid when it waits no longer."""
        asked: dict[str, Json] = {
            "stepExecutionId": step_execution_id,
            "imageBuildVersionArn": image_arn,
            "action": answer.value,
        }
        self._call("SendWorkflowStepAction", step_execution_id, asked | ({"reason": reason} if reason else {}))

    def own_builds(self) -> tuple[Image, ...]:
        """All builds of one's own images, running and failed ones too, in the order the service tells them."""
        return tuple(Image.model_validate(each) for each in self.listed("ListImageBuildVersions", "imageSummaryList"))

    def waiting_builds(self) -> frozenset[str]:
        """The images of which a step waits for an action, whoever began them."""
        found = self.listed("ListWaitingWorkflowSteps", "steps")
        return frozenset(str(each["imageBuildVersionArn"]) for each in found)

    def packages(self, image_arn: str) -> Mapping[str, str]:
        """The packages in a finished image and their versions; none where nothing was collected."""
        found = self.listed("ListImagePackages", "imagePackageList", imageBuildVersionArn=image_arn)
        return {str(each["packageName"]): str(each.get("packageVersion", "")) for each in found}

    def image(self, image_build_version_arn: str) -> Image:
        answer = self._call("GetImage", image_build_version_arn, {"imageBuildVersionArn": image_build_version_arn})
        return Image.model_validate(answer["image"])

    def workflow_executions(self, image_build_version_arn: str) -> tuple[WorkflowExecution, ...]:
        found = self.listed(
            "ListWorkflowExecutions", "workflowExecutions", imageBuildVersionArn=image_build_version_arn
        )
        return tuple(WorkflowExecution.model_validate(each) for each in found)

    def step_executions(self, workflow_execution_id: str) -> tuple[StepExecution, ...]:
        found = self.listed("ListWorkflowStepExecutions", "steps", workflowExecutionId=workflow_execution_id)
        return tuple(StepExecution.model_validate(each) for each in found)

    def log_events(self, group: str, stream: str, token: str | None) -> LogPage:
        at = {"logGroupName": group, "logStreamName": stream, "startFromHead": True}
        from_token = {"nextToken": token} if token else {}
        answer = self._call("GetLogEvents", f"{group} {stream}", {**at, **from_token}, service="logs")
        return LogPage.model_validate(answer)

    def progress(self, image_build_version_arn: str) -> tuple[Progress, ...]:
        if Capability.PROGRESS not in self.connection.capabilities:
            return ()
        with self._renewing():
            return self.connection.machines().progress(image_build_version_arn)

    def listed(self, operation: str, member: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """Every entry of list `member` of a List operation, page by page as they are asked for."""
        return items(operation, lambda **asked: self._call(operation, "", asked), member, **arguments)

    def _call(self, operation: str, subject: str, arguments: Mapping[str, Any], service: str = IMAGE_BUILDER) -> Any:
        with self._renewing(), translated(operation, subject, service):
            if (client := self._clients.get(service)) is None:
                client = self._clients[service] = self.connection.client(service)
            return getattr(client, xform_name(operation))(**arguments)

    @contextmanager
    def _renewing(self) -> Iterator[None]:
        try:
            yield
        except Unreachable:
            self._clients.clear()
            self.connection.renew()
            raise


def _image_version(members: Mapping[str, Any]) -> ImageVersion:
    return ImageVersion(
        arn=str(members["arn"]),
        name=str(members["name"]),
        version=str(members["version"]),
        owner=str(members.get("owner", "")),
        platform=str(members.get("platform", "")),
        os_version=str(members.get("osVersion", "")),
        type=str(members.get("type", "")),
        created=str(members.get("dateCreated", "")),
    )
