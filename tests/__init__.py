"""Tests and benches come by PySide6 on other ways than the app does: what its package sets for PySide6 is set first."""

import gui  # noqa: F401
