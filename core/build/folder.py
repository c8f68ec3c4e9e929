"""Where the journals of runs are. Apart from what reads and writes them, which takes a while to import."""

import os
from pathlib import Path

import platformdirs


def runs_folder() -> Path:
    """$BAKEHOUSE_STATE, else the user's state folder of the platform."""
    named = os.environ.get("BAKEHOUSE_STATE")
    return Path(named).expanduser().absolute() if named else platformdirs.user_state_path("bakehouse") / "runs"
