"""Amounts as people read them."""

from typing import Final

UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")


def bytes_text(size: int) -> str:
    """``812 B``, ``13.5 MiB``."""
    step = next(n for n, _ in enumerate(UNITS) if abs(size) < 1024 ** (n + 1) or n == len(UNITS) - 1)
    return f"{size / 1024**step:.{1 if step else 0}f} {UNITS[step]}"
