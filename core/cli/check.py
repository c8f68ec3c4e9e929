"""``bakehouse check``: problems printed the way a compiler prints them.

web-server.yml:12:7: error: Unknown key 'colour' in component 'nginx' [imageRecipe.components[0].colour]
   12 |       colour: red
      |       ^
      = hint: Did you mean 'color'?
"""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.cli.colour import Colour, paint
from core.cli.status import DONE, FAILED
from core.cli.text import counted, harmless
from core.errors import BakehouseError, Problem, Severity

WIDTH: Final = 160
"""Characters of a source line that are shown; of a longer one, those around the column."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file, its lines, and what is wrong with it."""

    file: str
    lines: tuple[str, ...]
    problems: tuple[Problem, ...]


def quick(arguments: Sequence[str]) -> int | None:
    """Run ``check [--json] FILE…`` with nothing else in it and return the exit status; None for any other command line.

    Editors and commit hooks check at every save, and parsing the command line with Typer takes longer than checking.
    """
    command, *rest = arguments or ("",)
    files = [Path(word) for word in rest if word != "--json"]
    plain = command == "check" and files and all(not str(file).startswith("-") and file.is_file() for file in files)
    if not plain:
        return None
    checked = check_files(files)
    lines = [json.dumps(as_json(checked), ensure_ascii=False)] if "--json" in rest else as_text(checked)
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status(checked)


def check_files(files: Sequence[Path]) -> tuple[Checked, ...]:
    return tuple(_checked(file) for file in files)


def status(checked: Iterable[Checked]) -> int:
    """Warnings don't fail a check."""
    return FAILED if any(_is_error(problem) for each in checked for problem in each.problems) else DONE


def as_json(checked: Sequence[Checked]) -> dict[str, Any]:
    problems = [problem_json(problem) for each in checked for problem in each.problems]
    errors = sum(problem["severity"] == Severity.ERROR for problem in problems)
    return {
        "files": [each.file for each in checked],
        "errors": errors,
        "warnings": len(problems) - errors,
        "problems": problems,
    }


def as_text(checked: Sequence[Checked]) -> Iterable[str]:
    """Everything to print, line by line, ending with a summary."""
    for each in checked:
        for problem in each.problems:
            yield from _problem(problem, each)
    problems = [problem for each in checked for problem in each.problems]
    errors = sum(_is_error(problem) for problem in problems)
    counts = [
        counted(number, noun) for number, noun in ((errors, "error"), (len(problems) - errors, "warning")) if number
    ]
    where = checked[0].file if len(checked) == 1 else counted(len(checked), "file")
    yield f"{harmless(where)}: {', '.join(counts) or 'no problems'}"


def _checked(file: Path) -> Checked:
    from core.recipe.check import check
    from core.recipe.documents import read_text

    try:
        text = read_text(file)
    except BakehouseError as error:
        return Checked(str(file), (), (Problem("", 0, 0, Severity.ERROR, error.message, error.hint, str(file)),))
    return Checked(str(file), tuple(text.splitlines()), check(text, file=str(file), base=file.parent))


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


def _problem(problem: Problem, checked: Checked) -> Iterable[str]:
    word = f"{problem.severity}:"
    colour = Colour.ERROR if _is_error(problem) else Colour.WARNING
    yield harmless(str(problem)).replace(word, paint(word, colour), 1)
    # A problem may lie in another file than the one checked: a recipe's component document.
    gutter = " " * 7
    if problem.file == checked.file and 0 < problem.line <= len(checked.lines):
        line, caret = excerpt(checked.lines[problem.line - 1], problem.column)
        yield f"{problem.line:>6} | {line}"
        if caret:
            yield f"{gutter}| {paint(caret, colour)}"
    if problem.hint:
        yield f"{gutter}= {paint('hint:', Colour.HINT)} {harmless(problem.hint)}"


def excerpt(line: str, column: int) -> tuple[str, str]:
    """What is shown of a source line, and the line with the caret, aligned under tabs and wide characters too."""
    shown = "".join(character if character == "\t" else harmless(character) or " " for character in line)
    start = 0
    if len(shown) > WIDTH:
        start = max(min(column - WIDTH // 2, len(shown) - WIDTH), 0)
        shown = shown[start : start + WIDTH]
    if not 0 < column - start <= len(shown) + 1:
        return shown, ""
    before = shown[: column - 1 - start]
    return shown, "".join(_blank(character) for character in before) + "^"


def _blank(character: str) -> str:
    if character == "\t":
        return "\t"
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "address": problem.address,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
    }
