"""What a timeline needs is not imported with it, and can be imported beside the GUI thread."""

import subprocess
import sys

BESIDE = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.build import timeline
assert not {"numpy", "pyqtgraph"} & set(sys.modules)
application = QApplication([])
thread = threading.Thread(target=timeline.load)
thread.start()
thread.join()
assert {"numpy", "pyqtgraph"} <= set(sys.modules)
from gui.build.timeline.view import TimelineView
from gui.theme.theme import Theme
from tests.fakes.charts import USUAL, curves, every_look
view = TimelineView(Theme(application))
view.show_chart(every_look(), USUAL)
view.show_curves(curves())
view.show()
QTimer.singleShot(0, application.quit)
application.exec()
print("shown")
"""


def test_it_is_loaded_beside_the_gui_thread_and_shown_after() -> None:
    done = subprocess.run([sys.executable, "-c", BESIDE], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "shown\n"
    said = [line for line in done.stderr.splitlines() if "This plugin does not support" not in line]
    assert said == []
