"""What is imported ahead of its use, once the window is there, off the GUI thread.

At first the window needs less than half of the app. The rest would hold it up when it is first needed, at a click on a
card or a key in a text, so it is loaded while nobody waits; what is wanted sooner is simply imported then.
"""

from importlib import import_module
from typing import Final

MODULES: Final = (
    "gui.build.history",
    "gui.build.news",
    "core.recipe.file",
    "core.recipe.schema",
    "core.recipe.thorough",
    "gui.recipe.forms.selected",
    "gui.recipe.component_editor",
    "gui.recipe.recipe_text",
    "gui.recipe.plan_view",
    "gui.library.page",
    "gui.connections.page",
    "gui.build.page",
)
"""The soonest needed first; pages that are heavy for their charts are not among them."""


def import_ahead() -> None:
    for name in MODULES:
        import_module(name)
