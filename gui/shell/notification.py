"""Desktop notifications over the session bus (org.freedesktop.Notifications): a bake has ended.

A click on one comes back. Whoever shows notifications tells of it by a signal on the bus, so each is waited for in a
thread of its own that sleeps in the socket. Where there is no bus or nobody to show them, nothing is said: the window
shows it anyway.
"""

import os
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from gui.bridge import Bridge

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

SECONDS: Final = 5
OPEN: Final = 8
"""Notifications that may still be clicked."""

NAME: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
DEFAULT: Final = "default"


class Notifier(QObject):
    """Signals: `taken` — the token of a notification that was clicked."""

    taken = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open: list[_Sent] = []

    def notify(self, title: str, text: str, *, urgent: bool = False, token: str = "") -> None:
        while len(self._open) >= OPEN:
            self._open.pop(0).close()
        sent = _Sent(title, text, urgent, token, self)
        sent.clicked.connect(self.taken)
        sent.over.connect(self._forget)
        self._open.append(sent)
        sent.begin()

    def close(self) -> None:
        """Nobody waits for clicks any longer."""
        while self._open:
            self._open.pop().close()

    @Slot(object)
    def _forget(self, sent: "_Sent") -> None:
        if sent in self._open:
            self._open.remove(sent)
            sent.close()


class _Sent(QObject):
    """One notification. Signals: `clicked` — its token; `over` — itself, when nobody can click it any more."""

    clicked = Signal(str)
    over = Signal(object)

    def __init__(self, title: str, text: str, urgent: bool, token: str, parent: QObject) -> None:
        super().__init__(parent)
        self._said = (title, text, urgent)
        self._token = token
        self._bus: DBusConnection | None = None
        self._bridge = Bridge(self)
        self._bridge.batch.connect(lambda _clicks: self.clicked.emit(self._token))
        self._bridge.ended.connect(lambda _error: self.over.emit(self))

    def begin(self) -> None:
        self._bridge.follow(self._clicks)

    def close(self) -> None:
        self._bridge.cease()
        if self._bus is not None:
            hang_up(self._bus)
        self._bridge.stop()
        self.deleteLater()

    def _clicks(self, sleep: Callable[[float], object]) -> Iterator[object]:
        title, text, urgent = self._said
        found = send(title, text, urgent=urgent)
        if found is None:
            return
        self._bus, number = found
        with self._bus as bus:
            # Closed while it was sent: nobody would hang up any more.
            if not sleep(0) and clicked(bus, number):
                yield True


def send(title: str, text: str, *, urgent: bool) -> "tuple[DBusConnection, int] | None":
    """The bus and the notification's number on it; None where nobody took it. Whoever calls closes the bus."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    from jeepney import DBusAddress, DBusErrorResponse, MatchRule, MessageType, new_method_call
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection

    hints = {"urgency": ("y", 2 if urgent else 1), "desktop-entry": ("s", "bakehouse")}
    body: tuple[object, ...] = ("Bakehouse", 0, "bakehouse", title, text, [DEFAULT, "Show"], hints, -1)
    call = new_method_call(DBusAddress(PATH, bus_name=NAME, interface=NAME), "Notify", "susssasa{sv}i", body)
    heard = message_bus.AddMatch(MatchRule(type="signal", interface=NAME, path=PATH))
    try:
        bus = open_dbus_connection(bus="SESSION")
    except (OSError, TimeoutError, DBusErrorResponse):
        return None
    try:
        bus.send_and_get_reply(heard, timeout=SECONDS)
        reply = bus.send_and_get_reply(call, timeout=SECONDS)
    except (OSError, TimeoutError, DBusErrorResponse):
        bus.close()
        return None
    if reply.header.message_type is not MessageType.method_return:
        bus.close()
        return None
    return bus, int(reply.body[0])


def clicked(bus: "DBusConnection", number: int) -> bool:
    """Wait until the notification is clicked or gone: whether it was clicked."""
    from jeepney import HeaderFields

    while True:
        try:
            message = bus.receive()
        except OSError:
            return False  # hung up, by us or by the bus
        member = message.header.fields.get(HeaderFields.member)
        if member in ("ActionInvoked", "NotificationClosed") and message.body and message.body[0] == number:
            return bool(member == "ActionInvoked")


def hang_up(bus: "DBusConnection") -> None:
    """Wake whoever waits on the bus."""
    try:
        bus.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already
