"""Editors of a list of texts and of a table of keys and values, row by row.

They tell of single changes (this item, this key) and never of the whole, so that a file they stand for changes in one
line only. A row that was added is nobody's until something is typed in it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme
from gui.theme.tokens import Space
from gui.widgets.dress import button, set_look, tool_button
from gui.widgets.entry import SearchEntry, TextEntry, focus_proxy
from gui.widgets.layout import STRETCH, column, row
from gui.widgets.tab_order import chain
from gui.widgets.wording import within

LineEntry: TypeAlias = TextEntry | SearchEntry


class _Item(QWidget):
    """A text with a button that takes it away."""

    def __init__(self, theme: Theme, entry: LineEntry) -> None:
        super().__init__()
        self.entry = entry
        self.remove = tool_button(theme, "close", "Remove")
        layout = row(entry, self.remove, gap=Space.HAIR)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def call(self, name: str) -> None:
        self.entry.setAccessibleName(name)
        self.remove.setAccessibleName(f"Remove {within(name)}")
        self.remove.setToolTip(f"Remove {within(name)}")


class TextList(QWidget):
    """Texts below each other. `noun` names one of them.

    Signals: `changed` — position and text; `added` — the text of a new last one; `removed` — a position.
    """

    changed = Signal(int, str)
    added = Signal(str)
    removed = Signal(int)

    def __init__(self, theme: Theme, noun: str, make: Callable[[], LineEntry] = TextEntry) -> None:
        super().__init__()
        self._theme = theme
        self._noun = noun
        self._make = make
        self._real = 0
        self._items: list[_Item] = []
        self._rows = column(gap=Space.HAIR)
        self.adder = button(theme, f"Add {within(noun)}", "inline", "add")
        self.adder.clicked.connect(self.begin)
        self.setFocusProxy(self.adder)
        self.setLayout(column(self._rows, row(self.adder, STRETCH), gap=Space.HAIR))

    @property
    def entries(self) -> tuple[LineEntry, ...]:
        return tuple(item.entry for item in self._items)

    def present(self, values: Sequence[str]) -> None:
        pending = self._items[self._real :]
        while self._real > len(values):
            self._drop(self._items[self._real - 1])
            self._real -= 1
        while self._real < len(values):
            if pending:
                pending.pop(0)
            else:
                self._add()
            self._real += 1
        for item, value in zip(self._items, values, strict=False):
            item.entry.present(value)
        self._number()

    def begin(self) -> None:
        """Offer an empty row and go there."""
        if self._real == len(self._items):
            self._add()
            self._number()
        focus_proxy(self._items[-1].entry).setFocus()

    def focus_item(self, index: int) -> None:
        if index < len(self._items):
            focus_proxy(self._items[index].entry).setFocus()

    def _add(self) -> _Item:
        item = _Item(self._theme, self._make())
        item.entry.edited.connect(lambda text, item=item: self._edit(item, text))
        item.entry.left.connect(lambda item=item: self._leave(item))
        item.remove.clicked.connect(lambda _checked=False, item=item: self._remove(item))
        self._items.append(item)
        self._rows.addWidget(item)
        if self.isVisible():
            item.show()  # a layout would show it later, too late for the focus
        return item

    def _edit(self, item: _Item, text: str) -> None:
        index = self._items.index(item)
        if index < self._real:
            self.changed.emit(index, text)
        elif text:
            self._real += 1
            self.added.emit(text)

    def _leave(self, item: _Item) -> None:
        if item in self._items and not item.entry.text().strip():
            self._remove(item)

    def _remove(self, item: _Item) -> None:
        index = self._items.index(item)
        self._drop(item)
        if index < self._real:
            self._real -= 1
            self.removed.emit(index)
        self._number()

    def _drop(self, item: _Item) -> None:
        self._items.remove(item)
        _let_go(item)

    def _number(self) -> None:
        for number, item in enumerate(self._items, 1):
            item.call(f"{self._noun} {number}")
        chain(self)


class _Pair(QWidget):
    """A key and its value; `given` is the key it is known by, "" while it is nobody's."""

    def __init__(self, theme: Theme, key_name: str, value_name: str) -> None:
        super().__init__()
        self.given = ""
        self.key = TextEntry(key_name)
        self.value = TextEntry(value_name)
        self.remove = tool_button(theme, "close", "Remove")
        layout = row(self.key, self.value, self.remove, gap=Space.HAIR)
        layout.setStretch(0, 2)
        layout.setStretch(1, 3)
        self.setLayout(layout)

    def call(self, noun: str, number: int) -> None:
        self.key.setAccessibleName(f"{noun} {number}, key")
        self.value.setAccessibleName(f"{noun} {number}, value")
        self.remove.setAccessibleName(f"Remove {within(noun)} {number}")
        self.remove.setToolTip(f"Remove this {within(noun)}")


