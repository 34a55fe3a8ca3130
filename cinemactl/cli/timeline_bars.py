"""A screening as a bar in columns: pre-show, feature in its brackets, turnaround, and the mark of what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, TextIO

from cinemactl.cli.layout import width
from cinemactl.cli.terminal import RED, YELLOW, clean, styled, writes_unicode
from cinemactl.cli.values import on_one_line

DIM = "2"
USUAL_FEATURE = 100
ROOM_FOR_TIMES = 16
TOO_SHORT_TO_TELL = 3
MARKS = {"error": "!", "warning": "*"}
STYLES = {"error": RED, "warning": YELLOW, "": ""}
BRACKETS = {"draft": "()", "published": "[]"}

# A character and its style; the second column of a wide character is empty.
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """What a bar is drawn with."""

    before: str
    line: str
    after: str
    cut: str


UNICODE = Signs("░", "─", "▒", "…")
ASCII = Signs(":", "-", "%", ".")


@dataclass(frozen=True, slots=True)
class Scale:
    """Which column of the drawing a moment is in: `first` minutes after a day's beginning is column 0."""

    first: int
    minutes: int
    columns: int

    @property
    def tells_times(self) -> bool:
        """Whether a feature of the usual length has room for its start beside some letters of its title."""
        return self.columns * USUAL_FEATURE >= ROOM_FOR_TIMES * self.minutes

    def column(self, starts_at: datetime, moment: datetime) -> int:
        """Return the column of a moment of the day that begins at another, the nearest at hand."""
        after = elapsed(starts_at, moment) - self.first
        return min(max(int(after * self.columns / self.minutes), 0), self.columns)


class Bar:
    """A screening in columns: where it starts, its feature starts and ends, and its screen is clear."""

    def __init__(
        self, screening: Mapping[str, Any], day_starts_at: datetime, scale: Scale, title: str, severity: str
    ) -> None:
        moments = ("starts_at", "feature_starts_at", "feature_ends_at", "clear_at")
        columns = [scale.column(day_starts_at, screening[name]) for name in moments]
        self.start, self.feature, self.end, self.clear = columns
        self.title = title
        self.time = f"{screening['starts_at']:%H:%M}"
        self.brackets = BRACKETS.get(screening["state"], "()")
        self.severity = severity

    def shade(self, cells: list[Cell], signs: Signs) -> None:
        """Draw pre-show and turnaround."""
        cells[self.end : self.clear] = [(signs.after, DIM)] * (self.clear - self.end)
        cells[self.start : self.feature] = [(signs.before, DIM)] * (self.feature - self.start)

    def label(self, cells: list[Cell], signs: Signs, *, with_time: bool) -> None:
        """Draw the feature in its brackets, and the mark of the worst finding before it."""
        style = STYLES[self.severity]
        opening, closing = self.brackets[0], self.brackets[1]
        inside = self.end - self.feature - len(self.brackets)
        if inside >= 0:
            with_time = with_time and inside > len(self.time)
            said = shortened(f"{self.time} {self.title}" if with_time else self.title, inside, signs.cut)
            drawn = f"{opening}{said}{signs.line * (inside - width(said))}{closing}"
            cells[self.feature : self.end] = _cells(drawn, style)
        elif self.feature < len(cells):
            cells[self.feature] = ("|", style)
        if self.severity and self.start < len(cells):
            cells[self.start] = (MARKS[self.severity], style)


def elapsed(since: datetime, moment: datetime) -> float:
    """Return the minutes from one moment to another, whatever clocks do meanwhile."""
    return (moment.astimezone(UTC) - since.astimezone(UTC)) / timedelta(minutes=1)


def written(cells: Sequence[Cell], stream: TextIO) -> str:
    """Return cells as text, styled where the stream has colour."""
    parts = [(style, "".join(sign for sign, _ in run)) for style, run in groupby(cells, key=itemgetter(1))]
    return "".join(styled(text, style, stream) if style else text for style, text in parts)


def _cells(text: str, style: str) -> list[Cell]:
    """Return a text as cells, as many as columns it fills."""
    if text.isascii():
        return [(sign, style) for sign in text]
    cells: list[Cell] = []
    for sign in text:
        fills = width(sign)
        if fills == 0 and cells:
            cells[-1] = (cells[-1][0] + sign, style)
        else:
            cells += [(sign, style), *[("", style)] * (fills - 1)]
    return cells


def legible(text: str, stream: TextIO) -> str:
    """Return a text on one line, safe for a terminal, in characters that the stream can write."""
    text = on_one_line(clean(text))
    if writes_unicode(stream):
        return text
    return text.encode(stream.encoding, "backslashreplace").decode(stream.encoding)


def shortened(text: str, to: int, sign: str) -> str:
    """Return a text in at most `to` columns, its last one a sign that something is missing if that is so."""
    if width(text) <= to:
        return text
    if text.isascii():
        return (text[: to - 1].rstrip() + sign)[:to] if to > TOO_SHORT_TO_TELL else text[:to]
    from rich.cells import set_cell_size

    return set_cell_size(text, to - 1).rstrip() + sign if to > TOO_SHORT_TO_TELL else set_cell_size(text, to)
