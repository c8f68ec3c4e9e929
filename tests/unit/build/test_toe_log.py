"""The console log reader: what is structure, what only looks like it, and that pages may be cut anywhere."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.build.source import LogEvent
from core.build.toe_log import STDERR_KEPT, ComponentFailure, Mark, Reading, Span, SpanKind, SpanStatus, close, read
from tests.fakes.builds import BUILD_LOG, FAILED_LOG, NGINX, TEST_LOG
from tests.fakes.source import at, line, lines


def spans(*events: LogEvent) -> dict[str, Span]:
    """Spans by name; of several with one name the last."""
    _, marks = read(Reading(), events)
    return {mark.name: mark for mark in marks if isinstance(mark, Span)}


def step_of(*messages: str) -> Span:
    """The step of a run in which it says these messages."""
    head = ("Document web.yml", "Phase build", "Step Install", "ExecuteBash: STARTED EXECUTION")
    found = spans(*(line(n, message) for n, message in enumerate((*head, *messages))))
    return found["Install"]


def all_marks(pages: Sequence[Sequence[LogEvent]]) -> tuple[Reading, dict[int, Mark]]:
    reading = Reading()
    latest: dict[int, Mark] = {}
    for page in pages:
        reading, marks = read(reading, page)
        latest.update({mark.key: mark for mark in marks})
    return reading, latest


def test_documents_phases_and_steps_are_nested_and_timed() -> None:
    found = spans(*TEST_LOG)
    document, phase, step = found[NGINX], found["test"], found["Fetch"]
    assert (document.kind, phase.kind, step.kind) == (SpanKind.DOCUMENT, SpanKind.PHASE, SpanKind.STEP)
    assert (document.parent, phase.parent, step.parent) == (None, document.key, phase.key)
    assert {each.status for each in found.values()} == {SpanStatus.COMPLETED}
    assert step.action == "WebDownload"
    assert (step.start, step.end) == (at(60.4), at(60.6))
    assert document.end == at(60.7)


def test_the_services_own_step_lines_are_no_component_steps() -> None:
    names = set(spans(*BUILD_LOG))
    assert names == {NGINX, "build", "validate", "Install", "Kernel", "Served"}


def test_a_step_that_asked_for_a_reboot_goes_on_as_the_same_step() -> None:
    _, marks = read(Reading(), BUILD_LOG)
    kernels = [mark for mark in marks if isinstance(mark, Span) and mark.name == "Kernel"]
    documents = [mark for mark in marks if isinstance(mark, Span) and mark.kind is SpanKind.DOCUMENT]
    assert len(kernels) == len(documents) == 1
    assert kernels[0].executions == 2
    assert kernels[0].exit_code == 0
    assert kernels[0].status is SpanStatus.COMPLETED


def test_a_step_is_rebooting_until_it_is_named_again() -> None:
    reboot = next(n for n, event in enumerate(BUILD_LOG) if event.message == "Rebooting the system now")
    assert spans(*BUILD_LOG[: reboot + 3])["Kernel"].status is SpanStatus.REBOOTING
    assert spans(*BUILD_LOG[: reboot + 6])["Kernel"].status is SpanStatus.RUNNING


def test_after_the_reboot_module_the_next_step_goes_on_in_the_same_phase() -> None:
    found = spans(
        *lines(
            0,
            """
