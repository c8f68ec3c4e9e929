"""Following a run on a terminal: the rows of the run, progress of long tasks, and the last line of the log.

`view` is pure; what redraws it four times a second, so that times run on between two polls, is rich's Live.
"""

from datetime import datetime
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from core.build.durations import elapsed
from core.build.run import Run
from core.build.source import ImageStatus, Progress
from core.cli.lines import amount
from core.cli.rows import Row, State, rows
from core.cli.text import duration, one_line

ICONS: Final = {
    State.WAITING: ("·", "dim"),
    State.RUNNING: ("▸", "bold cyan"),
    State.DONE: ("✔", "green"),
    State.FAILED: ("✘", "bold red"),
    State.SKIPPED: ("-", "dim"),
    State.CANCELLED: ("■", "yellow"),
}
PLAIN: Final = {
    State.WAITING: ".",
    State.RUNNING: ">",
    State.DONE: "+",
    State.FAILED: "x",
    State.SKIPPED: "-",
    State.CANCELLED: "!",
}
WIDEST: Final = 120
"""Columns: on a wider terminal a time would stand too far from what it is the time of."""

_STATUS: Final = {ImageStatus.AVAILABLE: "bold green", ImageStatus.FAILED: "bold red", ImageStatus.CANCELLED: "yellow"}


def view(run: Run, now: datetime, *, height: int, encoding: str = "utf-8", notice: str = "") -> RenderableType:
    """What the terminal shows of the run at a moment, in at most `height` lines."""
    parts: list[RenderableType] = [_heading(run, now)]
    tasks = tuple(task for task in run.progress if _moves(task))
    footer: list[RenderableType] = []
    if run.connection and not run.connection.reachable:
        footer.append(Text(f"no answer, trying again: {one_line(run.connection.message)}", "yellow", no_wrap=True))
    if run.log.last and (lines := run.log.last.message.splitlines()):
        footer.append(Text(one_line(lines[-1]), "dim", no_wrap=True, overflow="ellipsis"))
    if notice:
        footer.append(Text(notice, "bold yellow"))
    room = max(height - len(parts) - len(tasks) - len(footer), 1)
    parts.append(Constrain(table(_fitting(rows(run, now), room), encoding), WIDEST))
    return Group(*parts, *([_bars(tasks)] if tasks else []), *footer)


def table(shown: tuple[Row, ...], encoding: str) -> Table:
    """Rows as a table: state, name and note, time."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column(justify="right", no_wrap=True)
    for row in shown:
        icon, style = ICONS[row.state]
        if not encoding.lower().startswith("utf"):
            icon = PLAIN[row.state]
        text = Text("  " * row.depth).append(f"{icon} ", style).append(one_line(row.name), _name_style(row.state))
        if row.state in (State.FAILED, State.SKIPPED, State.CANCELLED):
            text.append(f" {row.state.value}", style)
        if row.note:
            text.append(f"  {one_line(row.note)}", "dim")
        grid.add_row(text, "" if row.seconds is None else duration(row.seconds))
    return grid


def draws(console: Console) -> bool:
    """Whether the console can be drawn on; otherwise lines are printed."""
    return console.is_terminal and not console.is_dumb_terminal


def _heading(run: Run, now: datetime) -> Text:
    image = f"{run.image.name} {run.image.version}" if run.image else "image"
    took = elapsed(run.start, run.ended.at if run.ended else None, now)
    status = Text(str(run.status), _STATUS.get(run.status, "bold cyan"))
    where = f"{run.opened.connection} {run.opened.region}".strip() if run.opened else ""
    return Text.assemble(
        (one_line(image), "bold"), f"  {where}  ", status, f"  {duration(took or 0)}", no_wrap=True, overflow="ellipsis"
    )


def _name_style(state: State) -> str:
    return "dim" if state in (State.WAITING, State.SKIPPED) else ""


def _moves(task: Progress) -> bool:
    """Whether a bar says more of the task than the step's own row: not when it is done, nor when it can't tell."""
    return task.done < task.total if task.total else task.done > 0


def _bars(tasks: tuple[Progress, ...]) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(width=30)
    grid.add_column(no_wrap=True)
    for task in tasks:
        bar = ProgressBar(total=task.total or None, completed=task.done, pulse=not task.total, width=30)
        grid.add_row(Text(one_line(task.label)), bar, Text(amount(task)))
    return grid


def _fitting(shown: tuple[Row, ...], room: int) -> tuple[Row, ...]:
    """The rows that fit: those done or waiting go first, from the top, since what happens now is below them."""
    surplus = len(shown) - room
    if surplus <= 0:
        return shown
    settled = [index for index, row in enumerate(shown) if row.depth and row.state is not State.RUNNING]
    dropped = set(settled[: surplus + 1])
    kept = tuple(row for index, row in enumerate(shown) if index not in dropped)
    first = Row(0, State.WAITING, f"{len(dropped)} rows above")
    return ((first, *kept) if dropped else kept)[-room:]
