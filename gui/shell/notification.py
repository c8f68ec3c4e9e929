"""Desktop notifications over the session bus (org.freedesktop.Notifications): a bake has ended.

Where there is no bus or nobody to show them, nothing is said: the window shows it anyway.
"""

import os
from typing import Final

from PySide6.QtCore import QObject

from gui.ops import Ops

SECONDS: Final = 5
LANE: Final = "notifications"


class Notifier:
    """Sends notifications off the GUI thread."""

    def __init__(self, ops: Ops, owner: QObject) -> None:
        self._ops = ops
        self._owner = owner

    def notify(self, title: str, text: str, *, urgent: bool = False) -> None:
        self._ops.run(self._owner, lambda: send(title, text, urgent=urgent), lambda _: None, lane=LANE)


def send(title: str, text: str, *, urgent: bool) -> bool:
    """Whether somebody took the notification."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    from jeepney import DBusAddress, DBusErrorResponse, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    service = DBusAddress(
        "/org/freedesktop/Notifications",
        bus_name="org.freedesktop.Notifications",
        interface="org.freedesktop.Notifications",
    )
    hints = {"urgency": ("y", 2 if urgent else 1), "desktop-entry": ("s", "bakehouse")}
    body: tuple[object, ...] = ("Bakehouse", 0, "bakehouse", title, text, [], hints, -1)
    try:
        with open_dbus_connection(bus="SESSION") as bus:
            call = new_method_call(service, "Notify", "susssasa{sv}i", body)
            reply = bus.send_and_get_reply(call, timeout=SECONDS)
    except (OSError, TimeoutError, DBusErrorResponse):
        return False
    return bool(reply.header.message_type is MessageType.method_return)
