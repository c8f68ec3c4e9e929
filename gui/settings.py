"""What the app remembers between starts: how its window was, which files were open, what was chosen.

An INI file in the user's configuration folder ($BAKEHOUSE_CONFIG, else the platform's). Nothing secret is ever in it.
"""

import os
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

RECENT: Final = 12


def config_folder() -> Path:
    named = os.environ.get("BAKEHOUSE_CONFIG")
    return Path(named).expanduser().absolute() if named else platformdirs.user_config_path("bakehouse")


class Settings:
    """Typed access to the file of one user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = QSettings(str(folder / "app.ini"), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        self._store.setValue(key, value)

    def blob(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_blob(self, key: str, value: QByteArray) -> None:
        self._store.setValue(key, value)

    def texts(self, key: str) -> list[str]:
        value = self._store.value(key)
        match value:
            case str():
                return [value] if value else []
            case list():
                return [str(each) for each in value]
            case _:
                return []

    def set_texts(self, key: str, values: list[str]) -> None:
        self._store.setValue(key, values)

    @property
    def recent(self) -> list[Path]:
        """Recipe files opened lately, the newest first."""
        return [Path(each) for each in self.texts("recent")]

    def remember(self, path: Path) -> None:
        """Put a file on top of the recent ones."""
        listed = [str(path), *(each for each in self.texts("recent") if each != str(path))]
        self.set_texts("recent", listed[:RECENT])

    def sync(self) -> None:
        """Have it on disk."""
        self._store.sync()
