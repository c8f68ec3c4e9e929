"""What is written on a bar, in as many lengths as it takes, measured once."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QFontMetricsF

from core.build.chart import Bar
from core.build.usual import spoken
from gui.build.timeline.facts import Context, reboots_of, took, word_of_unusual
from gui.build.timeline.look import title_of

_LEAST_LETTERS: Final = 3
_MOST_WIDTHS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Words:
    """A name and what follows it, as they fit somewhere; `name_width` and `width` in pixels. Empty where not even the
    name's first letters do."""

    name: str = ""
    tail: str = ""
    name_width: float = 0.0
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """The name, and what may follow it, the longest first. `slow`: it takes longer than usual; `rebooted`: its machine
    was started again meanwhile."""

    name: str
    name_width: float
    tails: tuple[tuple[str, float], ...]
    slow: bool
    rebooted: bool

    def fitted(self, room: float) -> Words:
        """For this much room; a name that does not fit is cut."""
        for tail, width in self.tails:
            if self.name_width + width <= room:
                return Words(self.name, tail, self.name_width, self.name_width + width)
        if self.name_width <= room:
            return Words(self.name, "", self.name_width, self.name_width)
        letters = int(room / max(self.name_width, 1.0) * len(self.name)) - 2
        return Words(f"{self.name[:letters].rstrip()}…", "", room, room) if letters >= _LEAST_LETTERS else Words()


class Labels:
    """Labels of bars by their place in the chart; `clear` when the chart is another."""

    def __init__(self, metrics: QFontMetricsF) -> None:
        self._metrics = metrics
        self._known: dict[int, Label] = {}
        self._widths: dict[str, float] = {}

    def clear(self) -> None:
        self._known.clear()

    def of(self, place: int, bar: Bar, context: Context) -> Label:
        """What goes on is read anew each time, everything else once."""
        known = self._known.get(place)
        if known is None or bar.end is None:
            known = self._known[place] = self._label(bar, context)
        return known

    def _label(self, bar: Bar, context: Context) -> Label:
        deviates = context.deviation(bar)
        name, status, length = title_of(bar), word_of_unusual(bar), "" if bar.skipped else took(bar, context.now)
        times = (f"{bar.executions}×" if bar.executions > 1 else "", reboots_of(bar))
        more = f"{'+' if deviates.slow else '−'}{spoken(abs(deviates.seconds))}" if deviates else ""
        tails = (
            (status, *times, length, deviates.text if deviates else ""),
            (status, *times, length, more),
            (status, *times, length),
            (status, *times),
            (status,),
            (length,),
        )
        texts = dict.fromkeys("  " + " · ".join(filter(None, each)) for each in tails if any(each))
        slow = deviates is not None and deviates.slow
        widths = tuple((text, self.width(text)) for text in texts)
        return Label(name, self.width(name), widths, slow, bool(bar.reboots))

    def width(self, text: str) -> float:
        if len(self._widths) > _MOST_WIDTHS:
            self._widths.clear()
        known = self._widths.get(text)
        if known is None:
            known = self._widths[text] = self._metrics.horizontalAdvance(text)
        return known
