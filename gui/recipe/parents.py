"""Parent images as the connection has them: those to choose from, and what a name or wildcard stands for now.

Asked off the GUI thread; each function raises errors of `core.errors` only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.aws.connection import Capability, Connection
from core.errors import NotFound
from core.recipe.names import Arn, Version, newest_match

if TYPE_CHECKING:  # it loads botocore, which a form must not wait for
    from core.aws.imagebuilder import ImageVersion

AMI = "ami-"
SSM = "ssm:"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An image to build on, in its newest version; `reference` is how a recipe file names it."""

    reference: str
    name: str
    version: str
    owner: str
    os_version: str

    @property
    def words(self) -> str:
        owner = "own" if self.owner == "Self" else self.owner
        return " · ".join(filter(None, (self.name, self.version, owner, self.os_version)))


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a parent image is at this moment: a line to show first, and the exact reference."""

    words: str
    reference: str


def candidates(connection: Connection) -> tuple[Candidate, ...]:
    """The images of Amazon and of the account, one of each name."""
    from core.publish.parent import OWNERS

    builder = connection.image_builder()
    listed = {owner: builder.images(owner) for owner in OWNERS}
    names = [{image.name for image in images} for images in listed.values()]
    both = set.intersection(*names)
    found: list[Candidate] = []
    for owner, images in listed.items():
        for name in sorted({image.name for image in images}):
            newest = _newest([image for image in images if image.name == name], "x.x.x")
            arn = str(Arn.parse(newest.arn).with_version("x.x.x"))
            found.append(Candidate(arn if name in both else name, name, newest.version, owner, newest.os_version))
    return tuple(found)


def resolved(value: str, connection: Connection) -> Resolved:
    """What a parent image of a recipe file stands for now. Raises NotFound, Conflict, and what asking raises."""
    if value.startswith((AMI, SSM)) and Capability.LOOKUPS not in connection.capabilities:
        return Resolved("Looked up when the image is built; this connection can't say before.", value)
    if value.startswith(AMI):
        return _ami(value, connection)
    if value.startswith(SSM):
        parameter = connection.lookups().parameter(value.removeprefix(SSM))
        return (
            _ami(parameter.value, connection) if parameter.value.startswith(AMI) else Resolved(value, parameter.value)
        )
    from core.publish.parent import parent_image

    builder = connection.image_builder()
    reference = parent_image(value, builder)
    try:
        arn = Arn.parse(reference)
    except ValueError:
        return Resolved("An image of a registry; it is pulled when the image is built.", reference)
    owner = {"aws": "Amazon", connection.account: "Self"}.get(arn.owner, "Shared")
    images = [image for image in builder.images(owner) if Arn.parse(image.arn).name == arn.name]
    if not images:
        raise NotFound(f"There is no image {arn.name} of this owner here.", hint="Choose one from the list.")
    newest = _newest(images, arn.version or "x.x.x")
    shown = Candidate(reference, newest.name, newest.version, newest.owner or owner, newest.os_version)
    return Resolved(shown.words, newest.arn)


def _ami(ami_id: str, connection: Connection) -> Resolved:
    image = connection.lookups().image(ami_id)
    return Resolved(" · ".join(filter(None, (image.name, image.architecture, image.created[:10]))), ami_id)


def _newest(images: "Iterable[ImageVersion]", pattern: str) -> "ImageVersion":
    by_version = {Version.parse(image.version): image for image in images}
    newest = newest_match(pattern, by_version)
    if newest is None:
        known = ", ".join(str(version) for version in sorted(by_version))
        raise NotFound(f"No version of this image fits {pattern}.", hint=f"There are {known}.")
    return by_version[newest]
