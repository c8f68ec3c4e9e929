"""What is imported ahead of its use, once the window is there, off the GUI thread.

At first the window needs less than half of the app. The rest would hold it up when it is first needed, at a click on a
card or a key in a text, so it is loaded while nobody waits; what is wanted sooner is simply imported then.
"""

from importlib import import_module
from typing import Final

FIRST: Final = (
    "core.recipe.file",
    "gui.recipe.forms.selected",
    "gui.connections.roster",
    "gui.build.history",
    "gui.build.news",
)
"""What checks the recipe and shows a card's form, and what looks for connections and for builds of earlier days."""

REST: Final = (
    "core.recipe.schema",
    "core.recipe.thorough",
    "gui.recipe.problems_panel",
    "gui.recipe.component_editor",
    "gui.recipe.recipe_text",
    "gui.recipe.plan_view",
    "gui.library.page",
    "gui.connections.page",
    "gui.build.page",
)
"""Pages that are heavy for their charts are not among them."""


def import_first() -> None:
    _import(FIRST)


def import_ahead() -> None:
    _import(REST)


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        import_module(name)
