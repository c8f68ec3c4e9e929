"""The collection of garbage, kept from holding the window up.

Python looks through everything there is for cycles now and then, and with twenty documents open that takes longer than
a frame may. So by itself it looks through what is young only, and through the rest when nobody has done anything for a
while. What the window is made of, and what a file says as it is opened, stays: it is left out for good, and goes when
nothing refers to it any more, as everything without cycles.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

QUIET_MS: Final = 5_000
_NEVER: Final = 1_000_000_000


def only_young() -> None:
    """Let Python look through the old objects only when it is told to."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


class Garbage(QObject):
    """Looks through everything when it is quiet after `stir` or `postpone`: something has happened, or the user has
    done something, and may be about to go on."""

    def __init__(self, parent: QObject, quiet_ms: int = QUIET_MS) -> None:
        super().__init__(parent)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(quiet_ms)
        self._quiet.timeout.connect(self.collect)

    @Slot()
    def begin(self) -> None:
        """The window is there; until now nothing was collected at all."""
        only_young()
        self.keep()
        gc.enable()

    @Slot()
    def keep(self) -> None:
        """What there is now stays."""
        gc.freeze()

    @Slot()
    def stir(self) -> None:
        if not self._quiet.isActive():
            self._quiet.start()

    @Slot()
    def postpone(self) -> None:
        self._quiet.start()

    @Slot()
    def collect(self) -> None:
        gc.collect()
