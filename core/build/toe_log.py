"""Documents, phases and steps as they ran, read from the console log of the component runner (AWSTOE's form).

The build's log stream mixes three things: what the service says ("Started step ApplyBuildComponents …"), what the
component runner says ("Document …", "Phase build", "Step Install", "ExecuteBash: STARTED EXECUTION"), and what the
commands say, whose output lines start with "Stdout: " while their stderr comes in one piece before their exit code.
Only the second is structure; so the reader knows at any line whose words it hears. A Phase counts only within a
Document and a Step only within a Phase, nothing counts within a command's stderr, and a Document is believed when its
first Phase follows.

`read` is a pure function from one `Reading` and some log records to the next `Reading` and the spans that changed, so a
reading can be kept in an event and gone on with after a restart. Line forms: reference component-documents 6.6; the
lines after a reboot as printed by AWSTOE: document and phase again, then the step.
"""

import re
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from pydantic.alias_generators import to_snake

from core.build.source import LogEvent, OptionalTime, Record, Text, UtcTime

STDERR_KEPT = 4096
"""Characters of a command's stderr kept with its step: enough for the line that matters, not a second log."""

PRINTED_KEPT, PRINTED_WIDTH = 12, 300
"""Last lines of stdout kept with a step that fails, and characters of each: many programs complain there."""

REBOOT_EXIT_CODES = frozenset({194, 3010})
"""Exit codes with which a command asks for a reboot: of Linux and macOS, and of Windows (AWSTOE, ExecuteBash)."""


class SpanKind(StrEnum):
    DOCUMENT = "DOCUMENT"
    PHASE = "PHASE"
    STEP = "STEP"


class SpanStatus(StrEnum):
    """A document or phase is FAILED once a failed step of it is over. That a failure is IGNORED (`onFailure: Ignore`)
    shows only when the whole run succeeds all the same."""

    RUNNING = "RUNNING"
    REBOOTING = "REBOOTING"
    COMPLETED = "COMPLETED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    IGNORED = "IGNORED"
    INTERRUPTED = "INTERRUPTED"


class Span(Record):
    """A document, phase or step. `key` is the line of the stream (from 1) at which it began, and names it for ever;
    `parent` is the key of what it ran in, `last_line` the line at which it ended, 0 until then. What follows that is of
    steps only: how often the action was started (attempts, iterations, starts after a reboot), when it asked for
    reboots, and of the last start the command, exit code, end of stderr, what the runner called the error, and if it
    failed the last lines it `printed` on stdout.
    """

    key: int
    kind: SpanKind
    name: str
    parent: int | None = None
    status: SpanStatus = SpanStatus.RUNNING
    start: UtcTime
    end: OptionalTime = None
    last_line: int = 0
    action: str = ""
    executions: int = 0
    reboots: tuple[UtcTime, ...] = ()
    command: Text = ""
    exit_code: int | None = None
    stderr: Text = ""
    error: Text = ""
    printed: tuple[Text, ...] = ()

    def changed(self, **members: object) -> "Span":
        return self.model_copy(update=members)


class ComponentFailure(Record):
    """The block that is printed for the first failed step of a run. `key` is the line at which it began."""

    key: int
    document: str = ""
    component_arn: str = ""
    phase: str = ""
    step: str = ""
    action: str = ""
    error_message: Text = ""
    stderr: Text = ""


class Announced(Record):
    """A Document line whose first Phase hasn't come yet."""

    key: int
    name: str
    at: UtcTime


class Reading(Record):
    """Where the reader stands: lines read, the open spans from the outermost inwards (a step of ExecuteDocument holds
    documents again), which spans of this run of the runner are FAILED, and whose words come next. `resuming` is how
    many of the open spans have been entered again after a reboot, None when nothing reboots. `printed` are the last
    lines of stdout of the step that runs."""

    line: int = 0
    prefixed: bool = False
    announced: Announced | None = None
    open: tuple[Span, ...] = ()
    resuming: int | None = None
    failed: tuple[Span, ...] = ()
    within_stderr: bool = False
    printed: tuple[Text, ...] = ()
    failure: ComponentFailure | None = None
    failure_member: str = ""


Mark = Span | ComponentFailure

