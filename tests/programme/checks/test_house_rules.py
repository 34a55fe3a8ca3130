"""The house's own rules: each check at its boundary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from programme.checks.showing import FRIDAY, MOVIES, a_screen, a_site, found_by, programme, showing

from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import OpeningHours

SATURDAY = FRIDAY + timedelta(days=1)
# Fridays from 10:00 to 24:00, closed on 5 December.
HOURS = (
    OpeningHours(weekday=4, opens_minute=600, closes_minute=1440),
    OpeningHours(on_date=SATURDAY, opens_minute=None, closes_minute=None),
)
NO_RUNTIME = {1: MOVIES[1]._replace(runtime=None)}
GROWN_UP = {3: MOVIES[3]._replace(certificate="16")}
OTHER_BOARD = {3: MOVIES[3]._replace(certificate_system="EIRIN", certificate="G")}


def lobbies(*names: str | None) -> list[Any]:
    return [a_screen(number, lobby=name) for number, name in enumerate(names, start=1)]


def large(*seats: int) -> list[Any]:
    return [a_screen(number, seats=count) for number, count in enumerate(seats, start=1)]


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ([showing("10:15")], []),
        ([showing("10:14")], [1]),
        ([showing("22:00")], []),
        ([showing("22:01")], [1]),
        ([showing("25:00")], [60 + 120]),
        ([showing("15:00", day=SATURDAY), showing("20:00", day=SATURDAY)], [None]),
        ([showing("3:00", day=FRIDAY + timedelta(days=2))], [None]),
        ([showing("3:00")], []),
    ],
)
def test_outside_hours(shown: Sequence[Shown], found: list[int | None]) -> None:
    seen = programme(shown, hours=HOURS)
    assert [one.numbers.get("minutes") for one in found_by("outside-hours", seen)] == found


def test_a_time_of_the_next_date_has_its_weekday_and_no_start_is_advised_that_is_none() -> None:
    late, endless = showing("22:31"), showing("20:00", minutes=2000)
    told = found_by("outside-hours", programme([late, endless], hours=HOURS))
    assert [one.message.partition(") ")[2] for one in told] == [
        "is clear at Sun 05:35, after the house closes at Sat 00:00.",
        "is clear at Sat 00:31, after the house closes at Sat 00:00.",
    ]
    assert told[0].mend.startswith("No start of that day is early enough")
    assert told[1].mend == "Start it at 22:00 or earlier."
    (short,) = found_by("turnaround-short", programme([showing("23:31", minutes=101), showing("25:20", movie=2)]))
    assert short.message.endswith("takes 15 and is clear at 01:27.")
    assert short.mend.startswith("Start it at Sat 2026-12-05 01:30 or later")


@pytest.mark.parametrize(
    ("shown", "screens", "found"),
    [
        ([showing("20:00"), showing("20:05", 2, 2)], None, 0),
        ([showing("20:00"), showing("20:04", 2, 2)], None, 1),
        ([showing("20:00"), showing("20:04", 2, 1)], None, 0),
        ([showing("20:00"), showing("20:00", 2, 1), showing("20:00", 3, 2)], None, 1),
        ([showing("20:00"), showing("20:01", 2, 2), showing("20:02", 3, 3)], None, 2),
        ([showing("20:00"), showing("20:04", 2, 2)], lobbies("East", "West"), 0),
        ([showing("20:00"), showing("20:04", 2, 2)], lobbies("East", "East"), 1),
    ],
)
def test_lobby_crowding(shown: Sequence[Shown], screens: Any, found: int) -> None:
    assert len(found_by("lobby-crowding", programme(shown, screens=screens))) == found


@pytest.mark.parametrize(
    ("shown", "screens", "found"),
    [
        # What starts at 18:00 ends at 19:45.
        ([showing("18:00"), showing("19:45", 2)], large(300, 300), 1),
        ([showing("18:00"), showing("19:54", 2)], large(300, 300), 1),
        ([showing("18:00"), showing("19:55", 2)], large(300, 300), 0),
        ([showing("18:00"), showing("19:36", 2)], large(300, 300), 1),
        ([showing("18:00"), showing("19:35", 2)], large(300, 300), 0),
        ([showing("18:00"), showing("19:45", 2)], large(300, 250), 0),
        ([showing("18:00"), showing("19:45", 1)], large(300, 300), 0),
    ],
)
def test_large_screens_crossing(shown: Sequence[Shown], screens: Any, found: int) -> None:
    assert len(found_by("large-screens-crossing", programme(shown, screens=screens))) == found


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ([showing("20:00"), showing("20:30", 2)], []),
        ([showing("20:00"), showing("20:29", 2)], [29]),
        ([showing("20:00"), showing("20:29", 2, movie=2)], []),
        ([showing("20:00", minutes=5), showing("20:20", minutes=5)], []),
    ],
)
def test_same_movie_spread(shown: Sequence[Shown], found: list[int]) -> None:
    assert [one.numbers["minutes"] for one in found_by("same-movie-spread", programme(shown))] == found


def test_format_unsupported_names_a_screen_that_can_show_it() -> None:
    screens = [a_screen(1), a_screen(2, formats=["2D", "3D"])]
    assert not found_by("format-unsupported", programme([showing("20:00", 2, format="3D")], screens=screens))
    (found,) = found_by("format-unsupported", programme([showing("20:00", format="3D")], screens=screens))
    assert found.mend.startswith("Show it on Screen 2")
    (found,) = found_by("format-unsupported", programme([showing("20:00", format="3DD")], screens=screens))
    assert found.mend.startswith("Did you mean 3D? Show another version")


def test_oversold() -> None:
    screens = [a_screen(1, seats=45), a_screen(2, seats=118), a_screen(3, seats=280)]
    assert not found_by("oversold", programme([showing("20:00", sold=45)], screens=screens))
    (found,) = found_by("oversold", programme([showing("20:00", sold=118)], screens=screens))
    assert (found.numbers["over"], found.mend) == (73, "Show it on Screen 2 or Screen 3.")


def test_runtime_unknown_names_all_screenings_of_the_movie() -> None:
    shown = [showing("14:00"), showing("20:00")]
    assert not found_by("runtime-unknown", programme(shown))
    (found,) = found_by("runtime-unknown", programme(shown, movies=NO_RUNTIME))
    assert len(found.screenings) == 2


@pytest.mark.parametrize(
    ("start", "grid", "mend"),
    [
        ("20:15", 5, None),
        ("20:17", 5, "Start it at 20:15 or 20:20."),
        ("20:15", 10, "Start it at 20:10 or 20:20."),
        ("25:31", 30, "Start it at 01:30 or 02:00."),
    ],
)
def test_off_grid(start: str, grid: int, mend: str | None) -> None:
    found = found_by("off-grid", programme([showing(start)], site=a_site(start_grid_minutes=grid)))
    assert [one.mend for one in found] == ([mend] if mend else [])


@pytest.mark.parametrize(
    ("start", "movie", "known", "found"),
    [
        ("18:00", 3, {}, 0),
        ("18:01", 3, {}, 1),
        ("18:01", 1, {}, 0),
        ("18:01", 3, {"movies": GROWN_UP}, 0),
        ("18:01", 3, {"movies": OTHER_BOARD}, 1),
    ],
)
def test_children_late(start: str, movie: int, known: dict[str, Any], found: int) -> None:
    assert len(found_by("children-late", programme([showing(start, movie=movie)], **known))) == found


@pytest.mark.parametrize(
    ("starts", "day", "found"),
    [
        (["10:30", "11:00", "11:30"], FRIDAY, []),
        (["10:31", "11:00"], FRIDAY, [31]),
        (["10:30", "11:01"], FRIDAY, [31]),
        (["10:30"], SATURDAY, []),
        (["10:30"], date(2026, 12, 6), []),
        (["9:00", "10:30"], FRIDAY, []),
    ],
)
def test_gap_without_start(starts: list[str], day: date, found: list[int]) -> None:
    shown = [showing(start, number, day=day) for number, start in enumerate(starts, start=1)]
    seen = programme(shown, hours=HOURS)
    assert [one.numbers["minutes"] for one in found_by("gap-without-start", seen)] == found


def test_the_gaps_of_a_day_are_one_finding_of_no_screening() -> None:
    shown = [
        showing(start, number) for number, start in enumerate(["10:40", "13:00", "13:31", "14:20", "14:55"], start=1)
    ]
    (found,) = found_by("gap-without-start", programme(shown, hours=HOURS))
    assert found.message == (
        "Nothing starts for more than 30 minutes of an open house 5 times on Fri 2026-12-04: 10:40-13:00 (140 minutes), "
        "13:31-14:20 (49 minutes), 10:00-10:40 (40 minutes), and 2 more."
    )
    assert (found.mend, found.screenings, found.day) == ("Start something by 11:10.", (), FRIDAY)


@pytest.mark.parametrize(("last", "found"), [("24:00", 0), ("24:01", 1)])
def test_long_day(last: str, found: int) -> None:
    shown = [showing("10:00"), showing(last), showing("9:00", 2)]
    assert len(found_by("long-day", programme(shown))) == found


def test_dead_screen_looks_at_days_with_screenings_only() -> None:
    shown = [showing("20:00", 1), showing("26:00", 2), showing("20:00", 3, day=SATURDAY)]
    found = found_by("dead-screen", programme(shown, screens=[a_screen(1), a_screen(2), a_screen(3)]))
    assert [(one.day, one.numbers["screen_id"]) for one in found] == [(FRIDAY, 3), (SATURDAY, 1), (SATURDAY, 2)]


@pytest.mark.parametrize(
    ("rule", "shown", "changed"),
    [
        ("lobby-crowding", [showing("20:00"), showing("20:09", 2, 2)], {"minutes": 10}),
        ("same-movie-spread", [showing("20:00"), showing("20:44", 2)], {"minutes": 45}),
        ("children-late", [showing("17:01", movie=3)], {"latest": 17 * 60}),
        ("long-day", [showing("10:00"), showing("20:01")], {"hours": 12}),
        ("gap-without-start", [showing("10:21")], {"minutes": 20}),
    ],
)
def test_a_site_sets_the_numbers(rule: str, shown: Sequence[Shown], changed: dict[str, int]) -> None:
    assert not found_by(rule, programme(shown, hours=HOURS))
    assert found_by(rule, programme(shown, hours=HOURS, site=a_site(checks={rule: changed})))
