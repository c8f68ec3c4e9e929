"""Credentials of every source, against moto's STS and a scripted Identity Center: layers, expiry, renewal, refusals."""

import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import moto
import pytest

from core.aws.connection import AwsConnection
from core.aws.flight import Cancellation, cancelling
from core.aws.identity_center import Portals
from core.aws.sign_in import Surroundings
from core.aws.stored import IdentityCenter, Keys, KeySecret, Profile, StoredConnection
from core.errors import Cancelled, Denied, NotFound
from core.secrets import SessionSecrets
from tests.fakes.signing_in import START, JumpingClock, Noticed, Person, ScriptedClients
from tests.functional.aws import portals as script
from tests.functional.aws.serving import Answer, Server, serving

ROLE = "arn:aws:iam::123456789012:role/Builder"
SERIAL = "arn:aws:iam::123456789012:mfa/phone"
CENTER = IdentityCenter(start_url=script.URL, sso_region="eu-central-1", account_id="123456789012", role_name="Builder")
IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::123456789012:assumed-role/Builder/me</Arn><UserId>A</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
EXPIRED = b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error>
</ErrorResponse>"""


class World:
    """Everything around signing in, played; `secrets` are those of connections with keys."""

    def __init__(self, tmp_path: Path) -> None:
        self.clock = JumpingClock()
        self.person = Person()
        self.clients = ScriptedClients()
        self.secret = KeySecret("secret-of-the-key")
        self._cli_cache = tmp_path / "sso"

    def connection(self, source: Any, name: str = "prod", **more: Any) -> AwsConnection:
        portals = Portals(SessionSecrets(), self.clock, self.person, self.clients, self._cli_cache)
        around = Surroundings(self.clock, self.person, portals, self.clients, lambda _: self.secret)
        return AwsConnection(StoredConnection(name=name, region="eu-central-1", source=source, **more), lambda: around)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return World(tmp_path)


@pytest.fixture
def sts() -> Iterator[None]:
    with moto.mock_aws(config={"core": {"mock_credentials": False}}):
        yield


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An STS of our own, where moto has no say."""
    with serving() as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", made.url)
        made.script(Answer(body=IDENTITY))
        yield made


def keys() -> Keys:
    return Keys(access_key_id="AKIAIOSFODNN7EXAMPLE")


def signed_with(server: Server) -> list[str]:
    return [each.headers["Authorization"].split("Credential=")[1].split("/")[0] for each in server.requests]


@pytest.mark.usefixtures("sts")
def test_keys_typed_in_say_who_they_are(world: World) -> None:
    connection = world.connection(keys(), production=True)
    assert connection.account == "123456789012"
    assert connection.identity.arn.startswith("arn:aws:")
    assert connection.production
    assert (connection.expires_at, connection.time_left) == (None, None)


@pytest.mark.usefixtures("sts")
def test_a_role_is_assumed_on_top_and_has_an_end(world: World) -> None:
    connection = world.connection(keys(), role_arn=ROLE, external_id="ours")
    assert connection.identity.name == "bakehouse"
    assert ":assumed-role/Builder/" in connection.identity.arn
    assert connection.expires_at is not None
    assert timedelta(minutes=55) < connection.expires_at - datetime.now(UTC) <= timedelta(hours=1)


@pytest.mark.usefixtures("sts")
def test_a_second_factor_is_asked_once_for_many_roles(world: World) -> None:
    world.person = Person("123456")
    connection = world.connection(keys(), role_arn=ROLE, mfa_serial=SERIAL)
    assert connection.account == "123456789012"
    assert [(each.connection, each.serial) for each in world.person.questions] == [("prod", SERIAL)]
    connection.client("sts").get_caller_identity()
    assert len(world.person.questions) == 1
    left = connection.expires_at
    assert left is not None
    assert left - datetime.now(UTC) > timedelta(hours=2), "the end of the second factor's session counts"


@pytest.mark.usefixtures("sts")
def test_a_code_not_given_is_asked_again_when_the_user_says_so_only(world: World) -> None:
    world.person = Person()
    connection = world.connection(keys(), mfa_serial=SERIAL)
    with pytest.raises(Cancelled):
        connection.account  # noqa: B018 - it asks
    for _ in range(2):
        with pytest.raises(Denied, match="signed out"):
            connection.account  # noqa: B018 - it asks
    assert len(world.person.questions) == 1
    with pytest.raises(Cancelled):
        connection.sign_in()
    assert len(world.person.questions) == 2


@pytest.mark.usefixtures("sts")
def test_a_code_that_is_none_does_not_reach_aws(world: World) -> None:
    world.person = Person("12 34")
    with pytest.raises(Denied, match="six digits"):
        world.connection(keys(), mfa_serial=SERIAL).account  # noqa: B018 - it asks


