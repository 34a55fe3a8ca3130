"""A week drawn: bars where they belong, readable in any width, without colour and without Unicode."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cinemactl.cli import terminal, timeline
from cinemactl.cli.layout import width

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = date(2026, 12, 4)


def screening(number: int, start: str, title: str, minutes: int = 120, state: str = "draft") -> dict[str, Any]:
    starts_at = datetime.fromisoformat(f"2026-12-04 {start}").replace(tzinfo=BERLIN)
    parts = (0, 15, 15 + minutes, 30 + minutes)
    names = ("starts_at", "feature_starts_at", "feature_ends_at", "clear_at")
    moments = {name: starts_at + timedelta(minutes=part) for name, part in zip(names, parts, strict=True)}
    return {"id": number, "title": title, "state": state, **moments}


def week(*rows: list[dict[str, Any]], findings: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    screens = [{"screen": f"Screen {number}", "screenings": row} for number, row in enumerate(rows, 1)]
    starts_at = datetime(2026, 12, 4, 6, tzinfo=BERLIN)
    return {"days": [{"day": FRIDAY, "starts_at": starts_at, "screens": screens}], "findings": list(findings)}


ROWS: tuple[list[dict[str, Any]], ...] = (
    [
        screening(1, "10:00", "Alien"),
        screening(2, "12:40", "Heat", state="published"),
        screening(3, "22:00", "七人の侍"),
    ],
    [screening(4, "11:00", "The Lord of the Rings: The Return of the King", 200), screening(5, "15:00", "Shorts", 5)],
    [],
)
SHORT = {
    "rule": "turnaround-short",
    "severity": "error",
    "message": "Heat starts too early.",
    "screenings": [1, 2],
    "day": "2026-12-04",
}


def drawn(columns: int, monkeypatch, *, findings: Sequence[dict[str, Any]] = (), encoding: str = "utf-8") -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding, write_through=True)
    timeline.draw(week(*ROWS, findings=findings), stream)
    return written.getvalue().decode(encoding).splitlines()


def test_a_narrow_drawing_has_the_starts_below_the_bars(monkeypatch) -> None:
    assert drawn(80, monkeypatch, findings=(SHORT,)) == [
        "Fri 2026-12-04",
        "         10  11   12   13  14   15   16   17  18   19   20   21  22   23   00",
        "Screen 1 !(Alien──)▒ ![Heat────]▒                                ░(七人の侍)▒",
        "         10:00       12:40                                       22:00",
        "Screen 2     ░(The Lord of t…)▒ ░|▒",
        "             11:00              15:00",
        "Screen 3",
        "! Heat starts too early. (turnaround-short: 1, 2)",
        "",
        "░ pre-show   (draft─)   [published─]   ▒ turnaround   ! error   * warning",
    ]


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_nothing_is_wider_than_the_terminal(columns: int, monkeypatch) -> None:
    lines = drawn(columns, monkeypatch, findings=(SHORT,))
    drawing = lines[: next(number for number, line in enumerate(lines) if line.startswith("!"))]
    assert max(map(width, drawing)) <= columns
    assert all(any(line.startswith(f"Screen {number}") for line in lines) for number in (1, 2, 3))


def test_a_wide_drawing_has_them_beside_the_titles(monkeypatch) -> None:
    lines = drawn(200, monkeypatch)
    bars = next(line for line in lines if line.startswith("Screen 1"))
    hours = lines[1]
    assert "(10:00 Alien" in bars
    assert "[12:40 Heat" in bars
    assert "(22:00 七人の侍" in bars
    assert hours.index("10") == bars.index("░")
    assert hours.index("15") - 2 <= bars.index("]") <= hours.index("15") + 2


def test_marks_say_without_colour_where_it_hurts(monkeypatch) -> None:
    lines = drawn(100, monkeypatch, findings=(SHORT, {**SHORT, "severity": "warning", "screenings": [4]}))
    first, second = (next(line for line in lines if line.startswith(f"Screen {number}")) for number in (1, 2))
    assert first.count("!") == 2
    assert second.count("*") == 1
    assert any(line.startswith("! Heat starts too early. (turnaround-short: 1, 2)") for line in lines)


def test_colour_is_kept_for_what_can_show_it(monkeypatch) -> None:
    assert not any("\x1b" in line for line in drawn(80, monkeypatch, findings=(SHORT,)))
    terminal.configure(color=True)
    assert any("\x1b[1;31m!" in line for line in drawn(80, monkeypatch, findings=(SHORT,)))


def test_a_terminal_without_unicode_gets_other_signs(monkeypatch) -> None:
    lines = drawn(80, monkeypatch, encoding="ascii")
    assert next(line for line in lines if line.startswith("Screen 1"))[:33] == "Screen 1 :(Alien--)% :[Heat----]%"
    assert max(map(len, lines)) <= 80


def test_hours_are_those_of_the_clocks_on_a_day_they_change(monkeypatch) -> None:
    """The business day before the change goes on until the cut: 02:00 comes twice."""
    late = screening(1, "23:00", "Alien", 300)
    late = {
        name: (value.astimezone(ZoneInfo("UTC")) - timedelta(days=41)).astimezone(BERLIN)
        if isinstance(value, datetime)
        else value
        for name, value in late.items()
    }
    day = {"day": date(2026, 10, 24), "starts_at": datetime(2026, 10, 24, 6, tzinfo=BERLIN)}
    monkeypatch.setenv("COLUMNS", "120")
    stream = io.StringIO()
    timeline.draw({"days": [{**day, "screens": [{"screen": "One", "screenings": [late]}]}], "findings": []}, stream)
    assert stream.getvalue().splitlines()[1].split() == ["00", "01", "02", "02", "03", "04"]
