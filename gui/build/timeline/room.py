"""How the parts of a timeline share the room it has: what stands beside and below the bars gives way to them."""

from dataclasses import dataclass
from typing import Final

NARROW: Final = 640
LOW: Final = 360
"""Below this the lanes of a build whose component runs fit only if everything else is as small as it can be read."""

SHALLOW: Final = 250
"""And below this only if the curves are not there at all."""

TALL: Final = 560


@dataclass(frozen=True, slots=True)
class Room:
    """Pixels: the width of the lanes' names and how far each depth is indented, the height of the minimap and of each
    curve, 0 for no curves. `narrow`: there is none for words beside the tools."""

    gutter: int = 208
    indent: int = 14
    minimap: int = 40
    curve: int = 44
    narrow: bool = False

    @property
    def scales(self) -> bool:
        """Whether a curve has room for a second line."""
        return self.curve >= 44


def room_for(width: int, height: int) -> Room:
    """What fits a timeline of this size."""
    narrow = width < NARROW
    return Room(
        gutter=144 if narrow else 208,
        indent=8 if narrow else 14,
        minimap=22 if height < LOW else 40,
        curve=44 if height >= TALL else 26 if height >= LOW else 18 if height >= SHALLOW else 0,
        narrow=narrow,
    )
