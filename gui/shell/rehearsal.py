"""What `--rehearse` begins with: a connection that plays, the web-server example, runs of earlier days.

Everything is in a folder that goes at the end, so neither the user's files nor their journals are touched.
"""

import shutil
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.aws.connection import Connection
from core.errors import Invalid

if TYPE_CHECKING:
    from core.build.recording import Recording

EXAMPLE: Final = "web-server"
EARLIER: Final = (timedelta(days=1, hours=2), timedelta(days=2, hours=7))
"""How long ago each recording of the timeline was made, as it says."""


def rehearsed(folder: Path, speed: float) -> tuple[Connection, Path]:
    """The connection, and the recipe file to open."""
    from core.aws.rehearsal import Rehearsal, RehearsedConnection

    rehearsal = Rehearsal.bundled(speed)
    connection = RehearsedConnection(rehearsal)
    for recording, ago in zip(rehearsal.recordings, EARLIER, strict=False):
        begin = datetime.now(UTC) - ago
        rehearsal.recall(recording, begin)
        _keep(recording, begin, folder / "runs", connection)
    with as_file(files("resources")) as shipped:
        shutil.copytree(shipped / "examples" / EXAMPLE, folder / EXAMPLE)
    return connection, folder / EXAMPLE / f"{EXAMPLE}.yml"


def _keep(recording: "Recording", begin: datetime, runs: Path, connection: Connection) -> None:
    """The journal of a recorded build, as if this app had followed it."""
    from core.build import journal
    from core.build.events import RunOpened
    from core.build.recording import shifted

    first, *rest = shifted(recording, begin - recording.begin)
    if not isinstance(first, RunOpened):
        raise Invalid(f"The recording of {recording.recipe} does not begin with the opening of its run.")
    writer, _ = journal.create(runs, first.model_copy(update={"connection": connection.name, "kind": connection.kind}))
    with writer:
        writer.append(*rest)
