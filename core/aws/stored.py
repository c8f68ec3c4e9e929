"""What is stored of an AWS connection: a name, a region, where its credentials come from, and never a secret.

The records are those of the file `connections.json` (`core.aws.book`), in camelCase there. The secret key of `Keys`
and the tokens of `IdentityCenter` rest on the shelf of `core.secrets`.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

LOCAL: Final = "local"
_NAME: Final = re.compile(r"[^\s/\\\x00-\x1f](?:[^/\\\x00-\x1f]{0,62}[^\s/\\\x00-\x1f])?")
_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}")
_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_ACCOUNT: Final = re.compile(r"\d{12}")
_ACCESS_KEY: Final = re.compile(r"[A-Z0-9]{16,128}")


class _Record(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_name=True,
        str_strip_whitespace=True,
    )


class Profile(_Record):
    """A profile of the shared AWS configuration, with all it can do: roles, processes, Identity Center."""

    kind: Literal["profile"] = "profile"
    profile: str = Field(min_length=1)


class Keys(_Record):
    """An access key typed in; its secret is on the shelf."""

    kind: Literal["keys"] = "keys"
    access_key_id: str

    @field_validator("access_key_id")
    @classmethod
    def _looks_like_one(cls, value: str) -> str:
        return _matching(_ACCESS_KEY, value, "An access key id has capital letters and digits, such as AKIA….")


class IdentityCenter(_Record):
    """A role of an account, signed in to in the browser."""

    kind: Literal["identityCenter"] = "identityCenter"
    start_url: str
    sso_region: str
    account_id: str
    role_name: str = Field(min_length=1)

    @field_validator("start_url")
    @classmethod
    def _is_https(cls, value: str) -> str:
        return _matching(re.compile(r"https://[^\s/]+.*"), value, "The start URL begins with https://.")

    @field_validator("sso_region")
    @classmethod
    def _is_region(cls, value: str) -> str:
        return _matching(_REGION, value, "A region looks like eu-central-1.")

    @field_validator("account_id")
    @classmethod
    def _is_account(cls, value: str) -> str:
        return _matching(_ACCOUNT, value, "An account id has twelve digits.")


Source = Annotated[Profile | Keys | IdentityCenter, Field(discriminator="kind")]


class StoredConnection(_Record):
    """An AWS account and region by a name of the user's; `region` "" means the profile's own.

    `role_arn` is assumed with the source's credentials; `mfa_serial` is the device whose code opens them.
    """

    name: str
    region: str = ""
    source: Source
    role_arn: str = ""
    external_id: str = ""
    mfa_serial: str = ""
    production: bool = False

    @field_validator("name")
    @classmethod
    def _is_name(cls, value: str) -> str:
        if value.casefold() == LOCAL:
            raise ValueError("Local is the name of the Image Builder on this machine.")
        return _matching(_NAME, value, "A name has 1 to 64 characters, none of them a slash.")

    @field_validator("region")
    @classmethod
    def _is_region(cls, value: str) -> str:
        return value and _matching(_REGION, value, "A region looks like eu-central-1.")

    @field_validator("role_arn")
    @classmethod
    def _is_role(cls, value: str) -> str:
        return value and _matching(_ROLE, value, "A role's ARN looks like arn:aws:iam::123456789012:role/builder.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.region and not isinstance(self.source, Profile):
            raise ValueError("The region is missing; only a profile can bring its own.")
        if self.external_id and not self.role_arn:
            raise ValueError("An external id goes with a role's ARN.")
        if self.mfa_serial and isinstance(self.source, IdentityCenter):
            raise ValueError("Identity Center asks for the second factor itself; leave the MFA device empty.")
        return self


@dataclass(frozen=True, slots=True)
class KeySecret:
    """The secret half of `Keys`. Its text shows nothing of it."""

    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)


def secret_name(connection: str) -> str:
    """What a connection's secret key is called on the shelf."""
    return f"connection:{connection}"


def token_name(start_url: str) -> str:
    """What the sign-in at an Identity Center portal is called on the shelf; connections of one portal share it."""
    return f"identity-center:{start_url}"


def _matching(pattern: re.Pattern[str], value: str, otherwise: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(otherwise)
    return value
