"""The report of an unexpected error: what a person can read, and a text to copy that holds no secret."""

import platform
import re
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from gui.theme.theme import Theme, fixed_font
from gui.theme.tokens import Size, Space
from gui.widgets.dress import button, label, title
from gui.widgets.layout import STRETCH, column, row

_SECRETS: Final = (
    re.compile(r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}"),
    re.compile(
        r"(?i)((?:secret|token|password|passphrase|authorization|credential|session|signature)[\w-]*['\"]?\s*[:=]\s*)"
        r"['\"]?(?:(?:bearer|basic)\s+)?\S+"
    ),
    re.compile(r"(?<![\w/+=-])[A-Za-z0-9/+=]{40,}(?![\w/+=-])"),
    # As in addresses and web tokens, which have other letters; names in code have no digit, capital and small in one.
    re.compile(r"(?<![\w.-])(?=[\w.-]*\d)(?=[\w.-]*[A-Z])(?=[\w.-]*[a-z])[\w.-]{40,}"),
)
_HOME: Final = re.compile(r"(?:/home|/Users|C:\\Users)[/\\][^/\\\s\"']+")


def redacted(text: str) -> str:
    """The text without what looks like a key, token or password, and without the user's name in paths."""
    text = _SECRETS[0].sub("[key]", text)
    text = _SECRETS[1].sub(r"\1[removed]", text)
    text = _SECRETS[3].sub("[removed]", _SECRETS[2].sub("[removed]", text))
    return _HOME.sub("~", text)


def report_text(trace: str) -> str:
    """What to send to whoever can help."""
    from importlib.metadata import version

    return redacted(
        f"Bakehouse {version('bakehouse')}\n"
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}\n\n{trace.strip()}\n"
    )


class Report(QDialog):
    """Shown at an unexpected error, and takes those that follow it; what was edited is still there behind it."""

    def __init__(self, theme: Theme, trace: str, window: QWidget | None) -> None:
        super().__init__(window)
        self.setWindowTitle("Something unexpected happened")
        self.resize(760, 520)
        self.text = report_text(trace)
        words = (
            "This is a mistake in Bakehouse, not in your work: nothing you edited is lost. "
            "Go on, and save. If it happens again, send the text below to whoever can help: it holds no key or token."
        )
        shown = self._shown = QPlainTextEdit(self.text)
        shown.setReadOnly(True)
        shown.setFont(fixed_font())
        shown.setAccessibleName("Report")
        copy = button(theme, "Copy report", "primary", "copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        close = button(theme, "Close")
        close.clicked.connect(self.accept)
        sentence = label(words, "muted", wraps=True)
        sentence.setMinimumWidth(Size.READING)
        self.setLayout(
            column(
                title("Something unexpected happened"), sentence, shown, row(STRETCH, close, copy),
                gap=Space.MEDIUM, margin=Space.HUGE,
            )
        )  # fmt: skip

    def add(self, trace: str) -> None:
        """Another error, which may be the first one's doing: below it, not over it."""
        self.text += f"\n{redacted(trace.strip())}\n"
        self._shown.setPlainText(self.text)
