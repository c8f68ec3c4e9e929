"""What a build can be told: retried, run again, answered, its machine let go; and what is said when it can't be."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.aws.connection import Connection
from core.aws.imagebuilder import Kind
from core.aws.machines import Machine
from core.aws.rehearsal import Rehearsal
from core.build import journal
from core.build.curves import Curve, Curves, Unit
from core.build.events import Event, ImageChanged, RunEnded, RunOpened, StepChanged, WorkflowChanged
from core.build.source import (
    Image,
    ImageState,
    ImageStatus,
    RollbackStatus,
    StepExecution,
    StepStatus,
    WorkflowExecution,
    WorkflowStatus,
)
from core.errors import Denied, Invalid, NotFound, Unreachable
from gui.actions import Desk, EditComponent, ShowResource, ShowRun
from gui.build.again_dialog import AgainDialog
from gui.build.baking import begun
from gui.build.commands import retriable
from gui.build.history import History
from gui.build.page import TimelinePage
from gui.build.rows import Part
from gui.build.workplace import Workplace
from gui.document import Document
from gui.following import Followed, on
from gui.session import Session
from tests.fakes.commanded import CommandedConnection
from tests.qt.build.conftest import Journals
from tests.qt.build.test_timeline import DAY, load, wait_for_end

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:image/hardened-base/1.0.0/1"


@pytest.fixture
def at(rehearsal: Rehearsal) -> CommandedConnection:
    return CommandedConnection(rehearsal)


def build(status: ImageStatus, **workflows: WorkflowStatus) -> list[Event]:
    image = Image(arn=ARN, name="hardened-base", version="1.0.0/1", state=ImageState(status=status), date_created=AT)
    found = [
        WorkflowChanged(
            number=number,
            at=AT,
            workflow=WorkflowExecution(
                workflow_execution_id=f"wf-{kind}", type=kind, status=each, start_time=AT + timedelta(seconds=number)
            ),
        )
        for number, (kind, each) in enumerate(workflows.items(), 2)
    ]
    return [ImageChanged(number=1, at=AT, image=image), *found]


def waiting() -> StepChanged:
    step = StepExecution(
        step_execution_id="step-1", name="Approve", action="WaitForAction", status=StepStatus.RUNNING, start_time=AT
    )
    return StepChanged(number=9, at=AT, workflow_execution_id="wf-BUILD", position=0, step=step)


def follow(session: Session, *events: Event) -> Followed:
    """A build of which somebody tells these events and no more."""
    opened = RunOpened(
        at=AT, image_arn=ARN, recipe_name="hardened-base", connection=session.connection.name, region="eu-central-1",
        pipeline_arn="arn:aws:imagebuilder:eu-central-1:123456789012:image-pipeline/hardened-base",
    )  # fmt: skip

    def source(sleep: object) -> Iterator[object]:
        yield from (opened, *events)
        while not sleep(60):  # type: ignore[operator]
            pass

    made = Followed(opened, source, session.connection)
    session.follow(made)
    return made


def button(page: QWidget, name: str) -> QPushButton:
    found = [each for each in page.findChildren(QPushButton) if each.accessibleName() == name and each.isVisible()]
    assert found, [each.accessibleName() for each in page.findChildren(QPushButton) if each.isVisible()]
    return found[0]


def press(page: QWidget, name: str) -> None:
    QTest.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def ready(page: TimelinePage, qtbot: QtBot, followed: Followed) -> None:
    qtbot.waitUntil(lambda: followed.run.image is not None and page.current is followed)
    page.view.refresh()


def start(page: TimelinePage, qtbot: QtBot) -> AgainDialog:
    """Look at what the new build will be, then start it."""
    dialog = again(page, qtbot)
    press(dialog, "Run again")
    return dialog


def again(page: TimelinePage, qtbot: QtBot) -> AgainDialog:
    """The question that is open, once it is answered what the new build will be."""
    (dialog,) = page.findChildren(AgainDialog)
    qtbot.waitUntil(lambda: dialog.again is not None)
    return dialog


FAILED, DONE = WorkflowStatus.FAILED, WorkflowStatus.COMPLETED


@pytest.mark.parametrize(
    ("status", "workflows", "can"),
    [
        (ImageStatus.FAILED, {"BUILD": DONE, "TEST": FAILED}, True),
        (ImageStatus.CANCELLED, {"BUILD": DONE, "DISTRIBUTION": FAILED}, True),
        (ImageStatus.FAILED, {"BUILD": FAILED}, False),
        (ImageStatus.FAILED, {}, False),
        (ImageStatus.AVAILABLE, {"BUILD": DONE}, False),
    ],
)
def test_only_a_stage_after_the_build_can_be_retried(
    session: Session, status: ImageStatus, workflows: dict[str, WorkflowStatus], can: bool, qtbot: QtBot
) -> None:
    """RetryImage goes on from a failed test or distribution; offered elsewhere it would be refused."""
    followed = follow(session, *build(status, **workflows))
    qtbot.waitUntil(lambda: followed.run.image is not None and len(followed.run.workflows) == len(workflows))
    assert retriable(followed.run) is can


def test_a_retry_goes_on_in_a_record_of_its_own(
    page: TimelinePage, at: CommandedConnection, session: Session, desk: Desk, journals: Journals, qtbot: QtBot
) -> None:
    followed = follow(session, *build(ImageStatus.FAILED, BUILD=DONE, TEST=FAILED))
    ready(page, qtbot, followed)
    wanted: list[object] = []
    desk.intended.connect(wanted.append)
    desk.take("run.retry")
    qtbot.waitUntil(lambda: wanted == [ShowRun(ARN)])
    assert at.told.said("RetryImage") == [{"imageBuildVersionArn": ARN}]
    (again,) = session.runs
    assert again is not followed
    assert journal.find(journals.folder, "rehearsal", ARN) is not None


def test_a_refused_retry_is_said_and_can_be_tried_again(
    page: TimelinePage, at: CommandedConnection, session: Session, desk: Desk, qtbot: QtBot
) -> None:
    followed = follow(session, *build(ImageStatus.FAILED, BUILD=DONE, TEST=FAILED))
    ready(page, qtbot, followed)
    at.told.failing["RetryImage"] = Invalid("The image can't be retried.", hint="Build it anew.")
    desk.take("run.retry")
    qtbot.waitUntil(page.view.refusal.isVisible)
    assert page.view.refusal.accessibleName() == "The image can't be retried. Build it anew."
    assert desk.possible("run.retry")
    assert session.runs == [followed]


def test_the_pipeline_is_run_again_as_another_build(
    page: TimelinePage, session: Session, desk: Desk, journals: Journals, qtbot: QtBot
) -> None:
    journals.write("hardened-base", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    press(page, "Run again")
    start(page, qtbot)
    qtbot.waitUntil(lambda: len(session.runs) == 1)
    assert session.runs[0].opened.started_by == "Bakehouse"
    qtbot.waitUntil(lambda: session.runs[0].over, timeout=30_000)


@pytest.mark.parametrize(("name", "word"), [("Resume Approve", "RESUME"), ("Stop Approve", "STOP")])
def test_a_waiting_step_is_answered_with_a_reason(
    page: TimelinePage, at: CommandedConnection, session: Session, name: str, word: str, qtbot: QtBot
) -> None:
    followed = follow(session, *build(ImageStatus.BUILDING, BUILD=WorkflowStatus.RUNNING), waiting())
    qtbot.waitUntil(lambda: bool(followed.run.waiting))
    ready(page, qtbot, followed)
    reason = page.view.waiting.findChildren(QLineEdit)[0]
    QTest.keyClicks(reason, "looks good")
    page.view.refresh()
    assert reason.text() == "looks good"
    press(page, name)
    qtbot.waitUntil(lambda: bool(at.told.said("SendWorkflowStepAction")))
    (asked,) = at.told.said("SendWorkflowStepAction")
    assert (asked["stepExecutionId"], asked["action"], asked["reason"]) == ("step-1", word, "looks good")


def test_a_kept_machine_is_shown_and_terminated(
    page: TimelinePage, at: CommandedConnection, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    at.told.machines = [
        Machine("i-0abc", ARN, "build", "running", 2, 4096, "2026-11-20T12:00:00Z"),
        Machine("i-0def", "another", "build", "running", 2, 4096, "2026-11-20T12:00:00Z"),
    ]
    journals.write("hardened-base", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    qtbot.waitUntil(page.view.machines.isVisible)
    assert [each.instance_id for each in page.view.machines.machines] == ["i-0abc"]
    press(page, "Terminate i-0abc")
    qtbot.waitUntil(lambda: not page.view.machines.isVisible())
    assert at.told.said("TerminateMachine") == [{"instanceId": "i-0abc"}]


def test_where_machines_cannot_be_listed_a_kept_one_is_said_all_the_same(
    page: TimelinePage, at: CommandedConnection, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    """On AWS a kept instance costs by the hour, and nothing in the build's list would tell of it."""
    at.capabilities = frozenset()
    launch = StepExecution(
        step_execution_id="step-0",
        name="LaunchBuildInstance",
        action="LaunchInstance",
        status=StepStatus.COMPLETED,
        rollback_status=RollbackStatus.SKIPPED,
        outputs='{"instanceId":"i-0abc123"}',
    )
    kept = StepChanged(number=8, at=AT, workflow_execution_id="wf-BUILD", position=0, step=launch)
    failed = build(ImageStatus.FAILED, BUILD=FAILED)
    opened = RunOpened(at=AT, image_arn=ARN, recipe_name="x", connection=at.name)
    writer, _ = journal.create(journals.folder, opened)
    with writer:
        writer.append(*failed, kept, RunEnded(number=9, at=AT, status=ImageStatus.FAILED))
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    assert page.view.trouble.isVisible()
    assert "i-0abc123 was kept" in page.view.trouble.accessibleName()


