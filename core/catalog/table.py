"""A table of facts in a data file of ours, read when first asked for and never at import."""

import csv
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from typing import Generic, TypeVar

T = TypeVar("T")


class Table(Mapping[str, T], Generic[T]):
    """The rows of a CSV file under resources/catalog by their first column; lines starting with ``#`` are remarks."""

    def __init__(self, file: str, row: Callable[[list[str]], T]) -> None:
        self._file = file
        self._row = row

    @cached_property
    def _rows(self) -> dict[str, T]:
        text = (files("resources") / "catalog" / self._file).read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if line and not line.startswith("#"))
        return {row[0]: self._row(row) for row in csv.reader(lines)}

    def __getitem__(self, key: str) -> T:
        return self._rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
