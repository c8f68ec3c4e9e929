"""The report of an unexpected error: it can be copied, and holds no secret."""

import string

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from gui.app import App
from gui.shell.report import Report, redacted, report_text
from tests.qt.shell.conftest import dialogs

KEY = string.ascii_letters + string.digits + "/+"
access_keys = st.tuples(
    st.sampled_from(["AKIA", "ASIA"]), st.text(string.ascii_uppercase + "234567", min_size=16, max_size=16)
).map("".join)
secret_keys = st.text(KEY, min_size=40, max_size=40)
tokens = st.text(KEY, min_size=100, max_size=400).map(lambda text: text + "==")
words = st.text(string.ascii_letters + string.digits + "!#$%&*+-_", min_size=8, max_size=30)
names = st.sampled_from(
    [
        "aws_secret_access_key",
        "SecretAccessKey",
        "password",
        "sessionToken",
        "AWS_SESSION_TOKEN",
        "clientSecret",
        "token",
    ]
)
joints = st.sampled_from(["=", ": ", "': '", '": "', " = "])
users = st.text(string.ascii_lowercase + string.digits + "._-", min_size=1, max_size=20).filter(
    lambda name: name.strip(".")
)
surroundings = st.sampled_from(
    ["{}", "KeyError: '{}'", 'raise ValueError("{}")', "x = {}\n  next line", "<{}>", "({},)"]
)


@given(access_keys, surroundings)
def test_no_access_key_is_in_it(key: str, around: str) -> None:
    assert key not in redacted(around.format(key))


@given(secret_keys, surroundings)
def test_no_secret_key_is_in_it_even_without_a_name(key: str, around: str) -> None:
    assert key not in redacted(around.format(key))


@given(tokens, surroundings)
def test_no_session_token_is_in_it(token: str, around: str) -> None:
    shown = redacted(around.format(token))
    assert not any(token[n : n + 24] in shown for n in range(0, len(token) - 24, 8))


@given(st.text(KEY.replace("/", "-").replace("+", "_"), min_size=60, max_size=200), surroundings)
def test_no_web_token_is_in_it(part: str, around: str) -> None:
    token = f"eyJhbGciOiJIUzI1NiJ9.{part}.sig"
    shown = redacted(around.format(f"Authorization: Bearer {token}") + around.format(f"GET /?t={token}"))
    assert part not in shown


@given(names, joints, words)
def test_nothing_that_is_called_a_secret_is_in_it(name: str, joint: str, value: str) -> None:
    assert value not in redacted(f"call({name}{joint}{value})")


@given(st.sampled_from(["/home/{}/x.py", "/Users/{}/a b/x.py", r"C:\Users\{}\x.py", "file:///home/{}"]), users)
def test_no_name_of_a_user_is_in_a_path(path: str, user: str) -> None:
    shown = redacted(f'File "{path.format(user)}", line 1')
    assert f"/{user}/" not in shown
    assert f"\\{user}\\" not in shown
    assert not shown.endswith(f"/{user}")


def test_what_helps_to_find_the_mistake_stays() -> None:
    trace = 'Traceback (most recent call last):\n  File "/opt/bakehouse/gui/app.py", line 12, in _bake\nKeyError: 5'
    shown = report_text(trace)
    assert trace in shown
    assert shown.startswith("Bakehouse ")
    assert "Qt 6." in shown


def test_an_unexpected_error_opens_a_report_that_can_be_copied(app: App, qtbot: QtBot) -> None:
    def broken() -> None:
        raise ZeroDivisionError("AKIA" + "A" * 16)

    app.ops.run(app, broken, lambda _: None)
    qtbot.waitUntil(lambda: bool(dialogs(app, Report)))
    (report,) = dialogs(app, Report)
    shown = report.findChild(QPlainTextEdit)
    assert isinstance(shown, QPlainTextEdit)
    assert "ZeroDivisionError: [key]" in shown.toPlainText()
    (copy,) = (each for each in report.findChildren(QPushButton) if each.text() == "Copy report")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == shown.toPlainText()
    report.accept()
    assert app.window.isVisible()


def test_one_mistake_after_the_other_opens_one_report(app: App, qtbot: QtBot) -> None:
    app.ops.bug.emit("first")
    app.ops.bug.emit("second")
    (report,) = dialogs(app, Report)
    assert isinstance(report, Report)
    assert report.text.endswith("first\n\nsecond\n")
    report.accept()
