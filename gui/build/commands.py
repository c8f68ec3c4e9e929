"""What a build can be told: to be retried, to go on or stop where it waits, to let its machine go.

Everything is asked of the connection that the build runs on, off the GUI thread, and where it is production the user is
asked first. What comes of it shows in the build itself, as it does for whoever else asks.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from core.aws.connection import Capability, Connection
from core.build.bundle import Contents
from core.build.curves import Curves
from core.build.events import RunOpened
from core.build.run import Run
from core.build.source import ImageStatus, RollbackStatus, StepExecution, WorkflowStatus
from core.errors import BakehouseError, Conflict, NotFound
from core.recipe.component import ComponentDocument, parse_component
from gui.actions import ShowRun
from gui.build.again import Again, OpenRecipe, read_again
from gui.build.again_dialog import AgainDialog
from gui.build.baking import begun
from gui.build.rows import name_of
from gui.build.workplace import Workplace
from gui.following import Followed, on

if TYPE_CHECKING:
    from core.aws.machines import Machine

Result = TypeVar("Result")

LANE: Final = "commands to builds"
SAMPLES: Final = "curves of machines"
_INSTANCE: Final = re.compile(r"\bi-[0-9a-f]{3,}\b")
RETRIED: Final = frozenset({ImageStatus.FAILED, ImageStatus.CANCELLED})


class Commands(QObject):
    """Signals: `failed` — the Followed and the BakehouseError; `machines_known` — the Followed and its machines;
    `document_known` — component documents by ARN; `curves_known` — the Followed and what its machines used so far."""

    failed = Signal(object, object)
    machines_known = Signal(object, object)
    document_known = Signal(object)
    curves_known = Signal(object, object)

    def __init__(self, place: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._asked: set[str] = set()
        self._looked_up: set[tuple[str, str]] = set()
        self._curves: tuple[Followed | None, Curves] = (None, Curves())
        self._sampling = False

    def connection(self, followed: Followed) -> Connection | None:
        """The connection that knows the build; None while another one is in use and nobody follows it."""
        at = self._place.session.connection
        return followed.at or (at if at.name == followed.opened.connection else None)

    def can_retry(self, followed: Followed) -> bool:
        """Whether the failed stage alone can run again."""
        return self.connection(followed) is not None and retriable(followed.run)

    def can_run_again(self, followed: Followed) -> bool:
        return self.connection(followed) is not None and bool(pipeline_of(followed))

    def retry(self, followed: Followed) -> None:
        """Run the failed test or distribution phase again, as the same build version."""

        def go(at: Connection) -> tuple[Connection, RunOpened]:
            at.image_builder().retry(followed.arn)
            return at, self._opened(followed, at, followed.arn, pipeline_of(followed))

        what = f"Retrying the build of {name_of(followed)}."
        self._ask(followed, what, "Retry the build", go, lambda begun: self._follow(followed, *begun))

    def run_again(self, followed: Followed, parent: QWidget) -> None:
        """A new build of the same pipeline, once the user has seen what it will be."""
        at, session = self.connection(followed), self._place.session
        if at is None:
            return
        dialog = AgainDialog(self._place.theme, name_of(followed), parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(lambda again: self._start_again(followed, again))
        dialog.bake_wanted.connect(lambda: self._place.desk.take("run.bake"))
        document, runs, pipeline = session.document, self._place.history.folder, pipeline_of(followed)
        recipe = OpenRecipe(document.path, document.text) if document.path is not None else None
        session.ops.run(
            dialog, lambda: read_again(at, followed.opened, pipeline, runs, recipe), dialog.show_again, dialog.refuse,
            lane=LANE,
        )  # fmt: skip
        dialog.open()

    def _start_again(self, followed: Followed, again: Again) -> None:
        def go(at: Connection) -> tuple[Connection, RunOpened]:
            arn = at.image_builder().start(again.pipeline, again.tags)
            return at, self._opened(followed, at, arn, again.pipeline, again.contents)

        what = f"Running the pipeline of {name_of(followed)} again."
        self._ask(followed, what, "Run the pipeline", go, lambda begun: self._follow(None, *begun))

    def answer(self, followed: Followed, step: StepExecution, *, resume: bool, reason: str) -> None:
        """Let a step that waits go on, or stop it."""

        def go(at: Connection) -> None:
            from core.aws.imagebuilder import Answer

            word = Answer.RESUME if resume else Answer.STOP
            at.image_builder().answer(followed.arn, step.step_execution_id, word, reason)

        what = f"{'Resuming' if resume else 'Stopping'} the step {step.name} of {name_of(followed)}."
        self._ask(followed, what, "Resume the step" if resume else "Stop the step", go, lambda _: None)

    def look_for_machines(self, followed: Followed) -> None:
        """Ask once, when a build is over, whether its machine was kept."""
        at = self.connection(followed)
        if at is None or followed.arn in self._asked or Capability.MACHINES not in at.capabilities:
            return
        self._asked.add(followed.arn)
        self._ask_for_machines(followed, at)

    def sample(self, followed: Followed) -> None:
        """Ask what the build's machines used since it was asked last, as long as it is one build that is looked at."""
        at = self.connection(followed)
        if at is None or self._sampling or Capability.MACHINES not in at.capabilities:
            return
        whose, known = self._curves
        if whose is not followed:
            known = Curves()
        # The last sample is asked for again: its totals are what the next one's rates are reckoned from.
        after = known.times[-2] if len(known.times) > 1 else 0.0
        self._sampling = True

        def take(found: Curves) -> None:
            self._sampling = False
            self._curves = followed, known.then(found) if found.curves else known
            self.curves_known.emit(followed, self._curves[1])

        def fail(_error: BakehouseError) -> None:
            self._sampling = False  # a build is shown without its machine's curves as well

        def read() -> Curves:
            return at.machines().curves(followed.arn, after) if at.awake else Curves()

        self._place.session.ops.run(self, read, take, fail, lane=SAMPLES, quiet=True)

    def look_up(self, followed: Followed, document: str) -> None:
        """Ask once for the component document in which a build failed."""
        at = self.connection(followed)
        if at is None or not document.startswith("arn:") or (followed.arn, document) in self._looked_up:
            return
        self._looked_up.add((followed.arn, document))
        self._place.session.ops.run(
            self, lambda: component_document(at, document), self.document_known.emit, lambda _: None, lane=LANE
        )

    def terminate(self, followed: Followed, instance_id: str) -> None:
        def go(at: Connection) -> Connection:
            at.machines().terminate(instance_id)
            return at

        what = f"Terminating the machine {instance_id} of {name_of(followed)}."
        self._ask(followed, what, "Terminate", go, lambda at: self._ask_for_machines(followed, at))

    def _ask_for_machines(self, followed: Followed, at: Connection) -> None:
        def read() -> "tuple[Machine, ...]":
            found = at.machines().machines() if at.awake else ()
            return tuple(each for each in found if each.image_arn == followed.arn)

        def tell(found: "tuple[Machine, ...]") -> None:
            self.machines_known.emit(followed, found)

        # Whether a machine was kept is beside the point where nobody can say so.
        self._place.session.ops.run(self, read, tell, lambda _: None, lane=LANE)

    def _ask(
        self,
        followed: Followed,
        what: str,
        go_text: str,
        work: Callable[[Connection], Result],
        done: Callable[[Result], None],
    ) -> None:
        at = self.connection(followed)
        if at is None:
            name = followed.opened.connection
            error = Conflict(f"This build is of the connection {name}.", hint=f"Use {name}, then try again.")
            self.failed.emit(followed, error)
            return

        def run() -> None:
            self._place.session.ops.run(
                self, lambda: work(at), done, lambda error: self.failed.emit(followed, error), lane=LANE
            )

        self._place.ask_first(at, what, go_text, run)

    def _opened(
        self, followed: Followed, at: Connection, arn: str, pipeline: str, contents: Contents | None = None
    ) -> RunOpened:
        """The opening of the new run, in its journal already."""
        opened = RunOpened(
            at=datetime.now(UTC),
            image_arn=arn,
            recipe_name=followed.opened.recipe_name,
            connection=at.name,
            kind=at.kind,
            region=at.region,
            pipeline_arn=pipeline,
            started_by="Bakehouse",
        )
        begun(self._place.history.folder, opened, contents)
        return opened

    def _follow(self, before: Followed | None, at: Connection, opened: RunOpened) -> None:
        session = self._place.session
        self._asked.discard(opened.image_arn)
        known = before if before in session.runs else None
        session.follow(on(at, opened, self._place.history.folder), instead_of=known)
        self._place.desk.intend(ShowRun(opened.image_arn))


