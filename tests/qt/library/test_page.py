"""The library page over an account in memory: read when looked at, searched, honest, and never lost by a refresh."""

from collections.abc import Callable
from threading import Event

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.errors import Denied
from gui.actions import COMPONENT_MIME, Desk, ShowRun
from gui.library.page import LibraryPage
from gui.library.sections import SECTIONS
from gui.session import Session
from gui.theme.theme import Scheme, Theme
from tests.fakes.stock import Account, AccountConnection, arn, component
from tests.qt.waiting import press, until

DENIED = Denied("team-eu may not list pipelines.", hint="Ask for imagebuilder:ListImagePipelines.")
Shown = Callable[..., LibraryPage]


@pytest.fixture
def shown(theme: Theme, desk: Desk, session: Session, qtbot: QtBot) -> Shown:
    """Shows the page over an account, turned to a list that was read."""

    def show(account: Account, section: str = "image-pipeline", **at: object) -> LibraryPage:
        session.connect_to(AccountConnection(account, **at))  # type: ignore[arg-type]
        page = LibraryPage(theme, desk, session)
        qtbot.addWidget(page)
        page.resize(1100, 740)
        page.show()
        turn(page, section)
        if not at:
            until(qtbot, lambda: page.view.count is not None or page.view.stage.said.endswith(DENIED.hint))
        return page

    return show


def turn(page: LibraryPage, section: str) -> None:
    page.tabs.setCurrentIndex([each.id for each in SECTIONS].index(section))


def names(page: LibraryPage) -> list[str]:
    return [row.name for row in page.view.table.rows.shown]


