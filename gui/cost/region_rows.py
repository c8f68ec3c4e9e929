"""All regions as rows to compare: what a region costs as the one that builds, and as one that gets a copy.

Rows are values; a table, bars and a map are made from the same ones, so they cannot disagree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from core.catalog.regions import REGIONS, Region
from core.cost.amount import Amount
from core.cost.comparison import Comparison
from core.cost.prices import Prices
from gui.cost.drawing import Axis, Bar, Dot, Drawing, Line, Word, scale
from gui.cost.stacked import bounds, marked
from gui.cost.words import beside, region_words

PARTITIONS: Final = {
    "aws": "AWS regions",
    "aws-us-gov": "GovCloud",
    "aws-cn": "China",
    "aws-eusc": "European Sovereign Cloud",
}
FAVOURITES: Final = "favourites"
HALF: Final = 0.36
LATITUDES: Final = (-60, 78)
LONGITUDES: Final = (-180, 180)
GRATICULE: Final = 30
AMERICAS_END, ASIA_BEGIN = -30, 100
ASPECT: Final = 0.68
"""An equirectangular map is true at one latitude: here at 47 degrees, where most regions are."""
CONTINENTS: Final = (
    (-100, 58, "North America"),
    (-58, -28, "South America"),
    (22, 68, "Europe"),
    (20, 6, "Africa"),
    (95, 62, "Asia"),
    (134, -25, "Australia"),
)
_SMALL, _LARGE = 9.0, 18.0


class View(StrEnum):
    """What is compared; the value is shown."""

    BUILD = "Built there, with distribution"
    ALONE = "Built there, without distribution"
    TARGET = "As a distribution target, first month"
    STANDING = "Standing each month, built there"


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One region. `run` is a run built there and distributed as the recipe says, `alone` the same without a copy;
    `copy` what sending a copy there adds to a run, `kept` what keeping it there costs a month; `standing` the whole
    month's when built there; `hour` an hour of the instance. `offered`: AWS has the
    instance type there, None where no price is known of anything."""

    code: str
    run: Amount
    alone: Amount
    copy: Amount
    kept: Amount
    standing: Amount
    hour: Amount
    offered: bool | None = True
    home: bool = False
    target: bool = False
    favourite: bool = False

    @property
    def region(self) -> Region:
        return REGIONS[self.code]

    @property
    def name(self) -> str:
        return self.region.name

    def amount(self, view: View) -> Amount:
        match view:
            case View.BUILD:
                return self.run
            case View.ALONE:
                return self.alone
            case View.TARGET:
                return self.copy + self.kept
            case View.STANDING:
                return self.standing

    @property
    def remark(self) -> str:
        """What is to be known of it besides its figures."""
        if self.offered is None:
            return "no prices known"
        if not self.offered:
            return "instance type not there"
        if self.region.image_builder is False:
            return "no Image Builder"
        if self.home:
            return "built here"
        if self.target:
            return "gets a copy"
        return "to be enabled first" if self.region.opt_in else ""


def rows_of(found: Comparison, prices: Prices) -> tuple[RegionRow, ...]:
    """The regions of a comparison that the catalogue knows."""
    shape = found.shape
    first = shape.instance_types[0] if shape.instance_types else "the instance type that EC2 chooses"
    return tuple(
        RegionRow(
            code=each.region,
            run=each.run,
            alone=each.alone,
            copy=each.copy,
            kept=each.kept,
            standing=each.standing,
            hour=Amount.of(1, prices.instance(each.region, first, shape.system)),
            offered=each.offered,
            home=each.region == shape.region,
            target=each.region in shape.regions,
        )
        for each in found.rows
        if each.region in REGIONS
    )


@dataclass(frozen=True, slots=True)
class Ends:
    """The cheapest and the dearest of some rows, by what is compared; None where nothing is known."""

    cheapest: RegionRow | None
    dearest: RegionRow | None
    home: RegionRow | None


