"""What the parsers of cells have in common: signs that stand for no value, and parsers that drop what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cinemactl.catalogue.values import ValueRefused

Value = TypeVar("Value")

# Besides the words of `says_nothing`; in a column of numbers or dates they can mean nothing else.
DASHES = frozenset({"-", "--", "\u2013", "\u2014", "?"})


class Dropped:
    """How many values a lenient import dropped, by column, and the first reason of each: `counts` and `reasons`."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.reasons: dict[str, str] = {}

    def drop(self, column: str, refused: ValueRefused) -> None:
        """Count a value that was dropped."""
        self.counts[column] = self.counts.get(column, 0) + 1
        self.reasons.setdefault(column, refused.message)


def lenient(parse: Callable[[str], Value], column: str, dropped: Dropped) -> Callable[[str], Value | None]:
    """Return a parser that gives None for what `parse` refuses, and counts it for the column."""

    def parsed(cell: str) -> Value | None:
        try:
            return parse(cell)
        except ValueRefused as refused:
            dropped.drop(column, refused)
            return None

    return parsed