def push(page: LibraryPage, text: str) -> None:
    QApplication.processEvents()  # a new button is shown with the next layout
    (found,) = [each for each in page.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    found.click()


def test_nothing_is_asked_before_the_page_is_shown(theme: Theme, desk: Desk, session: Session, qtbot: QtBot) -> None:
    account = Account.typical()
    session.connect_to(AccountConnection(account))
    page = LibraryPage(theme, desk, session)
    qtbot.addWidget(page)
    qtbot.wait(20)
    assert account.calls == []


def test_only_the_list_that_is_looked_at_is_read(shown: Shown) -> None:
    account = Account.typical()
    page = shown(account)
    assert names(page) == ["build-agent", "hardened-base", "web-server"]
    assert {operation for operation, _ in account.calls} == {"ListImagePipelines"}


def test_reading_goes_on_off_the_gui_thread(shown: Shown, qtbot: QtBot) -> None:
    go = Event()
    page = shown(Account.typical(), before=lambda: go.wait(10))
    assert "Reading pipelines" in page.view.stage.said
    go.set()
    until(qtbot, lambda: names(page))


def test_a_search_finds_words_in_any_order_and_says_when_there_is_nothing(shown: Shown) -> None:
    page = shown(Account.typical(), "component")
    page.search.setText("linux  UPDATE")
    assert names(page) == ["update-linux", "update-linux"]
    page.search.setText("no such thing")
    assert "Nothing here has “no such thing”" in page.view.stage.said
    page.search.setText("")
    assert page.view.stage.said == ""


def test_columns_sort_and_versions_sort_as_numbers(shown: Shown) -> None:
    account = Account()
    account.components = [component("a", "1.10.0"), component("b", "1.9.0"), component("c", "1.2.0")]
    page = shown(account, "component")
    page.view.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert names(page) == ["a", "b", "c"]


def test_a_refresh_keeps_what_is_chosen_and_shows_what_is_new(shown: Shown, qtbot: QtBot) -> None:
    account = Account.typical()
    page = shown(account, "component")
    page.view.table.choose(arn("component", "nginx", "1.0.0"))
    account.components.insert(0, component("aaa-first"))
    page.refresh()
    until(qtbot, lambda: "aaa-first" in names(page))
    assert page.view.table.row.name == "nginx"


def test_a_failure_is_said_in_place_and_tried_again(shown: Shown, qtbot: QtBot) -> None:
    account = Account.typical()
    account.failing = DENIED
    page = shown(account)
    assert DENIED.message in page.view.stage.said
    account.failing = None
    push(page, "Try again")
    until(qtbot, lambda: names(page))


def test_an_empty_account_says_what_to_do_next(shown: Shown) -> None:
    page = shown(Account())
    assert page.view.stage.said.startswith("No pipelines yet Publish or bake")


def test_another_connection_shows_nothing_of_the_one_before(shown: Shown, session: Session, qtbot: QtBot) -> None:
    page = shown(Account.typical())
    session.connect_to(AccountConnection(Account(), "other"))
    assert names(page) == []
    until(qtbot, lambda: "No pipelines yet" in page.view.stage.said)


def test_a_component_is_shown_with_its_document(shown: Shown, qtbot: QtBot) -> None:
    page = shown(Account.typical(), "component")
    page.view.table.choose(arn("component", "nginx", "1.0.0"))
    until(qtbot, lambda: "apt-get install -y nginx" in page.details.text.toPlainText())
    assert ("In a recipe", "self/nginx/1.0.0") in page.details.facts.shown


def test_a_recipe_tells_which_pipelines_use_it(shown: Shown, qtbot: QtBot) -> None:
    page = shown(Account.typical())
    turn(page, "image-recipe")
    until(qtbot, lambda: names(page))
    page.view.table.choose(arn("image-recipe", "web-server", "1.0.3"))
    assert ("Used by", "web-server") in page.details.facts.shown
    until(qtbot, lambda: "componentArn:" in page.details.text.toPlainText())


def test_a_pipeline_is_run_and_its_build_shown(shown: Shown, desk: Desk, session: Session, qtbot: QtBot) -> None:
    page = shown(Account.typical())
    page.view.table.choose(arn("image-pipeline", "web-server"))
    intents: list[object] = []
    desk.intended.connect(intents.append)
    with qtbot.waitSignal(page.run_started) as started:
        push(page, "Run pipeline")
    assert started.args == [arn("image", "web-server", "1.0.3/9"), session.connection]
    assert intents == [ShowRun(arn("image", "web-server", "1.0.3/9"))]


def test_production_is_asked_about_before_a_pipeline_is_run(shown: Shown, session: Session, qtbot: QtBot) -> None:
    account = Account.typical()
    page = shown(account)
    session.connection.production = True  # type: ignore[misc]
    page.view.table.choose(arn("image-pipeline", "web-server"))
    push(page, "Run pipeline")
    assert "marked production" in page.banner.accessibleName()
    assert "StartImagePipelineExecution" not in {operation for operation, _ in account.calls}
    with qtbot.waitSignal(page.run_started):
        page.banner.findChildren(QPushButton)[0].click()


def test_what_the_service_refuses_is_said_above_the_list(shown: Shown, qtbot: QtBot) -> None:
    account = Account.typical()
    page = shown(account)
    page.view.table.choose(arn("image-pipeline", "web-server"))
    account.failing = DENIED
    push(page, "Run pipeline")
    until(qtbot, page.banner.isVisible)
    assert DENIED.message in page.banner.accessibleName()
    assert page.details.isEnabled()


def test_an_arn_is_copied(shown: Shown) -> None:
    page = shown(Account.typical(), "image")
    page.view.table.choose_at(0)
    push(page, "Copy ARN")
    assert QGuiApplication.clipboard().text() == page.view.table.row.arn


def test_a_component_is_dragged_as_a_recipe_names_it(shown: Shown) -> None:
    page = shown(Account.typical(), "component")
    model = page.view.table.rows
    position = names(page).index("update-linux")
    data: QMimeData = model.mimeData([model.index(position, 0)])
    assert bytes(data.data(COMPONENT_MIME).data()).decode() == "aws/update-linux/x.x.x"


def test_a_component_is_added_to_the_recipe(shown: Shown, session: Session) -> None:
    page = shown(Account.typical(), "component")
    page.view.table.choose(arn("component", "nginx", "1.0.0"))
    push(page, "Add to recipe")
    assert [card.reference for card in session.canvas.components] == ["self/nginx/1.0.0"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (arn("component", "nginx", "1.0.0"), arn("component", "nginx", "1.0.0")),
        (arn("image", "web-server", "1.0.3"), arn("image", "web-server", "1.0.3/3")),
        (arn("image-recipe", "hardened-base", "2.1.0"), arn("image-recipe", "hardened-base", "2.1.0")),
    ],
)
def test_a_resource_is_shown_when_its_list_is_read(shown: Shown, wanted: str, found: str, qtbot: QtBot) -> None:
    page = shown(Account.typical())
    page.show_resource(wanted)
    until(qtbot, lambda: page.view.table.row is not None)
    assert page.view.table.row.arn == found


def test_keys_lead_from_the_search_to_the_list_and_back(shown: Shown) -> None:
    page = shown(Account.typical())
    page.search.setFocus()
    QTest.keyClicks(page.search, "web")
    press(page.search, Qt.Key.Key_Down)
    assert page.view.table.row.name == "web-server"
    press(page.search, Qt.Key.Key_Escape)
    assert len(names(page)) == 3


def test_every_control_has_a_name(shown: Shown, scheme: Scheme, qtbot: QtBot) -> None:
    page = shown(Account.typical(), "component")
    page.view.table.choose_at(0)
    until(qtbot, page.details.text.toPlainText)
    buttons = [each for each in page.findChildren(QAbstractButton) if each.isVisibleTo(page)]
    own = [each for each in buttons if not each.objectName().startswith("qt_") and each.parent() is not page.search]
    assert [each for each in own if not (each.accessibleName() or each.text())] == []
    for control in (page.search, page.tabs, page.view.table, page.details.text):
        assert control.accessibleName()
