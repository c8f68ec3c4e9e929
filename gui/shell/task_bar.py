"""How far the running build is, on the application's entry in the task bar (com.canonical.Unity.LauncherEntry).

Plasma, Ubuntu's dock and others listen for it on the session bus; Qt has nothing of its own for it any more. Where
nobody listens nothing happens.
"""

import os
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from gui.ops import Ops

EVERY_MS: Final = 5000
LANE: Final = "task bar"
ENTRY: Final = "application://bakehouse.desktop"
PATH: Final = "/com/canonical/unity/launcherentry/bakehouse"
INTERFACE: Final = "com.canonical.Unity.LauncherEntry"
NEAR: Final = 0.99
"""What takes longer than usual is nearly done for as long as it takes."""


class TaskBar(QObject):
    """`progress` says how far the running build is, from 0 to 1; None where none runs or nobody can say."""

    def __init__(self, ops: Ops, progress: Callable[[], float | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ops = ops
        self._progress = progress
        self._shown: float | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Builds began or ended, or time has passed."""
        found = self._progress()
        share = None if found is None else round(min(max(found, 0.0), NEAR), 2)
        if share is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        if share != self._shown:
            self._shown = share
            self._ops.run(self, lambda: send(share), lambda _: None, lane=LANE)


def send(share: float | None) -> bool:
    """Whether there was a bus to say it on."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    from jeepney import DBusAddress, DBusErrorResponse, new_signal
    from jeepney.io.blocking import open_dbus_connection

    told = {"progress": ("d", share or 0.0), "progress-visible": ("b", share is not None)}
    signal = new_signal(DBusAddress(PATH, interface=INTERFACE), "Update", "sa{sv}", (ENTRY, told))
    try:
        with open_dbus_connection(bus="SESSION") as bus:
            bus.send(signal)
    except (OSError, TimeoutError, DBusErrorResponse):
        return False
    return True
