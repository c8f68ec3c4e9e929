"""``bakehouse connections``: where recipes can run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.aws.connection import LOCAL, profiles
from core.cli import choice
from core.local import endpoint


@dataclass(frozen=True, slots=True)
class Known:
    """A connection that can be named with --connection; `region` "" means the profile's own."""

    name: str
    kind: str
    region: str
    state: str


def known() -> tuple[Known, ...]:
    """Local, then the profiles of the AWS configuration. Nothing is started, and AWS is not asked."""
    running = endpoint.find(endpoint.Home.default()) is not None
    local = Known(LOCAL, "local", choice.region(LOCAL).name, "running" if running else "starts when needed")
    return local, *(Known(name, "aws", "", "profile of the AWS configuration") for name in profiles())


def text(found: Sequence[Known]) -> Iterable[str]:
    width = max(len(each.name) for each in found)
    for each in found:
        yield f"{each.name:<{width}}  {each.kind:<5}  {each.region or '-':<14}  {each.state}"
