"""A published pipeline comes back as a recipe file that says the same: publishing it again plans nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from core.aws.connection import LocalConnection
from core.aws.imagebuilder import Kind
from core.errors import NotFound
from core.local.endpoint import Endpoint, Home
from core.publish.adopt import Adopted, adopt
from core.publish.apply import apply
from core.publish.plan import Plan
from core.publish.prepared import planned, read_for
from tests.functional.service.running import KEYS, REGION, Running, running_service
from tests.installed import ROOT

EXAMPLES = ROOT / "resources/examples"
UNUSUAL = """\
schemaVersion: 1
name: Odd one
imageRecipe:
  name: Other name
  semanticVersion: 2.3.4
  parentImage: debian-12-x86
  components:
    - document: a.yml
      name: With Blanks
      semanticVersion: 1.2.0
      description: "80"
      tags: {whose: mine}
    - componentArn: aws/update-linux/x.x.x
    - componentArn: aws/hello-world-linux/1.0.0
  amiTags: {"yes": "true"}
  tags: {of: recipe}
infrastructureConfiguration:
  terminateInstanceOnFailure: false
  instanceMetadataOptions: {httpTokens: required}
distributions:
  - region: us-east-1
  - region: eu-west-1
    amiDistributionConfiguration: {name: "other {{ imagebuilder:buildDate }}"}
imageTestsConfiguration: {imageTestsEnabled: false}
schedule: {scheduleExpression: "cron(0 2 ? * sun *)", timezone: Europe/Berlin}
status: DISABLED
executionRole: ImageBuilderRole
workflows:
  - workflowArn: aws/build/build-image/x.x.x
tags: {team: web}
"""
DOCUMENT = """\
name: a
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Greet
        action: ExecuteBash
        inputs: {commands: [echo hello]}
"""

DOCKERFILE = """\
FROM {{{ imagebuilder:parentImage }}}
{{{ imagebuilder:environments }}}
{{{ imagebuilder:components }}}
"""
WORKFLOW = """\
name: boot-test
schemaVersion: 1.0
steps:
  - name: LaunchTestInstance
    action: LaunchInstance
    onFailure: Abort
    inputs:
      waitFor: ssmAgent
  - name: TerminateTestInstance
    action: TerminateInstance
    onFailure: Continue
    inputs:
      instanceId.$: $.stepOutputs.LaunchTestInstance.instanceId
"""
CONTAINER = """\
schemaVersion: 1
name: in-a-box
containerRecipe:
  semanticVersion: 1.0.x
  parentImage: amazonlinux:latest
  targetRepository: {repositoryName: boxes}
  dockerfileTemplate: Dockerfile
  components:
    - document: a.yml
      name: boxed
workflows:
  - document: boot.yml
    name: boot-test
    type: TEST
    onFailure: CONTINUE
executionRole: ImageBuilderRole
"""
PINNED = """\
schemaVersion: 1
name: {name}
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
  components:
    - {entry}
