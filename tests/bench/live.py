"""How busy a chatty build keeps the window: a thousand events a second, shown on the timeline page as they come.

Run alone as ``python -m tests.bench.live``.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop
from rich.console import Console

from core.aws.rehearsal import Rehearsal, RehearsedConnection
from core.build.events import ComponentChanged, Event, ImageChanged, LogRead, RunOpened, StepChanged, WorkflowChanged
from core.build.source import (
    Image,
    ImageState,
    ImageStatus,
    LogEvent,
    StepExecution,
    StepStatus,
    WorkflowExecution,
    WorkflowStatus,
)
from core.build.toe_log import Reading, Span, SpanKind, SpanStatus
from gui.actions import Desk
from gui.build.baking import Baking
from gui.build.history import History
from gui.build.page import TimelinePage
from gui.build.workplace import Workplace
from gui.following import Followed
from gui.ops import Ops
from gui.session import Session
from gui.theme.theme import Theme
from tests.bench.offscreen import application

SECONDS = 12.0
RATE = 1000
STEPS = 100
"""Of a component; every second event is a step of one, the others are lines of the log."""

SIZE = (1700, 1000)
ARN = "arn:aws:imagebuilder:eu-central-1:123456789012:image/chatty/1.0.0/1"
out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Busy:
    """`share` of a processor that the GUI thread took; milliseconds between two turns of its event loop at most;
    events that were shown."""

    share: float
    slowest: float
    events: int


def beginning() -> Iterator[Event]:
    now = datetime.now(UTC)
    yield RunOpened(at=now, image_arn=ARN, recipe_name="chatty", connection="rehearsal")
    state = ImageState(status=ImageStatus.BUILDING)
    yield ImageChanged(
        number=1, at=now, image=Image(arn=ARN, name="chatty", version="1.0.0/1", state=state, date_created=now)
    )
    workflow = WorkflowExecution(
        workflow_execution_id="wf-1", type="BUILD", status=WorkflowStatus.RUNNING, start_time=now
    )
    yield WorkflowChanged(number=2, at=now, workflow=workflow)
    step = StepExecution(
        step_execution_id="step-1", name="ApplyBuildComponents", action="ExecuteComponents", status=StepStatus.RUNNING,
        start_time=now,
    )  # fmt: skip
    yield StepChanged(number=3, at=now, workflow_execution_id="wf-1", position=0, step=step)


def chatter(sleep: Callable[[float], object]) -> Iterator[Event]:
    yield from beginning()
    begun = time.monotonic()
    number, line = 4, 0
    document = phase = 0
    while time.monotonic() - begun < SECONDS:
        for _ in range(RATE // 50):
            now = datetime.now(UTC)
            if number % 2:
                record = LogEvent(timestamp=round(now.timestamp() * 1000), message=f"Stdout: line {line} of many")
                yield LogRead(
                    number=number, at=now, first=line, events=(record,), token=None, token_position=0, reading=Reading()
                )
                line += 1
            else:
                place = number // 2 % (STEPS + 2)
                if place == 0:
                    document, phase = number, number + 1
                kind, key, parent = (
                    (SpanKind.DOCUMENT, document, None) if place == 0
                    else (SpanKind.PHASE, phase, document) if place == 1
                    else (SpanKind.STEP, number, phase)
                )  # fmt: skip
                span = Span(
                    key=key, kind=kind, name=f"{kind.value} {place}", parent=parent, status=SpanStatus.COMPLETED,
                    start=now, end=now + timedelta(milliseconds=2),
                )  # fmt: skip
                yield ComponentChanged(number=number, at=now, span=span)
            number += 1
        sleep(max(0.0, begun + (number - 4) / RATE - time.monotonic()))


def measure() -> Busy:
    app = application()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        ops = Ops()
        stack.callback(ops.close)
        session = Session(ops, RehearsedConnection(Rehearsal.bundled()))
        stack.callback(session.close)
        history = History(session, Path(name), session)
        stack.callback(history.close)
        page = TimelinePage(Workplace(Theme(app), Desk(), session, history, Baking(session, Path(name), session)))
        stack.callback(page.stop)
        page.resize(*SIZE)
        page.show()
        opened = next(beginning())
        assert isinstance(opened, RunOpened)
        followed = Followed(opened, chatter, session.connection)
        session.follow(followed)
        for _ in range(20):
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        begun, worked, slowest = time.monotonic(), time.thread_time(), 0.0
        while not followed.over:
            before = time.thread_time()
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            slowest = max(slowest, time.thread_time() - before)
        share = (time.thread_time() - worked) / (time.monotonic() - begun)
        page.close()
        return Busy(share, slowest * 1000, followed.run.number)


def report_live() -> None:
    busy = measure()
    rate = busy.events / SECONDS
    out.print(
        f"{rate:,.0f} events a second, GUI thread {busy.share:6.1%} busy, {busy.slowest:.0f} ms at most at a time"
    )


if __name__ == "__main__":
    report_live()
