"""An app in a process of its own that edits a file and waits to be killed: ``… FOLDER FILE NAME…``.

Says "kept" once a copy of what is not saved is on disk.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from core.aws.rehearsal import Rehearsal, RehearsedConnection
from gui.app import App
from gui.shell.places import Places


def main(folder: Path, file: str, name: str) -> int:
    application = QApplication([])
    with ExitStack() as stack:
        app = App(application, RehearsedConnection(Rehearsal({}, {})), Places.within(folder), stack)
        app.begin(Path(file) if file else None)

        def edit() -> None:
            if not app.ops.waiting and not app.session.checking:
                begun.stop()
                app.session.edit("Rename", app.session.draft.put("name", name))
                looking.start()

        def look() -> None:
            if list(app.recovery.folder.glob("*.json")):
                looking.stop()
                print("kept", flush=True)  # noqa: T201 - what the test waits for

        begun, looking = QTimer(application), QTimer(application)
        begun.setInterval(20)
        looking.setInterval(20)
        begun.timeout.connect(edit)
        looking.timeout.connect(look)
        begun.start()
        return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
