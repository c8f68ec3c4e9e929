"""Where a connection's credentials come from, in layers.

A source is a function that fetches credentials; what comes on top (a second factor, a role) is a function that fetches
them with those of the layer below. A layer keeps what it fetched until shortly before it expires, so an hourly role
does not ask for the second factor's code every hour. What drives the layers is `core.aws.sign_in`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleProvider,
    CanonicalNameCredentialSourcer,
    ContainerProvider,
    EnvProvider,
    ProfileProviderBuilder,
    create_credential_resolver,
)
from botocore.exceptions import ClientError, UnauthorizedSSOTokenError
from botocore.session import Session

from core.aws.asking import Asker, Clock, MfaQuestion
from core.aws.errors import translated
from core.aws.flight import current
from core.aws.identity_center import BotocoreTokens, Clients, Token
from core.aws.stored import IdentityCenter, KeySecret
from core.errors import Denied

MARGIN: Final = timedelta(minutes=5)
"""Credentials with less left are renewed: a request signed with them must still be good when it arrives."""
SESSION_NAME: Final = "bakehouse"
TIMEOUTS: Final = {"connect_timeout": 5, "read_timeout": 30}
_MFA_PROMPT: Final = re.compile(r"Enter MFA code for (.*): ")


@dataclass(frozen=True, slots=True)
class Held:
    """Credentials as fetched. `asks_at` is when a person will be needed to renew them; None for never."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    asks_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at - now < MARGIN


class TokenRejected(Exception):
    """A portal does not accept a token that should still be good: somebody signed out there."""


Fetch: TypeAlias = Callable[[], Held]


class Kept:
    """What `fetch` fetched, until shortly before it expires."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._held: Held | None = None

    def __call__(self) -> Held:
        if self._held is None or self._held.due(self._clock.now()):
            self._held = self._fetch()
        return self._held


class SecondFactor:
    """Asks for the codes of one connection's MFA device, and not again once the user would not or could not."""

    def __init__(self, connection: str, asker: Asker) -> None:
        self._connection = connection
        self._asker = asker
        self.asked = False
        self.refused = ""

    def code(self, serial: str) -> str:
        if self.refused:
            raise Denied(f"The connection {self._connection!r} is signed out: {self.refused}", hint="Sign in again.")
        self.asked = True
        code = self._asker.mfa_code(MfaQuestion(self._connection, serial), current()).strip()
        if not re.fullmatch(r"\d{6}", code):
            raise Denied("The code of an MFA device has six digits.", hint="Sign in again.")
        return code

    def prompt(self, text: str) -> str:
        """As botocore asks for a profile's device."""
        found = _MFA_PROMPT.fullmatch(text)
        return self.code(found[1] if found else text)


def of_keys(access_key_id: str, secret: Callable[[], KeySecret]) -> Fetch:
    """An access key, its secret read from the shelf when it is needed."""

    def fetch() -> Held:
        kept = secret()
        return Held(access_key_id, kept.secret_access_key, kept.session_token)

    return fetch


def of_profile(profile: str, region: str, tokens: BotocoreTokens, second: SecondFactor) -> Fetch:
    """Whatever botocore makes of the profile: keys, roles, processes, web identities, Identity Center."""

    def fetch() -> Held:
        with translated("credentials of the profile", profile):
            credentials = opened[0] if opened else _opened(profile, region, tokens, second)
            if credentials is None:
                raise Denied(
                    f"The profile {profile!r} has no credentials.",
                    hint="Configure it (aws configure, aws configure sso), or choose another source.",
                )
            opened[:] = [credentials]
            try:
                frozen = credentials.get_frozen_credentials()
            except UnauthorizedSSOTokenError as error:
                raise TokenRejected(profile) from error
            # The only place where botocore has it; without expiry the attribute is missing or None.
            expires_at = getattr(credentials, "_expiry_time", None)
            return Held(frozen.access_key, frozen.secret_key, frozen.token or "", expires_at, tokens.expires_at)

    opened: list[Any] = []
    return fetch