@pytest.mark.usefixtures("sts")
def test_a_profile_with_a_role_and_a_second_factor_asks_us(world: World, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n")
    (tmp_path / "config").write_text(
        f"[profile work]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {SERIAL}\nrole_session_name = me\n"
    )
    world.person = Person("123456")
    connection = world.connection(Profile(profile="work"))
    assert connection.identity.arn.endswith(":assumed-role/Builder/me")
    assert world.person.questions[0].serial == SERIAL
    assert connection.expires_at is not None


@pytest.mark.usefixtures("sts")
def test_a_profile_with_a_process_is_asked_through_it(world: World, tmp_path: Path) -> None:
    said = json.dumps({"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s"})
    (tmp_path / "said.json").write_text(said)
    (tmp_path / "config").write_text(f"[profile work]\ncredential_process = cat {tmp_path / 'said.json'}\n")
    assert world.connection(Profile(profile="work")).account == "123456789012"


def test_a_profile_whose_process_fails_says_so(world: World, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile work]\ncredential_process = cat /does/not/exist\n")
    with pytest.raises(Denied) as caught:
        world.connection(Profile(profile="work")).account  # noqa: B018 - it asks
    assert "credential_process" in caught.value.hint


def test_a_profile_without_credentials_says_so(world: World, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile work]\nregion = eu-central-1\n")
    with pytest.raises(Denied, match="'work' has no credentials"):
        world.connection(Profile(profile="work")).account  # noqa: B018 - it asks


def test_a_profile_that_is_gone_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="gone"):
        world.connection(Profile(profile="gone")).account  # noqa: B018 - it asks


