"""Components through boto3: names, versions, builds, refusals."""

from typing import Any

import pytest

from tests.functional.service.refusals import invalid, refused
from tests.functional.service.samples import COMPONENT, TEST_ONLY, WITH_PARAMETER, component, recipe

OTHER = COMPONENT.replace("echo hello", "echo other")


def test_a_name_is_kept_as_typed_and_its_arn_has_the_slug(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "My Component_v2")
    assert arn == "arn:aws:imagebuilder:eu-west-1:123456789012:component/my-component-v2/1.0.0/1"
    got = imagebuilder.get_component(componentBuildVersionArn=arn)["component"]
    assert got["name"] == "My Component_v2"
    assert got["version"] == "1.0.0"
    assert got["state"] == {"status": "ACTIVE"}
    assert got["encrypted"] is True
    assert got["owner"] == "123456789012"
    assert got["data"] == COMPONENT


def test_a_changed_document_of_the_same_version_gets_the_next_build_number(imagebuilder: Any) -> None:
    first = component(imagebuilder, "builds")
    second = component(imagebuilder, "builds", OTHER)
    assert (first[-2:], second[-2:]) == ("/1", "/2")


def test_the_same_document_again_exists_already(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "again")
    said = refused(
        "ResourceAlreadyExistsException",
        imagebuilder.create_component,
        name="AGAIN",
        semanticVersion="1.0.0",
        platform="Linux",
        data=COMPONENT,
    )
    assert said == f"The following resource 'Component' already exists: '{arn}'."


def test_a_build_number_is_never_given_twice(imagebuilder: Any) -> None:
    component(imagebuilder, "once")
    second = component(imagebuilder, "once", OTHER)
    imagebuilder.delete_component(componentBuildVersionArn=second)
    assert component(imagebuilder, "once", OTHER).endswith("/3")


@pytest.mark.parametrize(
    ("asked", "found"),
    [("x.x.x", "2.2.4/1"), ("1.x.x", "1.10.0/1"), ("1.6.x", "1.6.8/2"), ("1.6.8", "1.6.8/2"), ("1.6.8/1", "1.6.8/1")],
)
def test_a_version_means_its_newest_build_and_a_wildcard_its_newest_version(
    imagebuilder: Any, asked: str, found: str
) -> None:
    name = f"wild{asked.replace('.', '-').replace('/', '-')}"
    for version in ("2.2.4", "1.10.0", "1.6.8"):
        component(imagebuilder, name, version=version)
    component(imagebuilder, name, OTHER, version="1.6.8")
    arn = f"arn:aws:imagebuilder:eu-west-1:123456789012:component/{name}/{asked}"
    got = imagebuilder.get_component(componentBuildVersionArn=arn)
    assert got["component"]["arn"].endswith(f"/{found}")
    assert got["latestVersionReferences"]["latestVersionArn"].endswith("/x.x.x")


def test_a_document_with_only_a_test_phase_is_a_test_component(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "only-test", TEST_ONLY)
    assert imagebuilder.get_component(componentBuildVersionArn=arn)["component"]["type"] == "TEST"


def test_the_parameters_of_a_document_are_listed(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "parameters", WITH_PARAMETER)
    assert imagebuilder.get_component(componentBuildVersionArn=arn)["component"]["parameters"] == [
        {"name": "Port", "type": "string", "description": "Where it listens."},
        {"name": "Greeting", "type": "string", "defaultValue": ["hello"]},
    ]


def test_a_wrong_document_is_refused_with_what_is_wrong_and_where(imagebuilder: Any) -> None:
    bad = COMPONENT.replace("SayHello", "Say Hello")
    members = {"name": "bad", "semanticVersion": "1.0.0", "platform": "Linux"}
    said = invalid(imagebuilder.create_component, data=bad, **members)
    assert said.startswith(
        "The value supplied for parameter 'data' is not valid. Invalid step name 'Say Hello' in phase 'build'."
    )
    assert "line 6" in said


def test_a_yaml_bomb_is_refused_at_once(imagebuilder: Any) -> None:
    """Without a limit on what aliases unfold to, these 400 bytes became 10^9 nodes: the worker thread held the
    interpreter for minutes, and with it every other request and every build."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    bomb = "\n".join(["schemaVersion: 1.0", *levels, "phases: *a8"])
    invalid(imagebuilder.create_component, name="bomb", semanticVersion="1.0.0", platform="Linux", data=bomb)


def test_data_and_uri_are_alternatives(imagebuilder: Any) -> None:
    members = {"name": "both", "semanticVersion": "1.0.0", "platform": "Linux"}
    create = imagebuilder.create_component
    refused("InvalidParameterCombinationException", create, data=COMPONENT, uri="s3://bucket/key", **members)
    refused("InvalidParameterCombinationException", create, **members)


@pytest.mark.parametrize("uri", ["s3://documents/../hello.yml", "s3://../hello.yml", "s3://documents/link.yml"])
def test_a_uri_does_not_lead_out_of_its_bucket(service: Any, imagebuilder: Any, uri: str) -> None:
    """Without resolving links and dots, a document's address was a way to read any file of the host."""
    folder = service.home.buckets / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for outside in (service.home.buckets / "hello.yml", service.home.root / "hello.yml"):
        outside.write_text(COMPONENT)
    link = folder / "link.yml"
    if not link.is_symlink():
        link.symlink_to(service.home.root / "hello.yml")
    invalid(imagebuilder.create_component, name="out", semanticVersion="1.0.0", platform="Linux", uri=uri)


