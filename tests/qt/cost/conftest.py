"""The cost page on the screen with a recipe of known shape: t3.medium in Frankfurt, three more regions, every week."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.actions import Desk
from gui.cost.page import CostPage
from gui.cost.reckoning import Reckoning
from gui.cost.retention import Retention
from gui.cost.views import Views
from gui.document import Document
from gui.session import Session
from gui.settings import Settings
from gui.theme.theme import Theme
from tests.qt.waiting import until

RECIPE = """\
schemaVersion: 1
name: web-server # as the team calls it
imageRecipe:
  semanticVersion: 1.0.x
  parentImage: debian-12-x86
  blockDeviceMappings:
    - deviceName: /dev/xvda
      ebs: {volumeSize: 20, volumeType: gp3}
infrastructureConfiguration:
  instanceTypes: [t3.medium]
distributions:
  - region: eu-central-1
    amiDistributionConfiguration: {name: "web {{ imagebuilder:buildDate }}"}
  - region: us-east-1
    amiDistributionConfiguration: {name: "web {{ imagebuilder:buildDate }}"}
  - region: eu-west-1
    amiDistributionConfiguration: {name: "web {{ imagebuilder:buildDate }}"}
  - region: ap-southeast-1
    amiDistributionConfiguration: {name: "web {{ imagebuilder:buildDate }}"}
schedule: {scheduleExpression: "cron(0 2 ? * sun *)"}
"""


class Shown:
    """The page, and what a person does with it."""

    def __init__(self, page: CostPage, session: Session, reckoning: Reckoning, file: Path, qtbot: QtBot) -> None:
        self.page = page
        self.session = session
        self.reckoning = reckoning
        self.file = file
        self._qtbot = qtbot

    @property
    def views(self) -> Views:
        assert self.page.views is not None
        return self.page.views

    def open(self, text: str) -> None:
        """Open another text, and wait for its figures or for why there are none."""
        self.file.write_text(text, encoding="utf-8")
        with self._qtbot.waitSignal(self.reckoning.changed):
            self.session.open(Document.read(self.file))
        self.settle()

    def click_tab(self, number: int) -> None:
        """The one click."""
        bar = self.views.tabs
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())
        self.settle()

    def settle(self) -> None:
        """Until everything that was asked is answered."""
        until(self._qtbot, lambda: not (self.session.ops.waiting or self.session.checking or self.views.due))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "config")


@pytest.fixture
def shown(
    theme: Theme, desk: Desk, session: Session, settings: Settings, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Shown:  # fmt: skip
    """The page with the recipe, its figures and the comparison of the regions on the screen."""
    monkeypatch.setenv("BAKEHOUSE_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "recipe/web-server.yml"
    file.parent.mkdir()
    file.write_text(RECIPE, encoding="utf-8")
    reckoning = Reckoning(session, tmp_path / "runs", retention=Retention(settings))
    page = CostPage(theme, desk, session, reckoning, settings)
    qtbot.addWidget(page)
    page.resize(1112, 730)
    made = Shown(page, session, reckoning, file, qtbot)
    with qtbot.waitSignal(reckoning.changed):
        session.open(Document.read(file))
    with qtbot.waitExposed(page):
        page.show()
    until(qtbot, lambda: page.views is not None)
    made.settle()
    return made