Setup: STARTED SETUP
Document web.yml
Phase build
Step Restart
Reboot: STARTED EXECUTION
Setup: STARTED SETUP
Document web.yml
Phase build
Step After
""",
        )
    )
    assert found["Restart"].status is SpanStatus.COMPLETED
    assert found["After"].parent == found["build"].key == found["Restart"].parent


def test_after_the_reboot_module_as_last_step_the_next_phase_or_document_follows() -> None:
    head = ("Document a.yml", "Phase build", "Step Restart", "Reboot: STARTED EXECUTION")
    same = spans(*lines(0, "\n".join((*head, "Document a.yml", "Phase validate", "Step Check"))))
    assert same["validate"].parent == same["a.yml"].key == same["build"].parent
    other = spans(*lines(0, "\n".join((*head, "Document b.yml", "Phase build", "Step Check"))))
    assert other["a.yml"].status is SpanStatus.COMPLETED
    assert other["Check"].parent != other["Restart"].parent


def test_a_runner_that_names_only_the_step_again_after_a_reboot_is_understood() -> None:
    head = (
        "Document a.yml",
        "Phase build",
        "Step Kernel",
        "ExecuteBash: STARTED EXECUTION",
        "CmdExecution: ExitCode 194",
    )
    found = spans(*lines(0, "\n".join((*head, "Step Kernel", "ExecuteBash: STARTED EXECUTION"))))
    assert found["Kernel"].executions == 2


def test_output_that_looks_like_structure_is_not() -> None:
    step = step_of("Stdout: Step Other", "Stdout: TOE has completed execution successfully", "Stdout: x\nPhase test")
    assert step.status is SpanStatus.RUNNING
    assert step.end is None


def test_stderr_that_looks_like_structure_is_not() -> None:
    step = step_of(
        "CmdExecution: Stderr: first", "Step Other", "Phase test", "Document x.yml", "CmdExecution: ExitCode 3"
    )
    assert step.stderr == "first\nStep Other\nPhase test\nDocument x.yml"
    assert step.exit_code == 3


def test_lines_of_one_record_after_stderr_are_stderr_whatever_they_say() -> None:
    step = step_of("CmdExecution: Stderr: a\nCmdExecution: ExitCode 0\nStep Other", "CmdExecution: ExitCode 7")
    assert step.exit_code == 7
    assert "Step Other" in step.stderr


def test_only_the_end_of_a_long_stderr_is_kept() -> None:
    step = step_of("CmdExecution: Stderr: " + "x" * 100_000 + "the end", "CmdExecution: ExitCode 1")
    assert len(step.stderr) == STDERR_KEPT
    assert step.stderr.endswith("the end")


def test_a_later_attempt_decides_a_steps_status() -> None:
    again = ("ExecuteBash: STARTED EXECUTION", "CmdExecution: ExitCode 0", "ExecuteBash: FINISHED EXECUTION")
    step = step_of("CmdExecution: ExitCode 1", "ExecuteBash: FINISHED EXECUTION", *again)
    assert (step.status, step.executions, step.exit_code) == (SpanStatus.COMPLETED, 2, 0)


def test_a_failed_step_fails_its_phase_and_document_at_once() -> None:
    head = ("Document a.yml", "Phase build", "Step One", "ExecuteBash: STARTED EXECUTION", "CmdExecution: ExitCode 1")
    found = spans(*lines(0, "\n".join((*head, "Step Two"))))
    assert found["One"].status is found["build"].status is found["a.yml"].status is SpanStatus.FAILED
    assert found["a.yml"].end is None
    assert found["Two"].status is SpanStatus.RUNNING


def test_a_step_without_exit_code_failed_if_the_run_fails_after_it() -> None:
    head = (
        "Document a.yml",
        "Phase build",
        "Step Fetch",
        "S3Download: STARTED EXECUTION",
        "S3Download: FINISHED EXECUTION",
    )
    found = spans(*lines(0, "\n".join((*head, "TOE has completed execution with failure - Execution failed!"))))
    assert found["Fetch"].status is SpanStatus.FAILED


def test_the_failure_block_is_read_whole() -> None:
    _, marks = read(Reading(), FAILED_LOG)
    (failure,) = (mark for mark in marks if isinstance(mark, ComponentFailure))
    assert (failure.component_arn, failure.phase, failure.step, failure.action) == (
        NGINX,
        "build",
        "Install",
        "ExecuteBash",
    )
    assert failure.error_message == "exit status 100"
    assert failure.stderr == "E: Unable to locate package ngnix"


def test_a_failure_block_in_one_record_keeps_all_lines_of_its_stderr() -> None:
    block = "Document: a.yml\nPhase: build\nStep: One\nErrorMessage: exit status 1\nStderr: first\nStep: second\nthird"
    _, marks = read(Reading(), [line(0, block), line(1, "Step Later")])
    assert marks == (
        ComponentFailure(
            key=1,
            document="a.yml",
            phase="build",
            step="One",
            error_message="exit status 1",
            stderr="first\nStep: second\nthird",
        ),
    )


def test_lines_with_a_time_of_their_own_are_timed_by_it() -> None:
    texts = ("Document a.yml", "Phase build", "Step One")
    found = spans(*(line(99, f"2026-09-01T10:00:0{n}.123456789Z {text}") for n, text in enumerate(texts)))
    assert found["One"].start == at(2.123456)


def test_a_line_without_time_among_lines_with_one_continues_them() -> None:
    stamped = [line(n, f"2026-09-01T10:00:0{n}Z {text}") for n, text in enumerate(("Document a.yml", "Phase build"))]
    assert "Other" not in spans(*stamped, line(3, "Step Other"))


def test_an_impossible_time_is_text() -> None:
    assert spans(line(0, "2026-99-99T99:99:99Z Document a.yml"), line(1, "Phase build")) == {}


def test_steps_of_an_executed_document_lie_in_the_step_that_executes_it() -> None:
    found = spans(
        *lines(
            0,
            """
