"""The parameters that a component declares: from its document where there is one, else as the connection tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.aws.connection import Connection
from core.errors import NotFound
from core.recipe.canvas import ComponentCard
from core.recipe.component import Parameter
from core.recipe.reading import component_reading

if TYPE_CHECKING:  # it loads botocore, which a form must not wait for
    from core.aws.imagebuilder import Resource


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of a component: `version` it is in now, `text` of its document, "" where it isn't told."""

    parameters: tuple[Parameter, ...] = ()
    version: str = ""
    platform: str = ""
    description: str = ""
    text: str = ""


def of_document(card: ComponentCard) -> Declared | None:
    """From the document beside the file; None where it can't be read."""
    if card.document is None:
        return None
    return Declared(card.document.parameters, card.version, card.platform, card.document.description or "")


def of_connection(reference: str, connection: Connection) -> Declared:
    """Asked of the connection. Raises NotFound, and what asking raises."""
    from core.aws.imagebuilder import Kind

    builder = connection.image_builder()
    arn = reference
    if not reference.startswith("arn:"):
        owner, name, version = (*reference.split("/"), "", "")[:3]
        arn = builder.arn(Kind.COMPONENT, name, version, owner="" if owner == "self" else owner)
    found = builder.find(Kind.COMPONENT, arn)
    if found is None:
        raise NotFound(f"There is no component {reference} here.", hint="It may be in another account or region.")
    return _declared(found)


def _declared(component: "Resource") -> Declared:
    members = component.members
    data = members.get("data")
    text = data if isinstance(data, str) else ""
    document = component_reading(text).document if text else None
    listed = members.get("parameters")
    told = tuple(_parameter(each) for each in listed if isinstance(each, Mapping)) if isinstance(listed, list) else ()
    return Declared(
        document.parameters if document is not None else told,
        str(members.get("version") or ""),
        str(members.get("platform") or ""),
        str(members.get("description") or ""),
        text,
    )


def _parameter(members: Mapping[str, object]) -> Parameter:
    default = members.get("defaultValue")
    first = str(default[0]) if isinstance(default, list) and default else None
    return Parameter(str(members.get("name", "")), "string", first, str(members.get("description") or "") or None)
