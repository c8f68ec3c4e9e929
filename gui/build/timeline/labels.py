"""What is written in and beside bars: as much as there is room for, measured once."""

from dataclasses import dataclass

from PySide6.QtGui import QFontMetricsF

from core.build.chart import Bar
from core.build.usual import spoken
from gui.build.timeline.facts import Context, took, word_of_unusual

_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Label:
    """The name, and what follows it in several lengths, the longest first. Widths are in pixels."""

    name: str
    name_width: float
    tails: tuple[tuple[str, float], ...]
    slow: bool

    def fitted(self, room: float) -> tuple[str, str]:
        """Name and tail for this much room; a name that does not fit is cut, and is empty rather than a stump."""
        for tail, width in self.tails:
            if self.name_width + width <= room:
                return self.name, tail
        if self.name_width <= room:
            return self.name, ""
        letters = int(room / max(self.name_width, 1.0) * len(self.name)) - 2
        return (f"{self.name[:letters].rstrip()}…", "") if letters >= _LEAST_LETTERS else ("", "")


class Labels:
    """Labels of bars by their place; `clear` when the chart is another."""

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
        times = f"{bar.executions}×" if bar.executions > 1 else ""
        status, length = word_of_unusual(bar), "" if bar.skipped else took(bar, context.now)
        more = f"{'+' if deviates.slow else '−'}{spoken(abs(deviates.seconds))}" if deviates else ""
        tails = (
            (status, times, length, deviates.text if deviates else ""),
            (status, times, length, more),
            (status, times, length),
            (status, times),
            (length,),
        )
        texts = dict.fromkeys("  " + " · ".join(filter(None, each)) for each in tails if any(each))
        return Label(
            bar.name,
            self.width(bar.name),
            tuple((text, self.width(text)) for text in texts),
            deviates is not None and deviates.slow,
        )

    def width(self, text: str) -> float:
        if len(self._widths) > 20_000:
            self._widths.clear()
        known = self._widths.get(text)
        if known is None:
            known = self._widths[text] = self._metrics.horizontalAdvance(text)
        return known
