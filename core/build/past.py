"""Earlier runs of a recipe, as charts: what a run is compared with, and where estimates of its length come from.

They are read from journals, without the text of their logs. A run of another connection says nothing of this one: a
machine that is emulated here takes other times than one of a cloud.
"""

from collections.abc import Iterable
from itertools import islice

from core.build import journal
from core.build.chart import Chart, chart
from core.build.events import RunOpened
from core.build.journal import Entry
from core.build.run import replay
from core.errors import BakehouseError

MOST = 12
"""Of the newest runs; what was longer ago was another recipe."""


def past(entries: Iterable[Entry], of: RunOpened, most: int = MOST) -> tuple[Chart, ...]:
    """Charts of the newest runs that ended, of the pipeline and connection of `of` and begun before it; `entries` are
    the journals from the newest on. A journal that can't be read any more is passed over."""
    return tuple(islice(_charts(entries, of), most))


def alike(one: RunOpened, other: RunOpened) -> bool:
    """Whether two runs are of the same pipeline on the same connection."""
    same = one.pipeline_arn == other.pipeline_arn if one.pipeline_arn else one.recipe_name == other.recipe_name
    return same and one.connection == other.connection and bool(one.pipeline_arn or one.recipe_name)


def _charts(entries: Iterable[Entry], of: RunOpened) -> Iterable[Chart]:
    for entry in entries:
        if entry.ended is None or entry.opened.at >= of.at or not alike(entry.opened, of):
            continue
        try:
            run = replay(journal.events(entry.path, log=False))
        except BakehouseError:
            continue
        yield chart(run, entry.ended)
