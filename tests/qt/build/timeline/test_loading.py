"""What a timeline needs is not imported with it, and can be imported beside the GUI thread."""

import subprocess
import sys
from pathlib import Path

from tests.fakes.past_runs import write_past_runs

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


STARTING = """
import sys
from contextlib import ExitStack
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from core.aws.connection import local
from gui.app import App
from gui.build.history import LANE
from gui.shell.places import Places

application = QApplication([])
with ExitStack() as stack:
    app = App(application, local("eu-central-1"), Places.within(Path(sys.argv[1])), stack)
    last = lambda: app.ops.run(app, lambda: None, lambda _: application.quit(), lane=LANE)
    app.history.changed.connect(lambda: QTimer.singleShot(0, last))
    app.begin(None)
    application.exec()
    print(*sorted({"numpy", "pyqtgraph"} & set(sys.modules)))
"""


def started(folder: Path) -> str:
    """What a timeline needs, of what an app has imported once it has listed its builds and done what follows."""
    words = [sys.executable, "-c", STARTING, str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_it_is_loaded_ahead_where_there_are_builds_to_look_at(tmp_path: Path) -> None:
    """Choosing the first build held the window up for a fifth of a second."""
    assert started(tmp_path) == ""
    write_past_runs(tmp_path / "runs", 3)
    assert started(tmp_path) == "numpy pyqtgraph"
