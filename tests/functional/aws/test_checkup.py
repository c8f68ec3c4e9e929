"""The test of a connection says what is missing, in words and with the IAM action."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import moto
import pytest

from core.aws.checkup import LISTED, Finding, State, findings
from core.aws.connection import LocalConnection
from core.catalog.regions import REGIONS
from core.local.endpoint import Endpoint, Home
from core.secrets import SecretsUnavailable, SessionSecrets
from tests.functional.aws.account import REGION, account_connection
from tests.functional.aws.serving import Answer, Server, serving

TRUST = '{"Version": "2012-10-17", "Statement": []}'
ALLOW = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
POLICIES = ("EC2InstanceProfileForImageBuilder", "AmazonSSMManagedInstanceCore")


class Keyring(SessionSecrets):
    """Says that it is one; `locked`, it refuses."""

    kind = "keyring"

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()
        self._locked = locked

    def get(self, name: str) -> str | None:
        if self._locked:
            raise SecretsUnavailable("The OS keyring can't be read.", hint="Unlock the keyring.")
        return super().get(name)


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An Image Builder that answers everything with nothing; moto plays the other services."""
    with serving() as server, moto.mock_aws():
        monkeypatch.setenv("AWS_ENDPOINT_URL_IMAGEBUILDER", server.url)
        yield server


def denied(operation: str) -> Answer:
    said = {"message": f"User: me is not authorized to perform: imagebuilder:{operation} on resource: *"}
    return Answer(403, json.dumps(said).encode(), {"x-amzn-ErrorType": "AccessDeniedException"})


def found(region: str = REGION, secrets: SessionSecrets | None = None) -> dict[str, Finding]:
    return {each.name: each for each in findings(account_connection(region), secrets or Keyring())}


def instance_profile(*policies: str) -> None:
    iam = boto3.client("iam")
    iam.create_instance_profile(InstanceProfileName="builders")
    iam.create_role(RoleName="builder", AssumeRolePolicyDocument=TRUST)
    iam.add_role_to_instance_profile(InstanceProfileName="builders", RoleName="builder")
    for name in policies:
        arn = iam.create_policy(PolicyName=name, PolicyDocument=ALLOW)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="builder", PolicyArn=arn)


@pytest.mark.usefixtures("builder")
def test_a_good_connection_is_good_everywhere() -> None:
    instance_profile(*POLICIES)
    everything = found()
    assert {name: each.state for name, each in everything.items()} == {
        "Identity": State.OK,
        "Image Builder": State.OK,
        "Permissions": State.OK,
        "Instance profiles": State.OK,
        "Keyring": State.OK,
    }
    assert "123456789012" in everything["Identity"].message
    assert "builders" in everything["Instance profiles"].message
    assert "Frankfurt" in everything["Image Builder"].message


def test_denied_calls_are_all_named_at_once(builder: Server) -> None:
    answers = [Answer() if each == "ListImages" else denied(each) for each in LISTED]
    builder.script(*answers, Answer())
    everything = found()
    assert everything["Image Builder"].state is State.OK, "a refusal is an answer"
    permissions = everything["Permissions"]
    assert permissions.state is State.FAILED
    assert permissions.actions == tuple(f"imagebuilder:{each}" for each in LISTED if each != "ListImages")
    assert "imagebuilder:ListImagePipelines" in permissions.hint


@pytest.mark.usefixtures("builder")
def test_instance_profiles_are_missing_or_not_enough() -> None:
    assert found()["Instance profiles"].state is State.WARNING
    instance_profile(POLICIES[0])
    unsure = found()["Instance profiles"]
    assert unsure.state is State.WARNING
    assert POLICIES[1] in unsure.message


@pytest.mark.usefixtures("builder")
def test_a_region_without_image_builder_is_named() -> None:

    without = replace(REGIONS[REGION], image_builder=False)
    everything = {each.name: each for each in findings(account_connection(), Keyring(), {REGION: without})}
    assert everything["Image Builder"].state is State.FAILED
    assert "not offered in Europe (Frankfurt)" in everything["Image Builder"].message
    assert "Permissions" not in everything


def test_nobody_answering_is_said_and_no_permission_is_claimed(
    monkeypatch: pytest.MonkeyPatch, builder: Server
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_IMAGEBUILDER", "http://127.0.0.1:1")
    everything = found()
    assert everything["Image Builder"].state is State.FAILED
    assert "Permissions" not in everything


def test_without_identity_only_the_keyring_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    everything = found()
    assert list(everything) == ["Identity", "Keyring"]
    assert everything["Identity"].state is State.FAILED
    assert everything["Identity"].hint


@pytest.mark.usefixtures("builder")
def test_the_keyring_is_missing_or_locked() -> None:
    assert found(secrets=SessionSecrets())["Keyring"].state is State.WARNING
    locked = found(secrets=Keyring(locked=True))["Keyring"]
    assert (locked.state, locked.hint) == (State.FAILED, "Unlock the keyring.")


def health(tmp_path: Path, acceleration: str) -> Answer:
    said = {
        "version": "1.0",
        "pid": 7,
        "accountId": "123456789012",
        "acceleration": {"name": acceleration, "reason": "no /dev/kvm"},
        "home": str(tmp_path),
        "disk": {"images": 2 * 1024**3},
        "running": 0,
    }
    return Answer(body=json.dumps(said).encode())


@pytest.mark.parametrize(("acceleration", "state"), [("kvm", State.OK), ("tcg", State.WARNING)])
def test_local_says_how_it_is(tmp_path: Path, acceleration: str, state: State) -> None:
    with serving() as server:
        server.script(health(tmp_path, acceleration))
        local = LocalConnection(REGION, Home(tmp_path), lambda _: Endpoint(server.url, 7, "a", "b"))
        everything = {each.name: each for each in findings(local, Keyring())}
    assert list(everything) == ["Service", "Acceleration", "Disk", "Keyring"]
    assert everything["Service"].state is State.OK
    assert everything["Acceleration"].state is state
    assert "2.0 GiB used" in everything["Disk"].message


def test_a_local_service_that_does_not_answer_is_said(tmp_path: Path) -> None:
    local = LocalConnection(REGION, Home(tmp_path), lambda _: Endpoint("http://127.0.0.1:1", 7, "a", "b"))
    everything = {each.name: each for each in findings(local, Keyring())}
    assert list(everything) == ["Service", "Keyring"]
    assert everything["Service"].state is State.FAILED
