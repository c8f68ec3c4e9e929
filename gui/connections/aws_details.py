"""An AWS connection in detail: who one is there, where, through what, for how long; and what can be done with it."""

from typing import Final, assert_never

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from core.aws.stored import IdentityCenter, Keys, Profile, StoredConnection
from core.catalog.regions import REGIONS
from core.errors import BakehouseError
from core.secrets import SecretsUnavailable
from gui.connections.findings import Findings
from gui.connections.inquiry import Inquiry
from gui.connections.listing import icon_of
from gui.connections.roster import Entry, Roster
from gui.connections.sheet import FACT_NAMES, sheet
from gui.connections.standing import IN_USE, PRESENTATIONS, PRODUCTION, State
from gui.connections.words import left as left_words
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import Dress, button, label, line
from gui.widgets.elided import Elided
from gui.widgets.facts import Fact, Facts
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Badge, Banner

_NOT_STORED: Final = (
    "This is a profile of your AWS configuration. It can be used as it is; store it to give it a name, "
    "another region or the production mark."
)


class AwsDetails(QWidget):
    """Signals: `edit_asked` — the Entry to edit, or the profile's to store; `renamed` — the new name."""

    edit_asked = Signal(object)
    renamed = Signal(str)

    def __init__(self, theme: Theme, roster: Roster) -> None:
        super().__init__()
        self._theme = theme
        self._roster = roster
        self._entry: Entry | None = None
        self._told: BakehouseError | None = None
        self._picture = QLabel()
        self._dress = Dress(theme, self._picture, "aws", "text")
        self._name = Elided(step=Type.HEADING, weight=Type.BOLD)
        self._badge = Badge(theme, PRESENTATIONS[State.NEW])
        self._in_use = Badge(theme, IN_USE)
        self._marked = Badge(theme, PRODUCTION)
        self._banner = Banner(theme)
        self._not_stored = label(_NOT_STORED, "muted", wraps=True)
        self._facts = Facts(FACT_NAMES)
        self.inquiry = Inquiry(theme)
        self.findings = Findings(theme, roster)
        self.use = button(theme, "Use this connection", "primary", "connections")
        self.renew = button(theme, "Sign in", "", "refresh")
        self.test = button(theme, "Test", "", "test")
        self.edit = button(theme, "Edit…", "", "edit")
        self.rename = button(theme, "Rename…")
        self.remove = button(theme, "Remove…", "danger", "delete")
        self.production = QCheckBox("Production: ask before anything is changed here")
        self._lay_out()
        self._connect()

    @property
    def entry(self) -> Entry | None:
        return self._entry

    def show_entry(self, entry: Entry) -> None:
        """Another connection; what was asked about the one before is dropped."""
        if self._entry is None or entry.name != self._entry.name:
            self.inquiry.hide()
            self.findings.forget()
            self._banner.hide()
            self._told = None
        self._entry = entry
        self.refresh()

    # What can be done

    def take(self) -> None:
        """Use it from now on."""
        if self._entry is not None:
            self._banner.hide()
            self._roster.use(self._entry, self._fail)

    def sign_in(self) -> None:
        if self._entry is not None:
            self._banner.hide()
            self._roster.ask(self._entry, anew=True)

    def begin_test(self) -> None:
        if self._entry is not None:
            self.findings.begin(self._entry)

    def ask_edit(self) -> None:
        if self._entry is not None:
            self.edit_asked.emit(self._entry)

    def ask_rename(self) -> None:
        entry = self._entry
        if entry is None or entry.stored is None:
            return
        name = QLineEdit(entry.name)
        name.setAccessibleName("New name")
        name.selectAll()

        def done(new: str) -> None:
            self.inquiry.end()
            self.renamed.emit(new)

        def go() -> None:
            self._roster.rename(entry, name.text(), done, self.inquiry.refuse)

        name.returnPressed.connect(go)
        hint = "Recipe files that name this connection keep the old name."
        self.inquiry.ask(f"Rename {entry.name}", hint, "Rename", go, look="primary", body=name, back=self.rename)

    def ask_remove(self) -> None:
        entry = self._entry
        if entry is None or entry.stored is None:
            return
        self.inquiry.ask(
            f"Remove {entry.name}?",
            _goes_with(entry.stored, entry, self._roster),
            f"Remove {entry.name}",
            lambda: self._roster.remove(entry, self.inquiry.end, self.inquiry.refuse),
            back=self.remove,
        )

    # What is shown

    @Slot()
    def refresh(self) -> None:
        known = self._roster.entry(self._entry.name) if self._entry is not None else None
        if known is None:
            return
        self._entry = entry = known
        standing, left = self._roster.standing(entry.name), self._roster.left(entry.name)
        state = standing.now(left)
        in_use = self._roster.session.connection.name == entry.name
        self._name.setText(entry.name)
        self._name.updateGeometry()
        self._dress.wear(*icon_of(entry))
        self._badge.show_status(PRESENTATIONS[state])
        self._in_use.setVisible(in_use)
        self._marked.setVisible(entry.production)
        self.use.setVisible(not in_use)
        self._facts.show_facts(_facts(entry, self._roster))
        stored = entry.kind == "stored"
        self._not_stored.setVisible(not stored)
        self.edit.setText("Edit…" if stored else "Store…")
        self.edit.setAccessibleName(f"{'Edit' if stored else 'Store'} {entry.name}")
        for part in (self.rename, self.remove, self._marking):
            part.setVisible(stored)
        self.production.setChecked(entry.production)
        asking = state is State.ASKING
        self.renew.setText("Renew" if standing.identity is not None else "Sign in")
        self.renew.setEnabled(not asking)
        self.renew.setAccessibleName(f"{self.renew.text()} {entry.name}")
        self.test.setEnabled(not self.findings.running)
        if asking:
            self._banner.hide()
        if standing.error is not self._told:
            self._told = standing.error
            if standing.error is not None:
                self._fail(standing.error)

    def _fail(self, error: BakehouseError) -> None:
        again = "Unlock" if isinstance(error, SecretsUnavailable) else "Try again"
        self._banner.tell(error.message, error.hint, ((again, self.sign_in),))

    @Slot(bool)
    def _mark(self, production: bool) -> None:
        entry = self._entry
        if entry is None:
            return

        def failed(error: BakehouseError) -> None:
            self.production.setChecked(entry.production)
            self._banner.tell_error(error)

        self._roster.mark(entry, production, failed)

    def _connect(self) -> None:
        self.use.clicked.connect(self.take)
        self.renew.clicked.connect(self.sign_in)
        self.test.clicked.connect(self.begin_test)
        self.edit.clicked.connect(self.ask_edit)
        self.rename.clicked.connect(self.ask_rename)
        self.remove.clicked.connect(self.ask_remove)
        self.production.clicked.connect(self._mark)
        self.findings.ended.connect(self.refresh)
        self._roster.changed.connect(self.refresh)
        self._roster.session.connected.connect(self.refresh)

    def _lay_out(self) -> None:
        self.production.setAccessibleName(self.production.text())
        note = label(
            "A bake or a publish on a production connection asks for its name first.",
            "muted",
            step=Type.SMALL,
            wraps=True,
        )
        self._marking = holding(column(line(), self.production, note, gap=Space.SMALL))
        top = row(
            self._picture, self._name, self._marked, self._badge, self._in_use, STRETCH, self.use, gap=Space.SMALL
        )
        actions = row(self.renew, self.test, self.edit, self.rename, self.remove, STRETCH, gap=Space.SMALL)
        parts = (
            top, self._not_stored, self._banner, actions, self.inquiry, self._facts,
            self._marking, self.findings,
        )  # fmt: skip
        self.setLayout(column(sheet(*parts)))


