"""From the open recipe file to a followed build: read, plan, ask where it is production, publish, start, follow.

Everything but the asking happens off the GUI thread, in the lane of the connection. What publishing and following need
is imported there as well: the window can be there before it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from core.aws.connection import Connection
from core.errors import BakehouseError, Conflict, HostFault
from gui.session import Session, lane_of

if TYPE_CHECKING:
    from core.build.bundle import Contents
    from core.build.events import RunOpened
    from core.publish.plan import Plan
    from core.publish.prepared import Reading
    from gui.following import Followed

CANCELLING: Final = "cancelling"


@dataclass(frozen=True, slots=True)
class Ready:
    """A recipe file that can be baked on a connection, and what that will change there."""

    reading: "Reading"
    at: Connection
    plan: "Plan"


class Baking(QObject):
    """One bake at a time is under way from the recipe to the start of its build; builds run beside each other.

    Signals: `planned` — Ready, to be confirmed with `go`; `started` — the Followed build; `refused` — a BakehouseError;
    `busy_changed` — bool.
    """

    planned = Signal(object)
    started = Signal(object)
    refused = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, session: Session, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runs = runs
        self.busy = False

    def plan(self) -> None:
        """Find out what baking the saved recipe file would do; `planned` or `refused` follows."""
        document, at = self._session.document, self._session.connection
        if document.path is None:
            self.refused.emit(HostFault("The recipe has no file yet.", hint="Save it, then bake it."))
            return
        path, text = document.path, document.text
        self._be_busy(True)
        self._session.ops.run(self, lambda: ready(path, text, at), self._tell, self._refuse, lane=lane_of(at.name))

    def go(self, ready: Ready) -> None:
        """Publish and start it; `started` or `refused` follows."""
        self._be_busy(True)
        self._session.ops.run(
            self, lambda: start(ready, self._runs), self._follow, self._refuse, lane=lane_of(ready.at.name)
        )

    def cancel(self, followed: "Followed") -> None:
        """Ask the service that builds it to cancel a build, whatever connection is in use now; its end comes as every
        end does."""
        at, arn = followed.at, followed.arn
        if at is None:
            self.refused.emit(Conflict("This build is not followed, so it can't be cancelled."))
            return
        self._session.ops.run(
            self, lambda: at.image_builder().cancel(arn), lambda _: None, self.refused.emit, lane=CANCELLING
        )

    def watch(self, at: Connection, opened: "RunOpened") -> "Followed":
        """Follow a build that somebody has started."""
        from gui.following import on

        run = on(at, opened, self._runs)
        self._session.follow(run)
        return run

    def watch_started(self, arn: str, at: Connection) -> "Followed":
        """Follow the build of an image that was started on a connection."""
        from core.build.events import RunOpened

        opened = RunOpened(
            at=datetime.now(UTC),
            image_arn=arn,
            recipe_name="",
            connection=at.name,
            kind=at.kind,
            region=at.region,
            pipeline_arn="",
            started_by="Bakehouse",
        )
        return self.watch(at, opened)

    def _tell(self, found: Ready) -> None:
        self._be_busy(False)
        self.planned.emit(found)

    def _follow(self, begun: "tuple[Connection, RunOpened]") -> None:
        self._be_busy(False)
        self.started.emit(self.watch(*begun))

    def _refuse(self, error: BakehouseError) -> None:
        self._be_busy(False)
        self.refused.emit(error)

    def _be_busy(self, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)


def ready(path: Path, text: str, at: Connection) -> Ready:
    """Read and plan. Raises what reading, the plan and the connection raise."""
    from core.publish.prepared import planned, read_for

    reading = read_for(path, text, at.kind, at.name)
    return Ready(reading, at, planned(reading, at))


def start(ready: Ready, runs: Path) -> "tuple[Connection, RunOpened]":
    """Publish and start, and begin the journal at once: an app that is quit before it follows the build finds it at its
    next start."""
    from core.build.events import RunOpened
    from core.publish.prepared import published
    from gui.build.record import recipe_contents

    builder = ready.at.image_builder()
    *_, pipeline = published(ready.plan, ready.reading, ready.at)
    arn = builder.start(pipeline.arn)
    opened = RunOpened(
        at=datetime.now(UTC),
        image_arn=arn,
        recipe_name=ready.reading.recipe.name,
        connection=ready.at.name,
        kind=ready.at.kind,
        region=ready.at.region,
        pipeline_arn=pipeline.arn,
        started_by="Bakehouse",
    )
    begun(runs, opened, recipe_contents(ready.reading))
    return ready.at, opened


def begun(runs: Path, opened: "RunOpened", contents: "Contents | None" = None) -> None:
    """Begin the journal of a build, and keep beside it what is known. Where that can't be, the build goes on all the
    same: whoever follows it says so."""
    from core.build import bundle, journal

    with suppress(Conflict, HostFault):
        writer, _ = journal.create(runs, opened)
        writer.close()
        if contents is not None:
            bundle.keep(writer.path, contents)