Document outer.yml
Phase build
Step Nested
ExecuteDocument: STARTED EXECUTION
Document inner.yml
Phase build
Step Within
ExecuteBash: STARTED EXECUTION
CmdExecution: ExitCode 1
ExecuteBash: FINISHED EXECUTION
ExecuteDocument: FINISHED EXECUTION
Step After
""",
        )
    )
    assert found["inner.yml"].parent == found["Nested"].key
    assert found["After"].parent == found["Nested"].parent
    assert found["Nested"].status is SpanStatus.FAILED
    assert found["inner.yml"].status is SpanStatus.FAILED


def test_a_document_after_one_that_failed_in_an_executed_document_is_not_within_it() -> None:
    found = spans(
        *lines(
            0,
            """
Document outer.yml
Phase build
Step Nested
ExecuteDocument: STARTED EXECUTION
Document inner.yml
Phase build
Step Within
ExecuteBash: FAILED EXECUTION: exit status 1
ExecuteDocument: FAILED EXECUTION: inner.yml failed
Document next.yml
Phase build
""",
        )
    )
    assert found["next.yml"].parent is None
    assert found["Nested"].error == "inner.yml failed"


def test_a_document_after_a_reboot_at_the_end_of_an_executed_document_is_not_within_it() -> None:
    found = spans(
        *lines(
            0,
            """
Document outer.yml
Phase build
Step Nested
ExecuteDocument: STARTED EXECUTION
Document inner.yml
Phase build
Step Restart
Reboot: STARTED EXECUTION
Document next.yml
Phase build
""",
        )
    )
    assert found["next.yml"].parent is None


def test_a_step_that_asked_for_a_reboot_and_is_not_named_again_is_completed() -> None:
    head = ("Document a.yml", "Phase build", "Step One", "ExecuteBash: STARTED EXECUTION", "CmdExecution: ExitCode 194")
    found = spans(*lines(0, "\n".join((*head, "Document a.yml", "Phase build", "Step Two"))))
    assert found["One"].status is SpanStatus.COMPLETED


def test_a_document_without_a_selected_phase_leaves_no_trace() -> None:
    assert spans(*lines(0, "Document test.yml\nTOE has completed execution successfully")) == {}


def test_several_runs_in_one_stream_follow_each_other() -> None:
    _, marks = read(Reading(), BUILD_LOG + TEST_LOG)
    documents = [mark for mark in marks if isinstance(mark, Span) and mark.kind is SpanKind.DOCUMENT]
    assert [document.status for document in documents] == [SpanStatus.COMPLETED] * 2


def test_a_run_cut_off_by_another_was_interrupted() -> None:
    found = spans(*lines(0, "Document a.yml\nPhase build\nStep One\nSetup: STARTED SETUP"))
    assert {span.status for span in found.values()} == {SpanStatus.INTERRUPTED}


def test_what_is_open_when_no_more_lines_come_was_interrupted() -> None:
    reading, _ = read(Reading(), BUILD_LOG[:14])
    reading, marks = close(reading, at(100))
    assert {mark.status for mark in marks if isinstance(mark, Span)} == {SpanStatus.INTERRUPTED}
    assert close(reading, at(101))[1] == ()


@given(st.lists(st.integers(0, len(BUILD_LOG + TEST_LOG)), max_size=8))
def test_pages_may_be_cut_anywhere(cuts: list[int]) -> None:
    log = BUILD_LOG + TEST_LOG
    edges = [0, *sorted(cuts), len(log)]
    pages = [log[start:end] for start, end in pairwise(edges)]
    assert all_marks(pages) == all_marks([log])


WORDS = st.sampled_from(
    [event.message for event in (*BUILD_LOG[7:], *FAILED_LOG[14:])]
    + [
        "ExecuteDocument: STARTED EXECUTION",
        "ExecuteDocument: FINISHED EXECUTION",
        "Reboot: STARTED EXECUTION",
        "a\nb",
        "",
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=30)), max_size=60), st.integers(0, 60))
def test_any_lines_in_any_order_read_the_same_through_a_saved_reading(messages: list[str], cut: int) -> None:
    log = [line(n, message) for n, message in enumerate(messages)]
    reading, marks = read(Reading(), log[:cut])
    saved = Reading.model_validate_json(reading.model_dump_json())
    end, more = read(saved, log[cut:])
    whole, all_of_them = read(Reading(), log)
    assert end == whole
    assert {m.key: m for m in (*marks, *more)} == {m.key: m for m in all_of_them}
    assert all(span.parent is None or span.parent < span.key for span in marks if isinstance(span, Span))