def test_environment_keys_do_not_replace_a_connections(world: World, server: Server, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")
    assert world.connection(keys()).account == "123456789012"
    assert signed_with(server) == ["AKIAIOSFODNN7EXAMPLE"]


def signed_in(world: World, key: str = "ASIAONE", minutes: int = 60) -> None:
    script.registers(world.clients)
    script.begins(world.clients)
    script.confirms(world.clients)
    script.gives_role(world.clients, key, START + timedelta(minutes=minutes))


def test_identity_center_opens_a_role_until_its_sign_in_ends(world: World, server: Server) -> None:
    signed_in(world)
    connection = world.connection(CENTER)
    assert connection.account == "123456789012"
    assert signed_with(server) == ["ASIAONE"]
    assert server.requests[0].headers["X-Amz-Security-Token"] == "session-of-the-role"
    assert connection.expires_at == START + timedelta(hours=8, seconds=5)
    assert connection.time_left == timedelta(hours=8)


def test_expired_credentials_are_renewed_by_the_request_that_meets_them(world: World, server: Server) -> None:
    signed_in(world)
    connection = world.connection(CENTER)
    client = connection.client("sts")
    client.get_caller_identity()
    world.clock.pass_by(minutes=56)
    script.gives_role(world.clients, "ASIATWO", START + timedelta(hours=3))
    client.get_caller_identity()
    assert signed_with(server) == ["ASIAONE", "ASIATWO"]
    assert len(world.person.pages) == 1


def test_what_can_not_be_renewed_is_used_to_its_end(world: World, server: Server) -> None:
    signed_in(world)
    client = world.connection(CENTER).client("sts")
    client.get_caller_identity()
    world.clock.pass_by(minutes=56)
    script.refuses_role(world.clients, "ForbiddenException")
    client.get_caller_identity()
    assert signed_with(server) == ["ASIAONE", "ASIAONE"]
    world.clock.pass_by(minutes=5)
    script.refuses_role(world.clients, "ForbiddenException")
    with pytest.raises(Denied):
        client.get_caller_identity()


def test_a_request_called_expired_by_the_service_is_sent_again_with_new_credentials(
    world: World, server: Server
) -> None:
    signed_in(world)
    script.gives_role(world.clients, "ASIATWO", START + timedelta(hours=2))
    server.script(Answer(status=403, body=EXPIRED), Answer(body=IDENTITY))
    assert world.connection(CENTER).account == "123456789012"
    assert signed_with(server) == ["ASIAONE", "ASIATWO"]


def test_typed_keys_called_expired_can_only_be_typed_again(world: World, server: Server) -> None:
    server.script(Answer(status=403, body=EXPIRED))
    with pytest.raises(Denied, match="expired"):
        world.connection(keys()).account  # noqa: B018 - it asks
    assert len(server.requests) == 1


def test_requests_wait_for_one_sign_in_and_all_go_on(world: World, server: Server) -> None:
    signed_in(world)
    go = threading.Event()
    world.clock.while_pausing = lambda _: go.wait(30)
    client = world.connection(CENTER).client("sts")
    notices = [Noticed() for _ in range(4)]

    def ask(notice: Noticed) -> str:
        with cancelling(notice):
            return str(client.get_caller_identity()["Account"])

    with ThreadPoolExecutor(4) as crowd:
        waiting = [crowd.submit(ask, each) for each in notices]
        assert all(each.waiting.wait(30) for each in notices)
        assert server.requests == []
        go.set()
        assert [each.result(30) for each in waiting] == ["123456789012"] * 4
    assert len(world.person.pages) == 1


def test_cancelling_the_sign_in_ends_the_waiting_requests(world: World) -> None:
    script.registers(world.clients)
    script.begins(world.clients)
    connection = world.connection(CENTER)

    def pausing(stop: Cancellation) -> None:
        connection.cancel_sign_in()
        stop.wait(30)

    world.clock.while_pausing = pausing
    with pytest.raises(Cancelled):
        connection.account  # noqa: B018 - it asks
    with pytest.raises(Denied, match="signed out"):
        connection.account  # noqa: B018 - it asks
    assert len(world.person.pages) == 1


def test_a_sign_in_that_the_portal_took_back_is_made_anew_once(world: World, server: Server) -> None:
    script.registers(world.clients)
    script.begins(world.clients)
    script.confirms(world.clients)
    script.refuses_role(world.clients, "UnauthorizedException")
    script.begins(world.clients)
    script.confirms(world.clients, "token-2")
    script.gives_role(world.clients, "ASIATWO", START + timedelta(hours=1), "token-2")
    assert world.connection(CENTER).account == "123456789012"
    assert len(world.person.pages) == 2


def test_a_role_that_is_not_assigned_is_denied_in_words(world: World) -> None:
    script.registers(world.clients)
    script.begins(world.clients)
    script.confirms(world.clients)
    script.refuses_role(world.clients, "ForbiddenException")
    with pytest.raises(Denied) as caught:
        world.connection(CENTER).account  # noqa: B018 - it asks
    assert "assign" in caught.value.hint


def test_one_click_renews_the_sign_in(world: World, server: Server) -> None:
    signed_in(world)
    connection = world.connection(CENTER)
    assert connection.account == "123456789012"
    world.clock.pass_by(hours=7)
    script.begins(world.clients)
    script.confirms(world.clients, "token-2")
    script.gives_role(world.clients, "ASIATWO", START + timedelta(hours=9), "token-2")
    connection.sign_in()
    assert connection.time_left == timedelta(hours=8)
    assert len(world.person.pages) == 2


SSO_PROFILES = f"""[sso-session work]
sso_start_url = {script.URL}
sso_region = eu-central-1
[profile direct]
sso_session = work
sso_account_id = 123456789012
sso_role_name = Builder
[profile legacy]
sso_start_url = {script.URL}
sso_region = eu-central-1
sso_account_id = 123456789012
sso_role_name = Builder
"""


@pytest.mark.parametrize("profile", ["direct", "legacy"])
def test_a_profile_of_identity_center_signs_in_by_us_and_writes_nothing(
    profile: str, world: World, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.clock.pass_by(seconds=(datetime.now(UTC) - START).total_seconds())  # botocore looks at the real clock
    (tmp_path / "config").write_text(SSO_PROFILES)
    monkeypatch.setenv("HOME", str(tmp_path))
    script.registers(world.clients)
    script.begins(world.clients)
    script.confirms(world.clients)
    until = int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000)
    role = {"accessKeyId": "ASIAONE", "secretAccessKey": "s", "sessionToken": "t", "expiration": until}
    with serving() as portal:
        portal.script(Answer(body=json.dumps({"roleCredentials": role}).encode()))
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", portal.url)
        connection = world.connection(Profile(profile=profile))
        assert connection.account == "123456789012"
        (asked,) = portal.requests
    assert {name.lower(): value for name, value in asked.headers.items()}["x-amz-sso_bearer_token"] == "token-1"
    assert signed_with(server) == ["ASIAONE"]
    left = connection.time_left
    assert left is not None
    assert left > timedelta(hours=7), "the end of the sign-in counts, not that of the role"
    assert len(world.person.pages) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["config"]


def test_no_secret_is_in_texts_or_log_records(world: World, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    signed_in(world)
    connection = world.connection(CENTER)
    assert connection.account
    held = repr(connection._sign_in().get()) + repr(KeySecret("secret-of-the-key", "session"))
    logging.getLogger("heard").debug("heard")
    assert "heard" in caplog.text
    for secret in ("secret-of", "session-of", "token-1", "client-secret"):
        assert secret not in held
        assert secret not in caplog.text


def test_the_time_left_can_be_asked_before_anything_is_loaded(world: World) -> None:
    connection = world.connection(CENTER)
    connection.cancel_sign_in()
    assert (connection.expires_at, connection.time_left) == (None, None)
    assert world.person.pages == []
