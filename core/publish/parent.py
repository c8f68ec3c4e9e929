"""The parent image of a recipe, as the service wants it.

A recipe file names its parent the way people do, ``debian-12-x86``; the service wants an ARN. Names are looked up among
the connection's images, those of Amazon and one's own, and the newest version is asked for (``x.x.x``), so that a
pipeline follows its parent.
"""

import re
from difflib import get_close_matches
from typing import Final

from core.aws.imagebuilder import ImageVersion
from core.errors import Conflict, NotFound
from core.publish.plan import Catalogue
from core.recipe.names import Arn, slug

_GIVEN: Final = re.compile(r"arn:|ami-|ssm:|prod-[a-z0-9]{8,}$")
OWNERS: Final = ("Amazon", "Self")


def parent_image(name: str, catalogue: Catalogue) -> str:
    """The ARN for a name; an ARN, ``ami-…``, ``ssm:…`` or Marketplace product as it is.

    Raises NotFound for a name no image has, Conflict for one that both Amazon and the account have.
    """
    # A container's parent may be an image of a registry: name:tag or registry/name.
    if _GIVEN.match(name) or ":" in name or "/" in name:
        return name
    found = {owner: _newest(name, catalogue.images(owner, name)) for owner in OWNERS}
    arns = [str(Arn.parse(image.arn).with_version("x.x.x")) for image in found.values() if image]
    if len(arns) > 1:
        raise Conflict(
            f"The image name {name!r} is used both by Amazon and in this account.",
            hint=f"Write the ARN of the one you mean: {' or '.join(arns)}",
        )
    if not arns:
        raise NotFound(f"There is no image {name!r} here.", hint=_suggestion(name, catalogue))
    return arns[0]


def _newest(name: str, images: tuple[ImageVersion, ...]) -> ImageVersion | None:
    """Any version will do: the ARN is asked for with a wildcard."""
    return next((image for image in images if slug(image.name) == slug(name)), None)


def _suggestion(name: str, catalogue: Catalogue) -> str:
    known = sorted({image.name for owner in OWNERS for image in catalogue.images(owner)})
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are {', '.join(known[:10])}." if known else "An AMI id (ami-…) or an image's ARN works as well."