class KeyValues(QWidget):
    """Keys and values below each other. `noun` names a pair.

    Signals: `put` — key and value; `renamed` — old key, new key, value; `removed` — a key.
    """

    put = Signal(str, str)
    renamed = Signal(str, str, str)
    removed = Signal(str)

    def __init__(self, theme: Theme, noun: str, key_name: str = "Key", value_name: str = "Value") -> None:
        super().__init__()
        self._theme = theme
        self._noun = noun
        self._names = (key_name, value_name)
        self._pairs: list[_Pair] = []
        self._rows = column(gap=Space.HAIR)
        self.adder = button(theme, f"Add {within(noun)}", "inline", "add")
        self.adder.clicked.connect(self.begin)
        self.setFocusProxy(self.adder)
        self.setLayout(column(self._rows, row(self.adder, STRETCH), gap=Space.HAIR))

    @property
    def pairs(self) -> tuple[tuple[TextEntry, TextEntry], ...]:
        return tuple((pair.key, pair.value) for pair in self._pairs)

    def present(self, values: Mapping[str, str]) -> None:
        for pair in [each for each in self._pairs if each.given and each.given not in values]:
            self._drop(pair)
        known = {pair.given: pair for pair in self._pairs}
        for key, value in values.items():
            pair = known.get(key) or self._add(key)
            pair.value.present(value)
        self._number()

    def begin(self) -> None:
        """Offer an empty row and go there."""
        pending = [pair for pair in self._pairs if not pair.given]
        pair = pending[0] if pending else self._add("")
        self._number()
        pair.key.setFocus()

    def focus_key(self, key: str) -> None:
        for pair in self._pairs:
            if pair.given == key:
                pair.value.setFocus()

    def _add(self, key: str) -> _Pair:
        pair = _Pair(self._theme, *self._names)
        pair.given = key
        pair.key.present(key)
        pair.key.left.connect(lambda pair=pair: self._rename(pair))
        pair.value.edited.connect(lambda text, pair=pair: self._edit(pair, text))
        pair.value.left.connect(lambda pair=pair: self._settle(pair))
        pair.remove.clicked.connect(lambda _checked=False, pair=pair: self._remove(pair))
        self._pairs.append(pair)
        self._rows.addWidget(pair)
        if self.isVisible():
            pair.show()  # a layout would show it later, too late for the focus
        return pair

    def _edit(self, pair: _Pair, text: str) -> None:
        if not pair.given and not self._may_be(pair):
            return
        pair.given = pair.given or pair.key.text()
        self.put.emit(pair.given, text)

    def _settle(self, pair: _Pair) -> None:
        """A new pair whose value stays empty counts once its row is left."""
        if pair in self._pairs and not pair.given and self._may_be(pair):
            self._edit(pair, pair.value.text())

    def _rename(self, pair: _Pair) -> None:
        if pair not in self._pairs or pair.key.text() == pair.given:
            return
        if pair.given and self._may_be(pair):
            old, pair.given = pair.given, pair.key.text()
            self.renamed.emit(old, pair.given, pair.value.text())
        elif not pair.given and pair.value.text():
            self._settle(pair)

    def _may_be(self, pair: _Pair) -> bool:
        key = pair.key.text()
        taken = any(each.given == key for each in self._pairs if each is not pair)
        set_look(pair.key, "bad" if taken else "")
        pair.key.setToolTip(f"{key} is here already." if taken else "")
        return bool(key) and not taken

    def _remove(self, pair: _Pair) -> None:
        self._drop(pair)
        if pair.given:
            self.removed.emit(pair.given)
        self._number()

    def _drop(self, pair: _Pair) -> None:
        self._pairs.remove(pair)
        _let_go(pair)

    def _number(self) -> None:
        for number, pair in enumerate(self._pairs, 1):
            pair.call(self._noun, number)
        chain(self)


def _let_go(widget: QWidget) -> None:
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