"""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalConnection]:
    def at(service: Running) -> LocalConnection:
        endpoint = Endpoint(service.url, 1, KEYS.access_key_id, KEYS.secret_access_key)
        return LocalConnection(REGION, service.home, lambda home: endpoint)

    with running_service(Home(tmp_path_factory.mktemp("home"))) as running:
        yield at(running)


def plan(file: Path, at: LocalConnection) -> Plan:
    return planned(read_for(file, file.read_text(encoding="utf-8"), at.kind, at.name), at)


def published(file: Path, at: LocalConnection) -> str:
    return list(apply(plan(file, at), at.image_builder()))[-1].arn


def written(adopted: Adopted, folder: Path) -> Path:
    for path, text in adopted.documents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    file = folder / "adopted.yml"
    file.write_text(adopted.text, encoding="utf-8")
    return file


def adopted_again(file: Path, at: LocalConnection, folder: Path) -> Path:
    return written(adopt(published(file, at), at, at.image_builder()), folder)


def differing(found: Plan) -> Mapping[str, Any]:
    return {f"{step.kind} {step.name}": step.reason for step in found.steps if step.changes_something}


@pytest.mark.parametrize("name", ["web-server", "hardened-base"])
def test_an_adopted_example_plans_nothing_new(name: str, connection: LocalConnection, tmp_path: Path) -> None:
    source = EXAMPLES / name / f"{name}.yml"
    file = adopted_again(source, connection, tmp_path)
    assert differing(plan(file, connection)) == {}
    documents = {path.name: path.read_text() for path in (source.parent / "components").iterdir()}
    assert {path.name: path.read_text() for path in (tmp_path / "components").iterdir()} == documents


def test_an_adopted_example_leaves_out_what_the_service_chooses(connection: LocalConnection, tmp_path: Path) -> None:
    text = adopted_again(EXAMPLES / "web-server/web-server.yml", connection, tmp_path).read_text()
    assert "parentImage: debian-12-x86\n" in text
    assert "semanticVersion: 1.0.x\n" in text
    for default in ("workingDirectory", "imageTestsEnabled", "enhancedImageMetadata", "status", "platform", "Arn"):
        assert default not in text


def test_what_a_file_rarely_says_comes_back_too(connection: LocalConnection, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(DOCUMENT)
    (tmp_path / "odd.yml").write_text(UNUSUAL)
    (tmp_path / "there").mkdir()
    file = adopted_again(tmp_path / "odd.yml", connection, tmp_path / "there")
    assert differing(plan(file, connection)) == {}
    text = file.read_text()
    assert "  - region: us-east-1\n  - region: eu-west-1\n" in text
    assert "componentArn: aws/update-linux/x.x.x" in text


def test_the_older_version_of_a_recipe_is_adopted_as_that_version(connection: LocalConnection, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(DOCUMENT)
    older, newer = tmp_path / "older.yml", tmp_path / "newer.yml"
    older.write_text(UNUSUAL.replace("Odd one", "Older").replace("Other name", "series").replace("2.3.4", "5.0.0"))
    newer.write_text(older.read_text().replace("5.0.0", "5.0.1").replace('"true"', '"no"').replace("Older", "Newer"))
    arn = published(older, connection)
    published(newer, connection)
    (tmp_path / "there").mkdir()
    file = written(adopt(arn, connection, connection.image_builder()), tmp_path / "there")
    assert 'semanticVersion: "5.0.0"\n' in file.read_text()
    assert differing(plan(file, connection)) == {}


def test_a_container_recipe_comes_back_with_its_dockerfile_and_a_workflow_with_its_document(
    connection: LocalConnection, tmp_path: Path
) -> None:
    (tmp_path / "a.yml").write_text(DOCUMENT)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "boot.yml").write_text(WORKFLOW)
    (tmp_path / "container.yml").write_text(CONTAINER)
    (tmp_path / "there").mkdir()
    file = adopted_again(tmp_path / "container.yml", connection, tmp_path / "there")
    assert differing(plan(file, connection)) == {}
    assert (tmp_path / "there/Dockerfile").read_text() == DOCKERFILE
    assert (tmp_path / "there/workflows/boot-test.yml").read_text() == WORKFLOW
    assert "service: ECR" not in file.read_text()


def test_two_workflows_of_one_name_keep_a_document_each(connection: LocalConnection, tmp_path: Path) -> None:
    other = WORKFLOW.replace("schemaVersion: 1.0\n", "schemaVersion: 1.0\ndescription: again\n")
    (tmp_path / "a.yml").write_text(DOCUMENT)
    (tmp_path / "boot.yml").write_text(WORKFLOW)
    (tmp_path / "again.yml").write_text(other)
    entries = [
        "{document: boot.yml, name: boot-twice, type: TEST}",
        "{document: again.yml, name: boot-twice, type: TEST, semanticVersion: 2.0.0}",
    ]
    source = tmp_path / "twice.yml"
    text = PINNED.format(name="boots-twice", entry="document: a.yml\n      name: booted")
    source.write_text(f"{text}workflows:\n  - {entries[0]}\n  - {entries[1]}\nexecutionRole: ImageBuilderRole\n")
    (tmp_path / "there").mkdir()
    file = adopted_again(source, connection, tmp_path / "there")
    assert differing(plan(file, connection)) == {}
    texts = {path.name: path.read_text() for path in (tmp_path / "there/workflows").iterdir()}
    assert texts == {"boot-twice.yml": WORKFLOW, "boot-twice-test.yml": other}


@pytest.mark.parametrize("reference", ["self/pinned/1.0.0/1", "self/pinned/x.x.x"])
def test_what_a_document_could_not_say_stays_a_reference(
    reference: str, connection: LocalConnection, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.yml", tmp_path / "second.yml"
    (tmp_path / "a.yml").write_text(DOCUMENT)
    first.write_text(PINNED.format(name="pins-first", entry="document: a.yml\n      name: pinned"))
    published(first, connection)
    name = f"pins-{'x' in reference}"
    second.write_text(PINNED.format(name=name, entry=f"componentArn: {reference}"))
    (tmp_path / "there").mkdir()
    file = adopted_again(second, connection, tmp_path / "there")
    assert f"componentArn: {reference}" in file.read_text()
    assert differing(plan(file, connection)) == {}


def test_a_pipeline_that_is_gone_is_said_to_be_gone(connection: LocalConnection) -> None:
    builder = connection.image_builder()
    with pytest.raises(NotFound, match=r"pipeline .* is gone"):
        adopt(builder.arn(Kind.PIPELINE, "nobody"), connection, builder)
