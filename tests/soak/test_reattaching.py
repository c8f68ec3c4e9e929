"""The app ends at twenty moments of a build, chosen by chance: the next one shows what one shows that never ended."""

import random
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.qt.conftest import nothing_is_left, qtbot, theme
from tests.qt.shell.conftest import Started, file, starts
from tests.qt.shell.test_reattaching import leave_and_come_back

__all__ = ["file", "nothing_is_left", "qtbot", "starts", "theme"]  # fixtures, found by their names

pytestmark = pytest.mark.soak

MOMENTS = 20
STEPS, BARS = 12, 20
"""How many workflow steps and parts of components the recorded build has, about."""


@pytest.mark.parametrize("seed", range(MOMENTS))
def test_a_build_is_taken_up_again_from_any_moment_of_it(starts: Started, file: Path, qtbot: QtBot, seed: int) -> None:
    chance = random.Random(seed)
    leave_and_come_back(starts, file, qtbot, steps=chance.randrange(STEPS), bars=chance.randrange(BARS))
