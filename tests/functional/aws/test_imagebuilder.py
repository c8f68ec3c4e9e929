"""The typed face against botocore's own model: right operations, right members, typed answers, our errors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from core.aws.connection import Capability, LocalConnection
from core.aws.imagebuilder import OPERATIONS, ImageBuilder, ImageVersion, Kind
from core.build.source import ImageStatus
from core.errors import Conflict, NotFound, Unreachable
from core.local.endpoint import Endpoint, Home
from core.publish.compare import COMPARED

COMPONENT = "arn:aws:imagebuilder:eu-central-1:123456789012:component/nginx/1.0.0"
IMAGE = "arn:aws:imagebuilder:eu-central-1:123456789012:image/web/1.0.0/1"


class StubbedConnection(LocalConnection):
    """Local, with clients that answer from a script and reach no network."""

    capabilities = frozenset[Capability]()

    def __init__(self) -> None:
        super().__init__(
            "eu-central-1", Home(Path("/nowhere")), lambda home: Endpoint("http://127.0.0.1:9", 1, "a", "b")
        )
        self.renewed = 0
        self.stubs: dict[str, Stubber] = {}
        self._stubbed: dict[str, Any] = {}

    def stub(self, service: str) -> Stubber:
        if service not in self.stubs:
            self._stubbed[service] = super().client(service)
            self.stubs[service] = Stubber(self._stubbed[service])
            self.stubs[service].activate()
        return self.stubs[service]

    def client(self, service: str) -> Any:
        self.stub(service)
        return self._stubbed[service]

    def renew(self) -> None:
        self.renewed += 1


@pytest.fixture
def connection() -> Iterator[StubbedConnection]:
    made = StubbedConnection()
    yield made
    for stub in made.stubs.values():
        stub.assert_no_pending_responses()


@pytest.fixture
def builder(connection: StubbedConnection) -> ImageBuilder:
    return ImageBuilder(connection)


def test_a_resource_is_found_by_its_arn(connection: StubbedConnection, builder: ImageBuilder) -> None:
    answer = {"component": {"arn": f"{COMPONENT}/3", "name": "nginx", "data": "x", "tags": {"a": "b"}}}
    connection.stub("imagebuilder").add_response("get_component", answer, {"componentBuildVersionArn": COMPONENT})
    found = builder.find(Kind.COMPONENT, COMPONENT)
    assert found is not None
    assert (found.arn, found.members["data"], found.tags) == (f"{COMPONENT}/3", "x", {"a": "b"})


def test_a_resource_that_is_not_there_is_none(connection: StubbedConnection, builder: ImageBuilder) -> None:
    connection.stub("imagebuilder").add_client_error("get_component", "ResourceNotFoundException", "gone", 404)
    assert builder.find(Kind.COMPONENT, COMPONENT) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_operations_in_the_model(kind: Kind, connection: StubbedConnection) -> None:
    operations = OPERATIONS[kind]
    model = connection.client("imagebuilder").meta.service_model
    get = model.operation_model(f"Get{operations.noun}")
    assert operations.key in get.input_shape.members
    assert operations.result in get.output_shape.members
    create = model.operation_model(f"Create{operations.noun}")
    assert operations.key in create.output_shape.members
    if operations.mutable:
        assert operations.key in model.operation_model(f"Update{operations.noun}").input_shape.members


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_compared_exists_in_the_model_on_both_sides(kind: Kind, connection: StubbedConnection) -> None:
    """A key misspelt in the table would never be compared, and a change of it never published."""
    from core.aws.imagebuilder import OPERATIONS

    operations = OPERATIONS[kind]
    model = connection.client("imagebuilder").meta.service_model
    given = model.operation_model(f"Create{operations.noun}").input_shape.members
    returned = model.operation_model(f"Get{operations.noun}").output_shape.members[operations.result].members
    assert set(COMPARED[kind]) <= set(given) & set(returned)
    ours = {"name", "semanticVersion", "tags", "clientToken", "dryRun", "changeDescription", "type"}
    assert set(given) & set(returned) - ours == set(COMPARED[kind]) - ours


def test_creating_returns_the_arn(connection: StubbedConnection, builder: ImageBuilder) -> None:
    members = {"name": "nginx", "semanticVersion": "1.0.0", "platform": "Linux", "data": "x"}
    connection.stub("imagebuilder").add_response("create_component", {"componentBuildVersionArn": f"{COMPONENT}/1"})
    assert builder.create(Kind.COMPONENT, members) == f"{COMPONENT}/1"


def test_a_taken_name_is_a_conflict(connection: StubbedConnection, builder: ImageBuilder) -> None:
    said = "The following resource 'ImagePipeline' already exists: 'x'."
    connection.stub("imagebuilder").add_client_error("create_image_pipeline", "ResourceAlreadyExistsException", said)
    with pytest.raises(Conflict, match="already exists"):
        builder.create(Kind.PIPELINE, {"name": "web", "infrastructureConfigurationArn": "x" * 20})


def test_images_of_all_pages_are_listed(connection: StubbedConnection, builder: ImageBuilder) -> None:
    stub = connection.stub("imagebuilder")
    filters = [{"name": "name", "values": ["web"]}]
    stub.add_response(
        "list_images",
        {"imageVersionList": [{"arn": IMAGE, "name": "web", "version": "1.0.0", "owner": "1"}], "nextToken": "t"},
        {"owner": "Self", "filters": filters},
    )
    stub.add_response("list_images", {"imageVersionList": []}, {"owner": "Self", "filters": filters, "nextToken": "t"})
    assert builder.images("Self", "web") == (ImageVersion(IMAGE, "web", "1.0.0", "1"),)


def test_an_image_is_read_as_the_record_that_following_wants(
    connection: StubbedConnection, builder: ImageBuilder
) -> None:
    image = {"arn": IMAGE, "name": "web", "version": "1.0.0/1", "state": {"status": "BUILDING"}}
    connection.stub("imagebuilder").add_response("get_image", {"image": image}, {"imageBuildVersionArn": IMAGE})
    assert builder.image(IMAGE).state.status is ImageStatus.BUILDING


def test_the_log_is_read_from_its_head_and_on_from_a_token(
    connection: StubbedConnection, builder: ImageBuilder
) -> None:
    stub = connection.stub("logs")
    at = {"logGroupName": "g", "logStreamName": "s", "startFromHead": True}
    event = {"timestamp": 1000, "message": "hello"}
    stub.add_response("get_log_events", {"events": [event], "nextForwardToken": "f/1"}, at)
    stub.add_response("get_log_events", {"events": [], "nextForwardToken": "f/1"}, {**at, "nextToken": "f/1"})
    page = builder.log_events("g", "s", None)
    assert [each.message for each in page.events] == ["hello"]
    assert builder.log_events("g", "s", page.next_token).next_token == "f/1"


def test_a_log_that_does_not_exist_yet_is_not_found(connection: StubbedConnection, builder: ImageBuilder) -> None:
    connection.stub("logs").add_client_error("get_log_events", "ResourceNotFoundException", "no group", 400)
    with pytest.raises(NotFound):
        builder.log_events("g", "s", None)


def test_a_service_that_does_not_answer_is_looked_up_again(
    connection: StubbedConnection, builder: ImageBuilder
) -> None:
    connection.stub("imagebuilder").add_client_error("get_image", "ServiceUnavailableException", "no", 503)
    with pytest.raises(Unreachable):
        builder.image(IMAGE)
    assert connection.renewed == 1


def test_progress_is_nothing_where_the_connection_cannot_tell(builder: ImageBuilder) -> None:
    assert builder.progress(IMAGE) == ()