def _opened(profile: str, region: str, tokens: BotocoreTokens, second: SecondFactor) -> Any:
    """Botocore's credentials of the profile. Two of its providers are replaced by the same with other arguments:
    Identity Center's gets its tokens from us, and a role's asks us for the second factor's code."""
    session = Session(profile=profile)
    region = region or session.get_config_variable("region")

    def create(service: str, **settings: Any) -> Any:
        return session.create_client(service, **{"region_name": region, **settings})

    resolver = create_credential_resolver(session, region_name=region)
    builder = ProfileProviderBuilder(session, cache={}, region_name=region, sso_token_cache=tokens)
    sources = [EnvProvider(), ContainerProvider(), resolver.get_provider("iam-role")]
    roles = AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=create,
        cache={},
        profile_name=profile,
        prompter=second.prompt,
        credential_sourcer=CanonicalNameCredentialSourcer(sources),
        profile_provider_builder=builder,
    )
    ours = {each.METHOD: each for each in (roles, *builder.providers(profile, disable_env_vars=True))}
    resolver.providers = [ours.get(each.METHOD, each) for each in resolver.providers]
    return resolver.load_credentials()


def of_identity_center(source: IdentityCenter, token: Callable[[], Token], clients: Clients) -> Fetch:
    """A role of an account, with the token of a sign-in at the portal. Raises TokenRejected."""

    def fetch() -> Held:
        signed_in = token()
        client = clients("sso", source.sso_region)
        with translated("GetRoleCredentials", f"{source.role_name} in {source.account_id}", "sso"):
            try:
                answer = client.get_role_credentials(
                    roleName=source.role_name, accountId=source.account_id, accessToken=signed_in.access_token
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "UnauthorizedException":
                    raise TokenRejected(source.start_url) from error
                raise
        role = answer["roleCredentials"]
        expires_at = datetime.fromtimestamp(int(role["expiration"]) / 1000, signed_in.expires_at.tzinfo)
        return Held(
            role["accessKeyId"], role["secretAccessKey"], role["sessionToken"], expires_at, signed_in.expires_at
        )

    return fetch


def with_code(below: Fetch, serial: str, second: SecondFactor, client: "StsClient") -> Fetch:
    """A session with the second factor: GetSessionToken, 12 hours (the default of AWS), and any role may be assumed
    with it that asks for one."""

    def fetch() -> Held:
        held, code = below(), second.code(serial)
        with translated("GetSessionToken", serial, "sts"):
            answer = client(held).get_session_token(SerialNumber=serial, TokenCode=code)
        fetched = _held(answer["Credentials"], None)
        return replace(fetched, asks_at=fetched.expires_at)

    return fetch


def with_role(below: Fetch, role_arn: str, external_id: str, client: "StsClient") -> Fetch:
    """A role assumed for an hour (the default of AWS)."""

    def fetch() -> Held:
        held = below()
        external = {"ExternalId": external_id} if external_id else {}
        with translated("AssumeRole", role_arn, "sts"):
            answer = client(held).assume_role(RoleArn=role_arn, RoleSessionName=SESSION_NAME, **external)
        return _held(answer["Credentials"], held.asks_at)

    return fetch


def unsigned(service: str, region: str) -> Any:
    """A client of a service that takes tokens instead of signatures, whatever the user's AWS configuration says."""
    session = Session(session_vars={"profile": (None, None, None, None)})
    return session.create_client(service, region_name=region, config=Config(signature_version=UNSIGNED, **TIMEOUTS))


StsClient: TypeAlias = Callable[[Held], Any]


def _held(answer: Mapping[str, Any], asks_at: datetime | None) -> Held:
    access_key_id, secret, token = (str(answer[name]) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    return Held(access_key_id, secret, token, expires_at=answer["Expiration"], asks_at=asks_at)
