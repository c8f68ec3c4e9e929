"""The question before anything is changed on a production connection: its name has to be typed."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QWidget

from core.aws.connection import Connection
from core.catalog.regions import REGIONS
from gui.theme.theme import Theme
from gui.theme.tokens import Size, Space
from gui.widgets.dress import button, dress, heading, label
from gui.widgets.layout import STRETCH, column, row


class ProductionQuestion(QDialog):
    """Accepted only when the connection's name was typed. `what` is what is about to happen, as a sentence."""

    def __init__(self, theme: Theme, connection: Connection, what: str, go_text: str, parent: QWidget) -> None:
        super().__init__(parent)
        name = connection.name
        self._name = name
        self.setWindowTitle("Production connection")
        self.setModal(True)
        self.setMinimumWidth(Size.READING)
        picture = QLabel()
        dress(theme, picture, "production", "bad")
        region = REGIONS.get(connection.region)
        place = f"{region.name} ({region.code})" if region else connection.region
        self.entry = QLineEdit()
        self.entry.setAccessibleName(f"Type {name} to go on")
        self.entry.setPlaceholderText(name)
        self.entry.textChanged.connect(self._compare)
        self.go = button(theme, go_text, "primary")
        self.go.setEnabled(False)
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        cancel = button(theme, "Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        top = row(picture, heading("This is a production connection"), STRETCH, gap=Space.SMALL)
        parts = (
            top, label(f"{what} It changes what is in {name}, {place}.", wraps=True),
            label(f"Type {name} to go on:"), self.entry, row(STRETCH, cancel, self.go),
        )  # fmt: skip
        self.setLayout(column(*parts, gap=Space.MEDIUM, margin=Space.HUGE))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def _compare(self, typed: str) -> None:
        self.go.setEnabled(typed.strip() == self._name)


def unless_production(
    theme: Theme, connection: Connection, what: str, go_text: str, parent: QWidget, then: Callable[[], None]
) -> ProductionQuestion | None:
    """Go on at once where the connection is not marked; else when its name was typed. `what` ends with a full stop."""
    if not connection.production:
        then()
        return None
    question = ProductionQuestion(theme, connection, what, go_text, parent)
    question.accepted.connect(then)
    question.open()
    return question
