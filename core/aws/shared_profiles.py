"""The profiles of the user's shared AWS configuration, with what can be told of one without using it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class SharedProfile:
    """`region` "" where the profile names none; `source` says in words where its credentials come from."""

    name: str
    region: str
    source: str


_SOURCES: Final = (
    ("role_arn", "assumes a role"),
    ("sso_session", "IAM Identity Center"),
    ("sso_start_url", "IAM Identity Center"),
    ("credential_process", "a program"),
    ("login_session", "a sign-in of the AWS CLI"),
    ("aws_access_key_id", "an access key"),
)


def shared_profiles() -> tuple[SharedProfile, ...]:
    """By name. Raises HostFault for a configuration that can't be read."""
    from botocore.session import Session

    from core.aws.errors import translated

    with translated("profiles"):
        config: Mapping[str, Mapping[str, Any]] = Session().full_config.get("profiles", {})
    return tuple(_profile(name, members) for name, members in sorted(config.items()))


def _profile(name: str, members: Mapping[str, Any]) -> SharedProfile:
    source = next((words for key, words in _SOURCES if members.get(key)), "no credentials of its own")
    return SharedProfile(name, str(members.get("region") or ""), source)
