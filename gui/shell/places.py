"""Where the app keeps what is one user's."""

from dataclasses import dataclass
from pathlib import Path

from core.build.folder import runs_folder
from gui.settings import config_folder


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one user: what is configured, what was not saved, what was followed."""

    config: Path
    recovery: Path
    runs: Path

    @classmethod
    def of_user(cls) -> "Places":
        runs = runs_folder()
        return cls(config_folder(), runs.parent / "recovery", runs)

    @classmethod
    def within(cls, folder: Path) -> "Places":
        return cls(folder / "config", folder / "recovery", folder / "runs")
