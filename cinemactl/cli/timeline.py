"""A week drawn in the terminal: for each day a row per screen, for each screening a bar, marked where checks hurt.

Everything says what it means without colour: pre-show and turnaround are shaded, a draft stands in round brackets and
what is published in square ones, and an error or a warning has its mark.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from math import ceil
from operator import itemgetter
from typing import Any, TextIO

from cinemactl.cli.layout import padded, width, wrapped
from cinemactl.cli.terminal import (
    BOLD,
    DEFAULT_WIDTH,
    RED,
    YELLOW,
    clean,
    styled,
    width_of,
    writer,
    writes_unicode,
)
from cinemactl.cli.values import on_one_line

DIM = "2"
GAP = "  "
HOUR = 60
WIDEST_NAME = 16
NAME_SHARE = 6  # a sixth of the width is the most that names take
TIME = "00:00"
# A bar this wide has room for its start beside some letters of its title.
ROOM_FOR_TIMES = 12
SHOWN_WARNINGS = 5
TOO_SHORT_TO_TELL = 3
MARKS = {"error": "!", "warning": "*"}
STYLES = {"error": RED, "warning": YELLOW, "": ""}
BRACKETS = {"draft": "()", "published": "[]"}


# A character and its style; the second column of a wide character is empty.
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Signs:
    before: str
    line: str
    after: str
    cut: str


UNICODE = _Signs("░", "─", "▒", "…")
ASCII = _Signs(":", "-", "%", ".")


@dataclass(frozen=True, slots=True)
class _Scale:
    """Which column of the drawing a moment is in: `first` minutes after a day's beginning is column 0."""

    first: int
    minutes: int
    columns: int

    def column(self, starts_at: datetime, moment: datetime) -> int:
        after = _elapsed(starts_at, moment) - self.first
        return min(max(int(after * self.columns / self.minutes), 0), self.columns)


class _Bar:
    """A screening in columns: where it starts, its feature starts and ends, and its screen is clear."""

    def __init__(self, screening: Mapping[str, Any], day_starts_at: datetime, scale: _Scale, severity: str) -> None:
        moments = ("starts_at", "feature_starts_at", "feature_ends_at", "clear_at")
        columns = [scale.column(day_starts_at, screening[name]) for name in moments]
        self.start, self.feature, self.end, self.clear = columns
        self.title = on_one_line(clean(screening["title"]))
        self.time = f"{screening['starts_at']:%H:%M}"
        self.brackets = BRACKETS.get(screening["state"], "()")
        self.severity = severity

    @property
    def feature_room(self) -> int:
        """How many columns the feature takes."""
        return self.end - self.feature

    def shade(self, cells: list[Cell], signs: _Signs) -> None:
        """Draw pre-show and turnaround."""
        cells[self.end : self.clear] = [(signs.after, DIM)] * (self.clear - self.end)
        cells[self.start : self.feature] = [(signs.before, DIM)] * (self.feature - self.start)

    def label(self, cells: list[Cell], signs: _Signs, *, with_time: bool) -> None:
        """Draw the feature in its brackets, and the mark of the worst finding before it."""
        style = STYLES[self.severity]
        opening, closing = self.brackets[0], self.brackets[1]
        inside = self.feature_room - 2
        if inside >= 1:
            said = _cut(f"{self.time} {self.title}" if with_time else self.title, inside, signs.cut)
            drawn = f"{opening}{said}{signs.line * (inside - width(said))}{closing}"
            cells[self.feature : self.end] = _cells(drawn, style)
        elif self.feature < len(cells):
            cells[self.feature : max(self.end, self.feature + 1)] = [(opening, style)] * max(self.feature_room, 1)
        if self.severity and self.start < len(cells):
            cells[self.start] = (MARKS[self.severity], style)