def known(rows: Sequence[RegionRow], view: View) -> list[RegionRow]:
    """The rows with a figure, the cheapest first; a region without Image Builder builds nothing."""
    building = view is not View.TARGET
    usable = (row for row in rows if not (building and row.region.image_builder is False))
    return sorted((row for row in usable if row.amount(view).known), key=lambda row: (_middle(row, view), row.code))


def ends(rows: Sequence[RegionRow], view: View) -> Ends:
    found = known(rows, view)
    home = next((row for row in rows if row.home), None)
    return Ends(found[0] if found else None, found[-1] if found else None, home)


def chosen(rows: Sequence[RegionRow], group: str) -> list[RegionRow]:
    """The rows of a partition, or the favourites."""
    if group == FAVOURITES:
        return [row for row in rows if row.favourite]
    return [row for row in rows if row.region.partition == group]


def cheapest_sentence(rows: Sequence[RegionRow], view: View) -> str:
    """``Cheapest is US East (Ohio) · us-east-2: $0.42, which is $0.01 (2 %) less than in eu-central-1.``"""
    found = ends(rows, view)
    if found.cheapest is None:
        return "No price is known of what is compared here."
    said = f"Cheapest is {region_words(found.cheapest.code)}: {found.cheapest.amount(view).text}"
    if found.home is None or not found.home.amount(view).known:
        return f"{said}."
    if found.cheapest is found.home or _middle(found.cheapest, view) == _middle(found.home, view):
        return f"Nothing is cheaper than {region_words(found.home.code)}: {found.home.amount(view).text}."
    return f"{said}, {beside(found.home.amount(view), found.cheapest.amount(view))} in {found.home.code}."


def dearest_sentence(rows: Sequence[RegionRow], view: View) -> str:
    found = ends(rows, view)
    if found.cheapest is None or found.dearest is None or found.cheapest is found.dearest:
        return ""
    dearest = found.dearest
    more = beside(found.cheapest.amount(view), dearest.amount(view))
    return f"Dearest is {region_words(dearest.code)}: {dearest.amount(view).text}, {more} the cheapest."


def _middle(row: RegionRow, view: View) -> Decimal:
    amount = row.amount(view)
    return amount.low if amount.middle is None else amount.middle


# Drawn


def role_of(row: RegionRow, found: Ends) -> str:
    """The colour of a region: its place among the others; the build region keeps the app's own."""
    if row is found.home:
        return "accent"
    if row is found.cheapest:
        return "good"
    return "bad" if row is found.dearest else "series 0"


def words_of(row: RegionRow, view: View, found: Ends) -> str:
    """What is said of a region when it is pointed at."""
    amount = row.amount(view)
    lines = [region_words(row.code), f"{view.value}: {amount.text}"]
    if found.home is not None and row is not found.home and (more := beside(found.home.amount(view), amount)):
        lines.append(f"{more} in {found.home.code}")
    lines += [row.remark] if row.remark else []
    return "\n".join(lines)


def key_of(found: Ends) -> tuple[tuple[str, str], ...]:
    said = (
        ("good", "Cheapest", found.cheapest),
        ("bad", "Dearest", found.dearest),
        ("accent", "Build region", found.home),
    )
    return (*((role, words) for role, words, row in said if row is not None), ("series 0", "Other regions"))


def bars(rows: Sequence[RegionRow], view: View) -> Drawing:
    """One bar for each region, the cheapest on top; those without a figure below all of them, in words."""
    found = ends(rows, view)
    ordered = known(rows, view)
    without = [row for row in rows if row not in ordered]
    listed = [*ordered, *sorted(without, key=lambda row: row.code)]
    highest = max((float(_middle(row, view)) for row in ordered), default=0.0)
    marks = scale(highest)
    last = len(listed) - 1
    drawn: list[Bar] = []
    words: list[Word] = []
    for position, row in enumerate(listed):
        y = last - position
        if row in ordered:
            drawn.append(
                Bar(
                    0,
                    y - HALF,
                    float(_middle(row, view)),
                    y + HALF,
                    role_of(row, found),
                    words_of(row, view, found),
                    row.code,
                )
            )
        else:
            said = row.amount(view).text if row.offered else row.remark
            words.append(Word(0, y, f" {said}", "muted", (0, 0.5)))
    return Drawing(
        x=Axis(0, max(marks[-1], highest) * 1.02, marked(marks)),
        y=Axis(-0.7, max(last, 0) + 0.7, tuple((last - position, row.code) for position, row in enumerate(listed))),
        bars=tuple(drawn),
        lines=tuple(Line(((mark, -0.7), (mark, last + 0.7)), "border") for mark in marks),
        words=tuple(words),
        key=key_of(found),
        rows=table(listed),
    )


