"""Saving a log: the question for a file, the writing off the GUI thread, and what came of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core.build.lines import Lines
from gui.bridge import Bridge
from gui.build.log.saving import saved
from gui.threads import PATIENCE

WITHOUT: Final = "Log without times (*.log *.txt)"
WITH: Final = "Log with times (*.log *.txt)"


class Keeping(QObject):
    """Signals: `told` — a sentence that it is saved, or the BakehouseError that kept it from that; `bug` — the text of
    a traceback."""

    told = Signal(object)
    bug = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._bridges: list[Bridge] = []

    def ask(self, window: QWidget, lines: Lines) -> None:
        dialog = QFileDialog(window, "Save the log as", str(Path.cwd() / "build.log"), f"{WITHOUT};;{WITH}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("log")
        dialog.fileSelected.connect(
            lambda name: self.save(lines, Path(name).absolute(), times=dialog.selectedNameFilter() == WITH)
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, lines: Lines, path: Path, *, times: bool) -> None:
        count = len(lines)
        bridge = Bridge(self)
        self._bridges.append(bridge)

        def source(_sleep: Callable[[float], object]) -> Iterator[object]:
            yield from saved(lines, path, times=times)

        def ended(error: object) -> None:
            self._bridges.remove(bridge)
            bridge.deleteLater()
            self.told.emit(error or f"{count:,} {'line' if count == 1 else 'lines'} saved to {path}.")

        bridge.ended.connect(ended)
        bridge.bug.connect(self.bug)
        bridge.follow(source)

    @Slot()
    def stop(self, patience: float = PATIENCE) -> None:
        for bridge in self._bridges:
            bridge.stop(patience)