def test_what_the_machine_used_is_drawn_below_the_timeline_and_asked_for_only_where_it_ends(
    page: TimelinePage, at: CommandedConnection, session: Session, qtbot: QtBot
) -> None:
    """Asked for after its last sample, a machine was drawn with memory alone: what it did is a rate between two."""
    busy = Curve("CPU", Unit.PERCENT, (10.0, 80.0, 40.0), 100.0)
    at.told.curves = Curves((AT.timestamp(), AT.timestamp() + 1, AT.timestamp() + 2), (busy,))
    followed = follow(session, *build(ImageStatus.BUILDING, BUILD=WorkflowStatus.RUNNING))
    ready(page, qtbot, followed)
    page.view.tick()
    qtbot.waitUntil(lambda: page.view.charts.timeline.curves is not None)
    page.view.tick()
    qtbot.waitUntil(lambda: len(at.told.said("GetCurves")) >= 2)
    assert [asked["after"] for asked in at.told.said("GetCurves")][:2] == [0.0, AT.timestamp() + 1]


def test_what_changes_something_asks_first(place: Workplace, session: Session, qtbot: QtBot) -> None:
    """On a production connection the app asks for its name; here the question itself is noted and not answered."""
    asked: list[tuple[str, str]] = []

    def ask(at: Connection, what: str, go_text: str, then: object) -> None:
        asked.append((at.name, what))

    page = TimelinePage(Workplace(place.theme, place.desk, session, place.history, place.baking, place.settings, ask))
    qtbot.addWidget(page)
    page.show()
    followed = follow(session, *build(ImageStatus.FAILED, BUILD=DONE, TEST=FAILED))
    ready(page, qtbot, followed)
    place.desk.take("run.retry")
    place.desk.take("run.again")
    assert asked == [("rehearsal", "Retrying the build of hardened-base 1.0.0/1.")]
    page.stop()