def earth(rows: Sequence[RegionRow], view: View) -> Drawing:
    """The regions where they are, in degrees; the dearer the larger, hollow where nothing is known."""
    found = ends(rows, view)
    ordered = known(rows, view)
    place = {row.code: position / max(1, len(ordered) - 1) for position, row in enumerate(ordered)}
    said = [row for row in (found.cheapest, found.dearest, found.home) if row is not None]
    ahead = sorted(rows, key=lambda row: row in said)  # these are drawn over the others
    dots = [_dot(row, view, found, place.get(row.code)) for row in ahead]
    labels = [_label(row) for row in dict.fromkeys(said)]
    return Drawing(
        x=Axis(*LONGITUDES),
        y=Axis(*LATITUDES),
        dots=tuple(dots),
        lines=tuple(_graticule()),
        words=(*(Word(x, y, name, "muted") for x, y, name in CONTINENTS), *labels),
        key=(*key_of(found), ("muted", "Larger is dearer, hollow is unknown")),
        rows=table(list(rows)),
        aspect=ASPECT,
    )


def _label(row: RegionRow) -> Word:
    """Beside its dot, at the side where there is room."""
    before = not AMERICAS_END < row.region.longitude < ASIA_BEGIN
    text = f"{row.code}   " if before else f"   {row.code}"
    return Word(row.region.longitude, row.region.latitude, text, "text", (1, 0.5) if before else (0, 0.5))


def _dot(row: RegionRow, view: View, found: Ends, place: float | None) -> Dot:
    region, says = row.region, words_of(row, view, found)
    if place is None:
        return Dot(region.longitude, region.latitude, "muted", says, row.code, _SMALL, hollow=True)
    ring = "text" if row.target or row.home else ""
    size = _SMALL + place * (_LARGE - _SMALL)
    return Dot(region.longitude, region.latitude, role_of(row, found), says, row.code, size, ring=ring)


def _graticule() -> list[Line]:
    across = [Line(((LONGITUDES[0], y), (LONGITUDES[1], y)), "border") for y in range(-60, 61, GRATICULE)]
    down = [Line(((x, LATITUDES[0]), (x, LATITUDES[1])), "border") for x in range(-180, 181, GRATICULE)]
    return across + down


COLUMNS: Final[tuple[tuple[str, Callable[[RegionRow], Amount]], ...]] = (
    ("Run with copies", lambda row: row.run),
    ("Run without copies", lambda row: row.alone),
    ("Kept, a month", lambda row: row.kept),
    ("Copy to it, a run", lambda row: row.copy),
    ("Standing, a month", lambda row: row.standing),
    ("Instance, an hour", lambda row: row.hour),
)


def table(rows: Sequence[RegionRow]) -> tuple[tuple[str, ...], ...]:
    """All figures in full precision; empty where something is unknown."""
    figures = [f"{title} ({bound}, USD)" for title, _ in COLUMNS for bound in ("from", "to")]
    head = ("Region", "Name", "Partition", *figures, "Remark")
    body = (
        (
            row.code,
            row.name,
            row.region.partition,
            *(cell for _, amount in COLUMNS for cell in (bounds(amount(row)) if amount(row).known else ("", ""))),
            row.remark,
        )
        for row in rows
    )
    return (head, *body)
