"""An inspector on a recipe file in a folder of its own, and a connection that answers at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from core.aws.connection import Connection
from gui.actions import Desk
from gui.document import Document
from gui.ops import Ops
from gui.recipe.inspector import Inspector
from gui.session import Session
from gui.theme.theme import Theme
from tests.fakes.looking import LookingConnection


@pytest.fixture
def connection() -> LookingConnection:
    return LookingConnection()


@pytest.fixture
def asking(ops: Ops, connection: LookingConnection) -> Iterator[Session]:
    """A session on the connection that answers."""
    made = Session(ops, cast(Connection, connection))
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def inspector(theme: Theme, desk: Desk, asking: Session, qtbot: QtBot) -> Inspector:
    made = Inspector(theme, desk, asking)
    made.resize(340, 700)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def opened(asking: Session, tmp_path: Path, qtbot: QtBot) -> Callable[..., str]:
    """Open a recipe file of this text, with documents beside it, and wait until it is checked; its text."""

    def open_file(text: str, **documents: str) -> str:
        for name, content in documents.items():
            (tmp_path / f"{name}.yml").write_text(content)
        path = tmp_path / "recipe.yml"
        path.write_text(text)
        with qtbot.waitSignal(asking.checked):
            asking.open(Document.read(path))
        return text

    return open_file
