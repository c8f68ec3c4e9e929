"""The classes of Qt, and threads."""

import os
import subprocess
import sys

import pytest

BOTH = """
import sys
from threading import Thread
sys.setswitchinterval(0.00001)
from PySide6 import QtCore, QtGui, QtWidgets

def ask():
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name)

application = QtWidgets.QApplication([])
thread = Thread(target=ask)
thread.start()
ask()
thread.join()
print("alive")
"""


@pytest.mark.parametrize("package", ["gui", "tests"])
def test_two_threads_may_ask_for_the_classes_of_qt_at_once(package: str) -> None:
    """With classes made when they are asked for, this ends in a segmentation fault every time. The app that tests look
    at did so now and then, since it imports Qt before it imports the app."""
    code = f"import {package}\n{BOTH}"
    plain = {name: value for name, value in os.environ.items() if name != "PYSIDE6_OPTION_LAZY"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "alive\n")
