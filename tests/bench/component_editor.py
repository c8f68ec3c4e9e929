"""How long the component editor takes with a document of 16,000 characters: to open, from a key to the screen, and from
a key to the card that shows it.

`python -m tests.bench.component_editor`, on any platform plug-in of Qt.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from rich.console import Console

from core.aws.connection import LocalConnection
from core.local.endpoint import Home
from gui.actions import Desk
from gui.ahead import import_ahead, import_first
from gui.document import Document
from gui.garbage import only_young
from gui.ops import Ops
from gui.recipe.component_editor import ComponentEditor
from gui.session import Session
from gui.theme.theme import Theme
from tests.bench.offscreen import application
from tests.installed import ROOT

CHARACTERS = 16_000
KEYS = 40
PATIENCE_MS = 5_000
EXAMPLE = ROOT / "resources/examples/web-server"
out = Console(highlight=False, soft_wrap=True)


def long_document(characters: int = CHARACTERS) -> str:
    """The example's document with one of its steps repeated, just below so many characters."""
    text = (EXAMPLE / "components/nginx.yml").read_text()
    begin, end = text.index("      - name: Install\n"), text.index("      - name: WritePage")
    step, number = text[begin:end], 1
    while len(text) + len(step) + 2 < characters:
        number += 1
        again = step.replace("name: Install", f"name: Install{number}")
        text = text.replace("      - name: WritePage", again + "      - name: WritePage", 1)
    return text


@contextmanager
def opened(text: str) -> Iterator[tuple[ComponentEditor, Path]]:
    """An editor beside a recipe, with this text as a component that is not open yet."""
    app = application()
    import_first()
    import_ahead()
    only_young()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "components").mkdir()
        (folder / "web-server.yml").write_text((EXAMPLE / "web-server.yml").read_text())
        path = folder / "components/nginx.yml"
        path.write_text(text)
        ops = Ops()
        session = Session(ops, LocalConnection("eu-central-1", Home(folder / "home")))
        session.open(Document.read(folder / "web-server.yml"))
        theme = Theme(app)
        editor = ComponentEditor(theme, Desk(), session)
        theme.dress(editor)
        editor.resize(1112, 700)
        editor.show()
        yield editor, path
        editor.close()
        session.close()
        ops.close()
        editor.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def wait_for(signal: object) -> None:
    loop = QEventLoop()
    signal.connect(loop.quit)  # type: ignore[attr-defined]
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()


def report_component_editor() -> None:
    text = long_document()
    with opened(text) as (editor, path):
        begun = time.perf_counter()
        editor.open(path)
        QApplication.processEvents()
        shown = time.perf_counter()
        assert editor.sheet is not None
        sheet = editor.sheet
        if not sheet.drafting.current:
            wait_for(sheet.drafting.drafted)
        QApplication.processEvents()
        drawn = time.perf_counter()
        view = sheet.text.editor.view
        view.setFocus()
        view.go_to(view.text.index("apt-get -q update") + 3)
        QApplication.processEvents()
        typed, carded = [], []
        for _ in range(KEYS):
            start = time.perf_counter()
            QTest.keyClick(view, Qt.Key.Key_X)
            view.viewport().repaint()
            typed.append(time.perf_counter() - start)
            wait_for(sheet.drafting.drafted)
            carded.append(time.perf_counter() - start)
    milliseconds = [[1000 * value for value in values] for values in (typed, carded)]
    out.print(f"a component document of {len(text):,} characters")
    out.print(f"  opened, text on screen        {1000 * (shown - begun):7.1f} ms")
    out.print(f"  opened, cards on screen       {1000 * (drawn - begun):7.1f} ms")
    for name, values in zip(("key to text on screen", "key to card"), milliseconds, strict=True):
        out.print(f"  {name:28}  {statistics.median(values):7.1f} ms   (worst {max(values):.1f})")


if __name__ == "__main__":
    report_component_editor()
