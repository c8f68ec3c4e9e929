"""Moments as people read them: in the time zone of this machine, to the minute."""

from datetime import datetime


def shown_moment(text: str) -> str:
    """An ISO 8601 text as ``2026-01-03 14:05``; what is none is shown as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = moment.astimezone() if moment.tzinfo is not None else moment
    return f"{local:%Y-%m-%d %H:%M}"
