"""The timeline of a run: its bars on lanes of time, the same as a table, and the machine's curves below.

Its modules need numpy, and pyqtgraph for curves, so whoever shows a timeline imports `view` or `table` of it when it is
first looked at, and never while the app starts. Importing them takes longer than a user should wait for: `load` does it
beforehand, in a thread beside the GUI's.
"""

from importlib import import_module


def load() -> None:
    """Import all that a timeline needs."""
    for name in ("view", "table", "curves"):
        import_module(f"{__name__}.{name}")
