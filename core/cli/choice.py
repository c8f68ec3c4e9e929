"""Which connection and which region a command talks to.

Local is the default. A region is taken from the first of: --region, the recipe file's first distribution, AWS_REGION or
AWS_DEFAULT_REGION, then the profile's own or, locally, `FALLBACK`. A resource's ARN names its region itself.
"""

import os
import re
from typing import TYPE_CHECKING, Final

from core.errors import Invalid
from core.recipe.names import Arn

if TYPE_CHECKING:
    from core.aws.connection import Connection

FALLBACK: Final = "eu-central-1"
_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}")


def region(name: str, asked: str = "", first_distribution: str = "") -> str:
    """The region for the connection `name`; "" leaves it to the profile."""
    from core.aws.connection import LOCAL

    environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    chosen = asked or first_distribution or environment or (FALLBACK if name == LOCAL else "")
    if chosen and not _REGION.fullmatch(chosen):
        raise Invalid(f"{chosen!r} is not the name of a region.", hint="One looks like eu-central-1.")
    return chosen


def connection(name: str, asked_region: str = "", first_distribution: str = "") -> "Connection":
    """The connection, not yet contacted."""
    from core.aws.connection import connect
    from core.local.endpoint import Home

    return connect(name, region(name, asked_region, first_distribution), Home.default())


def image_arn(text: str) -> Arn:
    """The ARN of an image build version as given on the command line."""
    try:
        arn = Arn.parse(text)
    except ValueError as error:
        raise Invalid(str(error), hint="bakehouse bake and bakehouse images list show the ARNs of runs.") from error
    if arn.type != "image" or arn.build is None:
        raise Invalid(f"{text} is not the ARN of an image build version.", hint="It ends in …:image/<name>/1.0.0/1")
    return arn
