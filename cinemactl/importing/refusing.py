"""What the parsers of cells have in common: signs that stand for no value, and the values that are dropped."""

from __future__ import annotations

from collections.abc import Mapping

from cinemactl.errors import CinemactlError

# Besides the words of `says_nothing`; in a column of numbers or dates they can mean nothing else.
DASHES = frozenset({"-", "--", "\u2013", "\u2014", "?"})


class Dropped:
    """How many values a lenient import dropped, by column, and the first reason of each: `counts` and `reasons`."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.reasons: dict[str, str] = {}

    def drop(self, column: str, reason: str) -> None:
        """Count a value that was dropped from a column, and why: a sentence."""
        self.counts[column] = self.counts.get(column, 0) + 1
        self.reasons.setdefault(column, reason)


def dropped_of(options: Mapping[str, object]) -> Dropped | None:
    """Return what counts the values that an import with these options drops, None when it drops none."""
    return Dropped() if options.get("lenient") else None


def sentence_of(refused: CinemactlError) -> str:
    """Return why a value was refused, as the reason of its row."""
    return f"{refused.message} {refused.hint}".rstrip()
