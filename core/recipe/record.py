"""What the records of a recipe file have in common: frozen, camelCase, strict about keys, with typed fields.

Patterns and ranges are those of the API's create calls (botocore 1.44.5, `imagebuilder`), so that what passes here
passes there. Values arrive as source texts (see `core.recipe.tree`); numbers and booleans are made of them here.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from core.recipe.names import RESOURCE_NAME, Version, wildcard_ok


class Record(BaseModel):
    """A part of a recipe file. Fields that are left out are None or empty, and dumping leaves them out."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    def api_members(self) -> dict[str, Any]:
        """The fields that are set, as members of the API's calls: camelCase, lists, numbers, booleans."""
        return self.model_dump(by_alias=True, exclude_defaults=True, mode="json")


def refuse(sentence: str, hint: str = "") -> PydanticCustomError:
    """An error whose sentence the user reads as it is; the braces of message templates never apply."""
    return PydanticCustomError("rule", "{sentence}", {"sentence": sentence, "hint": hint})


def pattern(expression: str, sentence: str, hint: str = "") -> AfterValidator:
    """A text that must match as a whole; `sentence` follows the value in the message."""
    compiled = re.compile(expression, re.ASCII)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise refuse(f"{_short(value)} {sentence}", hint)
        return value

    return AfterValidator(check)


def _short(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:57] + "…")


def _resource_name(value: str) -> str:
    if not RESOURCE_NAME.fullmatch(value):
        hint = "3 to 128 letters, digits, '-', '_', and blanks inside"
        raise refuse(f"{_short(value)} cannot be the name of an Image Builder resource", hint)
    return value


def _version(value: str) -> str:
    try:
        return str(Version.parse(value))
    except ValueError:
        raise refuse(f"{_short(value)} is not a semantic version", "Three whole numbers, such as 1.0.0") from None


def _wildcard_version(value: str) -> str:
    if not wildcard_ok(value):
        raise refuse(f"{_short(value)} is not a semantic version", "Such as 1.0.0, or 1.0.x to count the patch up")
    return value


def _tags(limit: int, reserved: tuple[str, ...]) -> AfterValidator:
    def check(tags: Mapping[str, str]) -> Mapping[str, str]:
        if len(tags) > limit:
            raise refuse(f"{len(tags)} tags are more than the {limit} allowed")
        for key, value in tags.items():
            if not re.fullmatch(r"(?!aws:)[a-zA-Z0-9\s_.:/=+\-@]{1,128}", key):
                raise refuse(
                    f"{_short(key)} cannot be a tag's key", "Up to 128 of letters, digits, blanks and _.:/=+-@"
                )
            if len(value) > 256:
                raise refuse(f"The value of tag {_short(key)} has {len(value)} characters; 256 are allowed")
            if key in reserved:
                raise refuse(f"Tag {key!r} is set by Image Builder itself", "Choose another key")
        return tags

    return AfterValidator(check)


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


NonEmpty: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
ResourceName: TypeAlias = Annotated[str, AfterValidator(_resource_name)]
ExactVersion: TypeAlias = Annotated[str, AfterValidator(_version)]
WildcardVersion: TypeAlias = Annotated[str, AfterValidator(_wildcard_version)]
TagMap: TypeAlias = Annotated[Mapping[str, str], _tags(50, ())]
AmiTagMap: TypeAlias = Annotated[Mapping[str, str], _tags(50, ("CreatedBy", "Ec2ImageBuilderArn"))]
InstanceTagMap: TypeAlias = Annotated[Mapping[str, str], _tags(30, ("CreatedBy", "Ec2ImageBuilderArn", "Name", "Tags"))]
AccountId: TypeAlias = Annotated[
    str, pattern(r"[0-9]{12}", "is not an account id", "Twelve digits; keep leading zeros")
]
LogGroup: TypeAlias = Annotated[str, pattern(r"[a-zA-Z0-9\-_/.]{1,512}", "cannot be the name of a log group")]
RoleName: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=2048),
    pattern(r"(?:arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:role/)?[a-zA-Z_0-9+=,.@\-_/]+", "is not an IAM role's name or ARN"),
]
LaunchTemplateId: TypeAlias = Annotated[str, pattern(r"lt-[a-z0-9-_]{17}", "is not a launch template's id")]
Values: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Parameters: TypeAlias = Annotated[Mapping[str, Values], Field(max_length=1000)]
