"""Every action of the app, and every "open this" intent, as data.

Menu bar, command palette, shortcut sheet and shortcuts are made from `ACTIONS`; what an action does is bound to its id
in `gui.app` and by the pages. An intent says what somebody wants to see and not how; the shell finds the page for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal


class Page(StrEnum):
    """The pages of the window, in the order of the navigation."""

    RECIPE = "recipe"
    TIMELINE = "timeline"
    COST = "cost"
    LIBRARY = "library"
    CONNECTIONS = "connections"


@dataclass(frozen=True, slots=True)
class Action:
    """`id` is stable and never shown; `shortcut` in Qt's portable form; `page` limits it to one page. `separated`
    draws a line above it in its menu. `keys` are what a part of the page listens to while it has the focus: they are
    told wherever shortcuts are, and bound nowhere, since elsewhere they mean something else."""

    id: str
    text: str
    menu: str
    shortcut: str = ""
    icon: str = ""
    page: Page | None = None
    separated: bool = False
    hint: str = ""
    keys: str = ""

    @property
    def told(self) -> str:
        """The keys that are shown beside it."""
        return self.shortcut or self.keys


def _timeline(name: str, text: str, keys: str = "", icon: str = "", *, separated: bool = False) -> Action:
    return Action(f"timeline.{name}", text, "Timeline", "", icon, Page.TIMELINE, separated, keys=keys)


MENUS: Final = ("File", "Edit", "Recipe", "Run", "Timeline", "Connection", "View", "Help")

ACTIONS: Final = (
    Action("file.new", "New recipe", "File", "Ctrl+N", "new", hint="Start an empty recipe file"),
    Action("file.open", "Open…", "File", "Ctrl+O", "open", hint="Open a recipe file"),
    Action("file.save", "Save", "File", "Ctrl+S", "save", separated=True),
    Action("file.save-as", "Save as…", "File", "Ctrl+Shift+S"),
    Action("file.revert", "Reload from disk", "File", icon="refresh"),
    Action("file.quit", "Quit", "File", "Ctrl+Q", separated=True),
    Action("edit.undo", "Undo", "Edit", "Ctrl+Z", "undo"),
    Action("edit.redo", "Redo", "Edit", "Ctrl+Shift+Z", "redo"),
    Action("edit.cut", "Cut", "Edit", "Ctrl+X", "cut", Page.RECIPE, separated=True),
    Action("edit.copy", "Copy", "Edit", "Ctrl+C", "copy", Page.RECIPE),
    Action("edit.paste", "Paste", "Edit", "Ctrl+V", "paste", Page.RECIPE),
    Action("edit.duplicate", "Duplicate", "Edit", "Ctrl+D", "duplicate", Page.RECIPE),
    Action("edit.delete", "Delete", "Edit", "Del", "delete", Page.RECIPE),
    Action("edit.select-all", "Select all cards", "Edit", "Ctrl+A", "", Page.RECIPE),
    Action("recipe.add-component", "Add component…", "Recipe", "Ctrl+Shift+A", "add", Page.RECIPE),
    Action("recipe.new-component", "New component…", "Recipe", "Ctrl+Shift+N", "component", Page.RECIPE),
    Action("recipe.edit-component", "Edit component document", "Recipe", "F2", "text", Page.RECIPE),
    Action("recipe.add-region", "Add region…", "Recipe", "", "region", Page.RECIPE),
    Action("recipe.move-up", "Move component up", "Recipe", "Alt+Up", "up", Page.RECIPE, separated=True),
    Action("recipe.move-down", "Move component down", "Recipe", "Alt+Down", "down", Page.RECIPE),
    Action("recipe.disable", "Disable or enable component", "Recipe", "Ctrl+E", "disable", Page.RECIPE),
    Action("recipe.problems", "Show problems", "Recipe", "Ctrl+Shift+M", "warn", Page.RECIPE, separated=True),
    Action("recipe.next-problem", "Go to next problem", "Recipe", "F8", "", Page.RECIPE),
    Action("recipe.text", "Show recipe file as text", "Recipe", "Ctrl+T", "text", Page.RECIPE),
    Action("run.bake", "Bake", "Run", "Ctrl+B", "bake", hint="Publish the recipe, build its image and follow it"),
    Action("run.plan", "Show plan", "Run", "Ctrl+P", "plan", hint="What baking will create, reuse or change"),
    Action("run.cancel", "Cancel the running build", "Run", "Ctrl+.", "stop"),
    Action(
        "run.retry",
        "Retry the failed stage",
        "Run",
        "Ctrl+Shift+R",
        "refresh",
        Page.TIMELINE,
        separated=True,
        hint="Test or distribute the same image again, without building it anew",
    ),
    Action("run.again", "Run the pipeline again…", "Run", "", "start", Page.TIMELINE, hint="A new build of it"),
    Action("run.follow", "Follow the build again", "Run", "", "active", Page.TIMELINE),
    Action(
        "run.compare",
        "Compare with another build",
        "Run",
        "Ctrl+Shift+D",
        "compare",
        Page.TIMELINE,
        hint="With the one before it, or the two that are chosen with Ctrl",
    ),
    Action("run.replay", "Replay the build", "Run", "", "replay", Page.TIMELINE, hint="As it went, at speed"),
    Action("run.show-image", "Open the image in the library", "Run", "", "library", Page.TIMELINE, separated=True),
    Action("run.cost", "Show what the build cost", "Run", "", "cost", Page.TIMELINE, hint="What it is on AWS"),
    Action("run.copy-arn", "Copy the ARN of the image", "Run", "", "copy", Page.TIMELINE),
    Action("run.export", "Export the run record…", "Run", "Ctrl+Shift+E", "save", Page.TIMELINE),
    Action("run.import", "Import a run record…", "Run", "", "open", hint="A build that a colleague has exported"),
    Action("run.prune", "Prune kept builds…", "Run", "", "delete", hint="Remove the records of old builds"),
    _timeline("search", "Search the bars", "/", "search"),
    _timeline("next", "Go to the next bar found", "N"),
    _timeline("previous", "Go to the previous bar found", "Shift+N"),
    _timeline("zoom-in", "Show less time", "W", "zoom-in", separated=True),
    _timeline("zoom-out", "Show more time", "S", "zoom-out"),
    _timeline("earlier", "Move to what was earlier", "A"),
    _timeline("later", "Move to what was later", "D"),
    _timeline("fit", "Show all of the build", "0", "fit"),
    _timeline("zoom-to", "Zoom to the range or the chosen bar", "F"),
    _timeline("measure", "Measure the chosen bar, or on to it", "M", separated=True),
    _timeline("critical", "Mark the critical path", "P", "path"),
    _timeline("fold", "Fold or unfold the chosen bar's lane", "Space", "fold", separated=True),
    _timeline("fold-all", "Fold all lanes"),
    _timeline("unfold-all", "Unfold all lanes", "", "unfold"),
    _timeline("log", "Go to the log of the chosen bar", "Return", "text", separated=True),
    Action("connection.add", "Add connection…", "Connection", "Ctrl+Shift+L", "add", hint="Store an AWS connection"),
    Action("connection.use", "Use the chosen connection", "Connection", "", "connections", Page.CONNECTIONS),
    Action("connection.renew", "Sign in or renew", "Connection", "Ctrl+R", "refresh", Page.CONNECTIONS),
    Action("connection.test", "Test the connection", "Connection", "", "test", Page.CONNECTIONS),
    Action("connection.edit", "Edit the connection…", "Connection", "", "settings", Page.CONNECTIONS),
    Action("connection.start", "Start the local service", "Connection", "", "start", separated=True),
    Action("connection.stop", "Stop the local service…", "Connection", "", "stop"),
    Action("connection.prune", "Prune the local store…", "Connection", "", "delete"),
    Action("view.palette", "Command palette…", "View", "Ctrl+K", "search"),
    Action("view.recipe", "Recipe", "View", "Ctrl+1", "recipe", separated=True),
    Action("view.timeline", "Timeline", "View", "Ctrl+2", "timeline"),
    Action("view.cost", "Cost", "View", "Ctrl+3", "cost"),
    Action("view.library", "Library", "View", "Ctrl+4", "library"),
    Action("view.connections", "Connections", "View", "Ctrl+5", "connections"),
    Action("view.theme-system", "Colours of the system", "View", icon="theme", separated=True),
    Action("view.theme-light", "Light colours", "View"),
    Action("view.theme-dark", "Dark colours", "View"),
    Action("view.back", "Back", "View", "Alt+Left", separated=True),
    Action("view.forward", "Forward", "View", "Alt+Right"),
    Action("help.shortcuts", "Keyboard shortcuts", "Help", "F1", "keyboard"),
    Action("help.differences", "How Local differs from AWS", "Help", icon="help"),
    Action("help.about", "About Bakehouse", "Help"),
)


@dataclass(frozen=True, slots=True)
class ShowPage:
    page: Page


@dataclass(frozen=True, slots=True)
class OpenFile:
    path: Path


@dataclass(frozen=True, slots=True)
class ShowAddress:
    """A place in the open recipe file, or in a document it names (`file`, empty for the recipe file)."""

    address: str
    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class ShowRun:
    image_arn: str


@dataclass(frozen=True, slots=True)
class ShowCost:
    """What the build of an image cost, on the cost page."""

    image_arn: str


@dataclass(frozen=True, slots=True)
class ShowResource:
    """A resource of the connection, in the library."""

    arn: str


@dataclass(frozen=True, slots=True)
class EditComponent:
    """A component document beside the open recipe file, in the component editor; at `place`, the step of a phase, both
    counted from 0."""

    path: Path
    place: tuple[int, int] | None = None


Intent = ShowPage | OpenFile | ShowAddress | ShowRun | ShowCost | ShowResource | EditComponent


class Desk(QObject):
    """Where actions are bound to what they do, and intents are handed in.

    Signals: `intended` — an Intent; `changed` — the id of an action that became possible or impossible, or whose text
    or mark changed.
    """

    intended = Signal(object)
    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bound: dict[str, Callable[[], None]] = {}
        self._impossible: dict[str, str] = {}

    def bind(self, action_id: str, does: Callable[[], None]) -> None:
        """Say what an action does; the last word counts."""
        if action_id not in BY_ID:
            raise KeyError(action_id)
        self._bound[action_id] = does
        self.changed.emit(action_id)

    def allow(self, action_id: str, possible: bool, why_not: str = "") -> None:
        """Whether an action can be taken now; `why_not` is said where it is shown."""
        before = self._impossible.get(action_id)
        if possible:
            self._impossible.pop(action_id, None)
        else:
            self._impossible[action_id] = why_not
        if before != self._impossible.get(action_id):
            self.changed.emit(action_id)

    def possible(self, action_id: str) -> bool:
        return action_id in self._bound and action_id not in self._impossible

    def why_not(self, action_id: str) -> str:
        return self._impossible.get(action_id, "")

    def take(self, action_id: str) -> None:
        """Do it, if it can be done now."""
        if self.possible(action_id):
            self._bound[action_id]()

    def intend(self, intent: Intent) -> None:
        self.intended.emit(intent)


BY_ID: Final = {action.id: action for action in ACTIONS}

COMPONENT_MIME: Final = "application/x-bakehouse-component"
"""Drag and drop of components: UTF-8 lines, each a reference as a recipe file has it (a document's path, an ARN)."""
