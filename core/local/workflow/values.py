"""Dynamic values of workflow documents: JSONPath references into what the build knows so far.

Only the documented subset exists (EC2 Image Builder user guide, wfdoc-dynamic-vars): a path is `$` followed by `.name`
and `[index]` parts. A key that ends in `.$` has a path (or a list of paths) for its whole value; in any other string
`{{ $.path }}` is replaced by the value's text. A JSONPath library would accept filters and wildcards that AWS refuses.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

_PATH = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,9}\])+")
_PART = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,9})\]")
_EMBEDDED = re.compile(r"\{\{\s*(\$[^{}]*?)\s*\}\}")
_DYNAMIC = ".$"


class Unresolved(Exception):
    """A path leads nowhere; `path` is the path as written."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The dynamic value '{path}' can't be resolved: {why}.")
        self.path = path


def is_path(text: str) -> bool:
    return _PATH.fullmatch(text.strip()) is not None


def look_up(path: str, scope: Mapping[str, Json]) -> Json:
    """The value at `path` (`$.stepOutputs.Launch.instanceId`, `$.a.b[0]`). Raises Unresolved."""
    path = path.strip()
    if _PATH.fullmatch(path) is None:
        raise Unresolved(path, "it is not of the form $.name.name[index]")
    value: Json = scope
    for part in _PART.finditer(path):
        name, index = part.groups()
        if name is not None and isinstance(value, Mapping) and name in value:
            value = value[name]
        elif index is not None and int(index) < len(items := _items(value)):
            value = items[int(index)]
        else:
            raise Unresolved(path, f"there is no {name if index is None else f'element {index}'} in {_named(value)}")
    return value


def _items(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _named(value: Json) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(sorted(value)[:20])}}}"
    return f"a list of {len(value)}" if isinstance(value, Sequence) and not isinstance(value, str) else "a plain value"


def text_of(value: Json) -> str:
    """A value as it appears inside a string: JSON for everything that is not text already."""
    return value if isinstance(value, str) else encode(value)


def encode(value: Json) -> str:
    """JSON text, as the `inputs` and `outputs` members of a step record hold it."""
    return json.dumps(plain(value), separators=(",", ":"), ensure_ascii=False)


def plain(value: Json) -> Json:
    """The same value made of dicts and lists only."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def interpolate(text: str, scope: Mapping[str, Json]) -> str:
    """`text` with each `{{ $.path }}` replaced. What is put in is not looked at again."""
    return _EMBEDDED.sub(lambda found: text_of(look_up(found.group(1), scope)), text)


def resolve(value: Json, scope: Mapping[str, Json]) -> Json:
    """Inputs as an action gets them: `.$` keys and `{{ }}` replaced at any depth. Raises Unresolved."""
    if isinstance(value, str):
        return interpolate(value, scope)
    if isinstance(value, Mapping):
        return {
            key.removesuffix(_DYNAMIC): _dynamic(item, scope) if key.endswith(_DYNAMIC) else resolve(item, scope)
            for key, item in value.items()
        }
    if isinstance(value, Sequence):
        return [resolve(item, scope) for item in value]
    return value


def _dynamic(value: Json, scope: Mapping[str, Json]) -> Json:
    if isinstance(value, str):
        return interpolate(value, scope) if _EMBEDDED.search(value) else look_up(value, scope)
    if isinstance(value, Sequence):
        return [_dynamic(item, scope) for item in value]
    return resolve(value, scope)
