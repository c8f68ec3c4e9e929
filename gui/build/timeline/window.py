"""The stretch of time that a timeline shows, and the marks of its ruler: pure numbers, in seconds since 1970."""

from dataclasses import dataclass, replace
from typing import Final

SHORTEST: Final = 0.002
"""Seconds: logs are stamped to the millisecond."""

BESIDE: Final = 0.25
"""How much of the window may lie beside the run."""

_STEPS: Final = (
    *(digit * 10.0**power for power in (-4, -3, -2, -1) for digit in (1, 2, 5)),
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(minutes * 60.0 for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * 3600.0 for hours in (1, 2, 3, 6, 12, 24)),
)


@dataclass(frozen=True, slots=True)
class Window:
    """From `begin` to `end`."""

    begin: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.begin

    def x(self, time: float, width: float) -> float:
        """Where a moment is on a strip of this width."""
        return (time - self.begin) / self.length * width

    def time(self, x: float, width: float) -> float:
        return self.begin + x / width * self.length

    def zoomed(self, factor: float, at: float) -> "Window":
        """`factor` times as long (below 1 is nearer); the moment `at` stays where it is."""
        length = max(self.length * factor, SHORTEST)
        share = (at - self.begin) / self.length
        begin = at - share * length
        return Window(begin, begin + length)

    def panned(self, seconds: float) -> "Window":
        return replace(self, begin=self.begin + seconds, end=self.end + seconds)

    def within(self, whole: "Window") -> "Window":
        """The nearest window that shows something of the whole, and not much else."""
        length = min(max(self.length, SHORTEST), max(whole.length, SHORTEST))
        beside = length * BESIDE
        begin = min(max(self.begin, whole.begin - beside), whole.end + beside - length)
        return Window(begin, begin + length)

    def showing(self, begin: float, end: float) -> "Window":
        """The same length of time moved as little as shows this stretch, or its begin if it is longer."""
        margin = self.length * 0.05
        if begin - margin < self.begin or end - begin + 2 * margin > self.length:
            return self.panned(begin - margin - self.begin)
        return self.panned(max(0.0, end + margin - self.end))


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the ruler. `text` is the time since the run began."""

    time: float
    text: str


def ticks(window: Window, origin: float, most: int) -> tuple[Tick, ...]:
    """At most `most` marks at round times since `origin`."""
    least = window.length / max(1, most)
    step = next((step for step in _STEPS if step >= least), _STEPS[-1] * (1 + least // _STEPS[-1]))
    decimals = 0 if step >= 1 else len(f"{step:.4f}".rstrip("0")) - 2
    first = -int(-(window.begin - origin) // step)
    last = int((window.end - origin) // step)
    return tuple(Tick(origin + number * step, clock_text(number * step, decimals)) for number in range(first, last + 1))


def clock_text(seconds: float, decimals: int = 0) -> str:
    """``0:07``, ``12:30``, ``1:02:03``, with as many decimals of a second as asked for: ``0:07.25``."""
    sign, seconds = ("−", -seconds) if seconds < 0 else ("", seconds)
    scale = 10**decimals
    whole, part = divmod(round(seconds * scale), scale)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    small = f".{part:0{decimals}}" if decimals else ""
    return f"{sign}{hours}:{minutes:02}:{rest:02}{small}" if hours else f"{sign}{minutes}:{rest:02}{small}"
