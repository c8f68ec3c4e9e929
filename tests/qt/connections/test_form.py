"""The form: three kinds of credentials, problems in place, and secrets that go where they should."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from core.aws.shared_profiles import SharedProfile
from core.aws.stored import IdentityCenter, Keys, Profile
from core.catalog.regions import REGIONS
from gui.connections.form import ConnectionForm
from gui.connections.page import ConnectionsPage
from gui.connections.regions import OWN, RegionChoice, region_words
from gui.theme.theme import Theme
from tests.qt.connections.conftest import SECRET, Bench, Shelf
from tests.qt.connections.test_page import offered, press, visible

Open = Callable[[], ConnectionsPage]


def adding(page: Open, qtbot: QtBot, kind: int) -> tuple[ConnectionsPage, ConnectionForm]:
    shown = page()
    press(qtbot, shown.add)
    shown.form._kinds.buttons()[kind].click()
    return shown, shown.form


def fill(qtbot: QtBot, form: ConnectionForm, **typed: str) -> None:
    for address, text in typed.items():
        control = form.field(address.replace("__", ".")).control
        if isinstance(control, QComboBox):
            control.setEditText(text)
        else:
            assert isinstance(control, QLineEdit)
            control.clear()
            QTest.keyClicks(control, text)


def problem(form: ConnectionForm, address: str) -> str:
    return " ".join(note.message for note in form.field(address).notes.shown)


def test_a_profile_is_stored_under_a_name(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.profiles = (SharedProfile("staging", "us-east-1", "IAM Identity Center"),)
    shown, form = adding(page, qtbot, 0)
    fill(qtbot, form, name="stage")
    with qtbot.waitSignal(form.saved):
        press(qtbot, offered(form, "Add"))
    (stored,) = bench.book.list()
    assert (stored.name, stored.region, stored.source) == ("stage", "", Profile(profile="staging"))
    assert shown.shown is shown.aws


def test_keys_go_to_the_keyring_and_out_of_the_form(page: Open, bench: Bench, qtbot: QtBot) -> None:
    _, form = adding(page, qtbot, 1)
    fill(qtbot, form, name="sandbox", source__accessKeyId="AKIAIOSFODNN7EXAMPLE", secretAccessKey=SECRET)
    secret = form.field("secretAccessKey").control
    assert isinstance(secret, QLineEdit)
    assert secret.echoMode() is QLineEdit.EchoMode.Password
    with qtbot.waitSignal(form.saved):
        QTest.keyClick(secret, Qt.Key.Key_Return)
    assert bench.shelf.names == {"connection:sandbox"}
    assert secret.text() == ""


def test_keys_can_be_kept_for_the_session_only(page: Open, bench: Bench, qtbot: QtBot) -> None:
    shown, form = adding(page, qtbot, 1)
    fill(qtbot, form, name="sandbox", source__accessKeyId="AKIAIOSFODNN7EXAMPLE", secretAccessKey=SECRET)
    form._session_only.click()
    with qtbot.waitSignal(form.saved):
        press(qtbot, offered(form, "Add"))
    assert bench.shelf.names == set()
    assert bench.book.secret("sandbox").secret_access_key == SECRET
    assert "gone when Bakehouse ends" in visible(shown.aws)


def test_identity_center_is_stored(page: Open, bench: Bench, qtbot: QtBot) -> None:
    _, form = adding(page, qtbot, 2)
    fill(
        qtbot, form, name="prod-eu", source__startUrl="https://bakers.awsapps.com/start", source__ssoRegion="eu-west-1",
        source__accountId="111122223333", source__roleName="ImageBuilder",
    )  # fmt: skip
    with qtbot.waitSignal(form.saved):
        press(qtbot, offered(form, "Add"))
    (stored,) = bench.book.list()
    assert isinstance(stored.source, IdentityCenter)
    assert (stored.region, stored.source.sso_region) == ("eu-central-1", "eu-west-1")


def test_problems_are_said_under_their_fields(page: Open, bench: Bench, qtbot: QtBot) -> None:
    _, form = adding(page, qtbot, 1)
    fill(qtbot, form, name="a/b", source__accessKeyId="short", region="nowhere")
    press(qtbot, offered(form, "Add"))
    assert problem(form, "name") == "A name has 1 to 64 characters, none of them a slash."
    assert problem(form, "source.accessKeyId").startswith("An access key id has capital letters")
    assert problem(form, "region") == "A region looks like eu-central-1."
    assert form.field("name").control.hasFocus()
    assert "A name has" in form.field("name").control.accessibleDescription()


def test_a_missing_secret_is_said_under_its_field(page: Open, bench: Bench, qtbot: QtBot) -> None:
    _, form = adding(page, qtbot, 1)
    fill(qtbot, form, name="sandbox", source__accessKeyId="AKIAIOSFODNN7EXAMPLE")
    press(qtbot, offered(form, "Add"))
    qtbot.waitUntil(lambda: problem(form, "secretAccessKey") == "Secret access key is missing.")
    assert bench.book.list() == ()


def test_a_problem_among_the_rarer_fields_opens_them(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.profiles = (SharedProfile("staging", "", "a program"),)
    _, form = adding(page, qtbot, 0)
    form._role.setText("builder")
    fill(qtbot, form, name="stage")
    assert not form.field("roleArn").isVisible()
    press(qtbot, offered(form, "Add"))
    assert form.field("roleArn").isVisible()
    assert problem(form, "roleArn").startswith("A role's ARN looks like")


def test_a_locked_keyring_loses_nothing_that_was_typed(page: Open, bench: Bench, qtbot: QtBot) -> None:
    _, form = adding(page, qtbot, 1)
    fill(qtbot, form, name="sandbox", source__accessKeyId="AKIAIOSFODNN7EXAMPLE", secretAccessKey=SECRET)
    bench.shelf.locked = True
    press(qtbot, offered(form, "Add"))
    qtbot.waitUntil(lambda: "Nothing you typed is lost." in visible(form))
    assert bench.book.list() == ()
    bench.shelf.locked = False
    with qtbot.waitSignal(form.saved):
        press(qtbot, offered(form, "Unlock"))
    assert bench.book.secret("sandbox").secret_access_key == SECRET


@pytest.fixture
def without_keyring(bench: Bench) -> Bench:
    bench.shelf = Shelf("session")
    bench.book.secrets = bench.shelf
    return bench


def test_without_a_keyring_the_form_says_that_secrets_stay_in_memory(
    page: Open, without_keyring: Bench, qtbot: QtBot
) -> None:
    _, form = adding(page, qtbot, 1)
    qtbot.waitUntil(lambda: "no keyring that keeps secrets safe" in visible(form))
    assert not form._session_only.isVisible()


def test_editing_keeps_the_secret_unless_another_is_typed(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    press(qtbot, shown.aws.edit)
    fill(qtbot, shown.form, region="eu-west-1")
    with qtbot.waitSignal(shown.form.saved):
        press(qtbot, offered(shown.form, "Save"))
    (stored,) = bench.book.list()
    assert (stored.region, stored.source) == ("eu-west-1", Keys(access_key_id="AKIAIOSFODNN7EXAMPLE"))
    assert bench.book.secret("sandbox").secret_access_key == SECRET


def test_an_edited_connection_in_use_is_opened_anew(page: Open, bench: Bench, qtbot: QtBot) -> None:
    bench.keys("sandbox")
    shown = page()
    shown.listing.choose("sandbox")
    with qtbot.waitSignal(bench.session.connected):
        press(qtbot, shown.aws.use)
    press(qtbot, shown.aws.edit)
    fill(qtbot, shown.form, region="eu-west-1")
    with qtbot.waitSignal(bench.session.connected):
        press(qtbot, offered(shown.form, "Save"))
    assert bench.session.connection.region == "eu-west-1"
    assert bench.opening.opened == ["sandbox", "sandbox"]


def test_leaving_the_form_forgets_the_secret(page: Open, bench: Bench, qtbot: QtBot) -> None:
    shown, form = adding(page, qtbot, 1)
    fill(qtbot, form, secretAccessKey=SECRET)
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert shown.shown is shown.local
    secret = form.field("secretAccessKey").control
    assert isinstance(secret, QLineEdit)
    assert secret.text() == ""


def test_regions_show_name_and_code_and_mark_those_without_image_builder(theme: Theme, qtbot: QtBot) -> None:
    choice = RegionChoice(theme, own=True)
    qtbot.addWidget(choice)
    choice.choose("eu-central-1")
    assert choice.currentText() == "Europe (Frankfurt) — eu-central-1"
    position = choice.findData("eusc-de-east-1")
    assert choice.itemText(position).endswith("(Image Builder not known)")
    assert not choice.itemIcon(position).isNull()
    assert choice.itemIcon(choice.findData("eu-central-1")).isNull()
    none = replace(REGIONS["eu-central-1"], code="xx-none-1", name="Nowhere", image_builder=False)
    assert region_words(none) == "Nowhere — xx-none-1 (no Image Builder)"
    choice.choose("")
    assert (choice.currentText(), choice.code) == (OWN, "")
    choice.choose("xx-new-1")
    assert choice.code == "xx-new-1"
