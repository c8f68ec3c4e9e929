"""What a finished bake says: the images and their files, why it failed, and the time of every step."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.aws.connection import LOCAL, Capability, Connection
from core.aws.imagebuilder import Kind
from core.build import journal
from core.build.cause import Cause, cause
from core.build.chart import chart
from core.build.durations import Duration, durations, elapsed
from core.build.folder import runs_folder
from core.build.past import past
from core.build.run import Run
from core.build.source import ImageStatus
from core.cli.colour import Colour, paint
from core.cli.rows import component_name
from core.cli.status import DONE, FAILED
from core.cli.text import counted, duration, harmless, one_line, size
from core.errors import BakehouseError
from core.recipe.component import ComponentDocument, parse_component

LONGEST_TEXT, LONGEST_LINE = 12, 500
"""Lines shown of a command or of what it said, and characters of each."""


@dataclass(frozen=True, slots=True)
class MadeImage:
    """An image that a build put out; file and sizes (bytes) where it lies on this machine."""

    region: str
    image_id: str
    name: str
    path: str = ""
    virtual_bytes: int = 0
    written_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """`seconds` from the image's creation to the end of the run; `cause` where it FAILED."""

    connection: str
    arn: str
    name: str
    version: str
    status: str
    seconds: float
    images: tuple[MadeImage, ...]
    steps: tuple[Duration, ...]
    cause: Cause | None


def status(run: Run) -> int:
    return DONE if run.status is ImageStatus.AVAILABLE else FAILED


def result(at: Connection, run: Run) -> Result:
    """The run's outcome; asks the connection for files where it has any."""
    end = run.ended.at if run.ended else datetime.now(UTC)
    arn = run.opened.image_arn if run.opened else ""
    return Result(
        connection=at.name,
        arn=arn,
        name=run.image.name if run.image else "",
        version=run.image.version if run.image else "",
        status=run.status.value,
        seconds=elapsed(run.start, end, end) or 0,
        images=_images(at, run, arn),
        steps=durations(chart(run, end)),
        cause=_cause(at, run),
    )


def result_lines(made: Result) -> Iterator[str]:
    """As text, what matters most first."""
    if made.cause:
        yield from _cause_lines(made.cause)
        yield ""
    yield "Time of every step:"
    for step in made.steps:
        if step.seconds is None:
            continue
        # What ended well needs no word.
        word = "" if step.status == "COMPLETED" else step.status
        indent = "  " * (step.depth + 1)
        yield f"{indent + one_line(step.name, 58 - len(indent)):<58} {duration(step.seconds):>10}  {word}".rstrip()
    if never := sum(step.seconds is None for step in made.steps):
        yield f"  {counted(never, 'step')} never began."
    yield ""
    colour = Colour.GOOD if made.status == ImageStatus.AVAILABLE else Colour.ERROR
    yield f"{one_line(made.name)} {made.version} is {paint(made.status, colour)} after {duration(made.seconds)}."
    for image in made.images:
        sizes = f"  {size(image.virtual_bytes)}, {size(image.written_bytes)} written" if image.path else ""
        yield f"  {image.region:<14} {image.image_id}  {one_line(image.name)}{sizes}"
        if image.path:
            yield f"  {'':<14} {harmless(image.path)}"
    yield f"run: {made.arn}"
    if made.status != ImageStatus.AVAILABLE:
        yield f"log: {command('logs', made.connection, made.arn)}"


def command(name: str, connection: str, arn: str) -> str:
    """The command line to go on with for a run."""
    option = "" if connection == LOCAL else f" --connection {shlex.quote(connection)}"
    return f"bakehouse {name}{option} {arn}"


def _cause(at: Connection, run: Run) -> Cause | None:
    """Why it failed, with the failed step's command as its author wrote it where the component can be read."""
    found = cause(run)
    if found is None:
        return None
    document = found.failure.document
    documents = _documents(at, document) if document.startswith("arn:") else {}
    return cause(run, documents, past(journal.entries(runs_folder()), run.opened) if run.opened else ())


def _documents(at: Connection, arn: str) -> Mapping[str, ComponentDocument]:
    try:
        found = at.image_builder().find(Kind.COMPONENT, arn)
        return {arn: parse_component(str(found.members.get("data", "")))} if found else {}
    except BakehouseError:
        # Deleted, encrypted, not ours to read: the failure is told with the log's words.
        return {}


def _cause_lines(found: Cause) -> Iterator[str]:
    """The line that matters first, then what adds something to it; no text twice."""
    failure = found.failure
    yield f"{paint('FAILED:', Colour.ERROR)} {paint(harmless(found.headline), Colour.STRONG)}"
    # The headline of a failure outside components begins with the workflow's step.
    within = failure.workflow_step if failure.document else ""
    place = [
        ("workflow", " › ".join(part for part in (failure.workflow, within) if part)),
        ("component", component_name(failure.document) if failure.document else ""),
        ("action", failure.action),
    ]
    for label, text in place:
        yield from _labelled(label, [text])
    yield from _labelled("command", failure.command.splitlines())
    yield from _labelled("exit code", ["" if failure.exit_code is None else str(failure.exit_code)])
    said = [found.headline, f"Document {failure.document} failed!"]
    for label, text in (("message", "" if failure.stderr else failure.error_message), ("reason", failure.reason)):
        text = one_line(text, LONGEST_LINE)
        if not _among(text, said):
            yield from _labelled(label, [text])
            said.append(text)
    if len(failure.stderr) > 1 or not all(_among(line, said) for line in failure.stderr):
        yield from _labelled("stderr", failure.stderr)
    yield from _labelled("earlier", [found.earlier.text if found.earlier else ""])
    if found.known:
        yield from _labelled("means", [f"{found.known.title}. {found.known.means}"])
    yield from _labelled("hint", [found.hint])


def _labelled(label: str, lines: Sequence[str]) -> Iterator[str]:
    """A text beside its label; nothing for an empty one, and of a very long one its beginning."""
    shown = [harmless(line[:LONGEST_LINE]) for line in lines if line.strip()]
    if (surplus := len(shown) - LONGEST_TEXT) > 0:
        shown[LONGEST_TEXT:] = [f"({counted(surplus, 'more line')})"]
    for index, line in enumerate(shown):
        yield f"  {'' if index else label:<10} {line}"


def _among(text: str, said: Sequence[str]) -> bool:
    """Whether a text, which may have been cut, was said in one of these."""
    core = one_line(text).rstrip("…. !")
    return any(core in one_line(each) for each in said)


def _images(at: Connection, run: Run, arn: str) -> tuple[MadeImage, ...]:
    amis = run.amis
    files = {}
    if amis and Capability.IMAGE_FILES in at.capabilities:
        files = {(file.region, file.ami_id): file for file in at.machines().image_files(arn)}
    made = []
    for ami in amis:
        file = files.get((ami.region, ami.image))
        sizes = (file.path, file.virtual_bytes, file.written_bytes) if file else ()
        made.append(MadeImage(ami.region, ami.image, ami.name, *sizes))
    return tuple(made)
