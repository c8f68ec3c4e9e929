"""What went wrong, in the words of the banner above the page, with the place in the file and the way there."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from core.errors import BakehouseError, Problem
from gui.actions import Desk, ShowAddress
from gui.widgets.notice import Offer


def refusal(error: BakehouseError, recipe_file: str, desk: Desk) -> tuple[str, str, Sequence[Offer]]:
    """Message, hint and offers. `recipe_file` is the open one, which is gone to by its cards and forms."""
    if not error.problems:
        return error.message, error.hint, ()
    first, *others = error.problems
    hint = " ".join(f"{each.rstrip('.')}." for each in (f"{place(first)}: {first.message}", first.hint) if each)
    offers: list[Offer] = [("Go there", partial(desk.intend, _way(first, recipe_file)))]
    if others:
        offers.append((f"Show all {len(error.problems)}", partial(desk.take, "run.plan")))
    return error.message, hint, offers


def place(problem: Problem) -> str:
    """``web-server.yml:12:5 (imageRecipe.components[0])``, as far as it is known."""
    numbers = (str(number) for number in (problem.line, problem.column) if number)
    spot = ":".join(filter(None, (Path(problem.file).name, *numbers)))
    return " ".join(filter(None, (spot, f"({problem.address})" if problem.address else "")))


def _way(problem: Problem, recipe_file: str) -> ShowAddress:
    file = "" if problem.file == recipe_file else problem.file
    return ShowAddress(problem.address, file, problem.line, problem.column)
