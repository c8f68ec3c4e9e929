"""Local in detail: whether its service runs, what it runs on, what it keeps on disk, and how it differs from AWS."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from core.aws.connection import LOCAL
from core.errors import BakehouseError
from gui.connections.findings import Findings
from gui.connections.inquiry import Inquiry
from gui.connections.roster import Roster
from gui.connections.sheet import FACT_NAMES, sheet
from gui.connections.standing import IN_USE, PRESENTATIONS, State
from gui.connections.words import counted, size
from gui.session import lane_of
from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import Dress, button, dress, heading, label, line
from gui.widgets.facts import Fact, Facts
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Badge, Banner

if TYPE_CHECKING:  # it loads botocore, which the window must not wait for
    from core.aws.machines import Health, Removed

ACCELERATED: Final = "kvm"
DISK_NAMES: Final = {"bases": "Base images", "images": "Images", "runs": "Runs under way"}
SHELVES: Final = {
    "keyring": "In the keyring of this computer",
    "file": "In a file that only you can read: there is no keyring here",
}
_LISTED: Final = 6


class LocalDetails(QWidget):
    """Signals: `differences_asked`."""

    differences_asked = Signal()

    def __init__(self, theme: Theme, roster: Roster) -> None:
        super().__init__()
        self._theme = theme
        self._roster = roster
        self._banner = Banner(theme)
        self._news = Banner(theme, "good")
        self._badge = Badge(theme, PRESENTATIONS[State.STOPPED])
        self._says = label("", "muted", wraps=True)
        self.inquiry = Inquiry(theme)
        self.findings = Findings(theme, roster)
        self._machine = Facts(FACT_NAMES)
        self._disk = Facts(FACT_NAMES)
        self._acceleration_picture = QLabel()
        self._acceleration_dress = Dress(theme, self._acceleration_picture, "quiet", "quiet")
        self._acceleration = label("", wraps=True)
        self._acceleration.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.use = button(theme, "Use this connection", "primary", "connections")
        self.start = button(theme, "Start", "", "start", name="Start the local service")
        self.stop = button(theme, "Stop…", "", "stop", name="Stop the local service")
        self.test = button(theme, "Test", "", "test", name="Test Local")
        self.look = button(theme, "Look again", "flat", "refresh", name="Look at the local service again")
        self.prune = button(theme, "Prune…", "", "delete", name="Prune what nothing uses")
        self.differences = button(theme, "How Local differs from AWS", "link", "help")
        self._in_use = Badge(theme, IN_USE)
        self._running = holding(self._when_running())
        self._lay_out()
        self.start.clicked.connect(roster.start_local)
        self.stop.clicked.connect(self.ask_stop)
        self.look.clicked.connect(roster.look_at_local)
        self.prune.clicked.connect(self.ask_prune)
        self.test.clicked.connect(self.begin_test)
        self.use.clicked.connect(self.take)
        self.differences.clicked.connect(self.differences_asked)
        roster.changed.connect(self.refresh)
        roster.session.connected.connect(self.refresh)
        self.refresh()

    def take(self) -> None:
        """Use it from now on."""
        self._roster.use(self._roster.entries[0], self._banner.tell_error)

    def begin_test(self) -> None:
        self.findings.begin(self._roster.entries[0])

    def ask_stop(self) -> None:
        """Stop it; builds under way are asked about."""
        health = self._roster.health
        if health is None or health.running == 0:
            self._roster.stop_local()
            return

        def stop() -> None:
            self.inquiry.end()
            self._roster.stop_local()

        self.inquiry.ask(
            f"{counted(health.running, 'build')} running on Local.",
            "Stopping the service ends them as failed.",
            "Stop anyway",
            stop,
            back=self.start,
        )

    def ask_prune(self) -> None:
        """Show what nothing uses any more, then remove it when that is confirmed."""
        self._banner.hide()
        self.prune.setEnabled(False)
        service = self._roster.sources.service

        def failed(error: BakehouseError) -> None:
            self.prune.setEnabled(True)
            self._banner.tell_error(error)

        work = partial(service.prune, dry_run=True)
        self._roster.session.ops.run(self, work, self._preview, failed, lane=lane_of(LOCAL))

    def _preview(self, found: "Sequence[Removed]") -> None:
        self.prune.setEnabled(True)
        if not found:
            self._news.tell("There is nothing to prune: everything on disk is in use.")
            return
        total = size(sum(each.bytes for each in found))
        self.inquiry.ask(
            f"{counted(len(found), 'thing')} that nothing uses any more, {total} in all.",
            "What is pruned can't be brought back. Base images are made again when a build needs them.",
            f"Prune {total}",
            self._prune,
            body=_removals(found),
            back=self.prune,
        )

    def _prune(self) -> None:
        service = self._roster.sources.service

        def done(removed: "Sequence[Removed]") -> None:
            self.inquiry.end()
            freed = size(sum(each.bytes for each in removed))
            self._news.tell(f"{counted(len(removed), 'thing')} pruned, {freed} freed.")
            self._roster.look_at_local()

        work = partial(service.prune, dry_run=False)
        self._roster.session.ops.run(self, work, done, self.inquiry.refuse, lane=lane_of(LOCAL))

    @Slot()
    def refresh(self) -> None:
        standing = self._roster.standing(LOCAL)
        state = State.STOPPED if standing.state is State.NEW else standing.state
        health = self._roster.health
        busy = state in (State.STARTING, State.STOPPING)
        self._badge.show_status(PRESENTATIONS[state])
        if standing.error is not None:
            self._banner.tell_error(standing.error)
        elif busy:
            self._banner.hide()
            self._news.hide()
        offered = self._roster.sources.service.offered
        self._says.setText(_sentence(state, offered=offered))
        self.start.setVisible(health is None)
        self.start.setEnabled(offered and not busy)
        self.stop.setVisible(health is not None)
        self.stop.setEnabled(not busy)
        in_use = self._roster.session.connection.name == LOCAL
        self.use.setVisible(not in_use)
        self._in_use.setVisible(in_use)
        self._running.setVisible(health is not None)
        if health is not None:
            self._tell(health)

    def _tell(self, health: "Health") -> None:
        fast = health.acceleration == ACCELERATED
        self._acceleration_dress.wear("good" if fast else "warn", "good" if fast else "warn")
        self._acceleration.setText(_acceleration(health))
        self._machine.show_facts(_machine(health))
        self._disk.show_facts(_disk(health))

    def _when_running(self) -> QVBoxLayout:
        picture = column(2, self._acceleration_picture, STRETCH, gap=0)
        acceleration = row(picture, self._acceleration, gap=Space.SMALL)
        acceleration.setStretch(1, 1)
        disk = row(heading("Disk"), STRETCH, self.prune)
        return column(
            line(), heading("Machines"), acceleration, self._machine, line(), disk, self._disk, line(), gap=Space.MEDIUM
        )

    def _lay_out(self) -> None:
        picture = QLabel()
        dress(self._theme, picture, "local")
        top = row(picture, heading("Local"), self._badge, self._in_use, STRETCH, self.use, gap=Space.SMALL)
        actions = row(self.start, self.stop, self.test, self.look, STRETCH, gap=Space.SMALL)
        parts = (
            top, self._says, self._banner, self._news, actions, self.inquiry, self.findings,
            self._running, row(self.differences, STRETCH),
        )  # fmt: skip
        self.setLayout(column(sheet(*parts)))


def _sentence(state: State, *, offered: bool) -> str:
    if not offered:
        return "Baking locally needs Linux. Use an AWS connection on this computer."
    if state is State.STOPPED:
        return "Recipes are baked on this computer, in virtual machines. The service starts when a bake needs it."
    return "Recipes are baked on this computer, in virtual machines."


def _acceleration(health: "Health") -> str:
    if health.acceleration == ACCELERATED:
        return f"Machines run at full speed with KVM. {health.acceleration_reason}".strip()
    advice = "To have KVM, enable virtualization in the firmware and let your user open /dev/kvm (group kvm)."
    reason = health.acceleration_reason or "Machines are emulated: builds take about twice as long."
    return f"Machines run in software emulation ({health.acceleration}). {reason} {advice}"


def _machine(health: "Health") -> tuple[Fact, ...]:
    return (
        ("Service", f"Bakehouse {health.version}, process {health.pid}"),
        ("Builds", f"{counted(health.running, 'build')} running" if health.running else "None running"),
        ("Account", f"{health.account} (of this computer)"),
        ("Service key", SHELVES.get(health.secrets, health.secrets)),
    )


def _disk(health: "Health") -> tuple[Fact, ...]:
    parts = tuple((DISK_NAMES.get(name, name.capitalize()), size(used)) for name, used in health.disk.items())
    return (*parts, ("In all", size(sum(health.disk.values()))), ("Folder", health.home))


def _removals(found: "Sequence[Removed]") -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(["Name", "Kind", "Size"])
    tree.setAccessibleName("What would be pruned")
    tree.setRootIsDecorated(False)
    for each in found:
        item = QTreeWidgetItem([each.name, each.kind, size(each.bytes)])
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
        item.setToolTip(0, each.name)
        tree.addTopLevelItem(item)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, tree.header().ResizeMode.Stretch)
    for column_number in (1, 2):
        tree.resizeColumnToContents(column_number)
    tree.ensurePolished()
    rows = min(len(found), _LISTED) * max(tree.sizeHintForRow(0), 1)
    tree.setFixedHeight(rows + tree.header().sizeHint().height() + Space.SMALL)
    tree.setCurrentIndex(tree.model().index(0, 0))
    return tree
