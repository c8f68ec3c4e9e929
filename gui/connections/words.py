"""How sizes, counts and times are said on the connections page."""

from datetime import timedelta

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_UNITS = ("KB", "MB", "GB", "TB")


def size(count: int) -> str:
    """Bytes as disk tools say them: 1 GB is a thousand million."""
    if count == 0:
        return "nothing"
    amount = float(count)
    unit = "bytes"
    for unit in ("bytes", *_UNITS):
        if amount < 1000 or unit == _UNITS[-1]:
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if amount >= 100 or unit == "bytes" else f"{amount:.1f} {unit}"


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def left(time: timedelta) -> str:
    """The time left of a sign-in."""
    seconds = int(time.total_seconds())
    if seconds <= 0:
        return "expired"
    if seconds < _MINUTE:
        return "under a minute left"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min left"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE:02} min left"
    return f"{counted(seconds // _DAY, 'day')} left"
