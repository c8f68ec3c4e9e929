"""When a line was printed: not shown, as the time of day on this machine, or as the time since the build began."""

from datetime import UTC, datetime
from enum import Enum
from typing import Final, assert_never

NOWHEN: Final = "--:--:--.---"
_LAST: Final = 253_402_214_400_000
"""The end of the year 9999, with a day to spare for time zones."""


class Times(Enum):
    """How times are shown. The value is how a menu calls it."""

    NONE = "No times"
    ABSOLUTE = "Time of day"
    ELAPSED = "Time since the beginning"

    @property
    def following(self) -> "Times":
        return {Times.NONE: Times.ABSOLUTE, Times.ABSOLUTE: Times.ELAPSED, Times.ELAPSED: Times.NONE}[self]


def shown(times: Times, moment: int, begin: int) -> str:
    """A moment and the beginning in milliseconds since 1970 UTC. A clock that is set back shows as it does."""
    match times:
        case Times.NONE:
            return ""
        case Times.ABSOLUTE:
            return f"{_local(moment):%H:%M:%S}.{moment % 1000:03}" if 0 <= moment < _LAST else NOWHEN
        case Times.ELAPSED:
            return elapsed(moment - begin)
        case _:
            assert_never(times)


def elapsed(milliseconds: int) -> str:
    """``1:02:03.456``, always with minutes."""
    if abs(milliseconds) >= _LAST:
        return NOWHEN
    seconds, rest = divmod(abs(milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{seconds:02}.{rest:03}" if hours else f"{minutes:02}:{seconds:02}.{rest:03}"
    return f"-{text}" if milliseconds < 0 else text


def in_full(moment: int) -> str:
    """For a tool tip and for a file: with the date and the zone."""
    return (
        f"{_local(moment):%Y-%m-%d %H:%M:%S}.{moment % 1000:03} {_local(moment):%Z}" if 0 <= moment < _LAST else NOWHEN
    )


def stamp(moment: int) -> str:
    """ISO 8601 in UTC."""
    if not 0 <= moment < _LAST:
        return NOWHEN
    return f"{datetime.fromtimestamp(moment // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{moment % 1000:03}Z"


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment // 1000, UTC).astimezone()
