"""Signing in at an IAM Identity Center portal with the OAuth device flow (RFC 8628), and keeping the sign-in.

Whoever needs the portal's token gets, in this order: the one in memory, the one on our shelf of secrets, the AWS CLI's
(read, never written: a refresh would take the CLI's own sign-in away), a refreshed one, and only then a new one by one
page in the browser. After a page was refused or left, nothing opens another until the user asks for it: requests that
come on a timer must not fill the browser with tabs.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from botocore import xform_name
from botocore.exceptions import ClientError

from core.aws.asking import Asker, Clock, SignInPage
from core.aws.errors import translated
from core.aws.flight import Flight, current
from core.aws.stored import token_name
from core.errors import Cancelled, Denied
from core.secrets import Secrets, SecretsUnavailable

SCOPES: Final = ("sso:account:access",)
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
MARGIN: Final = timedelta(minutes=5)
"""A token with less left counts as expired: what is begun with it should also end with it."""
SLOW_DOWN: Final = 5
"""Seconds that RFC 8628, 3.5, adds to the interval when the service asks for it."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)
CLI_CACHE: Final = Path("~/.aws/sso/cache")
_FILE_LIMIT: Final = 64 * 1024


class Clients(Protocol):
    """Makes unsigned botocore clients of ``sso`` and ``sso-oidc``."""

    def __call__(self, service: str, region: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Portal:
    """An Identity Center's access portal."""

    start_url: str
    region: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a sign-in at a portal opens."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Token:
    """A sign-in at a portal; times in UTC. Its text shows no secret."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    registration_expires_at: datetime = NEVER


class Portals:
    """The sign-ins of one process, by portal; safe to call from any thread."""

    def __init__(
        self, secrets: Secrets, clock: Clock, asker: Asker, clients: Clients, cli_cache: Path = CLI_CACHE
    ) -> None:
        self._secrets = secrets
        self._clock = clock
        self._asker = asker
        self._clients = clients
        self._cli_cache = cli_cache.expanduser()
        self._lock = threading.Lock()
        self._held: dict[Portal, Token] = {}
        self._rejected: set[str] = set()
        self._refused: dict[Portal, str] = {}
        self._flights: dict[Portal, Flight[Token]] = {}

    def token(self, portal: Portal, connection: str) -> Token:
        """A valid token, signed in for if need be. Raises Denied when the sign-in is refused or was, Cancelled when the
        wait for it is given up, SecretsUnavailable when the keyring is locked."""
        return self._flight(portal).join(lambda: self._valid(portal, connection))

    def renew(self, portal: Portal, connection: str) -> Token:
        """A new token, because the user asks for one: refreshed silently where that is possible."""
        with self._lock:
            self._refused.pop(portal, None)
        return self._flight(portal).join(lambda: self._newer(portal, connection))

    def accounts(self, portal: Portal, connection: str) -> tuple[Account, ...]:
        """The accounts of whoever signs in, by name: what a form offers after the sign-in."""
        found = self._listed(portal, connection, "ListAccounts", "accountList")
        made = (Account(each["accountId"], each.get("accountName", ""), each.get("emailAddress", "")) for each in found)
        return tuple(sorted(made, key=lambda each: each.name.casefold()))

    def roles(self, portal: Portal, connection: str, account_id: str) -> tuple[str, ...]:
        """The names of the roles that whoever signs in has in an account."""
        found = self._listed(portal, connection, "ListAccountRoles", "roleList", accountId=account_id)
        return tuple(sorted(str(each["roleName"]) for each in found))

    def _listed(
        self, portal: Portal, connection: str, operation: str, member: str, **arguments: str
    ) -> list[dict[str, Any]]:
        token = self.token(portal, connection)
        client = self._clients("sso", portal.region)
        with translated(operation, portal.start_url, "sso"):
            pages = client.get_paginator(xform_name(operation)).paginate(accessToken=token.access_token, **arguments)
            return [each for page in pages for each in page.get(member, ())]

    def reject(self, portal: Portal) -> None:
        """The service does not accept the token any more, although it should: forget it."""
        with self._lock:
            if (held := self._held.pop(portal, None)) is not None:
                self._rejected.add(_fingerprint(held.access_token))

    def held(self, portal: Portal) -> Token | None:
        """The token in memory, however old; asks nobody."""
        return self._held.get(portal)

    def cancel(self, portal: Portal) -> None:
        """Give up a sign-in on its way, for all who wait for it."""
        self._flight(portal).cancel()

    def _flight(self, portal: Portal) -> Flight[Token]:
        with self._lock:
            return self._flights.setdefault(portal, Flight())

    def _valid(self, portal: Portal, connection: str) -> Token:
        known = self._known(portal)
        if (found := next((each for each in known if self._usable(each)), None)) is not None:
            return self._hold(portal, found)
        return self._newer(portal, connection, known)

    def _newer(self, portal: Portal, connection: str, known: tuple[Token, ...] = ()) -> Token:
        known = known or self._known(portal)
        registered = next((each for each in known if each.registration_expires_at > self._clock.now() + MARGIN), None)
        token = self._refreshed(portal, registered) if registered and registered.refresh_token else None
        return self._keep(portal, token or self._signed_in(portal, connection, registered))

    def _known(self, portal: Portal) -> tuple[Token, ...]:
        held = self._held.get(portal)
        shelved = _opened(self._secrets.get(token_name(portal.start_url)))
        return tuple(each for each in (held, shelved, self._of_the_cli(portal)) if each is not None)

    def _usable(self, token: Token) -> bool:
        fresh = token.expires_at > self._clock.now() + MARGIN
        return fresh and _fingerprint(token.access_token) not in self._rejected

    def _hold(self, portal: Portal, token: Token) -> Token:
        with self._lock:
            self._held[portal] = token
        return token

    def _keep(self, portal: Portal, token: Token) -> Token:
        # A keyring that was locked meanwhile costs a sign-in after the next start, not the one just made.
        with suppress(SecretsUnavailable):
            self._secrets.set(token_name(portal.start_url), _closed(token))
        return self._hold(portal, token)

    def _refreshed(self, portal: Portal, token: Token) -> Token | None:
        """None when the portal does not refresh it: the session there has ended."""
        client = self._clients("sso-oidc", portal.region)
        with translated("CreateToken", portal.start_url, "sso"):
            try:
                answer = client.create_token(
                    grantType="refresh_token",
                    refreshToken=token.refresh_token,
                    clientId=token.client_id,
                    clientSecret=token.client_secret,
                )
            except ClientError as error:
                if _code(error) in {"InvalidGrantException", "ExpiredTokenException", "UnauthorizedClientException"}:
                    return None
                raise
        return self._answered(token, answer)

    def _signed_in(self, portal: Portal, connection: str, registered: Token | None) -> Token:
        if why := self._refused.get(portal):
            raise Denied(f"The connection {connection!r} is signed out: {why}", hint="Sign in again.")
        client = self._clients("sso-oidc", portal.region)
        registered = registered or self._registered(client, portal)
        with translated("StartDeviceAuthorization", portal.start_url, "sso"):
            begun = client.start_device_authorization(
                clientId=registered.client_id, clientSecret=registered.client_secret, startUrl=portal.start_url
            )
        page = SignInPage(
            connection,
            portal.start_url,
            str(begun.get("verificationUriComplete") or begun["verificationUri"]),
            str(begun["userCode"]),
            self._clock.now() + timedelta(seconds=int(begun["expiresIn"])),
        )
        with self._remembering(portal):
            self._asker.show_page(page)
            try:
                return self._confirmed(client, registered, page, begun)
            finally:
                self._asker.page_done(page)

    @contextmanager
    def _remembering(self, portal: Portal) -> Iterator[None]:
        try:
            yield
        except (Cancelled, Denied) as error:
            with self._lock:
                self._refused[portal] = error.message
            raise

    def _registered(self, client: Any, portal: Portal) -> Token:
        with translated("RegisterClient", portal.start_url, "sso"):
            answer = client.register_client(clientName="Bakehouse", clientType="public", scopes=list(SCOPES))
        until = datetime.fromtimestamp(int(answer["clientSecretExpiresAt"]), UTC)
        return Token("", NEVER, "", str(answer["clientId"]), str(answer["clientSecret"]), until)

    def _confirmed(self, client: Any, registered: Token, page: SignInPage, begun: dict[str, Any]) -> Token:
        """Ask until the page is confirmed, as often as the service allows."""
        interval = float(begun.get("interval") or SLOW_DOWN)
        cancellation = current()
        while self._clock.now() < page.expires_at:
            self._clock.pause(interval, cancellation)
            with translated("CreateToken", page.start_url, "sso"):
                try:
                    answer = client.create_token(
                        grantType=DEVICE_GRANT,
                        deviceCode=begun["deviceCode"],
                        clientId=registered.client_id,
                        clientSecret=registered.client_secret,
                    )
                except ClientError as error:
                    match _code(error):
                        case "AuthorizationPendingException":
                            continue
                        case "SlowDownException":
                            interval += SLOW_DOWN
                            continue
                        case "ExpiredTokenException":
                            break
                        case "AccessDeniedException":
                            raise Denied("The sign-in was refused in the browser.", hint="Sign in again.") from error
                        case _:
                            raise
            return self._answered(registered, answer)
        raise Denied("The sign-in page was not confirmed in time.", hint="Sign in again.")

    def _answered(self, before: Token, answer: dict[str, Any]) -> Token:
        return replace(
            before,
            access_token=str(answer["accessToken"]),
            expires_at=self._clock.now() + timedelta(seconds=int(answer["expiresIn"])),
            refresh_token=str(answer.get("refreshToken") or before.refresh_token),
        )

    def _of_the_cli(self, portal: Portal) -> Token | None:
        """The AWS CLI's newest token of the portal, without its refresh token: using that up would sign the CLI out."""
        wanted = _plain(portal.start_url)
        found = [
            token
            for content in _objects(self._cli_cache)
            if _plain(str(content.get("startUrl", ""))) == wanted and (token := _cli_token(content)) is not None
        ]
        return max(found, key=lambda each: each.expires_at, default=None)


class BotocoreTokens:
    """The portals as the token cache that botocore reads for profiles: every question is answered by a valid token, so
    botocore itself neither refreshes nor writes one."""

    def __init__(self, portals: Portals, connection: str, known: Callable[[], dict[str, Portal]]) -> None:
        self._portals = portals
        self._connection = connection
        self._known = known
        self.asked: set[Portal] = set()

    @property
    def expires_at(self) -> datetime | None:
        """When the first of the tokens asked for expires; None where none was."""
        held = [token.expires_at for portal in self.asked if (token := self._portals.held(portal))]
        return min(held, default=None)

    def __contains__(self, key: str) -> bool:
        return key in self._known()

    def __getitem__(self, key: str) -> dict[str, str]:
        portal = self._known()[key]
        self.asked.add(portal)
        token = self._portals.token(portal, self._connection)
        return {"accessToken": token.access_token, "expiresAt": token.expires_at.isoformat()}

    def __setitem__(self, key: str, value: object) -> None:
        """Nothing: the portals keep what they sign in for."""


def portals_of(config: dict[str, Any]) -> dict[str, Portal]:
    """The portals of a shared configuration by botocore's cache key: SHA-1 of the sso-session's name or start URL."""
    sessions = config.get("sso_sessions", {})
    named = [(name, each) for name, each in sessions.items()]
    legacy = [(each["sso_start_url"], each) for each in config.get("profiles", {}).values() if "sso_start_url" in each]
    return {
        hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(): Portal(
            each["sso_start_url"], each["sso_region"]
        )
        for name, each in [*legacy, *named]
        if "sso_start_url" in each and "sso_region" in each
    }


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(start_url: str) -> str:
    return start_url.split("#")[0].rstrip("/")


def _closed(token: Token) -> str:
    return json.dumps({name: _text(value) for name, value in asdict(token).items()})


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _opened(text: str | None) -> Token | None:
    """None where there is none, or what is there is none: then a sign-in makes a new one."""
    try:
        content = json.loads(text or "null")
        return Token(
            content["access_token"],
            datetime.fromisoformat(content["expires_at"]),
            content["refresh_token"],
            content["client_id"],
            content["client_secret"],
            datetime.fromisoformat(content["registration_expires_at"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _objects(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.json")):
        try:
            with path.open(encoding="utf-8") as file:
                content = json.loads(file.read(_FILE_LIMIT))
        except (OSError, ValueError):
            continue  # the CLI's own business: another tool's file, or one being written
        if isinstance(content, dict):
            yield content


def _cli_token(content: dict[str, Any]) -> Token | None:
    try:
        expires = datetime.fromisoformat(str(content["expiresAt"]).replace("UTC", "+00:00"))
        return Token(str(content["accessToken"]), expires if expires.tzinfo else expires.replace(tzinfo=UTC))
    except (KeyError, ValueError):
        return None
