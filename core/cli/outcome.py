"""How a command ends: its exit status, and what is said when it fails.

Only errors of `core.errors` are shown, in their own words. Anything else is a fault of Bakehouse: the user gets one
sentence and the path of a report, and never a bare traceback. The report holds no environment and no local variables,
and no argument's value, since a secret could be in any of those.
"""

import json
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any

from core.cli import check
from core.cli.colour import Colour, paint
from core.cli.status import FAILED
from core.cli.text import harmless
from core.errors import BakehouseError


def run(arguments: Sequence[str] | None = None) -> None:
    """Run one command line and leave the process."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    sys.excepthook = report_bug
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A log line that the terminal's encoding lacks a character for must not end a bake.
            stream.reconfigure(errors="backslashreplace")
    if (quick := check.quick(given)) is not None:
        sys.exit(quick)
    import typer.main

    from core.cli.app import app

    try:
        typer.main.get_command(app)(given, prog_name="bakehouse")
    except BakehouseError as error:
        show(error, as_json="--json" in given)
        sys.exit(FAILED)


def show(error: BakehouseError, *, as_json: bool) -> None:
    """Say what happened and what to do next; with --json on stdout as an object."""
    if as_json:
        sys.stdout.write(json.dumps({"error": error_json(error)}, ensure_ascii=False) + "\n")
        return
    lines = [f"{paint('error:', Colour.ERROR, sys.stderr)} {harmless(error.message)}"]
    for problem in error.problems:
        lines.append(f"  {harmless(str(problem))}")
        lines += [f"    {harmless(problem.hint)}"] if problem.hint else []
    if error.hint:
        lines.append(f"{paint('hint:', Colour.HINT, sys.stderr)}  {harmless(error.hint)}")
    sys.stderr.write("\n".join(lines) + "\n")


def error_json(error: BakehouseError) -> dict[str, Any]:
    return {
        "type": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "context": dict(error.context),
        **({"problems": [check.problem_json(problem) for problem in error.problems]} if error.problems else {}),
    }


def report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last resort for what nobody expected (`sys.excepthook`)."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("\ninterrupted\n")
        return
    import platform
    from importlib.metadata import version

    frames = "".join(traceback.format_tb(trace))
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    facts = (
        f"bakehouse {version('bakehouse')}, Python {platform.python_version()}, {platform.platform()}\n"
        f"command: {command}\n{datetime.now(UTC).isoformat(timespec='seconds')}\n\n"
    )
    # The message may quote what the user gave; the type and the place are what finding the fault needs.
    text = f"{facts}{frames}{kind.__module__}.{kind.__qualname__}\n"
    sys.stderr.write(f"error: this is a fault in Bakehouse ({kind.__qualname__}: {error}).\n")
    try:
        path = _write_report(text)
    except OSError as failure:
        sys.stderr.write(f"{text}The report could not be written ({failure.strerror}): it is above.\n")
    else:
        sys.stderr.write(f"hint:  please report it with this file: {path}\n")


def _write_report(text: str) -> Path:
    import tempfile

    descriptor, path = tempfile.mkstemp(prefix="bakehouse-fault-", suffix=".txt", text=True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(path)
