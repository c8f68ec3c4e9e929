"""The connection in one glance, for the top bar: what it is called, where, who one is there, how long; and the local
service in a few words, for the status line."""

from typing import TYPE_CHECKING

from core.aws.connection import Connection
from core.catalog.regions import REGIONS
from gui.connections.standing import PRESENTATIONS, Standing, State
from gui.connections.words import left as left_words

if TYPE_CHECKING:
    from core.aws.machines import Health

Chip = tuple[tuple[str, ...], str, str, str]
"""Parts, icon, role, tool tip."""


def chip(connection: Connection, standing: Standing | None = None) -> Chip:
    """Asks nobody: what is not known yet is left out. Production is icon, word and colour."""
    standing = standing or Standing()
    region = REGIONS.get(connection.region)
    place = f"{region.name} ({region.code})" if region else connection.region
    if connection.kind == "local":
        tip = f"Recipes are baked on this computer, as if in {place}. Press to choose another connection."
        return (connection.name.capitalize(), connection.region), connection.kind, "text", tip
    left = connection.time_left
    state = standing.now(left)
    identity = standing.identity
    parts = [connection.name]
    if connection.production:
        parts.append("Production")
    parts.append(connection.region)
    lines = [f"Recipes are baked in {place}."]
    if identity is not None:
        parts += [identity.name, identity.account]
        lines.append(f"Signed in as {identity.arn}.")
    if left is not None:
        parts.append(left_words(left))
    elif state not in (State.NEW, State.READY):
        parts.append(PRESENTATIONS[state].word)
    if connection.production:
        lines.append("Marked as production: changes are asked about first.")
    icon, role = _look(connection, state)
    return tuple(parts), icon, role, "\n".join([*lines, "Press to choose another connection."])


def _look(connection: Connection, state: State) -> tuple[str, str]:
    if connection.production:
        return "production", "bad"
    shown = PRESENTATIONS[state]
    return (connection.kind, "text") if shown.role in ("quiet", "good") else (shown.icon, shown.role)


def service_words(health: "Health | None") -> tuple[str, str]:
    """The local service in words, and the role of its icon. None for one that does not run, or was not asked yet."""
    if health is None:
        return "Local service not running", "quiet"
    return "Local service running", "good"
