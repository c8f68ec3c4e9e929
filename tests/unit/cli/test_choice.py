"""Which region a command talks to, and what counts as a build."""

import pytest
import typer

from core.cli.choice import Region, image_arn, region
from core.errors import Invalid


@pytest.fixture(autouse=True)
def no_region_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def test_a_region_asked_for_wins_then_the_recipe_then_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    assert region("local", "us-east-1", "eu-west-1") == Region("us-east-1", "--region")
    assert region("local", "", "eu-west-1") == Region("eu-west-1", "the recipe's first distribution")
    assert region("local") == Region("eu-north-1", "AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    assert region("local") == Region("ap-south-1", "AWS_REGION")


def test_local_has_a_default_and_a_profile_brings_its_own() -> None:
    assert region("local").name == "eu-central-1"
    assert region("prod") == Region("", "the profile's")


@pytest.mark.parametrize("name", ["eu", "eu-central", "$(x)", "../x", "EU-CENTRAL-1", "eu-central-1\n"])
def test_what_cannot_be_a_region_is_refused(name: str) -> None:
    with pytest.raises(typer.BadParameter):
        region("local", name)
    with pytest.raises(Invalid):
        region("local", "", name)


@pytest.mark.parametrize("name", ["eu-central-1", "us-gov-west-1", "us-isob-east-1", "cn-north-1", "mx-central-1"])
def test_the_regions_of_all_partitions_are_accepted(name: str) -> None:
    assert region("local", name).name == name


@pytest.mark.parametrize(
    "text",
    [
        "web",
        "arn:aws:imagebuilder:eu-central-1:123456789012:image/web/1.0.0",
        "arn:aws:imagebuilder:eu-central-1:123456789012:component/web/1.0.0/1",
    ],
)
def test_only_a_build_version_is_a_run(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        image_arn(text)
