"""Opening what is stored, and what can be told of profiles and the local service without using them."""

from pathlib import Path

import moto
import pytest

from core.aws.asking import Nobody
from core.aws.book import Book
from core.aws.connection import AwsConnection, LocalConnection, Opener
from core.aws.local_service import LocalServiceOfUser
from core.aws.shared_profiles import SharedProfile, shared_profiles
from core.aws.stored import Keys, KeySecret, StoredConnection
from core.local.endpoint import Endpoint, Home
from core.secrets import SessionSecrets

STORED = StoredConnection(name="sandbox", region="eu-central-1", source=Keys(access_key_id="AKIAIOSFODNN7EXAMPLE"))
CONFIG = """
[default]
region = eu-central-1
[profile staging]
sso_session = bakers
sso_account_id = 111122223333
sso_role_name = ImageBuilder
region = us-east-1
[profile builder]
role_arn = arn:aws:iam::444455556666:role/builder
source_profile = default
[profile vault]
credential_process = /usr/bin/vault
[sso-session bakers]
sso_start_url = https://bakers.awsapps.com/start
sso_region = eu-west-1
"""
CREDENTIALS = """
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = nobody-sees-this
"""


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "credentials").write_text(CREDENTIALS)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@moto.mock_aws
def test_keys_kept_for_the_session_are_known_to_what_is_opened(tmp_path: Path) -> None:
    book = Book(tmp_path / "connections.json", SessionSecrets())
    book.add(STORED, KeySecret("typed-in"), for_session=True)
    assert Opener(book, Nobody()).open(STORED).account == "123456789012"


@moto.mock_aws
def test_a_connection_marked_anew_is_signed_in_as_before(tmp_path: Path) -> None:
    book = Book(tmp_path / "connections.json", SessionSecrets())
    book.add(STORED, KeySecret("typed-in"))
    opening = Opener(book, Nobody())
    before = opening.open(STORED)
    identity = before.identity
    book.secrets.delete("connection:sandbox")
    after = opening.marked(before, STORED.model_copy(update={"production": True}))
    assert (after.production, before.production) == (True, False)
    assert after.identity is identity
    assert isinstance(after, AwsConnection)
    assert after.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_profiles_are_told_with_their_region_and_source_and_no_secret() -> None:
    found = shared_profiles()
    assert found == (
        SharedProfile("builder", "", "assumes a role"),
        SharedProfile("default", "eu-central-1", "an access key"),
        SharedProfile("staging", "us-east-1", "IAM Identity Center"),
        SharedProfile("vault", "", "a program"),
    )
    assert "nobody-sees-this" not in repr(found)


def test_looking_at_a_local_service_that_is_stopped_starts_nothing(tmp_path: Path) -> None:
    def refuse(home: Home) -> Endpoint:
        raise AssertionError(f"{home} was started")

    service = LocalServiceOfUser(LocalConnection("eu-central-1", Home(tmp_path / "home"), refuse))
    assert service.health() is None
    assert service.stop() is False
    assert not (tmp_path / "home").exists()
