"""The sign-in of one connection: its credentials as botocore uses them, how long they last, and their renewal.

Requests that find them expired wait for one renewal, all for the same, and go on; so do requests that the service
answers with "expired" although they looked good here. What a person refused is not asked again before that person says
so: requests on a timer would ask for ever.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, assert_never

from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, ReadOnlyCredentials
from botocore.session import Session

from core.aws import credentials as layers
from core.aws.asking import Asker, Clock, SystemClock
from core.aws.book import Book
from core.aws.credentials import Fetch, Held, Kept, SecondFactor, TokenRejected
from core.aws.errors import EXPIRED
from core.aws.flight import Flight
from core.aws.identity_center import BotocoreTokens, Clients, Portal, Portals, Token, portals_of
from core.aws.stored import IdentityCenter, Keys, KeySecret, Profile, StoredConnection
from core.errors import Cancelled, Denied, Throttled, Unreachable

if TYPE_CHECKING:
    import boto3

_NOTE = "bakehouse_access_key_id"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What signing in needs from outside: one for all connections of a process. `secret` gives the secret key of the
    connection of that name."""

    clock: Clock
    asker: Asker
    portals: Portals
    clients: Clients
    secret: Callable[[str], KeySecret]


def surroundings(book: Book, asker: Asker) -> Surroundings:
    """Those of this machine: its clock, the user's shelf of secrets, AWS itself."""
    clock = SystemClock()
    portals = Portals(book.secrets, clock, asker, layers.unsigned)
    return Surroundings(clock, asker, portals, layers.unsigned, book.secret)


class SignIn:
    """Safe to call from any thread. Errors are those of `core.errors`."""

    def __init__(self, stored: StoredConnection, around: Surroundings) -> None:
        self._stored = stored
        self._around = around
        self._flight: Flight[Held] = Flight()
        self._lock = threading.Lock()
        self._session = _session(stored, self)
        self._begin()

    @property
    def expires_at(self) -> datetime | None:
        """When a person will be needed again, else when the credentials expire; None for never or not known yet."""
        held = self._held
        return (held.asks_at or held.expires_at) if held else None

    @property
    def time_left(self) -> timedelta | None:
        """Until `expires_at`, not below zero."""
        until = self.expires_at
        return None if until is None else max(until - self._around.clock.now(), timedelta(0))

    def get(self) -> Held:
        """Good credentials, fetched or renewed if need be: those there are, for as long as they last, when they can't
        be renewed. Raises Denied when a sign-in is refused or was, Cancelled when the wait for it is given up."""
        held = self._held
        if held is not None and not held.due(self._around.clock.now()):
            return held
        try:
            return self._flight.join(self._fetch)
        except (Denied, Unreachable, Throttled):
            if held is None or held.expires_at is None or held.expires_at <= self._around.clock.now():
                raise
            return held

    def renew(self) -> Held:
        """New credentials because the user asks for them; what was refused before is asked again."""
        return self._flight.join(self._renewed)

    def cancel(self) -> None:
        """Give up for all who wait; nothing asks the user again before `renew`."""
        self._flight.cancel()

    def expired(self, access_key_id: str) -> bool:
        """The service calls these credentials expired: whether there are others, or can be."""
        with self._lock:
            held = self._held
            if held is None or held.access_key_id != access_key_id:
                return True
            if held.expires_at is None:
                return False
            self._begin()
            return True

    def session(self, region: str) -> "boto3.Session":
        """A session whose clients sign with these credentials, renewed while they live."""
        import boto3

        return boto3.Session(botocore_session=self._session, region_name=region or None)

    def _begin(self) -> None:
        """Fresh layers, which hold nothing and may ask."""
        self._second = SecondFactor(self._stored.name, self._around.asker)
        self._tokens = BotocoreTokens(
            self._around.portals, self._stored.name, lambda: portals_of(self._session.full_config)
        )
        self._top = self._layers()
        self._held: Held | None = None

    def _fetch(self) -> Held:
        try:
            self._held = held = self._accepted()
        except (Cancelled, Denied) as error:
            if self._second.asked:
                self._second.refused = error.message
            raise
        return held

    def _accepted(self) -> Held:
        try:
            return self._top()
        except TokenRejected:
            for portal in self._portals():
                self._around.portals.reject(portal)
        try:
            return self._top()
        except TokenRejected as error:
            raise Denied(
                f"Identity Center does not accept the sign-in for the connection {self._stored.name!r}.",
                hint="Check in its portal that the account and the role are still yours.",
            ) from error

    def _renewed(self) -> Held:
        portals = self._portals()
        self._begin()
        for portal in portals:
            self._around.portals.renew(portal, self._stored.name)
        return self._fetch()

    def _portals(self) -> tuple[Portal, ...]:
        """Where this connection signs in: known for its own source, of a profile what was asked for so far."""
        match self._stored.source:
            case IdentityCenter(start_url=url, sso_region=region):
                return (Portal(url, region),)
            case _:
                return tuple(self._tokens.asked)

    def _layers(self) -> Fetch:
        stored, around = self._stored, self._around
        layer: Fetch
        match stored.source:
            case Profile(profile=profile):
                layer = layers.of_profile(profile, stored.region, self._tokens, self._second)
            case Keys(access_key_id=access_key_id):
                layer = layers.of_keys(access_key_id, lambda: around.secret(stored.name))
            case IdentityCenter():
                layer = layers.of_identity_center(stored.source, self._token, around.clients)
            case _:
                assert_never(stored.source)
        if stored.mfa_serial:
            layer = Kept(layers.with_code(layer, stored.mfa_serial, self._second, self._sts), around.clock)
        if stored.role_arn:
            layer = layers.with_role(layer, stored.role_arn, stored.external_id, self._sts)
        return Kept(layer, around.clock)

    def _token(self) -> Token:
        (portal,) = self._portals()
        return self._around.portals.token(portal, self._stored.name)

    def _sts(self, held: Held) -> Any:
        """Of a session apart: one with our credentials would wait here for what it is fetching."""
        return _settings(self._stored).create_client(
            "sts",
            region_name=self._stored.region or None,
            aws_access_key_id=held.access_key_id,
            aws_secret_access_key=held.secret_access_key,
            aws_session_token=held.session_token or None,
        )


