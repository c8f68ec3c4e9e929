"""The application object of what is measured in this process: offscreen, unless the environment names a platform.

The offscreen platform says at every window what it can't do, and a real screen would do; in a report that is noise, as
it is in the tests (`qt_log_ignore`). Everything else that Qt says is said.
"""

import os
import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

NOT_THERE = "This plugin does not support"


def application() -> QApplication:
    """The one of this process, made when it isn't there yet."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    spare_what_is_not_there()
    made = QApplication.instance() or QApplication(["bakehouse"])
    assert isinstance(made, QApplication)
    return made


def spare_what_is_not_there() -> None:
    """Pass over what the offscreen platform says of itself."""
    qInstallMessageHandler(_say)


def _say(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if not message.startswith(NOT_THERE):
        sys.stderr.write(f"{message}\n")
