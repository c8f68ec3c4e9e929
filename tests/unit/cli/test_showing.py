"""What is shown of a run: rows on a terminal, lines elsewhere, the result at the end."""

import io

from rich.console import Console

from core.build.events import ComponentChanged, ConnectionChanged
from core.build.run import Run, fold, replay
from core.build.source import Progress
from core.build.toe_log import SpanKind, SpanStatus
from core.cli.lines import amount, lines
from core.cli.live import WIDEST, draws, view
from core.cli.rows import Row, State, component_name, rows
from tests.fakes.source import Scene, at
from tests.unit.build.following import followed, opened
from tests.unit.cli.baked import NGINX, available, failed, run_until, running


def drawn(run: Run, *, height: int = 30, width: int = 60, encoding: str = "utf-8", notice: str = "") -> list[str]:
    console = Console(file=io.StringIO(), width=width, legacy_windows=False)
    with console.capture() as capture:
        console.print(view(run, at(10), height=height, encoding=encoding, notice=notice))
    return [line.rstrip() for line in capture.get().splitlines()]


def told(*scenes: Scene, log: bool = False) -> list[str]:
    printed: list[str] = []
    run = Run()
    for event in followed(scenes):
        before, run = run, fold(run, event)
        printed += lines(event, before, run, log=log)
    return printed


def test_a_running_build_shows_what_runs_and_folds_the_rest() -> None:
    assert rows(run_until(running()), at(10)) == (
        Row(0, State.RUNNING, "build-image", "", 9.0),
        Row(1, State.DONE, "Launch", "", 2.0),
        Row(1, State.RUNNING, "Apply", "", 7.0),
        Row(2, State.RUNNING, "nginx 1.0.0/1", "", 5.9),
        Row(3, State.RUNNING, "build › Install", "ExecuteBash", 5.7),
        Row(1, State.WAITING, "1 more"),
    )


def test_what_is_done_folds_into_its_row() -> None:
    assert rows(run_until(available()), at(20)) == (Row(0, State.DONE, "build-image", "", 8.0),)


def test_a_failed_step_shows_its_message_and_exit_code() -> None:
    shown = {row.name: row for row in rows(run_until(failed()), at(20))}
    assert shown["Apply"].note == "the component failed"
    assert shown["build › Install"] == Row(3, State.FAILED, "build › Install", "ExecuteBash, exit 100", 0.6)


def component(status: SpanStatus, **members: object) -> Row:
    """The row of a step of a component that came to this."""
    run = run_until(running())
    (span,) = [span for span in run.components.values() if span.kind is SpanKind.STEP]
    ended = span.changed(status=status, end=at(5), **members)
    after = fold(run, ComponentChanged(number=run.number + 1, at=at(5), span=ended))
    return next(row for row in rows(after, at(10)) if row.name == "build › Install")


def test_a_skipped_step_of_a_component_is_skipped_and_an_ignored_failure_done() -> None:
    """Both were shown as running for ever."""
    assert component(SpanStatus.SKIPPED).state is State.SKIPPED
    ignored = component(SpanStatus.IGNORED, exit_code=1)
    assert (ignored.state, ignored.note) == (State.DONE, "ExecuteBash, exit 1, failure ignored")


def test_a_failed_step_of_a_component_shows_the_runners_words() -> None:
    assert component(SpanStatus.FAILED, error="no such\nfile").note == "ExecuteBash: no such file"


def test_a_component_is_called_by_name_and_version() -> None:
    assert component_name(NGINX) == "nginx 1.0.0/1"
    assert component_name("/tmp/local.yml") == "/tmp/local.yml"


def test_the_terminal_shows_heading_rows_and_the_last_line_of_the_log() -> None:
    assert drawn(run_until(running())) == [
        "Web Server 1.0.0/3  Local eu-central-1  BUILDING  10 s",
        "▸ build-image                                          9.0 s",
        "  ✔ Launch                                             2.0 s",
        "  ▸ Apply                                              7.0 s",
        "    ▸ nginx 1.0.0/1                                    5.9 s",
        "      ▸ build › Install  ExecuteBash                   5.7 s",
        "  · 1 more",
        "Stdout: Setting up nginx ...",
    ]


def test_a_terminal_without_unicode_gets_plain_signs() -> None:
    assert "> build-image" in drawn(run_until(running()), encoding="latin-1")[1]


def test_long_tasks_have_a_bar() -> None:
    run = run_until(running(Progress(label="Making debian-12-x86", done=50, total=200, unit="bytes")))
    (line,) = [line for line in drawn(run, width=100) if "Making" in line]
    assert line.startswith("Making debian-12-x86 ━")
    assert line.endswith("25 %, 50 B of 200 B")


