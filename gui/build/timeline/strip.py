"""The line below a timeline: all about the chosen bar or the drawn range, else how to get around."""

from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from core.build.usual import spoken
from gui.build.timeline.facts import sentence
from gui.build.timeline.frame import context_of
from gui.build.timeline.look import RUNNING, look_of
from gui.build.timeline.scene import Scene, Stretch
from gui.build.timeline.window import clock_text
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import Dress, label
from gui.widgets.elided import Elided
from gui.widgets.layout import STRETCH, row

HINT: Final = (
    "Drag: a range  ·  Shift+drag or M: measure  ·  Ctrl+wheel or W S: zoom  ·  Shift+wheel or A D: move  ·  "
    "0: all  ·  F: the chosen bar  ·  arrows: from bar to bar  ·  Enter: its log  ·  Space: fold"
)


class DetailsLine(QWidget):
    """Follows a scene."""

    def __init__(self, theme: Theme, scene: Scene) -> None:
        super().__init__()
        self._scene = scene
        self._picture = QLabel()
        self._dress = Dress(theme, self._picture, "", "text")
        self.words = Elided("", "muted", Type.SMALL)
        self.remaining = label("", "", Type.SMALL)
        self.remaining.hide()
        layout = row(
            self._picture, self.words, STRETCH, self.remaining, gap=Space.SMALL, margin=(Space.SMALL, 2, Space.SMALL, 2)
        )
        layout.setStretch(1, 100)
        self.setLayout(layout)
        for signal in (scene.changed, scene.followed, scene.grown):
            signal.connect(self._tell)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        scene = self._scene
        bar, stretch = scene.bar, scene.stretch
        if stretch is not None:
            picture, role, text = "timeline", "accent", self._stretch(stretch)
        elif bar is not None:
            look = look_of(bar)
            picture, role = look.icon or ("active" if look is RUNNING else "good"), look.role
            text = sentence(bar, context_of(scene))
        else:
            picture, role, text = "keyboard", "muted", HINT
        self._dress.wear(picture, role)
        if text != self.words.text():
            self.words.setText(text)

    def _stretch(self, stretch: Stretch) -> str:
        begin, end = sorted((stretch.begin, stretch.end))
        origin, length = self._scene.begin, spoken(end - begin)
        between = f"{clock_text(begin - origin, 1)} to {clock_text(end - origin, 1)}"
        if stretch.measured:
            return f"Measured {length}, from {between}  ·  M goes on to the chosen bar, Esc removes it"
        count, failed = self._scene.counted(begin, end)
        failures = f", {failed} failed" if failed else ""
        return f"Range of {length}, from {between}  ·  {count:,} bars{failures}  ·  F zooms to it, Esc removes it"
