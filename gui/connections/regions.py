"""The choice of a region: names and codes, and those without Image Builder marked."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy

from core.catalog.regions import REGIONS, Region
from gui.theme.icons import icon
from gui.theme.theme import Theme, dress_popup

OWN: Final = "The profile’s own region"


class RegionChoice(QComboBox):
    """Typed or chosen; `code` is what a connection stores, "" for the profile's own."""

    def __init__(self, theme: Theme, *, own: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for region in sorted(REGIONS.values(), key=lambda each: (each.partition != "aws", each.name)):
            self.addItem(region_words(region), region.code)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        theme.changed.connect(self._mark)
        self.let_own(own)
        self._mark()

    def let_own(self, own: bool) -> None:
        """Whether the profile's own region can be chosen."""
        code, has = self.code, self.itemData(0) == ""
        if own and not has:
            self.insertItem(0, OWN, "")
        elif has and not own:
            self.removeItem(0)
        self.choose(code)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        dress_popup(self)
        super().focusInEvent(event)

    @property
    def code(self) -> str:
        """What is typed, where it is no entry: a newer region than we know."""
        text = self.currentText().strip()
        position = self.findText(text)
        return str(self.itemData(position)) if position >= 0 else text

    def choose(self, code: str) -> None:
        position = self.findData(code)
        self.setCurrentIndex(position)
        if position < 0:
            self.setEditText(code)

    def _mark(self) -> None:
        for position in range(self.count()):
            region = REGIONS.get(str(self.itemData(position)))
            if region is not None and not region.image_builder:
                role = "warn" if region.image_builder is False else "quiet"
                self.setItemIcon(position, icon(role, self._theme.colours, role))


def region_words(region: Region) -> str:
    words = f"{region.name} — {region.code}"
    if region.image_builder is False:
        return f"{words} (no Image Builder)"
    return words if region.image_builder else f"{words} (Image Builder not known)"
