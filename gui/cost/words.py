"""What a cost is in words: differences with their sign, how old prices are, where a region is."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from core.catalog.regions import REGIONS
from core.cost.amount import Amount, Range, dollars

Trend = Literal["more", "less", "same", "unknown"]
MINUS: Final = "−"
OLD: Final = timedelta(days=365)
"""Prices of types that exist hardly move; new types and regions are what a price list of last year lacks."""

_MONTH_DAYS: Final = 61


@dataclass(frozen=True, slots=True)
class Change:
    """From one amount to another, between two bounds; no bounds where something of either is unknown."""

    low: Decimal | None
    high: Decimal | None

    @classmethod
    def between(cls, before: Amount, after: Amount) -> "Change":
        if before.high is None or after.high is None:
            return cls(None, None)
        bounds = sorted((after.low - before.low, after.high - before.high))
        return cls(bounds[0], bounds[1])

    @property
    def middle(self) -> Decimal | None:
        return None if self.low is None or self.high is None else (self.low + self.high) / 2

    @property
    def trend(self) -> Trend:
        if self.middle is None:
            return "unknown"
        return "same" if self.low == self.high == 0 else "more" if self.middle > 0 else "less"

    @property
    def text(self) -> str:
        """``+$0.02``, ``−$0.01 to −$0.03``, ``no change``, ``change unknown``."""
        if self.low is None or self.high is None:
            return "change unknown"
        if self.low == self.high == 0:
            return "no change"
        near, far = sorted((self.low, self.high), key=abs)
        said = [_signed(near), _signed(far)]
        return said[0] if said[0] == said[1] else " to ".join(said)

    @property
    def brief(self) -> str:
        """In fewer letters, for tables: ``+$0.016–0.048``. Whoever shows it says all of it nearby."""
        if self.low is None or self.high is None or self.low * self.high <= 0:
            return self.text
        near, far = map(_two_digits, sorted((abs(self.low), abs(self.high))))
        sign = "+" if self.low > 0 else MINUS
        return f"{sign}${near}" if near == far else f"{sign}${near}–{far}"


def _signed(usd: Decimal) -> str:
    if usd == 0:
        return "$0"
    return f"{'+' if usd > 0 else MINUS}{dollars(abs(usd)).replace('less than ', '<')}"


def share(before: Amount, after: Amount) -> str:
    """The difference in percent of the first, ``12 %``, without its sign; "" where there is none to say."""
    middle = before.middle
    change = Change.between(before, after).middle
    if not middle or change is None:
        return ""
    percent = abs(change) / middle * 100
    return "less than 1 %" if percent < 1 else f"{percent:,.0f} %"


def beside(before: Amount, after: Amount) -> str:
    """The second as seen from the first: ``$0.02 (3 %) less than``, ``as much as``; "" where something is unknown."""
    change = Change.between(before, after)
    if change.middle is None:
        return ""
    if change.middle == 0:
        return "as much as"
    usd, middle = dollars(abs(change.middle)), before.middle
    if middle and change.middle > 2 * middle:
        return f"{usd} more, {(change.middle + middle) / middle:,.0f} times as much as"
    part = share(before, after)
    return f"{usd}{f' ({part})' if part else ''} {'more' if change.middle > 0 else 'less'} than"


def brief(amount: Amount) -> str:
    """In as few letters as tell amounts apart, for tables: ``$0.014–0.084``. Whoever shows it says all of it nearby."""
    if amount.high is None:
        return amount.text
    low, high = _two_digits(amount.low), _two_digits(amount.high)
    return f"${low}" if low == high else f"${low}–{high}"


def _two_digits(usd: Decimal) -> str:
    """Cents from a dollar on, below that two digits that say something, and no more than six decimals."""
    if usd == 0 or usd >= 1:
        return f"{usd:,.2f}" if usd else "0"
    places = min(6, max(2, 1 - usd.adjusted()))
    return f"{usd:.{places}f}"


def region_words(code: str) -> str:
    """``Europe (Frankfurt) · eu-central-1``; a code nobody knows alone."""
    return f"{REGIONS[code].name} · {code}" if code in REGIONS else code


def times(runs: Range) -> str:
    """How often a month: ``4.3``, ``1 to 2``."""
    low, high = (f"{each:.1f}".removesuffix(".0") for each in (runs.low, runs.high))
    return low if low == high else f"{low} to {high}"


def day(moment: date) -> str:
    return f"{moment.day} {moment:%B %Y}"


def age_words(age: timedelta) -> str:
    """``today``, ``3 days old``, ``19 months old``."""
    if age.days <= 0:
        return "of today"
    if age.days == 1:
        return "1 day old"
    return f"{age.days} days old" if age.days < _MONTH_DAYS else f"{age.days * 12 // 365} months old"