def component_document(at: Connection, arn: str) -> Mapping[str, ComponentDocument]:
    """A component's document by its ARN; none where a service would have to be started for it. Raises what the
    connection raises, Invalid for one that can't be read."""
    from core.aws.imagebuilder import Kind

    if not at.awake:
        return {}
    found = at.image_builder().find(Kind.COMPONENT, arn)
    if found is None:
        raise NotFound(f"{arn} is gone.")
    return {arn: parse_component(str(found.members.get("data", "")))}


def pipeline_of(followed: Followed) -> str:
    image = followed.run.image
    return (image.source_pipeline_arn if image else "") or followed.opened.pipeline_arn


def retriable(run: Run) -> bool:
    """Whether RetryImage has something to go on from: the image failed or was cancelled after its build workflow."""
    kept = [each for each in run.workflows.values() if not each.retried]
    builds = [each for each in kept if each.type == "BUILD"]
    built = all(each.status is WorkflowStatus.COMPLETED for each in builds)
    return run.status in RETRIED and bool(kept) and built and (run.image is None or run.image.type == "AMI")


def kept_instance(run: Run) -> str:
    """The instance that a failed build has left on purpose (terminateInstanceOnFailure is false); empty for none. Its
    launch was not undone then."""
    for entry in run.steps.values():
        step = entry.step
        if step.action == "LaunchInstance" and step.rollback_status is RollbackStatus.SKIPPED:
            found = _INSTANCE.search(step.outputs)
            return found[0] if found else "of the build"
    return ""


def unsaid(at: Connection | None, run: Run) -> tuple[str, str]:
    """That a machine was kept, and what to do, where the connection can't list machines; two empty texts elsewhere."""
    instance = kept_instance(run) if at is not None and Capability.MACHINES not in at.capabilities else ""
    if at is None or not instance:
        return "", ""
    hint = f"Bakehouse can't reach machines of {at.name} yet. Terminate it in EC2; until then it costs by the hour."
    return f"The machine {instance} was kept.", hint