_PREFIX = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z ")
_STRUCTURE = re.compile(
    r"Setup: (?P<setup>STARTED SETUP)"
    r"|Document (?P<document>\S.*)"
    r"|Phase (?P<phase>[\w-]+)"
    r"|Step (?P<step>[\w-]+)"
    r"|(?P<started>\w+): STARTED EXECUTION"
    r"|(?P<finished>\w+): FINISHED EXECUTION"
    r"|(?P<failed>\w+: FAILED EXECUTION.*)"
    r"|The step (?P<skipped>is skipped) by its condition"
    r"|The machine (?P<back>is back) after the reboot"
    r"|CmdExecution: Starting execution of command with arguments \[(?P<command>.*)\]"
    r"|(?:CmdExecution: )?Stderr:(?P<stderr>.*)"
    r"|(?:CmdExecution: )?ExitCode (?P<exit>-?\d{1,10})"
    r"|TOE has completed execution (?P<completed>.*)"
    r"|Document:(?P<failure>.*)"
)
_STDOUT = "Stdout:"
_AFTER_STDERR = frozenset({"exit", "started", "finished", "failed", "completed", "setup"})
_FAILURE_MEMBER = re.compile(r"(Document|ComponentArn|Phase|Step|Action|ErrorMessage|Stderr):(.*)")


def read(reading: Reading, events: Iterable[LogEvent]) -> tuple[Reading, tuple[Mark, ...]]:
    """The reading after `events`, and every span and failure block that they changed, in its latest state."""
    reader = _Reader(reading)
    for event in events:
        reader.message(event)
    return reader.reading(), tuple(reader.marks.values())


def close(reading: Reading, at: datetime) -> tuple[Reading, tuple[Mark, ...]]:
    """What is still open when no more lines will come was interrupted: by a cancellation, a timeout, a lost machine."""
    reader = _Reader(reading)
    reader.interrupt(at, line=reader.line)
    return reader.reading(), tuple(reader.marks.values())


def timed(text: str) -> tuple[datetime | None, str]:
    """A line's own time, where it starts with one, and the rest of it. Nanoseconds are cut to microseconds."""
    prefix = _PREFIX.match(text)
    if not prefix:
        return None, text
    try:
        return datetime.fromisoformat(f"{prefix[1]}{(prefix[2] or '')[:7]}+00:00"), text[prefix.end() :]
    except ValueError:
        return None, text


