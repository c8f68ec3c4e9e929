"""The form that adds a connection or edits one. A secret typed here goes to the keyring or to memory, nowhere else,
and out of its field when it is saved or the form is left."""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from core.aws.book import checked
from core.aws.stored import IdentityCenter, Keys, KeySecret, Profile, StoredConnection
from core.errors import BakehouseError, Invalid, Severity
from core.secrets import SecretsUnavailable
from gui.connections.regions import RegionChoice
from gui.connections.roster import Entry, Roster
from gui.connections.sheet import sheet
from gui.theme.status import SEVERITIES
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, heading, label
from gui.widgets.field import Field, Note
from gui.widgets.layout import STRETCH, column, holding, row
from gui.widgets.notice import Banner

KINDS: Final = {
    "profile": "Profile of the AWS configuration",
    "keys": "Access key",
    "identityCenter": "IAM Identity Center",
}
FIRST_REGION: Final = "eu-central-1"
NO_KEYRING: Final = (
    "This computer has no keyring that keeps secrets safe, so the secret stays in memory and is gone when Bakehouse "
    "ends. To keep it, install one, such as gnome-keyring or KWallet."
)
KEYRING: Final = "The secret goes to the keyring of this computer and nowhere else."


class ConnectionForm(QWidget):
    """Signals: `saved` — the name of the connection; `left` — nothing was saved."""

    saved = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, roster: Roster) -> None:
        super().__init__()
        self._theme = theme
        self._roster = roster
        self._old: Entry | None = None
        self._title = heading("")
        self._banner = Banner(theme)
        self._make_controls()
        self._fields = self._make_fields()
        self._save = button(theme, "Save", "primary")
        self._cancel = button(theme, "Cancel")
        self._kind_pages = tuple(self._kind_column(each) for each in (_PROFILE, _KEYS, _CENTER))
        self._lay_out()
        self._save.clicked.connect(self.save)
        self._cancel.clicked.connect(self.leave)
        self._kinds.idToggled.connect(self._show_kind)
        self._more.toggled.connect(self._advanced.setVisible)
        roster.changed.connect(self._refresh)

    @property
    def kind(self) -> str:
        return list(KINDS)[self._kinds.checkedId()]

    def field(self, address: str) -> Field:
        """The field of an address of `Problem`."""
        return self._fields[address]

    def begin(self, old: Entry | None = None) -> None:
        """An empty form, or what `old` has: a stored connection to edit, a profile to store."""
        self._old = old if old is not None and old.kind == "stored" else None
        self._banner.hide()
        self._tell_problems({})
        self._title.setText(
            f"Edit {old.name}" if old and self._old else f"Store {old.name}" if old else "Add connection"
        )
        self._save.setText("Save" if self._old else "Add")
        self._refresh()
        stored = old.stored if old is not None else None
        self._fill(stored or StoredConnection.model_construct(name="", source=Profile.model_construct(profile="")))
        if stored is None:
            self._check_kind("profile" if self._roster.read.profiles else "keys")
            self._region.choose("" if self.kind == "profile" else FIRST_REGION)
            news = [each.name for each in self._roster.entries if each.kind == "profile"]
            self._profile.setCurrentText(next(iter(news), ""))
        self._name.setEnabled(self._old is None)
        self._name.setFocus()
        if self._old is not None:
            self._kinds.buttons()[self._kinds.checkedId()].setFocus()

    @Slot()
    def save(self) -> None:
        """Check, then write; what is wrong is said in place, and nothing typed is lost."""
        self._banner.hide()
        self._tell_problems({})
        try:
            stored = checked(**self._members())
        except Invalid as error:
            self._refuse(error)
            return
        self._be_busy(True)
        keeps_session = self._session_only.isChecked()
        self._roster.save(
            stored, self._secret_of(stored), lambda: self._end(stored.name), self._refuse,
            for_session=keeps_session, old=self._old,
        )  # fmt: skip

    @Slot()
    def leave(self) -> None:
        self.forget()
        self.left.emit()

    def forget(self) -> None:
        """Let go of the secrets."""
        for each in (self._secret, self._token):
            each.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        match event.key():
            case Qt.Key.Key_Escape:
                self.leave()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if isinstance(self.focusWidget(), QLineEdit):
                self.save()
            case _:
                super().keyPressEvent(event)

    # What is in it

    def _members(self) -> dict[str, Any]:
        sources: dict[str, dict[str, str]] = {
            "profile": {"profile": self._profile.currentText().strip()},
            "keys": {"accessKeyId": self._access_key.text().strip()},
            "identityCenter": {
                "startUrl": self._start_url.text().strip(),
                "ssoRegion": self._portal_region.code,
                "accountId": self._account.text().strip(),
                "roleName": self._role_name.text().strip(),
            },
        }
        return {
            "name": self._name.text().strip(),
            "region": self._region.code,
            "source": {"kind": self.kind, **sources[self.kind]},
            "roleArn": self._role.text().strip(),
            "externalId": self._external.text().strip(),
            "mfaSerial": self._mfa.text().strip(),
            "production": self._production.isChecked(),
        }

    def _secret_of(self, stored: StoredConnection) -> KeySecret | None:
        """None where the one that is kept stays."""
        if not isinstance(stored.source, Keys):
            return None
        secret = self._secret.text().strip()
        return KeySecret(secret, self._token.text().strip()) if secret else None

    def _fill(self, stored: StoredConnection) -> None:
        source = stored.source
        self._name.setText(stored.name)
        self._check_kind(source.kind)
        self._profile.setCurrentText(source.profile if isinstance(source, Profile) else "")
        self._access_key.setText(source.access_key_id if isinstance(source, Keys) else "")
        center = source if isinstance(source, IdentityCenter) else None
        self._start_url.setText(center.start_url if center else "")
        self._portal_region.choose(center.sso_region if center else FIRST_REGION)
        self._account.setText(center.account_id if center else "")
        self._role_name.setText(center.role_name if center else "")
        self._region.choose(stored.region)
        self._role.setText(stored.role_arn)
        self._external.setText(stored.external_id)
        self._mfa.setText(stored.mfa_serial)
        self._production.setChecked(stored.production)
        self._session_only.setChecked(self._old is not None and self._old.for_session)
        self._more.setChecked(bool(stored.role_arn or stored.external_id or stored.mfa_serial))
        keeps = self._old is not None and isinstance(source, Keys)
        self._secret.setPlaceholderText("Unchanged, unless you type a new one" if keeps else "")
        self.forget()

    def _end(self, name: str) -> None:
        self._be_busy(False)
        self.forget()
        self.saved.emit(name)

    def _refuse(self, error: BakehouseError) -> None:
        self._be_busy(False)
        problems = {each.address: each.message for each in error.problems} if isinstance(error, Invalid) else {}
        placed = {
            address: _missing(self._fields[address]) or words
            for address, words in problems.items()
            if address in self._fields
        }
        self._tell_problems(placed)
        rest = [words for address, words in problems.items() if address not in placed]
        match error:
            case SecretsUnavailable():
                hint = f"{error.hint} Nothing you typed is lost.".strip()
                self._banner.tell(error.message, hint, (("Unlock", self.save),))
            case Invalid() if placed and not rest:
                self._focus_first(placed)
            case Invalid() if rest:
                self._banner.tell(" ".join(rest), error.hint)
            case _:
                self._banner.tell_error(error)

    def _focus_first(self, placed: Mapping[str, str]) -> None:
        first = next(each for each in self._fields if each in placed)
        if first in _ADVANCED:
            self._more.setChecked(True)
        self._fields[first].control.setFocus()

    def _tell_problems(self, problems: Mapping[str, str]) -> None:
        for address, field in self._fields.items():
            words = problems.get(address)
            field.say([Note(SEVERITIES[Severity.ERROR], words)] if words else [])

    def _be_busy(self, busy: bool) -> None:
        self._save.setEnabled(not busy)
        self._save.setText("Saving…" if busy else "Save" if self._old else "Add")

    # What is shown

    @Slot()
    def _refresh(self) -> None:
        keyring = self._roster.read.shelf == "keyring"
        self._session_only.setVisible(keyring)
        self._kept_where.setText(KEYRING if keyring else NO_KEYRING)
        names = [each.name for each in self._roster.read.profiles]
        if names != [self._profile.itemText(position) for position in range(self._profile.count())]:
            text = self._profile.currentText()
            self._profile.clear()
            self._profile.addItems(names)
            self._profile.setCurrentText(text)

    def _check_kind(self, kind: str) -> None:
        self._kinds.button(list(KINDS).index(kind)).setChecked(True)

    @Slot(int, bool)
    def _show_kind(self, number: int, chosen: bool) -> None:
        if not chosen:
            return
        for position, page in enumerate(self._kind_pages):
            page.setVisible(position == number)
        self._region.let_own(self.kind == "profile")
        if self.kind != "profile" and not self._region.code:
            self._region.choose(FIRST_REGION)
        self._fields["mfaSerial"].setVisible(self.kind != "identityCenter")

    def _make_controls(self) -> None:
        theme = self._theme
        self._name = entry("prod-eu")
        self._kinds = QButtonGroup(self)
        for number, words in enumerate(KINDS.values()):
            choice = QRadioButton(words)
            choice.setAccessibleName(f"Credentials from: {words}")
            self._kinds.addButton(choice, number)
        self._profile = QComboBox()
        self._profile.setEditable(True)
        self._access_key = entry("AKIA…")
        self._secret = entry(secret=True)
        self._token = entry(secret=True)
        self._session_only = QCheckBox("Keep for this session only")
        self._session_only.setAccessibleName(self._session_only.text())
        self._kept_where = label("", "muted", step=Type.SMALL, wraps=True)
        self._start_url = entry("https://my-company.awsapps.com/start")
        self._portal_region = RegionChoice(theme)
        self._account = entry("123456789012")
        self._role_name = entry("ImageBuilder")
        self._region = RegionChoice(theme, own=True)
        self._role = entry("arn:aws:iam::123456789012:role/builder")
        self._external = entry()
        self._mfa = entry("arn:aws:iam::123456789012:mfa/me")
        self._production = QCheckBox("Production: ask before anything is changed here")
        self._production.setAccessibleName(self._production.text())
        self._more = QCheckBox("Assume a role, or use a second factor")
        self._more.setAccessibleName(self._more.text())

    def _make_fields(self) -> dict[str, Field]:
        """By the addresses of `Invalid.problems`, in the order of the form."""
        made: dict[str, Field] = {}

        def add(address: str, name: str, control: QWidget, help_text: str = "", *, optional: bool = False) -> None:
            made[address] = Field(self._theme, name, control, help_text=help_text)
            made[address].aside.setText("Optional" if optional else "")
            made[address].aside.setVisible(optional)

        add("name", "Name", self._name, "What you call it; recipe files may refer to it.")
        add("source.profile", "Profile", self._profile, "With all it does: roles, programs, Identity Center.")
        add("source.accessKeyId", "Access key id", self._access_key)
        add("secretAccessKey", "Secret access key", self._secret)
        add(
            "sessionToken",
            "Session token",
            self._token,
            "Only with temporary keys, which begin with ASIA.",
            optional=True,
        )
        add("source.startUrl", "Start URL", self._start_url, "The address of your access portal.")
        add("source.ssoRegion", "Region of the portal", self._portal_region)
        add("source.accountId", "Account", self._account)
        add("source.roleName", "Role in the account", self._role_name, "The permission set that your portal shows.")
        add("region", "Region", self._region, "Where recipes are published and images built.")
        add("roleArn", "Role to assume", self._role, optional=True)
        add("externalId", "External id", self._external, "If the role’s trust policy asks for one.", optional=True)
        add("mfaSerial", "MFA device", self._mfa, "Its code is asked when it is needed.", optional=True)
        return made

    def _kind_column(self, addresses: tuple[str, ...]) -> QWidget:
        parts: list[QWidget] = [self._fields[address] for address in addresses]
        if addresses is _KEYS:
            parts += [self._session_only, self._kept_where]
        return holding(column(*parts, gap=Space.MEDIUM))

    def _lay_out(self) -> None:
        kinds = column(label("Credentials from", weight=Type.MEDIUM), *self._kinds.buttons(), gap=Space.HAIR)
        self._advanced = holding(column(*(self._fields[each] for each in _ADVANCED), gap=Space.MEDIUM))
        self._advanced.hide()
        form = column(
            self._fields["name"], kinds, *self._kind_pages, self._fields["region"], self._more, self._advanced,
            self._production, row(self._save, self._cancel, STRETCH), gap=Space.LARGE,
        )  # fmt: skip
        self.setLayout(column(sheet(self._title, self._banner, holding(form))))


_PROFILE: Final = ("source.profile",)
_KEYS: Final = ("source.accessKeyId", "secretAccessKey", "sessionToken")
_CENTER: Final = ("source.startUrl", "source.ssoRegion", "source.accountId", "source.roleName")
_ADVANCED: Final = ("roleArn", "externalId", "mfaSerial")


def _missing(field: Field) -> str:
    """What to say where nothing was filled in."""
    match field.control:
        case QLineEdit() as line:
            text = line.text()
        case QComboBox() as combo:
            text = combo.currentText()
        case _:
            return ""
    return "" if text.strip() else f"{field.name} is missing."


def entry(placeholder: str = "", *, secret: bool = False) -> QLineEdit:
    """A line to type in; a secret one shows dots."""
    made = QLineEdit()
    made.setPlaceholderText(placeholder)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
