"""The timeline page over the real local service: a build that waits is answered, fails, is retried and ends well."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.aws.connection import LocalConnection
from core.build.events import RunOpened
from core.build.source import ImageStatus
from core.local.endpoint import Endpoint, Home
from gui.build.page import TimelinePage
from gui.build.rows import Part
from gui.ops import Ops
from gui.session import Session
from tests.fakes.bakery import Bakery
from tests.functional.service.running import KEYS, Listening, serving
from tests.functional.service.samples import workflow
from tests.functional.service.test_baking import APPROVAL, ROLE, parts
from tests.qt.build.conftest import shown
from tests.qt.build.test_commands import press

REGION = "eu-west-1"
BUILD = f"arn:aws:imagebuilder:{REGION}:aws:workflow/build/build-image/x.x.x"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Listening]:
    with serving(Home(tmp_path / "home"), Bakery(tmp_path / "machines").make) as listening:
        yield listening


@pytest.fixture
def session(ops: Ops, service: Listening) -> Iterator[Session]:
    endpoint = Endpoint(service.url, 1, KEYS.access_key_id, KEYS.secret_access_key)
    at = LocalConnection(REGION, service.home, lambda home: endpoint)
    _ = at.endpoint  # it runs already
    made = Session(ops, at)
    yield made
    made.close()
    made.deleteLater()


def start(client: Any) -> str:
    attached = [{"workflowArn": BUILD}, {"workflowArn": workflow(client, "approval", "TEST", APPROVAL)}]
    return str(client.create_image(executionRole=ROLE, workflows=attached, **parts(client))["imageBuildVersionArn"])


def answer(page: TimelinePage, qtbot: QtBot, button: str, reason: str) -> None:
    qtbot.waitUntil(page.view.waiting.isVisible, timeout=30_000)
    QTest.keyClicks(page.view.waiting.findChildren(QLineEdit)[0], reason)
    press(page, button)


def test_a_build_of_somebody_else_is_opened_answered_retried_and_ends_well(
    page: TimelinePage, session: Session, service: Listening, qtbot: QtBot
) -> None:
    arn = start(service.client())
    page.history.ask()
    qtbot.waitUntil(lambda: bool(page.list.titles), timeout=30_000)
    qtbot.waitUntil(lambda: page.current is not None and shown(page).arn == arn, timeout=30_000)
    answer(page, qtbot, "Stop Approve", "not yet")
    qtbot.waitUntil(lambda: shown(page).over, timeout=30_000)
    assert shown(page).run.status is ImageStatus.FAILED
    page.view.refresh()
    assert page.view.failure.isVisible()
    press(page, "Retry")
    answer(page, qtbot, "Resume Approve", "looks good")
    qtbot.waitUntil(lambda: shown(page).run.status is ImageStatus.AVAILABLE and shown(page).over, timeout=60_000)
    assert [workflow.retried for workflow in shown(page).run.workflows_in_order()][:3] == [False, True, False]
    page.history.load()
    qtbot.waitUntil(lambda: not session.ops.waiting, timeout=30_000)
    (row,) = page.list.model.rows
    assert (row.part, row.status) == (Part.FINISHED, "AVAILABLE")
    assert page.view.result.isVisible()


def test_a_bake_that_is_followed_shows_its_packages_in_a_comparison(
    page: TimelinePage, session: Session, service: Listening, qtbot: QtBot
) -> None:
    client = service.client()
    made = parts(client)
    first = str(client.create_image(**made)["imageBuildVersionArn"])
    opened = RunOpened(at=datetime.now(UTC), image_arn=first, recipe_name="bread", connection=session.connection.name)
    page.place.baking.watch(session.connection, opened)
    qtbot.waitUntil(lambda: page.current is not None and shown(page).over, timeout=60_000)
    second = str(client.create_image(**made)["imageBuildVersionArn"])
    page.place.baking.watch_started(second, session.connection)
    page.show_arn(second)
    qtbot.waitUntil(lambda: shown(page).arn == second and shown(page).over, timeout=60_000)
    page.view.refresh()
    page.compare()
    qtbot.waitUntil(lambda: page.comparing.found is not None, timeout=30_000)
    found = page.comparing.found
    assert found is not None
    assert found.packages == ()
    QTest.keyClick(page.comparing, Qt.Key.Key_Escape)
