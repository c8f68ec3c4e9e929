"""Garbage that is old is collected when it is quiet, and not while somebody waits."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.garbage import Garbage


class Knot:
    """Refers to itself, so that it goes only when somebody looks for it."""

    def __init__(self) -> None:
        self.end = self


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    before, parent = gc.get_threshold(), QObject()
    made = Garbage(parent, quiet_ms=20)
    made.begin()
    yield made
    gc.set_threshold(*before)
    gc.unfreeze()
    parent.deleteLater()


def old_knot() -> "weakref.ref[Knot]":
    knot = Knot()
    gc.collect(1)  # what is there now counts as old
    return weakref.ref(knot)


def test_what_is_old_is_looked_through_when_it_is_quiet(garbage: Garbage, qtbot: QtBot) -> None:
    knot = old_knot()
    garbage.stir()
    assert knot() is not None
    qtbot.waitUntil(lambda: knot() is None)


def test_it_is_not_by_itself_however_much_is_made(garbage: Garbage) -> None:
    """A full collection took 54 ms with twenty documents open, in the middle of an edit."""
    knot = old_knot()
    made = [[number] for number in range(200_000)]
    assert knot() is not None
    assert made


def test_what_was_there_when_a_file_was_opened_is_left_out(garbage: Garbage, qtbot: QtBot) -> None:
    knot = old_knot()
    garbage.keep()
    garbage.collect()
    assert knot() is not None
