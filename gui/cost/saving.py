"""Taking figures out of the app: to the clipboard at once, into a file that the user names.

Files are written off the GUI thread; what can't be written is said as any other fault of the host.
"""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import HostFault
from gui.ops import Ops

LANE = "files"


def save(ops: Ops, over: QWidget, name: str, kind: str, data: bytes) -> None:
    """Ask where, then write. `kind` is the suffix, `name` what is suggested."""
    dialog = QFileDialog(over, "Save as", str(Path.cwd() / f"{name}.{kind}"), f"{kind.upper()} files (*.{kind})")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kind)
    dialog.fileSelected.connect(lambda chosen: ops.run(over, lambda: write(Path(chosen), data), _done, lane=LANE))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def write(path: Path, data: bytes) -> None:
    """Raises HostFault when it can't be."""
    try:
        path.write_bytes(data)
    except OSError as error:
        message = f"{path} can't be written: {error.strerror or error}."
        raise HostFault(message, hint="Choose another folder, or free some space.") from error


def _done(_nothing: None) -> None:
    """What is in the file needs no message."""
