"""What the connection can't do yet with a recipe, in words for whoever shows that part of it."""

from typing import Final

from core.aws.connection import Capability, Connection

_SCHEDULE: Final = (
    "keeps the schedule with the pipeline and does not run it yet. An AWS connection runs it; here, press Bake."
)
_CONTAINER: Final = "can't build container images yet. Choose an AWS connection to bake this recipe."


def why_no_schedule(connection: Connection) -> str:
    """Why a schedule has no effect there; "" where it has."""
    return "" if Capability.SCHEDULES in connection.capabilities else f"{_name(connection)} {_SCHEDULE}"


def why_no_container(connection: Connection) -> str:
    """Why a container recipe can't be baked there; "" where it can."""
    return "" if Capability.CONTAINERS in connection.capabilities else f"{_name(connection)} {_CONTAINER}"


def _name(connection: Connection) -> str:
    return connection.name[0].upper() + connection.name[1:]