def test_a_document_of_a_local_bucket_is_read(service: Any, imagebuilder: Any) -> None:
    folder = service.home.buckets / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hello.yml").write_text(COMPONENT)
    uri = "s3://documents/hello.yml"
    made = imagebuilder.create_component(name="by-uri", semanticVersion="1.0.0", platform="Linux", uri=uri)
    got = imagebuilder.get_component(componentBuildVersionArn=made["componentBuildVersionArn"])
    assert got["component"]["data"] == COMPONENT


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"name": "no"}, "The value supplied for parameter 'name' is not valid. name must match pattern"),
        ({"name": "newline\n"}, "The value supplied for parameter 'name' is not valid."),
        ({"semanticVersion": "1.0.x"}, "semanticVersion must match pattern ^[0-9]+\\.[0-9]+\\.[0-9]+$"),
        ({"platform": "BeOS"}, "platform must be one of: "),
        ({"data": "x" * 16_001}, "The length of data must be at most 16000"),
        ({"tags": {"aws:mine": "x"}}, "'tags.aws:mine'"),
    ],
)
def test_values_that_the_model_refuses_are_named(imagebuilder: Any, members: dict[str, Any], said: str) -> None:
    good = {"name": "good", "semanticVersion": "1.0.0", "platform": "Linux", "data": COMPONENT}
    assert said in invalid(imagebuilder.create_component, **{**good, **members})


def test_a_version_node_beyond_its_range_is_an_invalid_version(imagebuilder: Any) -> None:
    members = {"name": "high", "semanticVersion": "1.0.1073741824", "platform": "Linux", "data": COMPONENT}
    refused("InvalidVersionNumberException", imagebuilder.create_component, **members)


def test_a_component_that_a_recipe_names_is_not_deleted(imagebuilder: Any) -> None:
    arn = component(imagebuilder, "needed")
    made = recipe(imagebuilder, "needs-it", components=[{"componentArn": arn}])
    said = refused("ResourceDependencyException", imagebuilder.delete_component, componentBuildVersionArn=arn)
    assert said == f"Resource dependency error: The resource ARN '{arn}' has other resources depended on it."
    imagebuilder.delete_image_recipe(imageRecipeArn=made)
    imagebuilder.delete_component(componentBuildVersionArn=arn)
    refused("ResourceNotFoundException", imagebuilder.get_component, componentBuildVersionArn=arn)


def test_a_wildcard_in_a_recipe_keeps_the_last_component_that_matches(imagebuilder: Any) -> None:
    older = component(imagebuilder, "last", version="1.0.0")
    newer = component(imagebuilder, "last", version="1.1.0")
    wildcard = older.replace("1.0.0/1", "1.x.x")
    recipe(imagebuilder, "needs-any", components=[{"componentArn": wildcard}])
    imagebuilder.delete_component(componentBuildVersionArn=newer)
    refused("ResourceDependencyException", imagebuilder.delete_component, componentBuildVersionArn=older)


def test_managed_components_are_in_every_region_and_cannot_be_changed(service: Any) -> None:
    for region in ("eu-central-1", "us-east-1"):
        client = service.client(region=region)
        listed = client.list_components(owner="Amazon")["componentVersionList"]
        update = next(one for one in listed if one["name"] == "update-linux")
        assert update["arn"] == f"arn:aws:imagebuilder:{region}:aws:component/update-linux/{update['version']}"
        assert update["owner"] == "Amazon"
        build = f"{update['arn']}/1"
        assert client.get_component(componentBuildVersionArn=build)["component"]["data"]
        refused("ForbiddenException", client.delete_component, componentBuildVersionArn=build)


def test_a_component_belongs_to_its_region(service: Any, imagebuilder: Any) -> None:
    """Looked up by ARN alone, a resource of one region answered in all of them."""
    arn = component(imagebuilder, "regional")
    elsewhere = service.client(region="eu-central-1")
    refused("ResourceNotFoundException", elsewhere.get_component, componentBuildVersionArn=arn)
    refused("ResourceNotFoundException", elsewhere.delete_component, componentBuildVersionArn=arn)
    assert elsewhere.list_components()["componentVersionList"] == []


def test_an_unknown_version_has_no_builds(imagebuilder: Any) -> None:
    arn = "arn:aws:imagebuilder:eu-west-1:123456789012:component/nobody/1.0.0"
    assert imagebuilder.list_component_build_versions(componentVersionArn=arn)["componentSummaryList"] == []
