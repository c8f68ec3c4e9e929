"""The fields of a what-if, each with what it alone changes said beside it at once.

A field shows what the recipe says until somebody changes it, and goes on following the recipe if it is changed back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator, QWheelEvent
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QSlider, QWidget

from core.catalog.regions import REGIONS
from core.cost.bake import Shape
from core.cost.prices import Prices
from gui.cost.alternatives import size_words
from gui.cost.scenario import SCHEDULES, Scenario, differing
from gui.cost.scenario_card import ROLES
from gui.cost.words import Change, region_words
from gui.theme.theme import Theme
from gui.theme.tokens import Space, Type
from gui.widgets.dress import label, set_look
from gui.widgets.entry import Choice, Option, SearchEntry, TextEntry, Tick
from gui.widgets.layout import STRETCH, column, row

VOLUME_TYPES: Final = ("gp3", "gp2", "io1", "io2", "st1", "sc1")
MOST_GIB: Final = 500
MOST_VERSIONS: Final = 30
REGION_ROWS: Final = 6
NUMBER_WIDTH: Final = 64
FIELDS: Final = ("instance_type", "tests", "volume_type", "volume_gib", "versions", "schedule", "regions")


class Slide(QWidget):
    """A number by slider and by keys. Signals: `edited` — the number, while it is being changed."""

    edited = Signal(int)

    def __init__(self, least: int, most: int, unit: str) -> None:
        super().__init__()
        self._value = least
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(least, most)
        self.number = TextEntry()
        self.number.setValidator(QIntValidator(least, 16 * 1024, self))
        self.number.setFixedWidth(NUMBER_WIDTH)
        self.slider.valueChanged.connect(self._tell)
        self.number.edited.connect(lambda text: self._tell(int(text)) if self.number.hasAcceptableInput() else None)
        layout = row(self.slider, self.number, label(unit, "muted"), gap=Space.SMALL)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.slider)

    def call(self, name: str) -> None:
        self.slider.setAccessibleName(f"{name}, slider")
        self.number.setAccessibleName(name)

    def value(self) -> int:
        return self._value

    def present(self, value: int) -> None:
        self._value = value
        self.number.present(str(value))
        with QSignalBlocker(self.slider):
            self.slider.setMaximum(max(self.slider.maximum(), value))
            self.slider.setValue(value)

    @Slot(int)
    def _tell(self, value: int) -> None:
        self.present(value)
        self.edited.emit(value)


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()  # scrolling a form must not change what it says


class RegionList(QListWidget):
    """Regions to tick. Signals: `edited` — the codes that are ticked, the build region first."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._home = ""
        self.itemChanged.connect(self._tell)
        self.setFixedHeight(REGION_ROWS * (self.fontMetrics().height() + 2 * Space.HAIR + 2))

    @property
    def ticked(self) -> tuple[str, ...]:
        items = (self.item(place) for place in range(self.count()))
        codes = [each.data(Qt.ItemDataRole.UserRole) for each in items if each.checkState() is Qt.CheckState.Checked]
        return tuple(dict.fromkeys((self._home, *codes)))

    def present(self, home: str, ticked: Sequence[str]) -> None:
        """Those of the build region's partition; it is ticked and stays so, because an image is made there anyway."""
        with QSignalBlocker(self):
            if home != self._home:
                self._home = home
                self._fill(ticked)
            for place in range(self.count()):
                item = self.item(place)
                on = item.data(Qt.ItemDataRole.UserRole) in (home, *ticked)
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def tick(self, code: str, on: bool = True) -> None:
        """As a click does."""
        for place in range(self.count()):
            item = self.item(place)
            if item.data(Qt.ItemDataRole.UserRole) == code:
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _fill(self, first: Sequence[str]) -> None:
        self.clear()
        partition = REGIONS[self._home].partition if self._home in REGIONS else ""
        others = [code for code, region in REGIONS.items() if region.partition == partition]
        for code in dict.fromkeys((self._home, *first, *others)):
            item = QListWidgetItem(region_words(code))
            item.setData(Qt.ItemDataRole.UserRole, code)
            item.setToolTip(region_words(code))
            flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if code != self._home else Qt.ItemFlag.ItemIsSelectable)
            self.addItem(item)

    @Slot()
    def _tell(self) -> None:
        self.edited.emit(self.ticked)


