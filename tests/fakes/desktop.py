"""A desktop that records its notifications: org.freedesktop.Notifications on a session bus of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any, Final

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

NAME: Final = "org.freedesktop.Notifications"
SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Notification:
    application: str
    title: str
    text: str
    urgency: int


@dataclass
class Desktop:
    """`address` is its bus; `next` waits for a notification."""

    address: str
    _taken: "Queue[Notification]" = field(default_factory=Queue)
    _bus: DBusConnection | None = None
    _shown: int = 0

    def next(self, seconds: float = SECONDS) -> Notification | None:
        try:
            return self._taken.get(timeout=seconds)
        except Empty:
            return None

    def click(self) -> None:
        """The user clicks the newest notification."""
        assert self._bus is not None
        emitter = DBusAddress("/org/freedesktop/Notifications", interface=NAME)
        self._bus.send(new_signal(emitter, "ActionInvoked", "us", (self._shown, "default")))

    def serve(self, bus: DBusConnection) -> None:
        """Answer until the bus goes away."""
        self._bus = bus
        while True:
            try:
                message = bus.receive()
            except (ConnectionError, OSError):
                return
            if message.header.message_type is MessageType.method_call:
                self._show(bus, message)

    def _show(self, bus: DBusConnection, message: Message) -> None:
        """It can be seen, and clicked, when whoever sent it knows its number."""
        assert message.header.fields[HeaderFields.member] == "Notify"
        application, _, _, title, text, _, hints, _ = message.body
        given: dict[str, Any] = dict(hints)
        self._shown += 1
        bus.send(new_method_return(message, "u", (self._shown,)))
        self._taken.put(Notification(application, title, text, int(given["urgency"][1])))


@contextmanager
def desktop(*, shows: bool = True) -> Iterator[Desktop]:
    """A private bus; with `shows` somebody on it shows notifications."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        made = Desktop(daemon.stdout.readline().strip())
        bus = open_dbus_connection(made.address) if shows else None
        thread = Thread(target=made.serve, args=(bus,), name="desktop")
        try:
            if bus is not None:
                bus.send_and_get_reply(message_bus.RequestName(NAME, 0), timeout=SECONDS)
                thread.start()
            yield made
        finally:
            daemon.terminate()
            daemon.wait(SECONDS)
            if bus is not None:
                thread.join(SECONDS)
                bus.close()


@contextmanager
def session_bus(address: str | None) -> Iterator[None]:
    """This process's session bus is another one, or none, for a while."""
    before = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    try:
        _set(address)
        yield
    finally:
        _set(before)


def _set(address: str | None) -> None:
    if address is None:
        os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    else:
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = address
