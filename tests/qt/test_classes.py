"""The classes of Qt, and threads."""

import subprocess
import sys

BOTH = """
import gui
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


def test_two_threads_may_ask_for_the_classes_of_qt_at_once() -> None:
    """With classes made when they are asked for, this ends in a segmentation fault every time."""
    done = subprocess.run([sys.executable, "-c", BOTH], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "alive\n")
