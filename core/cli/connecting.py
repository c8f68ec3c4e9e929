"""``bakehouse connections``: where recipes can run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from core.aws.book import Book, book_file
from core.aws.connection import LOCAL, profiles
from core.aws.stored import IdentityCenter, Keys, Profile, StoredConnection
from core.cli import choice
from core.local import endpoint
from core.secrets import UserSecrets


@dataclass(frozen=True, slots=True)
class Known:
    """A connection that can be named with --connection; `region` "" means the profile's own."""

    name: str
    kind: str
    region: str
    state: str


def known() -> tuple[Known, ...]:
    """Local, the stored connections, then the profiles of the AWS configuration that none of those hides. Nothing is
    started, and AWS is not asked."""
    running = endpoint.find(endpoint.Home.default()) is not None
    local = Known(LOCAL, "local", choice.region(LOCAL).name, "running" if running else "starts when needed")
    stored = tuple(
        Known(each.name, "aws", each.region, _source(each)) for each in Book(book_file(), UserSecrets()).list()
    )
    hidden = {each.name for each in stored}
    others = (name for name in profiles() if name not in hidden)
    return local, *stored, *(Known(name, "aws", "", "profile of the AWS configuration") for name in others)


def _source(stored: StoredConnection) -> str:
    match stored.source:
        case Profile(profile=profile):
            words = f"profile {profile}"
        case Keys(access_key_id=access_key_id):
            words = f"access key {access_key_id}"
        case IdentityCenter(account_id=account, role_name=role):
            words = f"Identity Center, {role} in {account}"
        case _:
            assert_never(stored.source)
    return f"{words}{', production' if stored.production else ''}"


def text(found: Sequence[Known]) -> Iterable[str]:
    width = max(len(each.name) for each in found)
    for each in found:
        yield f"{each.name:<{width}}  {each.kind:<5}  {each.region or '-':<14}  {each.state}"
