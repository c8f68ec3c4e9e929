"""``bakehouse bake`` and ``bakehouse watch``: from a recipe file to a tested image, followed to the end."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import typer

from core.aws.connection import Connection
from core.build import journal
from core.build.events import Event, RunOpened
from core.build.folder import runs_folder
from core.build.keeping import Keeper
from core.build.run import Run, replay
from core.build.watch import Sleep, watch
from core.cli import choice, publishing
from core.cli.encode import plain
from core.cli.follow import Screen, follow, screen
from core.cli.interrupt import Interrupts
from core.cli.result import Result, command, result, result_lines, status
from core.cli.runs import contents
from core.cli.status import FAILED
from core.errors import Conflict, Invalid, NotFound, Throttled, Unreachable
from core.publish.prepared import planned, published


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of a bake."""

    connection: str
    region: str
    keep_on_failure: bool
    log: bool
    as_json: bool


def bake(file: Path, settings: Settings) -> int:
    """Check, plan, publish, run, follow; the exit status."""
    prepared = publishing.prepare(file, settings.connection, settings.region, keep_on_failure=settings.keep_on_failure)
    _say_prepared(prepared, settings)
    return _run(prepared, _published(prepared, settings), settings)


def watch_run(arn: str, connection: str, *, log: bool, as_json: bool) -> int:
    """Follow a build somebody started, or tell again how it went; leaving it never stops it."""
    image = choice.image_arn(arn)
    at = choice.connection_of(image, connection)
    with ExitStack() as stack:
        shown = stack.enter_context(screen(as_json=as_json, log=log))
        interrupts = stack.enter_context(Interrupts(_leave))
        try:
            events, keeper = _known_or_new(at, str(image), stack, interrupts.sleep)
            run = follow(events, Run(), shown, keeper.keep)
        except KeyboardInterrupt:
            stack.close()
            typer.echo(f"no longer followed; it goes on: {command('watch', at.name, str(image))}", err=True)
            return FAILED
    return _end(at, run, as_json=as_json)


def _leave() -> bool:
    """Leave where following pauses: raised anywhere, an interrupt can meet code that loses it."""
    raise KeyboardInterrupt


def _published(prepared: publishing.Prepared, settings: Settings) -> str:
    """The pipeline's ARN."""
    reading, at = prepared.reading, prepared.connection
    pipeline = ""
    for applied in published(planned(reading, at), reading, at):
        pipeline = applied.arn
        if settings.as_json:
            typer.echo(_line("applied", applied.to_json()))
        else:
            typer.echo(publishing.applied_text(applied))
    return pipeline


def _run(prepared: publishing.Prepared, pipeline: str, settings: Settings) -> int:
    at = prepared.connection
    builder = at.image_builder()
    arn = ""

    def cancel() -> bool:
        shown.notice("Ctrl+C: cancelling the build; once more leaves at once.")
        try:
            builder.cancel(arn)
        except (Invalid, Conflict, NotFound):
            shown.notice("Ctrl+C: the build has ended already.")
        except (Throttled, Unreachable):
            return False
        return True

    interrupts = Interrupts(cancel)
    shown: Screen = screen(as_json=settings.as_json, log=settings.log)
    try:
        with interrupts:
            arn = builder.start(pipeline)
            opened = _opened(at, arn, prepared.reading.recipe.name, pipeline, started_by="bakehouse bake")
            with shown, Keeper.create(runs_folder(), opened, shown.notice) as keeper:
                keeper.keep_contents(contents(prepared.reading, at))
                news = watch(builder, replay([opened]), pace=at.pace, sleep=interrupts.sleep)
                run = follow(chain([opened], news), Run(), shown, keeper.keep)
    except KeyboardInterrupt:
        # Without an ARN the answer to the start was not waited for.
        after = command("watch", at.name, arn) if arn else f"the pipeline {pipeline} may have been started"
        typer.echo(f"left; look after it: {after}", err=True)
        return FAILED
    return _end(at, run, as_json=settings.as_json)


def _known_or_new(at: Connection, arn: str, stack: ExitStack, sleep: Sleep) -> tuple[Iterable[Event], Keeper]:
    """The events of the run, told again as far as they are in a journal, then followed; and who keeps the new ones."""
    builder = at.image_builder()
    if journal.find(runs_folder(), at.name, arn) is None:
        builder.image(arn)  # a build that does not exist gets no journal
    opened = _opened(at, arn, "", "", started_by="")
    try:
        writer, run = journal.follow(runs_folder(), opened)
    except Conflict:
        # Another process follows it and writes; this one only looks.
        return chain([opened], watch(builder, replay([opened]), pace=at.pace, sleep=sleep)), Keeper(None)
    keeper = stack.enter_context(Keeper(writer, told=run.number))
    return chain(journal.events(writer.path), watch(builder, run, pace=at.pace, sleep=sleep)), keeper


def _opened(at: Connection, arn: str, recipe: str, pipeline: str, *, started_by: str) -> RunOpened:
    return RunOpened(
        at=datetime.now(UTC),
        image_arn=arn,
        recipe_name=recipe,
        connection=at.name,
        kind=at.kind,
        region=at.region,
        pipeline_arn=pipeline,
        started_by=started_by,
    )


def _end(at: Connection, run: Run, *, as_json: bool) -> int:
    outcome: Result = result(at, run)
    if as_json:
        typer.echo(_line("result", outcome))
    else:
        for line in result_lines(outcome):
            typer.echo(line)
    return status(run)


def _say_prepared(prepared: publishing.Prepared, settings: Settings) -> None:
    if settings.as_json:
        for problem in prepared.reading.warnings:
            typer.echo(_line("problem", problem))
    else:
        for line in publishing.prepared_text(prepared):
            typer.echo(line)


def _line(kind: str, value: object) -> str:
    import json

    return json.dumps({"type": kind, **plain(value)}, ensure_ascii=False)
