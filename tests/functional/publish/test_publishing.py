"""Publishing to a real local service: its store and its refusals, over HTTP with signed requests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.aws.connection import LocalConnection
from core.aws.imagebuilder import ImageBuilder, Kind
from core.errors import Conflict, Invalid
from core.local.endpoint import Endpoint, Home
from core.publish.apply import Applied, apply
from core.publish.plan import Action, Plan
from core.publish.prepared import Reading, planned, published, read_for
from tests.functional.service.running import KEYS, REGION, Running, running_service

PARENT = "ami-0123456789abcdef0"
DOCUMENT = """\
name: nginx
schemaVersion: 1.0
parameters:
  - Port:
      type: string
      default: "80"
phases:
  - name: build
    steps:
      - name: Install
        action: ExecuteBash
        inputs:
          commands: [{command}]
"""
RECIPE = """\
schemaVersion: 1
name: {name}
description: A page on a port
imageRecipe:
  semanticVersion: {version}
  parentImage: {parent}
  components:
    - document: nginx.yml
      name: {name}-nginx
      parameters: {{Port: "8080"}}
    - componentArn: aws/update-linux/x.x.x
  blockDeviceMappings:
    - deviceName: /dev/xvda
      ebs: {{volumeSize: 8, volumeType: gp3, deleteOnTermination: true}}
  amiTags: {{made: {made}}}
infrastructureConfiguration:
  instanceTypes: [t3.medium]
  terminateInstanceOnFailure: {terminate}
  resourceTags: {{cost: "1"}}
imageTestsConfiguration: {{imageTestsEnabled: true, timeoutMinutes: 90}}
distributions:
  - region: eu-west-1
    amiDistributionConfiguration:
      name: "{name} {{{{ imagebuilder:buildDate }}}}"
      amiTags: {{a: b}}
  - region: us-east-1
schedule: {{scheduleExpression: "cron(0 2 ? * sun *)", timezone: Europe/Berlin}}
tags: {{team: web}}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(Home(tmp_path_factory.mktemp("home"))) as running:
        yield running


@pytest.fixture
def connection(service: Running) -> LocalConnection:
    endpoint = Endpoint(service.url, 1, KEYS.access_key_id, KEYS.secret_access_key)
    return LocalConnection(REGION, service.home, lambda home: endpoint)


class Author:
    """Somebody with a recipe file, who publishes it again and again."""

    def __init__(self, folder: Path, connection: LocalConnection, name: str) -> None:
        self.folder = folder
        self.connection = connection
        self.builder: ImageBuilder = connection.image_builder()
        self.settings = {"name": name, "version": "1.0.x", "parent": PARENT, "terminate": "true", "made": "here"}
        self.command = "apt-get install nginx"

    def reading(self, **changed: str) -> Reading:
        self.settings |= changed
        (self.folder / "nginx.yml").write_text(DOCUMENT.format(command=self.command))
        at = self.connection
        return read_for(self.folder / "web.recipe.yml", RECIPE.format(**self.settings), at.kind, at.name)

    def plan(self, **changed: str) -> Plan:
        return planned(self.reading(**changed), self.connection)

    def publish(self, **changed: str) -> list[Applied]:
        return list(apply(self.plan(**changed), self.builder))


@pytest.fixture
def author(tmp_path: Path, connection: LocalConnection, request: pytest.FixtureRequest) -> Author:
    name = request.node.name.removeprefix("test_")[:60].rstrip("_")
    return Author(tmp_path, connection, name)


def actions(plan: Plan) -> dict[Kind, Action]:
    return {step.kind: step.action for step in plan.steps}


def test_everything_is_created_and_refers_to_each_other(author: Author) -> None:
    applied = author.publish()
    assert [each.step.action for each in applied] == [Action.CREATE] * 5
    pipeline: Any = author.builder.find(Kind.PIPELINE, applied[-1].arn)
    by_kind = {each.step.kind: each.arn for each in applied}
    assert pipeline.members["imageRecipeArn"] == by_kind[Kind.IMAGE_RECIPE]
    assert pipeline.members["infrastructureConfigurationArn"] == by_kind[Kind.INFRASTRUCTURE]
    assert pipeline.members["distributionConfigurationArn"] == by_kind[Kind.DISTRIBUTION]
    assert by_kind[Kind.IMAGE_RECIPE].endswith("/1.0.0")


def test_publishing_twice_changes_nothing(author: Author) -> None:
    author.publish()
    again = author.plan()
    assert [(step.kind, step.differs) for step in again.steps if step.changes_something] == []


def test_a_changed_document_makes_a_new_build_and_leaves_the_rest(author: Author) -> None:
    author.publish()
    author.command = "apt-get install nginx-light"
    first = author.publish()[0]
    assert first.step.action is Action.NEW_BUILD
    assert first.arn.endswith("/1.0.0/2")
    assert not author.plan().changes_something


def test_a_plan_that_others_overtook_ends_with_what_they_made(author: Author) -> None:
    """One had planned a component that another then made, and planned its recipe before the other had made that: the
    first conflict was planned for, the second failed. A recipe counted up by the service met no conflict, and became a
    version of its own."""
    reading, at = author.reading(), author.connection
    plan = planned(reading, at)
    others = apply(plan, author.builder)
    made = [next(others)]
    mine = published(plan, reading, at)
    assert next(mine).arn == made[0].arn.rpartition("/")[0]
    made += others
    ended = [each.arn for each in mine]
    assert ended[-1] == made[-1].arn
    pipeline: Any = author.builder.find(Kind.PIPELINE, ended[-1])
    assert pipeline.members["imageRecipeArn"].endswith("/1.0.0")
    assert not author.plan().changes_something


def test_a_changed_recipe_counts_its_version_up_and_the_pipeline_follows(author: Author) -> None:
    author.publish()
    plan = author.plan(made="elsewhere")
    assert actions(plan)[Kind.IMAGE_RECIPE] is Action.NEW_VERSION
    assert actions(plan)[Kind.PIPELINE] is Action.UPDATE
    applied = list(apply(plan, author.builder))
    pipeline: Any = author.builder.find(Kind.PIPELINE, applied[-1].arn)
    assert pipeline.members["imageRecipeArn"].endswith("/1.0.1")
    assert not author.plan().changes_something


def test_a_fixed_version_with_other_content_is_a_conflict(author: Author) -> None:
    author.publish(version="1.0.0")
    with pytest.raises(Conflict, match=r"1\.0\.0 exists already .*amiTags"):
        author.plan(made="elsewhere")


def test_a_configuration_is_updated(author: Author) -> None:
    author.publish()
    plan = author.plan(terminate="false")
    assert actions(plan)[Kind.INFRASTRUCTURE] is Action.UPDATE
    assert actions(plan)[Kind.PIPELINE] is Action.REUSE
    list(apply(plan, author.builder))
    assert not author.plan().changes_something


def test_a_missing_parent_image_is_a_problem_at_its_place(author: Author) -> None:
    with pytest.raises(Invalid) as caught:
        author.plan(parent="there-is-no-such-image")
    assert [problem.address for problem in caught.value.problems] == ["imageRecipe.parentImage"]


def test_the_services_own_words_arrive_for_what_only_it_can_know(author: Author) -> None:
    plan = author.plan(parent="ami-00000000000000000")
    with pytest.raises(Invalid) as caught:
        list(apply(plan, author.builder))
    assert caught.value.message.startswith("CreateImageRecipe")
    assert caught.value.context["requestId"]
