"""Which connection and which region a command talks to.

Local is the default. A region is taken from the first of: --region, the stored connection's, the recipe file's first
distribution, AWS_REGION or AWS_DEFAULT_REGION, then the profile's own or, locally, `FALLBACK`. A resource's ARN names
its region itself.
"""

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

from core.errors import Invalid
from core.recipe.names import Arn

if TYPE_CHECKING:
    from core.aws.connection import Connection

FALLBACK: Final = "eu-central-1"
_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}")


@dataclass(frozen=True, slots=True)
class Region:
    """A region and why it was chosen; `name` "" leaves it to the profile."""

    name: str
    why: str


def region(connection_name: str, asked: str = "", first_distribution: str = "") -> Region:
    """The region to talk to. Raises Invalid for what can't be one, BadParameter where it was an option."""
    from core.aws.connection import LOCAL

    sources = (
        (asked, "--region"),
        ("" if asked or connection_name == LOCAL else _stored_region(connection_name), "the connection's"),
        (first_distribution, "the recipe's first distribution"),
        (os.environ.get("AWS_REGION", ""), "AWS_REGION"),
        (os.environ.get("AWS_DEFAULT_REGION", ""), "AWS_DEFAULT_REGION"),
        (FALLBACK if connection_name == LOCAL else "", "the default of Local"),
    )
    name, why = next(((name, why) for name, why in sources if name), ("", "the profile's"))
    if name and not _REGION.fullmatch(name):
        if asked:
            raise typer.BadParameter(f"{name!r} is not the name of a region; one looks like eu-central-1.")
        raise Invalid(f"{name!r} ({why}) is not the name of a region.", hint="One looks like eu-central-1.")
    return Region(name, why)


def _stored_region(name: str) -> str:
    from core.aws.book import Book, book_file
    from core.secrets import UserSecrets

    found = Book(book_file(), UserSecrets()).find(name)
    return found.region if found else ""


def connection(name: str, asked_region: str = "", first_distribution: str = "") -> "Connection":
    """The connection, not yet contacted. What it has to ask is asked on the terminal."""
    from core.aws.connection import LOCAL, connect
    from core.cli.questions import Terminal
    from core.local.endpoint import Home

    where = region(name, asked_region, first_distribution).name
    return connect(name, where, Home.default(), None if name == LOCAL else Terminal())


def known(name: str) -> str:
    """The name of a connection that there is. Raises BadParameter for any other: what is only computed for a connection
    meets nobody who would refuse a name that was mistyped."""
    from core.aws.connection import LOCAL

    if name == LOCAL:
        return name
    from core.aws.book import Book, book_file
    from core.aws.connection import profiles
    from core.secrets import UserSecrets

    names = dict.fromkeys((LOCAL, *(each.name for each in Book(book_file(), UserSecrets()).list())))
    if name in names or name in (names := names | dict.fromkeys(profiles())):
        return name
    raise typer.BadParameter(f"{name!r}: no such connection. Those known here are {', '.join(names)}.")


def image_arn(text: str) -> Arn:
    """The ARN of an image build version as given on the command line. Raises BadParameter for anything else."""
    try:
        arn = Arn.parse(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; bakehouse bake and bakehouse images list show those of builds.") from error
    if arn.type != "image" or arn.build is None:
        raise typer.BadParameter(f"{text} is not a build's ARN, which ends in :image/<name>/1.0.0/1.")
    return arn


def connection_of(image: Arn, name: str) -> "Connection":
    """The connection `name` in the region of a build. Raises Invalid where that can't be the build's."""
    from core.aws.connection import LOCAL
    from core.local.endpoint import ACCOUNT_ID

    if name == LOCAL and image.owner != ACCOUNT_ID:
        raise Invalid(
            f"{image} is a build of the AWS account {image.owner}, not of Local.",
            hint="Name its connection with --connection; bakehouse connections lists them.",
        )
    return connection(name, image.region)
