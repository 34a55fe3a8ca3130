"""A week drawn in the terminal: for each day a row per screen, for each screening a bar, marked where checks hurt.

Everything says what it means without colour: pre-show and turnaround are shaded, a draft stands in round brackets and
what is published in square ones, and an error or a warning has its mark.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, TextIO

from cinemactl.cli.layout import padded, width, wrapped
from cinemactl.cli.terminal import BOLD, DEFAULT_WIDTH, styled, width_of, writer, writes_unicode
from cinemactl.cli.timeline_bars import (
    ASCII,
    DIM,
    MARKS,
    STYLES,
    UNICODE,
    Bar,
    Cell,
    Scale,
    Signs,
    elapsed,
    legible,
    shortened,
    written,
)

GAP = "  "
HOUR = 60
WIDEST_NAME = 16
NAME_SHARE = 6  # a sixth of the width is the most that names take
SHOWN_WARNINGS = 5


def draw(week: Mapping[str, Any], stream: TextIO | None = None) -> None:
    """Draw what `timeline` returns as wide as the stream is, 80 columns or COLUMNS where that is no terminal."""
    stream = sys.stdout if stream is None else stream
    write = writer(stream)
    room = width_of(stream) or _asked_width()
    names = [legible(one["screen"], stream) for day in week["days"] for one in day["screens"]]
    name_room = min(max(map(width, names), default=0), max(WIDEST_NAME, room // NAME_SHARE))
    scale = _scale(week, max(room - name_room - 1, HOUR // 2))
    signs = UNICODE if writes_unicode(stream) else ASCII
    worst = _worst(week["findings"])
    for day in week["days"]:
        write(f"{_axis(day, name_room, scale, stream)}\n")
        for row in day["screens"]:
            bars = [
                Bar(one, day["starts_at"], scale, legible(one["title"], stream), worst.get(one["id"], ""))
                for one in row["screenings"]
            ]
            name = padded(shortened(legible(row["screen"], stream), name_room, signs.cut), name_room, "left")
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


def _scale(week: Mapping[str, Any], columns: int) -> Scale:
    """Return one scale for all days, from the whole hour before the first start to that after the last end."""
    spans = [
        (elapsed(day["starts_at"], one["starts_at"]), elapsed(day["starts_at"], one["clear_at"]))
        for day in week["days"]
        for row in day["screens"]
        for one in row["screenings"]
    ]
    first = min((int(start // HOUR) * HOUR for start, _ in spans), default=6 * HOUR)
    last = max((ceil(end / HOUR) * HOUR for _, end in spans), default=18 * HOUR)
    return Scale(first, min(last, 30 * HOUR) - first, columns)


def _axis(day: Mapping[str, Any], name_room: int, scale: Scale, stream: TextIO) -> str:
    """Return the day's name and, above its rows, the hours."""
    starts_at: datetime = day["starts_at"]
    cells = [" "] * (scale.columns + len("00"))
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


def _row(bars: Sequence[Bar], name: str, scale: Scale, signs: Signs, stream: TextIO) -> Iterator[str]:
    """Yield a screen's line, and one with the starts below it where bars are too short to say them."""
    cells: list[Cell] = [(" ", "")] * scale.columns
    for bar in bars:
        bar.shade(cells, signs)
    for bar in bars:
        bar.label(cells, signs, with_time=scale.tells_times)
    yield f"{name} {written(cells, stream)}".rstrip()
    if bars and not scale.tells_times:
        below = ""
        for bar in bars:
            if len(below) <= bar.start:
                below = f"{below.ljust(bar.start)}{bar.time} "
        yield f"{' ' * width(name)} {styled(below.rstrip(), DIM, stream)}"


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
        said = legible(f"{one['message']} ({one['rule']}{f': {numbers}' if numbers else ''})", stream)
        for number, line in enumerate([said] if room is None else wrapped(said, room - len(GAP))):
            yield f"{' ' if number else mark} {line}"
    if (more := len(warnings) - SHOWN_WARNINGS) > 0:
        yield f"{MARKS['warning']} and {more} more: see `cinemactl schedule check`."
