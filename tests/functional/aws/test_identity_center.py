"""Signing in at Identity Center: one page, however many ask; kept, refreshed, read from the CLI, and given up."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from core.aws.flight import Cancellation, cancelling
from core.aws.identity_center import Portal, Portals
from core.errors import Cancelled, Denied
from core.secrets import SecretsUnavailable, SessionSecrets
from tests.fakes.signing_in import START, JumpingClock, Noticed, Person, ScriptedClients
from tests.functional.aws import portals as script

PORTAL = Portal(script.URL, "eu-central-1")
MANY = 6


class Reception:
    """Portals with everything around them played."""

    def __init__(self, cli_cache: Path) -> None:
        self.secrets = SessionSecrets()
        self.clock = JumpingClock()
        self.person = Person()
        self.clients = ScriptedClients()
        self._cli_cache = cli_cache
        self.portals = self.restarted()

    def restarted(self) -> Portals:
        return Portals(self.secrets, self.clock, self.person, self.clients, self._cli_cache)

    def token(self) -> str:
        return self.portals.token(PORTAL, "prod").access_token


@pytest.fixture
def reception(tmp_path: Path) -> Reception:
    return Reception(tmp_path / "sso" / "cache")


def cli_token(folder: Path, **changed: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    expires = (START + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = {"startUrl": script.URL + "/#", "accessToken": "of-the-cli", "expiresAt": expires, "refreshToken": "r"}
    file = folder / "0123.json"
    file.write_text(json.dumps({**content, **changed}))
    return file


def test_a_page_is_shown_and_polled_until_it_is_confirmed(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.is_asked(
        reception.clients, "AuthorizationPendingException", "SlowDownException", "AuthorizationPendingException"
    )
    script.confirms(reception.clients)
    assert reception.token() == "token-1"
    (page,) = reception.person.pages
    assert (page.url, page.user_code, page.connection) == (script.PAGE, "ABCD-EFGH", "prod")
    assert reception.person.open == []
    assert reception.clock.pauses == [5, 5, 10, 10]


def test_many_who_need_it_at_once_see_one_page(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    everybody = threading.Barrier(MANY + 1)
    reception.clock.while_pausing = lambda _: everybody.wait(30)

    def ask() -> str:
        everybody.wait(30)
        return reception.token()

    with ThreadPoolExecutor(MANY) as crowd:
        first = crowd.submit(reception.token)
        others = [crowd.submit(ask) for _ in range(MANY - 1)]
        everybody.wait(30)
        assert {each.result(30) for each in (first, *others)} == {"token-1"}
    assert len(reception.person.pages) == 1


def test_a_sign_in_outlives_the_app(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    first = reception.token()
    assert reception.restarted().token(PORTAL, "prod").access_token == first
    assert len(reception.person.pages) == 1


def test_an_old_token_is_refreshed_without_a_page(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients, refresh="refresh-1")
    script.refreshes(reception.clients, "refresh-1", "token-2")
    assert reception.token() == "token-1"
    reception.clock.pass_by(hours=7, minutes=56)
    assert reception.token() == "token-2"
    assert len(reception.person.pages) == 1


def test_a_session_that_ended_at_the_portal_needs_one_more_page(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients, refresh="refresh-1")
    script.refuses_to_refresh(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients, "token-2")
    reception.token()
    reception.clock.pass_by(hours=9)
    assert reception.token() == "token-2"
    assert len(reception.person.pages) == 2
    reception.clients.assert_all_was_asked()


@pytest.mark.parametrize(
    ("code", "words"), [("AccessDeniedException", "refused in the browser"), ("ExpiredTokenException", "in time")]
)
def test_what_was_refused_is_not_asked_again_before_the_user_says_so(
    reception: Reception, code: str, words: str
) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.is_asked(reception.clients, code)
    with pytest.raises(Denied, match=words):
        reception.token()
    for _ in range(3):
        with pytest.raises(Denied, match="signed out"):
            reception.token()
    assert len(reception.person.pages) == 1
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    assert reception.portals.renew(PORTAL, "prod").access_token == "token-1"


def test_a_page_nobody_confirms_ends_with_its_time(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients, expires_in=10)
    script.is_asked(reception.clients, "AuthorizationPendingException", "AuthorizationPendingException")
    with pytest.raises(Denied, match="not confirmed in time"):
        reception.token()
    assert reception.person.open == []


def test_giving_up_ends_the_wait_of_all_and_closes_the_page(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    reception.clock.while_pausing = lambda _: reception.portals.cancel(PORTAL)
    with pytest.raises(Cancelled):
        reception.token()
    with pytest.raises(Denied, match="signed out"):
        reception.token()
    assert reception.person.open == []
    assert len(reception.person.pages) == 1


def test_one_who_gives_up_leaves_the_page_to_the_others(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    shown, gone = threading.Event(), threading.Event()

    def pausing(_: Cancellation) -> None:
        shown.set()
        gone.wait(30)

    reception.clock.while_pausing = pausing
    impatient, patient = Noticed(), Noticed()

    def ask(cancellation: Cancellation) -> str:
        with cancelling(cancellation):
            return reception.token()

    with ThreadPoolExecutor(2) as two:
        first = two.submit(ask, impatient)
        assert shown.wait(30)
        second = two.submit(ask, patient)
        assert patient.waiting.wait(30)
        impatient.cancel()
        with pytest.raises(Cancelled):
            first.result(30)
        gone.set()
        assert second.result(30) == "token-1"
    assert len(reception.person.pages) == 1


def test_the_clis_sign_in_is_used_and_its_file_left_alone(reception: Reception, tmp_path: Path) -> None:
    folder = tmp_path / "sso" / "cache"
    file = cli_token(folder)
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    assert reception.token() == "of-the-cli"
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    reception.clock.pass_by(hours=1)
    assert reception.token() == "token-1"
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert list(folder.iterdir()) == [file]


@pytest.mark.parametrize(
    "changed",
    [{"startUrl": "https://other.awsapps.com/start"}, {"expiresAt": "2020-01-01T00:00:00Z"}, {"expiresAt": "soon"}],
)
def test_another_or_an_old_sign_in_of_the_cli_is_not(
    reception: Reception, tmp_path: Path, changed: dict[str, str]
) -> None:
    cli_token(tmp_path / "sso" / "cache", **changed)
    (tmp_path / "sso" / "cache" / "broken.json").write_text("{")
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    assert reception.token() == "token-1"


class LockedShelf(SessionSecrets):
    """Refuses to write."""

    def set(self, name: str, value: str) -> None:
        raise SecretsUnavailable("The OS keyring can't be written.")


def test_a_keyring_locked_meanwhile_does_not_lose_the_sign_in(reception: Reception) -> None:
    reception.secrets = LockedShelf()
    reception.portals = reception.restarted()
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    assert [reception.token(), reception.token()] == ["token-1", "token-1"]


def test_no_token_shows_in_texts(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients, refresh="refresh-1")
    text = repr(reception.portals.token(PORTAL, "prod"))
    assert not [secret for secret in ("token-1", "refresh-1", "client-secret") if secret in text]


def test_a_form_offers_the_accounts_and_roles_of_a_sign_in(reception: Reception) -> None:
    script.registers(reception.clients)
    script.begins(reception.clients)
    script.confirms(reception.clients)
    sso = reception.clients.stub("sso")
    first = {"accountId": "222222222222", "accountName": "prod", "emailAddress": "p@example.com"}
    second = {"accountId": "111111111111", "accountName": "Dev", "emailAddress": "d@example.com"}
    sso.add_response("list_accounts", {"accountList": [first], "nextToken": "2"}, {"accessToken": "token-1"})
    sso.add_response("list_accounts", {"accountList": [second]}, {"accessToken": "token-1", "nextToken": "2"})
    role = {"roleName": "Builder", "accountId": "111111111111"}
    sso.add_response("list_account_roles", {"roleList": [role]})
    accounts = reception.portals.accounts(PORTAL, "new")
    assert [(each.id, each.name) for each in accounts] == [("111111111111", "Dev"), ("222222222222", "prod")]
    assert reception.portals.roles(PORTAL, "new", "111111111111") == ("Builder",)
    assert len(reception.person.pages) == 1