class _Live(Credentials):  # type: ignore[misc] # botocore has no types
    """What botocore asks for keys whenever it signs."""

    method = "bakehouse"
    account_id = None

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in

    @property
    def access_key(self) -> str:
        return self._sign_in.get().access_key_id

    @property
    def secret_key(self) -> str:
        return self._sign_in.get().secret_access_key

    @property
    def token(self) -> str | None:
        return self._sign_in.get().session_token or None

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        held = self._sign_in.get()
        return ReadOnlyCredentials(held.access_key_id, held.secret_access_key, held.session_token or None)


class _Provider(CredentialProvider):  # type: ignore[misc] # botocore has no types
    METHOD = "bakehouse"

    def __init__(self, sign_in: SignIn) -> None:
        self._live = _Live(sign_in)

    def load(self) -> _Live:
        return self._live


def _settings(stored: StoredConnection) -> Session:
    """A session with the user's AWS settings; only a profile's connection obeys those of a profile."""
    match stored.source:
        case Profile(profile=profile):
            return Session(profile=profile)
        case _:
            return Session(session_vars={"profile": (None, None, None, None)})


def _session(stored: StoredConnection, sign_in: SignIn) -> Session:
    """A session with these credentials and no others."""

    def note(request: Any, **_: Any) -> None:
        request.context[_NOTE] = sign_in.get().access_key_id

    def retry(response: Any, attempts: int, request_dict: dict[str, Any], **_: Any) -> float | None:
        """Seconds until the request is signed anew and sent again; None leaves it to botocore."""
        code = response[1].get("Error", {}).get("Code") if response else None
        used = request_dict.get("context", {}).get(_NOTE, "")
        return 0.0 if code in EXPIRED and attempts == 1 and used and sign_in.expired(used) else None

    session = _settings(stored)
    session.register_component("credential_provider", CredentialResolver([_Provider(sign_in)]))
    session.register("before-sign", note)
    session.register("needs-retry", retry)
    return session
