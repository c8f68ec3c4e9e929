"""The cost of the open recipe in a few words, for places that have no room for more."""

from dataclasses import dataclass
from typing import Final

from gui.cost.reckoning import Reckoned, Reckoning
from gui.cost.words import Change

UNCHANGED: Final = "No edit has changed that since it was saved."


@dataclass(frozen=True, slots=True)
class Told:
    """`chip` is the shortest, `tip` explains it; `bake` is about one run, `plan` about what the edits change."""

    chip: str = ""
    tip: str = ""
    bake: str = ""
    plan: str = ""


def told(reckoning: Reckoning) -> Told:
    """Nothing at all before the first figures, and for a recipe that can't be reckoned."""
    found = reckoning.current
    if found is None:
        return Told()
    cost = found.cost
    run, month = cost.run.amount.text, cost.month.text
    where = f"on AWS in {found.shape.region}"
    since = _since(found)
    stale = "The recipe has errors now; these are the last figures. " if reckoning.stale else ""
    each = "a month with its schedule" if cost.runs_per_month.high else "keeping its images a month"
    return Told(
        chip=f"{run} a run · {month} a month",
        tip=f"{stale}One run costs {run} {where}, {each} {month}. {since}".strip(),
        bake=f"One run costs {run} {where}.",
        plan=f"One run costs {run}, a month {month} ({where}). {since or UNCHANGED}",
    )


def _since(found: Reckoned) -> str:
    """What the edits since it was saved change; "" when they change nothing."""
    changes: tuple[tuple[Change | None, str], ...] = ((found.run_change, "a run"), (found.month_change, "a month"))
    said = [
        f"{change.text} {unit}" for change, unit in changes if change is not None and change.trend in ("more", "less")
    ]
    return f"Since it was saved: {', '.join(said)}." if said else ""
