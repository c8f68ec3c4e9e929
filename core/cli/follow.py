"""Following a run on whatever the output is: a terminal that is drawn on, lines, or JSON."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

import typer
from rich.console import Console, RenderableType
from rich.live import Live

from core.build.events import Event, to_json
from core.build.run import Run, fold
from core.cli.lines import lines
from core.cli.live import draws, view


class Screen(Protocol):
    """Where a run is shown. A context manager, open as long as the run is followed."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def show(self, event: Event, before: Run, after: Run) -> None: ...

    def notice(self, text: str) -> None:
        """Something to say besides the run: that Ctrl+C was heard."""
        ...


class JsonScreen:
    """Every event as a line of JSON."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing to close."""

    def show(self, event: Event, before: Run, after: Run) -> None:
        typer.echo(to_json(event))

    def notice(self, text: str) -> None:
        typer.echo(text, err=True)


class LineScreen:
    """A line per change."""

    def __init__(self, *, log: bool) -> None:
        self._log = log

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        typer.echo()

    def show(self, event: Event, before: Run, after: Run) -> None:
        for line in lines(event, before, after, log=self._log):
            typer.echo(line)

    def notice(self, text: str) -> None:
        typer.echo(text)


class LiveScreen:
    """The run drawn in place and redrawn as time goes; it disappears at the end, where the summary takes its place."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._run = Run()
        self._notice = ""
        self._live = Live(get_renderable=self._view, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> Self:
        self._console.print()
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.stop()

    def show(self, event: Event, before: Run, after: Run) -> None:
        self._run = after

    def notice(self, text: str) -> None:
        self._notice = text

    def _view(self) -> RenderableType:
        height = self._console.size.height - 1
        return view(self._run, datetime.now(UTC), height=height, encoding=self._console.encoding, notice=self._notice)


def screen(*, as_json: bool, log: bool) -> Screen:
    """The screen for this process's output; the log as lines can't be drawn in place."""
    if as_json:
        return JsonScreen()
    console = Console()
    return LiveScreen(console) if draws(console) and not log else LineScreen(log=log)


def follow(events: Iterable[Event], run: Run, shown: Screen, keep: Callable[[Event], None]) -> Run:
    """Show and `keep` every event, and return the run they end in."""
    for event in events:
        keep(event)
        before, run = run, fold(run, event)
        shown.show(event, before, run)
    return run
