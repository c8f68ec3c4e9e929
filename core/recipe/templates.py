"""Component documents to start from: each does one common thing, is valid as it stands and shows how it is tested."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from core.recipe.component import parse_component

# In the order in which they are offered: from what most components do to what few do.
_NAMES = ("install-packages", "copy-files", "run-script", "harden-sshd", "test-port")


@dataclass(frozen=True, slots=True)
class Template:
    """A document to start from; `name` is a good stem for its file."""

    name: str
    description: str
    text: str


@cache
def component_templates() -> tuple[Template, ...]:
    folder = files("resources") / "templates" / "components"
    texts = {name: (folder / f"{name}.yml").read_text(encoding="utf-8") for name in _NAMES}
    return tuple(Template(name, parse_component(text).description or name, text) for name, text in texts.items())