def test_bars_stand_below_each_other() -> None:
    tasks = (Progress(label="Copying", done=1, total=4), Progress(label="Copying to us-east-1", done=1, total=2))
    shown = [line for line in drawn(run_until(running(*tasks)), width=100) if "Copying" in line]
    assert shown[0].index("━") == shown[1].index("━")


def test_on_a_wide_terminal_times_stay_near_what_they_are_the_times_of() -> None:
    assert {len(line) for line in drawn(run_until(running()), width=300) if line.endswith(" s")} == {54, WIDEST}


def test_a_task_that_is_done_or_cannot_tell_has_no_bar() -> None:
    tasks = (Progress(label="Copied", done=4, total=4), Progress(label="Starting"))
    assert not any("Copied" in line or "Starting" in line for line in drawn(run_until(running(*tasks))))
    assert any("Downloading" in line for line in drawn(run_until(running(Progress(label="Downloading", done=1)))))


def test_a_small_terminal_keeps_what_runs_in_sight() -> None:
    shown = drawn(run_until(running()), height=6)
    assert len(shown) <= 6
    assert any("build › Install" in line for line in shown)
    assert shown[-1] == "Stdout: Setting up nginx ..."


def test_a_lost_connection_and_a_notice_are_shown() -> None:
    run = run_until(running())
    lost = ConnectionChanged(number=run.number + 1, at=at(9), reachable=False, message="nobody there")
    shown = drawn(fold(run, lost), notice="Ctrl+C was heard")
    assert "no answer, trying again: nobody there" in shown
    assert shown[-1] == "Ctrl+C was heard"


def test_markup_in_foreign_text_is_not_interpreted() -> None:
    run = run_until(running(Progress(label="[red]trick[/red]", done=1, total=4, unit="")))
    assert any("[red]trick[/red]" in line for line in drawn(run, width=100))


def test_a_run_nothing_is_known_of_can_be_drawn() -> None:
    assert drawn(Run()) == ["image    PENDING  0.0 s"]
    assert drawn(replay([opened()]))[0].startswith("image  Local eu-central-1  PENDING")


def test_only_a_real_terminal_is_drawn_on() -> None:
    assert not draws(Console(file=io.StringIO()))
    assert draws(Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "xterm"}))
    assert not draws(Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"}))


def test_every_change_is_one_line_with_the_time_since_the_start() -> None:
    printed = told(running(), failed())
    assert [line for line in printed if "Apply" in line or "Install" in line] == [
        "  0:00  step 2/3 build-image › Apply: RUNNING",
        "  0:00      build › Install ExecuteBash: RUNNING",
        "  0:00      build › Install ExecuteBash: FAILED (0.6 s), exit 100",
        "  0:00  step 2/3 build-image › Apply: FAILED (5.0 s): the component failed",
    ]


def test_what_is_found_at_once_is_told_in_the_order_in_which_it_happened() -> None:
    """The image's state was told before the steps that led to it, a component after the step it ran in."""
    ends = [line[8:].split(": ")[0] for line in told(running(), available()) if "COMPLETED" in line or "AVAIL" in line]
    assert ends[-3:] == ["step 2/3 build-image › Create", "workflow build-image", "image Web Server 1.0.0/3"]


def test_a_document_that_goes_on_after_a_failed_step_is_not_over() -> None:
    run = run_until(running())
    (document,) = [span for span in run.components.values() if span.kind is SpanKind.DOCUMENT]
    failing = ComponentChanged(number=run.number + 1, at=at(5), span=document.changed(status=SpanStatus.FAILED))
    after = fold(run, failing)
    assert list(lines(failing, run, after, log=False)) == []
    assert next(row for row in rows(after, at(10)) if row.depth == 2).state is State.RUNNING
    over = failing.model_copy(update={"number": run.number + 2, "span": failing.span.changed(end=at(6))})
    assert [line.split(": ")[1] for line in lines(over, after, fold(after, over), log=False)] == ["FAILED (1.9 s)"]


def test_nothing_is_said_twice() -> None:
    printed = told(running(), running(), running(), available())
    assert len(printed) == len(set(printed))


def test_the_log_is_printed_only_when_asked_for() -> None:
    assert not any("Setting up" in line for line in told(available()))
    assert any(line.endswith("  | Stdout: Setting up nginx ...") for line in told(available(), log=True))


def test_a_long_task_is_told_at_every_tenth() -> None:
    scenes = [running(Progress(label="Copying", done=done, total=100, unit="")) for done in (0, 5, 9, 12, 19, 20)]
    told_of = [line.split("  ")[-1] for line in told(*scenes, available()) if "Copying" in line]
    assert told_of == ["Copying: 0 %, 0 of 100", "Copying: 12 %, 12 of 100", "Copying: 20 %, 20 of 100"]


def test_a_task_that_cannot_say_how_far_it_is_has_no_number() -> None:
    assert amount(Progress(label="Starting")) == ""
    assert amount(Progress(label="Downloading", done=2048, unit="bytes")) == "2.0 KiB"