class WhatIfForm(QWidget):
    """Signals: `edited` — the Scenario, when it is another."""

    edited = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.scenario = Scenario()
        self._shape: Shape | None = None
        self._offered: tuple[object, ...] = ()
        self.instance_type = SearchEntry("As in the recipe")
        self.tests = Tick("A second machine tests the image")
        self.volume_type = Choice([Option(each) for each in VOLUME_TYPES])
        self.volume_gib = Slide(1, MOST_GIB, "GiB")
        self.versions = Slide(1, MOST_VERSIONS, "versions")
        self.schedule = Choice([Option(expression, words) for expression, words in SCHEDULES.items()])
        self.regions = RegionList()
        self.changes: dict[str, QLabel] = {}
        parts = [self._field(name, title, control) for name, title, control in self._named()]
        self._connect()
        self.setLayout(column(*parts, STRETCH, gap=Space.MEDIUM, margin=(0, 0, Space.SMALL, 0)))

    def _named(self) -> tuple[tuple[str, str, QWidget], ...]:
        return (
            ("instance_type", "Instance type", self.instance_type),
            ("tests", "Tests", self.tests),
            ("volume_type", "Volume type", self.volume_type),
            ("volume_gib", "Volume size", self.volume_gib),
            ("versions", "Versions kept", self.versions),
            ("schedule", "Schedule", self.schedule),
            ("regions", "Regions the image goes to", self.regions),
        )

    def _connect(self) -> None:
        """What is edited is one change more, or less, to what was changed before."""
        self.instance_type.edited.connect(
            lambda text: self._edit(replace(self.scenario, instance_type=self._type_of(text.strip())))
        )
        self.tests.edited.connect(lambda text: self._edit(replace(self.scenario, tests=text == "true")))
        self.volume_type.edited.connect(lambda text: self._edit(replace(self.scenario, volume_type=text)))
        self.volume_gib.edited.connect(lambda gib: self._edit(replace(self.scenario, volume_gib=gib)))
        self.versions.edited.connect(lambda count: self._edit(replace(self.scenario, versions=count)))
        self.schedule.edited.connect(lambda text: self._edit(replace(self.scenario, schedule=text)))
        self.regions.edited.connect(lambda codes: self._edit(replace(self.scenario, regions=codes)))

    def _field(self, name: str, title: str, control: QWidget) -> QWidget:
        if isinstance(control, Slide):
            control.call(title)
        else:
            control.setAccessibleName(title)
        change = self.changes[name] = label("", "muted", Type.SMALL)
        made = QWidget()
        made.setLayout(column(row(label(title, weight=Type.MEDIUM), STRETCH, change), control, gap=Space.HAIR))
        return made

    def follow(self, shape: Shape, prices: Prices) -> None:
        """Another recipe, or another text of it: what was changed here stays changed."""
        self._shape = shape
        self._offer(shape, prices)
        self.use(self.scenario, quiet=True)

    def use(self, scenario: Scenario, *, quiet: bool = False) -> None:
        """Work on these changes."""
        shape = self._shape
        if shape is None:
            self.scenario = scenario  # what of it is a change is known with the recipe's shape
            return
        before, self.scenario = self.scenario, differing(scenario, shape)
        volume = shape.volumes[0] if shape.volumes else None
        now = self.scenario
        self.instance_type.present(now.instance_type or " or ".join(shape.instance_types))
        self.tests.present("true" if _or(now.tests, shape.tests) else "false")
        self.volume_type.present(now.volume_type or (volume.type if volume else "gp3"))
        self.volume_gib.present(now.volume_gib or (volume.gib if volume else 8))
        self.versions.present(now.versions or shape.versions)
        self.schedule.present(shape.schedule if now.schedule is None else now.schedule)
        self.regions.present(shape.region, shape.regions if now.regions is None else now.regions)
        if not quiet or before != self.scenario:
            self.edited.emit(self.scenario)

    def say(self, changes: Mapping[str, Change]) -> None:
        """What each field alone makes of a month with one run more or less in it; nothing of those unchanged."""
        for name, shown in self.changes.items():
            change = changes.get(name)
            shown.setText(change.text if change is not None else "")
            set_look(shown, ROLES[change.trend] if change is not None else "muted")

    def _edit(self, scenario: Scenario) -> None:
        if self._shape is not None:
            self.scenario = differing(scenario, self._shape)
            self.edited.emit(self.scenario)

    def _type_of(self, text: str) -> str | None:
        """None for what the recipe says, and for the beginning of a type that is still being typed."""
        known = [option.value for option in self.instance_type.options]
        begun = text not in known and any(each.startswith(text) for each in known)
        said = " or ".join(self._shape.instance_types) if self._shape is not None else ""
        return None if begun or text == said else text

    def _offer(self, shape: Shape, prices: Prices) -> None:
        key = (shape.region, shape.system, id(prices))
        if key != self._offered:
            self._offered = key
            hours = prices.instances(shape.region, shape.system)
            types = (prices.instance_types[name] for name in hours if name in prices.instance_types)
            options = [Option(each.name, f"{each.name} — {size_words(each)} · {each.architecture}") for each in types]
            self.instance_type.offer(sorted(options, key=lambda each: each.value))


def _or(value: bool | None, otherwise: bool) -> bool:
    return otherwise if value is None else value
