"""Fields that several forms have alike: tags, names of resources, versions."""

from core.catalog.limits import TAGS
from core.recipe.address import Path
from core.recipe.names import is_wildcard
from gui.recipe.forms.bound import TableField, TextField
from gui.recipe.forms.workplace import Workplace
from gui.widgets.entry import TextArea, TextEntry

NAME_RULE = "3 to 128 letters, digits, - and _, with blanks inside."


def tags(at: Workplace, place: Path, whose: str, what: str = "Tags") -> TableField:
    return TableField(at, place, what, what.removesuffix("s"), f"{whose} At most {TAGS}.")


def name(at: Workplace, place: Path, instead: str, what: str = "Name") -> TextField:
    """`instead` is the name it has without one of its own."""
    return TextField(at, place, what, TextEntry(instead), NAME_RULE)


def description(at: Workplace, place: Path) -> TextField:
    return TextField(at, place, "Description", TextArea(lines=2))


class VersionField(TextField):
    """A semantic version that may count up by itself, explained as it is typed."""

    def __init__(self, at: Workplace, place: Path, required: bool = True) -> None:
        super().__init__(at, place, "Version", TextEntry("1.0.x"), required=required)

    def refresh(self) -> None:
        super().refresh()
        self.help(version_words(self.entry.text() if isinstance(self.entry, TextEntry) else ""))


def version_words(version: str) -> str:
    if is_wildcard(version):
        fixed = ".".join(node for node in version.split(".") if node != "x")
        series = f"{fixed} stays" if fixed else "nothing is fixed"
        return (
            f"Counted up by the service with each changed recipe: {series}, the first x becomes the next free number."
        )
    return "Write x for the last number, as in 1.0.x, and every changed recipe gets the next one by itself."