def draw(week: Mapping[str, Any], stream: TextIO | None = None) -> None:
    """Draw what `timeline` returns as wide as the stream is, 80 columns or COLUMNS where that is no terminal."""
    stream = sys.stdout if stream is None else stream
    write = writer(stream)
    room = width_of(stream) or _asked_width()
    names = [one["screen"] for day in week["days"] for one in day["screens"]]
    name_room = min(max(map(width, names), default=0), max(WIDEST_NAME, room // NAME_SHARE))
    scale = _scale(week, max(room - name_room - 1, HOUR // 2))
    signs = UNICODE if writes_unicode(stream) else ASCII
    worst = _worst(week["findings"])
    for day in week["days"]:
        write(f"{_axis(day, name_room, scale, stream)}\n")
        for row in day["screens"]:
            bars = [_Bar(one, day["starts_at"], scale, worst.get(one["id"], "")) for one in row["screenings"]]
            name = padded(_cut(on_one_line(clean(row["screen"])), name_room, signs.cut), name_room, "left")
            for line in _row(bars, name, scale, signs, stream):
                write(f"{line}\n")
        for line in _findings([one for one in week["findings"] if str(one["day"]) == str(day["day"])], stream):
            write(f"{line}\n")
        write("\n")
    legend = (
        f"{signs.before} pre-show",
        f"(draft{signs.line})",
        f"[published{signs.line}]",
        f"{signs.after} turnaround",
        f"{MARKS['error']} error",
        f"{MARKS['warning']} warning",
    )
    write(f"{styled('   '.join(legend), DIM, stream)}\n")


def _asked_width() -> int:
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and int(asked) else DEFAULT_WIDTH


def _scale(week: Mapping[str, Any], columns: int) -> _Scale:
    """Return one scale for all days, from the whole hour before the first start to that after the last end."""
    spans = [
        (_elapsed(day["starts_at"], one["starts_at"]), _elapsed(day["starts_at"], one["clear_at"]))
        for day in week["days"]
        for row in day["screens"]
        for one in row["screenings"]
    ]
    first = min((int(start // HOUR) * HOUR for start, _ in spans), default=6 * HOUR)
    last = max((ceil(end / HOUR) * HOUR for _, end in spans), default=18 * HOUR)
    return _Scale(first, min(last, 30 * HOUR) - first, columns)


def _axis(day: Mapping[str, Any], name_room: int, scale: _Scale, stream: TextIO) -> str:
    """Return the day's name and, above its rows, the hours."""
    starts_at: datetime = day["starts_at"]
    cells = [" "] * (scale.columns + len(TIME))
    every = next(hours for hours in (1, 2, 3, 4, 6, 12) if hours * HOUR * scale.columns >= 4 * scale.minutes)
    for after in range(scale.first, scale.first + scale.minutes, every * HOUR):
        moment = _later(starts_at, after)
        column = scale.column(starts_at, moment)
        cells[column : column + 2] = f"{moment:%H}"
    hours = "".join(cells).rstrip()
    name = f"{day['day']:%a %Y-%m-%d}"
    if len(name) <= name_room:
        return styled(padded(name, name_room, "left"), BOLD, stream) + " " + hours
    return f"{styled(name, BOLD, stream)}\n{' ' * name_room} {hours}"


def _later(starts_at: datetime, minutes: int) -> datetime:
    """Return the local time so many minutes later, whatever clocks do meanwhile."""
    return (starts_at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(starts_at.tzinfo)


def _elapsed(since: datetime, moment: datetime) -> float:
    """Return the minutes from one moment to another, whatever clocks do meanwhile."""
    return (moment.astimezone(UTC) - since.astimezone(UTC)) / timedelta(minutes=1)


def _row(bars: Sequence[_Bar], name: str, scale: _Scale, signs: _Signs, stream: TextIO) -> Iterator[str]:
    """Yield a screen's line, and one with the starts below it where bars are too short to say them."""
    beside = all(bar.feature_room >= ROOM_FOR_TIMES for bar in bars)
    cells: list[Cell] = [(" ", "")] * scale.columns
    for bar in bars:
        bar.shade(cells, signs)
    for bar in bars:
        bar.label(cells, signs, with_time=beside)
    yield f"{name} {_line(cells, stream)}".rstrip()
    if bars and not beside:
        below = ""
        for bar in bars:
            if len(below) <= bar.start:
                below = f"{below.ljust(bar.start)}{bar.time} "
        yield f"{' ' * width(name)} {styled(below.rstrip(), DIM, stream)}"


def _line(cells: Sequence[Cell], stream: TextIO) -> str:
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


def _cut(text: str, to: int, cut: str) -> str:
    """Return a text in at most `to` columns, its last one a sign that something is missing if that is so."""
    if width(text) <= to:
        return text
    if text.isascii():
        return (text[: to - 1].rstrip() + cut)[:to] if to > TOO_SHORT_TO_TELL else text[:to]
    from rich.cells import set_cell_size

    return set_cell_size(text, to - 1).rstrip() + cut if to > TOO_SHORT_TO_TELL else set_cell_size(text, to)


def _worst(findings: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the severity of the worst finding of each screening that has one."""
    worst: dict[int, str] = {}
    for finding in findings:
        for number in finding["screenings"]:
            if worst.get(number) != "error":
                worst[number] = finding["severity"]
    return worst


def _findings(findings: Sequence[Mapping[str, Any]], stream: TextIO) -> Iterator[str]:
    """Yield the lines of a day's findings: all errors, and some of the warnings."""
    errors = [one for one in findings if one["severity"] == "error"]
    warnings = [one for one in findings if one["severity"] != "error"]
    room = width_of(stream)
    for one in [*errors, *warnings[:SHOWN_WARNINGS]]:
        mark = styled(MARKS[one["severity"]], STYLES[one["severity"]], stream)
        numbers = ", ".join(str(number) for number in one["screenings"])
        said = clean(f"{one['message']} ({one['rule']}{f': {numbers}' if numbers else ''})")
        for number, line in enumerate([said] if room is None else wrapped(said, room - len(GAP))):
            yield f"{' ' if number else mark} {line}"
    if (more := len(warnings) - SHOWN_WARNINGS) > 0:
        yield f"{MARKS['warning']} and {more} more: see `cinemactl schedule check`."