def source_words(stored: StoredConnection) -> str:
    """Where its credentials come from."""
    match stored.source:
        case Profile(profile=profile):
            return f"Profile {profile} of your AWS configuration"
        case Keys(access_key_id=access_key_id):
            return f"Access key {access_key_id}"
        case IdentityCenter(start_url=url, account_id=account, role_name=role):
            return f"IAM Identity Center: {role} in {account}, through {url}"
        case _:
            assert_never(stored.source)


def _facts(entry: Entry, roster: Roster) -> tuple[Fact, ...]:
    standing, left = roster.standing(entry.name), roster.left(entry.name)
    identity, stored = standing.identity, entry.stored
    place = roster.place(entry)
    region = REGIONS.get(place)
    lasts = "" if identity is None else "Does not expire" if left is None else left_words(left).capitalize()
    told = (
        ("Signed in as", identity.name if identity else "Not known before signing in"),
        ("ARN", identity.arn if identity else ""),
        ("Account", identity.account if identity else ""),
        ("Sign-in", lasts),
        ("Region", f"{region.name} ({region.code})" if region else place),
    )
    if stored is None:
        return told
    through = entry.profile.source if entry.profile is not None else ""
    return (
        *told,
        ("Credentials", source_words(stored) + (f" ({through})" if through else "")),
        ("Secret", _secret_words(stored, entry, roster)),
        ("Role assumed", stored.role_arn),
        ("External id", stored.external_id),
        ("MFA device", stored.mfa_serial),
    )


def _secret_words(stored: StoredConnection, entry: Entry, roster: Roster) -> str:
    if not isinstance(stored.source, Keys):
        return ""
    if entry.for_session or roster.read.shelf != "keyring":
        return "Kept in memory: gone when Bakehouse ends"
    return "In the keyring of this computer"


def _goes_with(stored: StoredConnection, entry: Entry, roster: Roster) -> str:
    """What else is deleted."""
    shelf = "memory" if entry.for_session or roster.read.shelf != "keyring" else "the keyring"
    match stored.source:
        case Profile():
            return "Nothing is deleted from the keyring; the profile stays in your AWS configuration."
        case Keys():
            return f"Its secret key is deleted from {shelf}. The access key itself stays valid in AWS."
        case IdentityCenter(start_url=url):
            others = [each.name for each in roster.read.stored if each.name != entry.name and _portal(each) == url]
            if others:
                return f"The sign-in at {url} stays: {', '.join(others)} needs it."
            return f"The sign-in at {url} is deleted from {shelf}."
        case _:
            assert_never(stored.source)


def _portal(stored: StoredConnection) -> str:
    return stored.source.start_url if isinstance(stored.source, IdentityCenter) else ""
