"""The bar above a build that is played again: how fast, what time it is in it, and the way back."""

from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QLabel

from gui.build.replaying import SPEEDS, Playing
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import button, dress, label, set_look
from gui.widgets.layout import STRETCH, row

PAUSED: Final = 1e-6
"""As good as no speed at all."""


class ReplayBar(QFrame):
    """Signals: `stopped` — the user wants the build as it is."""

    stopped = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_look(self, "active")
        self.setAccessibleName("This build is played again")
        self._playing: Playing | None = None
        picture = QLabel()
        dress(theme, picture, "replay", "active")
        self.clock = label("", "ink")
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed of the replay")
        self.speed.addItem("Paused", PAUSED)
        for speed in SPEEDS:
            self.speed.addItem(f"{speed} times as fast" if speed > 1 else "As fast as it was", float(speed))
        self.speed.currentIndexChanged.connect(self._set_speed)
        stop = button(theme, "Stop the replay", "", "stop")
        stop.clicked.connect(self.stopped)
        said = label("Played again", weight=Type.MEDIUM)
        parts = (picture, said, self.clock, STRETCH, self.speed, stop)
        self.setLayout(row(*parts, gap=Space.SMALL, margin=(Space.MEDIUM, Space.HAIR, Space.SMALL, Space.HAIR)))
        self.hide()

    def show_playing(self, playing: Playing) -> None:
        self._playing = playing
        self.speed.blockSignals(True)
        self.speed.setCurrentIndex(self.speed.findData(playing.speed))
        self.speed.blockSignals(False)
        self.look()
        self.show()

    @Slot()
    def look(self) -> None:
        """Say what time it is in the build."""
        if self._playing is not None:
            self.clock.setText(f"at {self._playing.now().astimezone():%Y-%m-%d %H:%M:%S}")

    @Slot(int)
    def _set_speed(self, number: int) -> None:
        if self._playing is not None:
            self._playing.speed = float(self.speed.itemData(number))
