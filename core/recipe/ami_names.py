"""What the AMIs of a build are called.

Facts: EC2 Image Builder user guide, AMI distribution settings. Without a name in the distribution settings of a Region
the AMI is called `<image name> <build date>`; a custom name carries the build date itself.
"""

import re
from datetime import UTC, datetime

from core.errors import Invalid

LIMIT = 128

_TAG = re.compile(r"\{\{\s*imagebuilder:(buildDate|buildVersion)(?::([A-Za-z0-9 .\-_]+?))?\s*\}\}")
_LETTERS = re.compile(r"([A-Za-z])\1*")
_FIELDS = {
    "yyyy": "%Y",
    "yy": "%y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "hh": "%I",
    "mm": "%M",
    "ss": "%S",
}


def build_date(moment: datetime) -> str:
    """`2022-07-28T01-14-17.416Z`: no colons, because AMI names have none."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H-%M-%S}.{utc.microsecond // 1000:03d}Z"


def formatted(moment: datetime, pattern: str) -> str:
    """A moment in the letters of Java's date patterns (`yyyyMMddHHmmss`, `SSS` for milliseconds); the rest stays."""
    utc = moment.astimezone(UTC)

    def field(found: re.Match[str]) -> str:
        letters = found.group(0)
        if letters == "SSS":
            return f"{utc.microsecond // 1000:03d}"
        return utc.strftime(_FIELDS[letters]) if letters in _FIELDS else letters

    return _LETTERS.sub(field, pattern)


def ami_name(template: str | None, *, image_name: str, build: int, moment: datetime) -> str:
    """The AMI's name for a Region whose distribution settings say `template` (None: no name given).

    Raises Invalid when it comes out longer than the 128 characters that EC2 allows.
    """
    if not template:
        return f"{image_name[: LIMIT - 25]} {build_date(moment)}"

    def expanded(found: re.Match[str]) -> str:
        kind, pattern = found.groups()
        if kind == "buildVersion":
            return str(build)
        return formatted(moment, pattern) if pattern else build_date(moment)

    name = _TAG.sub(expanded, template)
    if len(name) > LIMIT:
        raise Invalid(
            f"The AMI name '{name}' has {len(name)} characters; EC2 allows {LIMIT}.",
            hint="Shorten amiDistributionConfiguration.name: the build date alone takes 24 characters.",
        )
    return name
