"""A bake on a real (pseudo) terminal: drawn in place, left tidy."""

import os
import pty
import re
import signal
import struct
import subprocess
from collections.abc import Iterator

import pytest

from tests.functional.cli.conftest import COMMAND, HELD, Shell

fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A process on a terminal of 30 rows and 100 columns."""

    def __init__(self, shell: Shell, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=shell.folder,
            env=shell.environment | {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.written = ""

    def pieces(self) -> Iterator[str]:
        """What is written, as it comes, until the process is gone."""
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                break
            if not data:
                break
            self.written += data.decode(errors="replace")
            yield self.written
        os.close(self._master)
        self.process.wait(30)

    def finish(self) -> str:
        for _ in self.pieces():
            pass
        return self.written

    def press_ctrl_c_at(self, moment: str) -> str:
        pressed = False
        for written in self.pieces():
            if moment in written and not pressed:
                pressed = True
                self.process.send_signal(signal.SIGINT)
        return self.written


def test_a_bake_is_drawn_in_place_and_ends_with_its_summary(shell: Shell) -> None:
    terminal = Terminal(shell, "bake", shell.recipe("drawn", f"echo rising; {HELD}"))
    for written in terminal.pieces():
        if "rising" in written:
            shell.let_go()
    plain = SEQUENCE.sub("", terminal.written)
    assert "▸ build-image" in plain
    assert "▸ build › Bake" in plain
    assert "Stdout: rising" in plain
    last = plain[plain.rindex("Time of every step:") :]
    assert "drawn 1.0.0/1 is AVAILABLE after" in last
    assert "▸" not in last


def test_the_cursor_is_back_after_a_bake(shell: Shell) -> None:
    written = Terminal(shell, "bake", shell.recipe("tidy", "true")).finish()
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1


def test_ctrl_c_on_a_terminal_cancels_and_leaves_it_tidy(shell: Shell) -> None:
    terminal = Terminal(shell, "bake", shell.recipe("stopped", "sleep 60"))
    written = terminal.press_ctrl_c_at("build › Bake")
    assert terminal.process.returncode == 1
    assert "is " in written
    assert "CANCELLED" in SEQUENCE.sub("", written)
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l")
