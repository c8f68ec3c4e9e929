"""The composition root: the one place where the app's objects are built and joined.

Whatever is opened here is closed in the opposite order when the app ends, by one ExitStack: builds that are followed
go on, copies of what was saved are removed, the threads of requests end.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from core.aws.connection import Connection, LocalConnection, local
from core.errors import BakehouseError, Severity
from gui.actions import Desk, EditComponent, OpenFile, Page, ShowAddress, ShowCost, ShowPage, ShowResource, ShowRun
from gui.ahead import import_ahead, import_first
from gui.build.baking import Baking, Ready
from gui.connections.asker import GuiAsker
from gui.connections.chip import chip, service_words
from gui.connections.production import unless_production
from gui.connections.questions import Questions
from gui.connections.standing import Standing
from gui.ops import Ops
from gui.recipe.page import RecipePage
from gui.session import Session
from gui.settings import Settings
from gui.shell.costs import Costs
from gui.shell.notification import Notifier
from gui.shell.opening import Opening
from gui.shell.palette import Entry, Palette, action_entries
from gui.shell.places import Places
from gui.shell.recovery import Left, Recovery
from gui.shell.refusal import refusal
from gui.shell.report import Report
from gui.shell.shortcuts import ShortcutSheet
from gui.shell.task_bar import TaskBar
from gui.shell.window import MainWindow
from gui.theme.theme import Scheme, Theme
from gui.widgets.later import Later
from gui.widgets.ticking import Ticking

if TYPE_CHECKING:
    from gui.actions import Intent
    from gui.build.history import History
    from gui.build.news import Newsroom, Notice
    from gui.build.page import TimelinePage
    from gui.connections.page import ConnectionsPage
    from gui.connections.roster import Roster
    from gui.following import Followed
    from gui.library.page import LibraryPage

SIZE: Final = (1280, 800)
AHEAD: Final = "ahead"
REGION: Final = "eu-central-1"
EXPIRY_TICK_MS: Final = 30_000
CONNECTING: Final = ("connection.add", "connection.start", "connection.stop", "connection.prune", "help.differences")
OF_TIMELINE: Final = ("run.import", "run.prune")


class App(QObject):
    """The running app; `window` is its one window. Signals: `ready` — what was put off at the start is there too."""

    ready = Signal()

    def __init__(self, application: QApplication, connection: Connection, places: Places, stack: ExitStack) -> None:
        super().__init__()
        self.application = application
        self.settings = Settings(places.config)
        self.theme = Theme(application)
        self.theme.set_scheme(Scheme(self.settings.text("scheme", Scheme.SYSTEM)))
        self.ops = Ops(self)
        stack.callback(self.ops.close)
        self.session = Session(self.ops, connection, self)
        stack.callback(self.session.close)
        self.desk = Desk(self)
        self.baking = Baking(self.session, places.runs, self)
        self._stack, self._runs = stack, places.runs
        self._timeline = Later(self._made_timeline)
        self.asker = GuiAsker(parent=self)
        stack.callback(self.asker.close)  # before the threads that wait for an answer are waited for
        self._at_home = connection if isinstance(connection, LocalConnection) else local(REGION)
        self._roster: Roster | None = None
        self.recipe = RecipePage(self.theme, self.desk, self.session, places.runs)
        self.costs = Costs(
            self.theme, self.desk, self.recipe, self.session, self.settings, places.runs, self, self._at_home
        )
        self.library = Later(self._made_library)
        pages: dict[Page, QWidget] = {
            Page.RECIPE: self.recipe,
            Page.TIMELINE: self._timeline,
            Page.COST: self.costs.page,
            Page.LIBRARY: self.library,
            Page.CONNECTIONS: Later(self._made_connections),
        }
        self.window = MainWindow(self.theme, self.desk, pages, self._may_close)
        self.window.put_above(Questions(self.theme, self.asker))
        self._ticking = Ticking(self.window, EXPIRY_TICK_MS, self._expires)
        self.opening = Opening(self.session, self.settings, self.window)
        self.recovery = Recovery(self.session, places.recovery, self)
        stack.callback(self.recovery.close)
        self.notifier = Notifier(self)
        stack.callback(self.notifier.close)
        self.palette = Palette(self.theme, self.window, (lambda: action_entries(self.desk), self._recent_entries))
        self.theme.dress(self.window)
        self._closing = False
        self._returning = False
        self._bind()
        self._connect()
        self._refresh()

    # Put together

    @property
    def timeline(self) -> "TimelinePage":
        """Made when it is first asked for."""
        return self._timeline.widget

    @property
    def roster(self) -> "Roster":
        """The connections there are; as the pages, made when it is first asked for."""
        if self._roster is None:
            from gui.connections.roster import Roster, Sources

            sources = Sources.of_user(self._at_home, self.asker, self.settings.folder)
            made = self._roster = Roster(self.session, sources, self)
            made.changed.connect(self._refresh)
            made.changed.connect(self._ticking.look)
            made.changed.connect(self._signed_in)
            made.failed.connect(self._tell_error)
        return self._roster

    @Slot()
    def _signed_in(self) -> None:
        self.history.signed_in()

    @cached_property
    def history(self) -> "History":
        """The builds of earlier days, from when somebody looks for them or follows one."""
        from gui.build.history import History

        made = History(self.session, self._runs, self)
        self._stack.callback(made.close)
        task_bar = TaskBar(self.ops, made.progress, self)
        self.session.runs_changed.connect(task_bar.look)
        return made

    @cached_property
    def newsroom(self) -> "Newsroom":
        from gui.build.news import Newsroom

        made = Newsroom(self.settings, self)
        made.told.connect(self._notify)
        return made

    def _made_timeline(self) -> "TimelinePage":
        from gui.build.page import TimelinePage
        from gui.build.workplace import Workplace

        def ask_first(at: Connection, what: str, go_text: str, then: Callable[[], None]) -> None:
            unless_production(self.theme, self.roster.marked_now(at), what, go_text, self.window, then)

        known = self.theme, self.desk, self.session, self.history, self.baking, self.settings
        page = TimelinePage(Workplace(*known, ask_first, self.costs.of))
        self.costs.known.connect(self.history.changed)
        self._stack.callback(page.stop)
        return page

    def _made_library(self) -> "LibraryPage":
        from gui.library.page import LibraryPage

        page = LibraryPage(self.theme, self.desk, self.session)
        page.run_started.connect(self._watch_arn)
        page.adopted.connect(self._adopt)
        return page

    def _made_connections(self) -> "ConnectionsPage":
        from gui.connections.page import ConnectionsPage

        return ConnectionsPage(self.theme, self.desk, self.session, self.roster)

    def _take_there(self, page: Page, action_id: str) -> None:
        """Open a page, which binds its actions, then take one of them."""
        self.window.show_page(page)
        self.desk.take(action_id)

    def _bind(self) -> None:
        bind, opening, window = self.desk.bind, self.opening, self.window
        bind("file.new", opening.new)
        bind("file.open", opening.ask_open)
        bind("file.save", opening.save)
        bind("file.save-as", opening.save_as)
        bind("file.revert", opening.look_at_disk)
        bind("file.quit", self._quit)
        bind("edit.undo", self.session.undo.undo)
        bind("edit.redo", self.session.undo.redo)
        bind("run.bake", self._bake)
        bind("run.plan", self._show_plan)
        bind("run.cancel", self._cancel)
        bind("view.palette", self.palette.open)
        for page in Page:
            bind(f"view.{page.value}", partial(window.show_page, page))
        for scheme in Scheme:
            bind(f"view.theme-{scheme.value}", partial(self._set_scheme, scheme))
        bind("view.back", window.back)
        bind("view.forward", window.forward)
        bind("help.shortcuts", lambda: self._show_dialog(ShortcutSheet(window)))
        bind("help.about", self._about)
        for action_id in CONNECTING:
            bind(action_id, partial(self._take_there, Page.CONNECTIONS, action_id))
        for action_id in OF_TIMELINE:
            bind(action_id, partial(self._take_there, Page.TIMELINE, action_id))

    def _connect(self) -> None:
        session, window = self.session, self.window
        self.ops.failed.connect(self._tell_error)
        self.ops.bug.connect(self._report)
        self.ops.busy.connect(window.status_line.show_working)
        self.opening.failed.connect(self._tell_error)
        self.costs.told.connect(lambda said: window.top_bar.say_cost(said.bake))
        self.baking.planned.connect(self._confirm)
        self.baking.refused.connect(self._tell_error)
        self.baking.started.connect(lambda followed: self.desk.intend(ShowRun(followed.arn)))
        session.following.connect(self._watch)
        self.baking.busy_changed.connect(self._refresh)
        self.desk.intended.connect(self._follow_intent)
        news = (session.opened, session.drafted, session.dirty_changed, session.connected, session.runs_changed)
        for each in news:
            each.connect(self._refresh)
        session.checked.connect(self._show_problems)
        session.undo.canUndoChanged.connect(lambda can: self.desk.allow("edit.undo", can))
        session.undo.canRedoChanged.connect(lambda can: self.desk.allow("edit.redo", can))
        self.desk.allow("edit.undo", False)
        self.desk.allow("edit.redo", False)
        window.top_bar.connection_asked.connect(lambda: window.show_page(Page.CONNECTIONS))
        window.status_line.problems_asked.connect(self._show_problems_panel)
        self.notifier.taken.connect(self._show_told)
        session.connected.connect(self._ticking.look)
        session.connected.connect(self._remember_connection)
        self._ticking.ticked.connect(self._refresh)
        window.status_line.runs_asked.connect(lambda: window.show_page(Page.TIMELINE))
        window.status_line.service_asked.connect(lambda: window.show_page(Page.CONNECTIONS))
        window.closed.connect(self._closed)
        self.application.applicationStateChanged.connect(self._state_changed)

    # What the window shows

    @Slot()
    def _refresh(self) -> None:
        session, bar = self.session, self.window.top_bar
        document = session.document
        name = session.canvas.name or "untitled"
        bar.show_document(name, dirty=bool(session.dirty), where=str(document.path or "Not saved yet"))
        self.window.setWindowTitle(f"{name} — Bakehouse")
        standing = self._roster.standing(session.connection.name) if self._roster is not None else Standing()
        parts, icon_name, role, tip = chip(session.connection, standing)
        bar.chip.show_connection(parts, icon_name=icon_name, role=role, tip=tip)
        self.window.status_line.show_service(*service_words(self._roster.health if self._roster is not None else None))
        self.window.status_line.show_runs(len(session.running))
        self.desk.allow("run.cancel", bool(session.running), "No build is running.")
        busy = "A bake is being prepared." if self.baking.busy else ""
        waits = "The connection that was used last is being opened." if self._returning else busy
        self.desk.allow("run.bake", not waits, waits)
        self.desk.allow("file.revert", document.path is not None, "The recipe has no file yet.")

    @Slot()
    def _show_problems(self) -> None:
        severities = [problem.severity for problem in self.session.problems]
        self.window.status_line.show_problems(severities.count(Severity.ERROR), severities.count(Severity.WARNING))

    def _tell_error(self, error: BakehouseError) -> None:
        self.window.tell(*refusal(error, self.session.draft.file, self.desk))

    def _report(self, trace: str) -> None:
        open_one = next((each for each in self.window.findChildren(Report) if each.isVisible()), None)
        if open_one is not None:
            open_one.add(trace)
        else:
            self._show_dialog(Report(self.theme, trace, self.window))

    def _show_dialog(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _about(self) -> None:
        from importlib.metadata import version

        box = QMessageBox(self.window)
        box.setWindowTitle("About Bakehouse")
        box.setText(f"Bakehouse {version('bakehouse')}")
        box.setInformativeText("Golden machine images: designed here, baked and tested on this computer or on AWS.")
        self._show_dialog(box)

    def _set_scheme(self, scheme: Scheme) -> None:
        self.theme.set_scheme(scheme)
        self.settings.set_text("scheme", scheme)

    def _recent_entries(self) -> list[Entry]:
        return [
            Entry(path.name, "Recent file", str(path.parent), "recipe", partial(self.opening.open, path))
            for path in self.settings.recent
        ]

    def _follow_intent(self, intent: "Intent") -> None:
        match intent:
            case ShowPage(page):
                self.window.show_page(page)
            case OpenFile(path):
                self.opening.open(path)
            case ShowRun(arn):
                self.window.show_page(Page.TIMELINE)
                self.timeline.show_arn(arn)
            case ShowCost(arn):
                self.window.show_page(Page.COST)
                self.costs.page.widget.show_run(arn)
            case ShowResource(arn):
                self.window.show_page(Page.LIBRARY)
                self.library.widget.show_resource(arn)
            case ShowAddress():
                self.window.show_page(Page.RECIPE)
                self.recipe.show_address(intent)
            case EditComponent(path, place):
                self.window.show_page(Page.RECIPE)
                self.recipe.edit_component(path, place)
            case _:
                assert_never(intent)

    def _show_problems_panel(self) -> None:
        self.window.show_page(Page.RECIPE)
        self.desk.take("recipe.problems")

    def _show_plan(self) -> None:
        self.window.show_page(Page.RECIPE)
        self.recipe.show_plan()

    def _expires(self) -> bool:
        return self._roster is not None and self._roster.left(self.session.connection.name) is not None

    @Slot()
    def _remember_connection(self) -> None:
        self._is_back()
        self.settings.set_text("connection", self.session.connection.name)

    def _adopt(self, text: str, documents: Mapping[str, str]) -> None:
        """A pipeline of the connection as a new recipe file, with its documents where the user puts the file."""
        self.opening.adopt(text, documents)
        self.window.show_page(Page.RECIPE)

    # Baking

    def _bake(self) -> None:
        """Save first: what is baked is what the file says."""
        if self.session.dirty or self.session.document.path is None:
            self.opening.save(self.baking.plan)
        else:
            self.baking.plan()

    def _confirm(self, ready: Ready) -> None:
        name = ready.reading.recipe.name
        unless_production(
            self.theme, ready.at, f"Baking {name}.", f"Bake on {ready.at.name}", self.window,
            partial(self.baking.go, ready),
        )  # fmt: skip

    def _watch(self, followed: "Followed") -> None:
        followed.bug.connect(self._report)
        self.newsroom.watch(followed)
        if followed.at is not None and followed.at.kind == "local" and self._roster is not None:
            # Following it has started the service, if nothing else had.
            followed.changed.connect(self._roster.look_at_local, Qt.ConnectionType.SingleShotConnection)

    @Slot(object)
    def _notify(self, notice: "Notice") -> None:
        self.notifier.notify(notice.title, notice.text, urgent=notice.urgent, token=notice.arn)
        self.application.alert(self.window)

    @Slot(str)
    def _show_told(self, arn: str) -> None:
        """A notification was clicked: the window comes up with the build it told of."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.desk.intend(ShowRun(arn))

    @Slot(str, object)
    def _watch_arn(self, arn: str, at: Connection) -> None:
        """Follow a build that the library has started."""
        self.baking.watch_started(arn, at)
        self.desk.intend(ShowRun(arn))

    def _cancel(self) -> None:
        from gui.build.rows import name_of

        current = self.timeline.current if self._timeline.made else None
        chosen = current if current is not None and current.running else next(iter(self.session.running), None)
        if chosen is not None and chosen.at is not None:
            what, go = f"Cancelling the build of {name_of(chosen)}.", "Cancel the build"
            cancel = partial(self.baking.cancel, chosen)
            unless_production(self.theme, self.roster.marked_now(chosen.at), what, go, self.window, cancel)

    # Beginning and end

    def begin(self, file: Path | None) -> None:
        """Show the window as it was left, with `file` or the one that was open; offer what was not saved."""
        geometry, splitters = self.settings.blob("geometry"), self.settings.blob("splitters")
        if not self.window.restore(geometry, splitters, self.settings.text("page")):
            self.window.resize(*SIZE)
        last = self.settings.text("open")
        if file is None and last and Path(last).is_file():
            file = Path(last)
        if file is not None:
            self.opening.open(file)
        if left := self.recovery.left():
            self._offer(left)
        self._returning = self.settings.text("connection", connection := self.session.connection.name) != connection
        self._refresh()
        self.window.appeared.connect(self._go_on)
        self.window.show()

    @Slot()
    def _go_on(self) -> None:
        """What can wait until the window is there: the connections, the builds of earlier days, and the pages."""
        self.session.check()
        self.ops.run(self, import_first, lambda _: self._look_around(), lane=AHEAD)
        self.ops.run(self, import_ahead, lambda _: self.ready.emit(), lane=AHEAD)

    def _look_around(self) -> None:
        self.roster.refresh(then=self._use_last)
        self.history.load()

    def _use_last(self) -> None:
        """The connection that was used last, without opening a page of the browser for it."""
        entry = self.roster.entry(self.settings.text("connection")) if self._returning else None
        if entry is None:
            self._is_back()
        else:
            self.roster.use(entry, self._is_back, ask=False)

    def _is_back(self, error: BakehouseError | None = None) -> None:
        """The connection that was used last is there, or will not be: from now on a bake goes to where the bar says."""
        self._returning = False
        self._refresh()
        if error is not None:
            self._tell_error(error)

    def _offer(self, left: tuple[Left, ...]) -> None:
        first, *others = left

        def recover() -> None:
            self.recovery.bring_back(first)
            skip()
            if first.path in self.session.components:
                self.desk.intend(EditComponent(first.path))

        def ask() -> None:
            if self.recovery.belongs(first):
                recover()
            else:
                self.opening.unless_dirty(recover)

        def skip() -> None:
            self.recovery.forget(first)
            if others:
                self._offer(tuple(others))

        message = f"Bakehouse ended before {first.name} was saved."
        self.window.ask(message, "What you had edited is still there.", (("Recover", ask), ("Skip", skip)))

    def _quit(self) -> None:
        self.window.close()

    def _may_close(self) -> bool:
        if self._closing or not self.session.dirty:
            return True

        def close() -> None:
            self._closing = True
            self.window.close()

        self.opening.unless_dirty(close)
        return False

    @Slot()
    def _closed(self) -> None:
        geometry, splitters = self.window.keep_state()
        self.settings.set_blob("geometry", geometry)
        self.settings.set_blob("splitters", splitters)
        self.settings.set_text("page", self.window.page)
        self.settings.set_text("open", str(self.session.document.path or ""))
        self.settings.sync()
        self.application.quit()

    @Slot(object)
    def _state_changed(self, state: Qt.ApplicationState) -> None:
        """Somebody may have been at the files while the window was not in front."""
        if state == Qt.ApplicationState.ApplicationActive:
            self.opening.look_at_disk()