def test_the_failed_step_opens_in_the_component_editor(
    page: TimelinePage, session: Session, desk: Desk, journals: Journals, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "recipe"
    (folder / "components").mkdir(parents=True)
    recipe = "schemaVersion: 1\nname: x\nimageRecipe:\n  parentImage: y\n  components:\n"
    (folder / "x.yml").write_text(recipe + "    - document: components/packages.yml\n")
    text = "schemaVersion: 1.0\nname: packages\nphases:\n  - name: build\n    steps:\n"
    steps = "".join(
        f"      - name: {name}\n        action: ExecuteBash\n        inputs: {{commands: [ls]}}\n"
        for name in ("Other", "Install")
    )
    (folder / "components/packages.yml").write_text(text + steps)
    session.open(Document.read(folder / "x.yml"))
    qtbot.waitUntil(lambda: not session.checking)
    journals.write("hardened-base", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    wanted: list[object] = []
    desk.intended.connect(wanted.append)
    press(page, "Edit step")
    assert wanted == [EditComponent(folder / "components/packages.yml", (0, 1))]


def test_the_image_is_opened_in_the_library_and_its_arn_copied(
    page: TimelinePage, desk: Desk, journals: Journals, qtbot: QtBot
) -> None:
    arn = journals.write("web-server", 1, DAY)
    load(page, qtbot)
    wait_for_end(page, qtbot)
    page.view.refresh()
    wanted: list[object] = []
    desk.intended.connect(wanted.append)
    desk.take("run.show-image")
    assert wanted == [ShowResource(arn)]


# Connections that break


def losing(session: Session, error: Exception) -> Followed:
    opened = RunOpened(at=AT, image_arn=ARN, recipe_name="hardened-base", connection=session.connection.name)

    def source(_sleep: object) -> Iterator[object]:
        yield opened
        yield from build(ImageStatus.BUILDING)
        raise error

    made = Followed(opened, source, session.connection)
    session.follow(made)
    return made


def test_a_lost_build_is_followed_again_by_itself(
    page: TimelinePage, session: Session, qtbot: QtBot, history: History
) -> None:
    """Without it, a night without network would leave a build that nobody follows until the next start."""
    followed = losing(session, Unreachable("Nobody answers."))
    qtbot.waitUntil(lambda: followed.over)
    assert "goes on" in page.view.trouble.accessibleName()
    history.again_now()
    qtbot.waitUntil(lambda: session.runs != [followed])
    assert session.runs[0].arn == ARN


def test_expired_credentials_are_said_and_following_goes_on_after_the_sign_in(
    page: TimelinePage, session: Session, history: History, qtbot: QtBot
) -> None:
    followed = losing(session, Denied("The sign-in has ended."))
    qtbot.waitUntil(lambda: followed.over)
    assert "Sign in again" in page.view.trouble.accessibleName()
    history.again_now()
    assert session.runs == [followed], "nobody signs in by himself"
    history.signed_in()
    assert session.runs != [followed]


@pytest.mark.parametrize("denied", [False, True])
def test_a_build_of_somebody_else_that_waits_is_listed_as_waiting_where_that_may_be_known(
    page: TimelinePage, at: CommandedConnection, history: History, denied: bool, qtbot: QtBot
) -> None:
    """Without the permission to list what waits, not even the builds were listed."""
    at.told.builds = [{"arn": ARN, "name": "hardened-base", "version": "1.0.0/1", "state": {"status": "BUILDING"}}]
    at.told.waiting = [ARN]
    if denied:
        at.told.failing["ListWaitingWorkflowSteps"] = Denied("Not allowed.")
    history.ask()
    qtbot.waitUntil(lambda: page.list.titles == ["hardened-base 1.0.0/1"])
    (row,) = history.told.rows
    assert (row.part is Part.WAITING) is not denied


def test_listing_builds_starts_no_service(
    page: TimelinePage, at: CommandedConnection, history: History, qtbot: QtBot
) -> None:
    """The local service would be started by whoever only looks at the timeline."""
    session = page.place.session
    qtbot.waitUntil(lambda: not session.ops.waiting)
    at.told.calls.clear()
    at.awake = False
    history.ask()
    qtbot.waitUntil(lambda: not session.ops.waiting)
    assert at.told.said("ListImageBuildVersions") == []
    at.awake = True
    history.ask()
    qtbot.waitUntil(lambda: bool(at.told.said("ListImageBuildVersions")))


def test_following_is_taken_up_again_by_hand(page: TimelinePage, session: Session, desk: Desk, qtbot: QtBot) -> None:
    followed = losing(session, NotFound("The image does not exist."))
    qtbot.waitUntil(lambda: followed.over)
    page.view.refresh()
    press(page, "Follow again")
    assert session.runs != [followed]
    qtbot.waitUntil(lambda: session.runs[0].over, timeout=30_000)


def test_a_build_that_was_started_is_found_at_the_next_start_though_nobody_followed_it(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    """The app was quit after the service had started the build, before it was followed."""
    opened = RunOpened(at=datetime.now(UTC), image_arn=ARN, recipe_name="hardened-base", connection="rehearsal")
    begun(journals.folder, opened)
    load(page, qtbot)
    assert [each.arn for each in session.runs] == [ARN]
    qtbot.waitUntil(lambda: session.runs[0].over, timeout=30_000)


def test_a_journal_that_cannot_be_written_stops_no_following(
    page: TimelinePage, session: Session, journals: Journals, qtbot: QtBot
) -> None:
    builder = session.connection.image_builder()
    arn = builder.start(builder.arn(Kind.PIPELINE, "hardened-base"))
    journals.folder.write_text("a file where a folder should be")
    opened = RunOpened(at=datetime.now(UTC), image_arn=arn, recipe_name="hardened-base", connection="rehearsal")
    followed = on(session.connection, opened, journals.folder / "below")
    session.follow(followed)
    qtbot.waitUntil(lambda: followed.over, timeout=30_000)
    assert followed.run.status is ImageStatus.FAILED
    assert "is not kept" in page.view.trouble.accessibleName()
