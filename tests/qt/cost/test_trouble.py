"""Prices that can't be read, and charts that are taken out of the app."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from core.cost.prices import Prices, prices
from core.errors import HostFault
from gui.actions import Desk
from gui.cost.chart_card import ChartCard
from gui.cost.page import CostPage
from gui.cost.reckoning import Reckoning
from gui.cost.stacked import Stack, stacked
from gui.cost.telling import told
from gui.ops import Ops
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme
from tests.qt.cost.test_charts import STACKS
from tests.qt.waiting import until


def page(
    theme: Theme, session: Session, folder: Path, qtbot: QtBot, load: Callable[[], Prices]
) -> tuple[CostPage, Reckoning]:
    reckoning = Reckoning(session, folder / "runs", load=load)
    made = CostPage(theme, Desk(session), session, reckoning, Settings(folder / "config"))
    qtbot.addWidget(made)
    made.resize(1112, 730)
    made.show()
    until(qtbot, lambda: made.views is not None and not made.views.due and not session.ops.waiting)
    return made, reckoning


def test_prices_that_cannot_be_read_are_said_and_can_be_tried_again(
    theme: Theme, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    """The page stayed at "Reckoning…" for ever."""
    damaged = [True]

    def load() -> Prices:
        if damaged:
            raise HostFault("The price list can't be read.", hint="Install Bakehouse again.")
        return prices()

    shown, reckoning = page(theme, session, tmp_path, qtbot, load)
    assert shown.views is not None
    until(qtbot, lambda: reckoning.error is not None)
    assert "The price list can't be read." in shown.views.stage.said
    assert "Install Bakehouse again." in shown.views.stage.said
    assert told(reckoning).chip == ""
    damaged.clear()
    reckoning.refresh()
    until(qtbot, lambda: reckoning.current is not None and not session.ops.waiting)
    assert shown.views.stage.said == ""


def test_a_damaged_cache_is_said_once_and_the_shipped_prices_count(
    theme: Theme, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    shown, reckoning = page(theme, session, tmp_path, qtbot, lambda: replace(prices(), notice="The cache is damaged."))
    assert shown.views is not None
    until(qtbot, lambda: reckoning.current is not None and not session.ops.waiting)
    banner = shown.views.banner
    assert "The cache is damaged." in banner.accessibleName()
    banner.dismiss_button.click()
    reckoning.refresh()
    until(qtbot, lambda: not session.ops.waiting)
    assert banner.isHidden()


@pytest.fixture
def card(theme: Theme, ops: Ops, qtbot: QtBot) -> ChartCard:
    made = ChartCard(theme, ops, "What it is made of", "cost")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.draw(stacked(STACKS))
    made.show()
    return made


def action(card: ChartCard, text: str) -> QAction:
    (found,) = (each for each in card.menu_button.menu().actions() if each.text() == text)
    return found


def test_a_chart_is_copied_as_a_picture_and_as_figures(card: ChartCard) -> None:
    action(card, "Copy as a picture").trigger()
    assert not QGuiApplication.clipboard().image().isNull()
    action(card, "Copy as CSV").trigger()
    assert "One run,Copies,2,4" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize(("text", "kind", "begin"), [
    ("Save as PNG…", "png", b"\x89PNG"), ("Save as SVG…", "svg", b"<?xml"), ("Save as CSV…", "csv", b"What,Part"),
])  # fmt: skip
def test_a_chart_is_saved_where_the_user_says(
    card: ChartCard, ops: Ops, qtbot: QtBot, tmp_path: Path, text: str, kind: str, begin: bytes
) -> None:
    action(card, text).trigger()
    (dialog,) = card.findChildren(QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.setText(str(tmp_path / f"chart.{kind}"))
    dialog.accept()
    until(qtbot, lambda: (tmp_path / f"chart.{kind}").exists() and not ops.waiting)
    assert (tmp_path / f"chart.{kind}").read_bytes().startswith(begin)


def test_a_chart_without_figures_draws_nothing_and_says_nothing(card: ChartCard) -> None:
    card.draw(stacked([Stack("One run", {})]))
    assert card.plot.drawing.marks == ()
    assert card.plot.accessibleDescription() == ""
    assert card.plot.png().startswith(b"\x89PNG")