class _Reader:
    """One call of `read`: `now` moves from reading to reading; lines, being many, are counted apart from it."""

    def __init__(self, reading: Reading) -> None:
        self.now = reading
        self.line = reading.line
        self.marks: dict[int, Mark] = {}
        self.printed = deque(reading.printed, PRINTED_KEPT)

    def reading(self) -> Reading:
        return self.now.model_copy(update={"line": self.line, "printed": tuple(self.printed)})

    def message(self, event: LogEvent) -> None:
        """A record of the stream: one line, or several of which only the first may carry a time."""
        first, *more = (line.rstrip("\r") for line in event.message.rstrip("\r\n").split("\n"))
        at, text = timed(first)
        continued = at is None and self.now.prefixed
        if at and not self.now.prefixed:
            self._set(prefixed=True)
        at = at or event.at
        stdout = text.startswith(_STDOUT)
        if stdout and (said := text[len(_STDOUT) :].strip()):
            self.printed.append(said[:PRINTED_WIDTH])
        quoted = continued or stdout
        self._line(text, at, quoted=quoted, continued=continued)
        quoted = quoted or self.now.within_stderr
        for line in more:
            self._line(line, at, quoted=quoted, continued=True)

    def interrupt(self, at: datetime, *, line: int) -> None:
        """The run stopped without a last word, at a line."""
        for span in reversed(self.now.open):
            if span.end is None:
                said = tuple(self.printed) if span is self._step else ()
                self._mark(span.changed(status=SpanStatus.INTERRUPTED, end=at, last_line=line, printed=said))
        self._set(open=(), announced=None, resuming=None, within_stderr=False, failed=())

    def _line(self, text: str, at: datetime, *, quoted: bool, continued: bool) -> None:
        self.line += 1
        if self.now.failure:
            if self._failure_line(self.now.failure, text, continued=continued):
                return
            self._set(failure=None, failure_member="")
        found = None if quoted else _STRUCTURE.fullmatch(text)
        kind = (found.lastgroup or "") if found else ""
        if self.now.within_stderr:
            if kind not in _AFTER_STDERR:
                self._stderr(f"\n{found[kind].strip()}" if found and kind == "stderr" else f"\n{text}")
                return
            self._set(within_stderr=False)
        if found:
            self._structure(kind, found[kind].strip(), at)

    def _structure(self, kind: str, value: str, at: datetime) -> None:
        match kind:
            case "setup":
                if self.now.resuming is None:
                    self.interrupt(at, line=self.line - 1)
            case "document":
                self._set(announced=Announced(key=self.line, name=value, at=at))
            case "phase":
                if document := self.now.announced:
                    self._set(announced=None)
                    self._enter(SpanKind.DOCUMENT, document.name, document.key, document.at)
                self._enter(SpanKind.PHASE, value, self.line, at)
            case "step":
                self._enter(SpanKind.STEP, value, self.line, at)
            case "started":
                self._started(value, at)
            case "finished":
                self._finished(value, at)
            case "failed":
                self._failed(value, at)
            case "skipped":
                self._change_step(status=SpanStatus.SKIPPED, end=at, last_line=self.line)
            case "back":
                self._back(at)
            case "command":
                self._change_step(command=value)
            case "stderr":
                self._set(within_stderr=True)
                self._change_step(stderr="")
                self._stderr(value)
            case "exit":
                self._exit(int(value), at)
            case "completed":
                self._completed(at, successfully=value.startswith("successfully"))
            case "failure":
                failure = ComponentFailure(key=self.line, document=value)
                self._set(failure=failure, failure_member="Document")
                self.marks[failure.key] = failure

    def _enter(self, kind: SpanKind, name: str, key: int, at: datetime) -> None:
        """Open a span where it belongs, closing what it follows; or go on with the one that a reboot interrupted."""
        if self._resumed(kind, name, at):
            return
        depth = max((n for n, span in enumerate(self.now.open, 1) if _holds(span, kind)), default=0)
        if not depth and kind is not SpanKind.DOCUMENT:
            return
        self._leave(depth, at)
        span = Span(key=key, kind=kind, name=name, parent=self.now.open[-1].key if self.now.open else None, start=at)
        self._set(open=(*self.now.open, span))
        self._mark(span)

    def _resumed(self, kind: SpanKind, name: str, at: datetime) -> bool:
        """After a reboot the runner names again where it stood, from the outside in. What it names next that isn't
        where it stood is where it goes on."""
        passed = self.now.resuming
        if passed is None:
            return False
        stood = self.now.open
        for depth, span in enumerate(stood[passed:], passed + 1):
            if (span.kind, span.name) == (kind, name):
                self._set(resuming=depth)
                if depth == len(stood):
                    self._set(resuming=None)
                    self._change_step(status=SpanStatus.RUNNING)
                return True
        self._set(resuming=None)
        if stood[passed].kind is kind:
            self._leave(passed, at)
        return False

    def _leave(self, depth: int, at: datetime) -> None:
        """Close the innermost spans until `depth` are open. A failed one fails all around it."""
        while len(self.now.open) > depth:
            span = self.now.open[-1]
            if span.end is None:
                span = _ended(span, at, self.line - 1)
                self._mark(span)
            self._set(open=self.now.open[:-1])
            if span.status is SpanStatus.FAILED:
                for outer in self.now.open:
                    self._mark(outer.changed(status=SpanStatus.FAILED))

    def _started(self, action: str, at: datetime) -> None:
        if not (step := self._step):
            return
        reboots = action == "Reboot"
        self._set(resuming=0 if reboots else None)
        self._change_step(
            action=action,
            executions=step.executions + 1,
            reboots=(*step.reboots, at) if reboots else step.reboots,
            status=SpanStatus.REBOOTING if reboots else SpanStatus.RUNNING,
            end=None,
            last_line=0,
            exit_code=None,
            stderr="",
            error="",
            printed=(),
        )
        self.printed.clear()

    def _finished(self, action: str, at: datetime) -> None:
        if self._back_to(action, at) and self._step and self.now.resuming is None:
            self._mark(_ended(self._step, at, self.line))

    def _failed(self, text: str, at: datetime) -> None:
        action, _, error = text.partition(": FAILED EXECUTION")
        if self._back_to(action, at):
            self._set(resuming=None)
            told = error.removeprefix(":").strip()[-STDERR_KEPT:]
            said = tuple(self.printed)
            self._change_step(status=SpanStatus.FAILED, end=at, last_line=self.line, error=told, printed=said)

    def _back_to(self, action: str, at: datetime) -> bool:
        """Make the innermost open step that runs this action the innermost span; false if there is none."""
        steps = [n for n, span in enumerate(self.now.open, 1) if _runs(span, action)]
        if steps:
            self._leave(steps[-1], at)
        return bool(steps)

    def _exit(self, code: int, at: datetime) -> None:
        self._change_step(exit_code=code)
        if (step := self._step) and code in REBOOT_EXIT_CODES:
            self._change_step(status=SpanStatus.REBOOTING, reboots=(*step.reboots, at))
            self._set(resuming=0)
        elif code:
            self._change_step(printed=tuple(self.printed))

    def _back(self, at: datetime) -> None:
        """The local runner doesn't start anew with the machine: what it says next isn't where it stood."""
        if self.now.resuming is not None and (step := self._step):
            self._set(resuming=None)
            ended = step.action == "Reboot"
            self._mark(_ended(step, at, self.line) if ended else step.changed(status=SpanStatus.RUNNING))

    def _completed(self, at: datetime, *, successfully: bool) -> None:
        """An action that says nothing of its failure is known by the end of the run."""
        if self._step and not successfully and not self.now.failed:
            self._change_step(status=SpanStatus.FAILED, end=None)
        self._set(resuming=None)
        self._leave(0, at)
        for span in self.now.failed if successfully else ():
            status = SpanStatus.IGNORED if span.kind is SpanKind.STEP else SpanStatus.COMPLETED
            self._mark(span.changed(status=status))
        self._set(announced=None, failed=())

    def _stderr(self, text: str) -> None:
        if step := self._step:
            self._change_step(stderr=(step.stderr + text)[-STDERR_KEPT:])

    def _failure_line(self, failure: ComponentFailure, text: str, *, continued: bool) -> bool:
        """Whether the line belongs to the failure block. Its last member goes on in lines of the same record, and in
        lines that name it again."""
        member = self.now.failure_member
        found = _FAILURE_MEMBER.fullmatch(text)
        if found and found[1] != member and member != "Stderr":
            member, value = found[1], found[2].strip()
        elif continued or (found and found[1] == member):
            more = found[2].strip() if found and found[1] == member else text
            value = f"{getattr(failure, to_snake(member))}\n{more}"[-STDERR_KEPT:]
        else:
            return False
        changed = failure.model_copy(update={to_snake(member): value})
        self._set(failure=changed, failure_member=member)
        self.marks[changed.key] = changed
        return True

    @property
    def _step(self) -> Span | None:
        """The innermost open span, if it is a step."""
        span = self.now.open[-1] if self.now.open else None
        return span if span and span.kind is SpanKind.STEP else None

    def _change_step(self, **members: object) -> None:
        if step := self._step:
            self._mark(step.changed(**members))

    def _mark(self, span: Span) -> None:
        self.marks[span.key] = span
        failed = tuple(old for old in self.now.failed if old.key != span.key)
        self._set(
            open=tuple(span if old.key == span.key else old for old in self.now.open),
            failed=(*failed, span) if span.status is SpanStatus.FAILED else failed,
        )

    def _set(self, **members: object) -> None:
        self.now = self.now.model_copy(update=members)


def _holds(span: Span, kind: SpanKind) -> bool:
    """Whether an open span may contain a new one of this kind."""
    match kind:
        case SpanKind.DOCUMENT:
            return span.kind is SpanKind.STEP and span.action == "ExecuteDocument" and span.end is None
        case SpanKind.PHASE:
            return span.kind is SpanKind.DOCUMENT
        case SpanKind.STEP:
            return span.kind is SpanKind.PHASE
        case _:
            assert_never(kind)


def _runs(span: Span, action: str) -> bool:
    """A step that its condition refuses fails without having started an action."""
    return span.kind is SpanKind.STEP and (span.action == action or not (span.action or span.end))


def _ended(span: Span, at: datetime, line: int) -> Span:
    """The span at its end: what has FAILED stays so, a step fails by its exit code, unless that asked for a reboot."""
    badly = span.exit_code not in (None, 0) and span.status is not SpanStatus.REBOOTING
    failed = badly or span.status is SpanStatus.FAILED
    status = SpanStatus.FAILED if failed else SpanStatus.COMPLETED
    return span.changed(status=status, end=at, last_line=line)
