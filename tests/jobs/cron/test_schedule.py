"""When an entry is due: expressions, time zones, and days of 23 or 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinemactl.errors import ExitCode
from cinemactl.jobs.cron.schedule import Schedule, ScheduleRefused, schedule_of

BERLIN = "Europe/Berlin"
LORD_HOWE = "Australia/Lord_Howe"
SPAN = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1))
CHANGES = ("2026-03-28T22:00Z", "2026-10-24T22:00Z", "2026-04-04T10:00Z")
ZONES = (BERLIN, LORD_HOWE, "America/New_York", "America/Santiago", "Asia/Kolkata", "UTC")


def _due(expression: str, zone: str, start: str, count: int) -> list[str]:
    """Return the due times after a local time, as that zone's clock shows them, with the offset's hours."""
    schedule = schedule_of(expression, zone)
    moment = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    return [
        due.astimezone(ZoneInfo(zone)).strftime("%d %H:%M:%S%z") for due in islice(schedule.upcoming(moment), count)
    ]


@pytest.mark.parametrize(
    ("expression", "zone", "start", "expected"),
    [
        ("30 2 * * *", BERLIN, "2026-03-28T12:00", ["29 03:00:00+0200", "30 02:30:00+0200"]),
        ("30 2 * * *", BERLIN, "2026-10-24T12:00", ["25 02:30:00+0200", "26 02:30:00+0100"]),
        ("0,20,40 2,3 * * *", BERLIN, "2026-03-29T01:00", ["29 03:00:00+0200", "29 03:20:00+0200"]),
        ("0 3 * * *", BERLIN, "2026-03-28T12:00", ["29 03:00:00+0200", "30 03:00:00+0200"]),
        ("*/30 * * * *", BERLIN, "2026-03-29T01:10", ["29 01:30:00+0100", "29 03:00:00+0200", "29 03:30:00+0200"]),
        (
            "30 * * * *",
            BERLIN,
            "2026-10-25T01:40",
            ["25 02:30:00+0200", "25 02:30:00+0100", "25 03:30:00+0100"],
        ),
        ("15 2 * * *", LORD_HOWE, "2026-10-03T12:00", ["04 02:30:00+1100", "05 02:15:00+1100"]),
        ("@daily", "America/Santiago", "2026-09-05T12:00", ["06 01:00:00-0300", "07 00:00:00-0300"]),
        ("* * * * * */20", "UTC", "2026-01-01T00:00:05", ["01 00:00:20+0000", "01 00:00:40+0000", "01 00:01:00+0000"]),
        ("30 * 1 11 *", "America/Havana", "2020-11-01T00:31", ["01 00:30:00-0500", "01 01:30:00-0500"]),
    ],
)
def test_times_that_do_not_exist_or_come_twice(expression: str, zone: str, start: str, expected: list[str]) -> None:
    assert _due(expression, zone, start, len(expected)) == expected


def test_the_repeated_hour_is_seen_from_within() -> None:
    within = datetime(2026, 10, 25, 2, 45, tzinfo=ZoneInfo(BERLIN)).replace(fold=1)
    assert schedule_of("50 2 * * *", BERLIN).after(within) == datetime(2026, 10, 26, 1, 50, tzinfo=UTC)
    assert schedule_of("50 * * * *", BERLIN).after(within) == datetime(2026, 10, 25, 1, 50, tzinfo=UTC)


@settings(max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    start=SPAN,
)
def test_a_daily_entry_is_due_once_on_every_day(zone: str, hour: int, minute: int, start: datetime) -> None:
    schedule = schedule_of(f"{minute} {hour} * * *", zone)
    dues = list(islice(schedule.upcoming(start.replace(tzinfo=UTC)), 40))
    days = [due.astimezone(ZoneInfo(zone)).date() for due in dues]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


@settings(max_examples=40)
@given(
    zone=st.sampled_from(ZONES),
    step=st.sampled_from([5, 10, 15, 30]),
    change=st.sampled_from(CHANGES),
    shift=st.integers(0, 8 * 3600),
)
def test_an_entry_of_every_hour_goes_by_elapsed_time(zone: str, step: int, change: str, shift: int) -> None:
    schedule = schedule_of(f"*/{step} * * * *", zone)
    dues = list(islice(schedule.upcoming(datetime.fromisoformat(change) + timedelta(seconds=shift)), 60))
    assert {later - earlier for earlier, later in pairwise(dues)} == {timedelta(minutes=step)}


@settings(max_examples=60)
@given(
    fields=st.tuples(
        st.sampled_from(["*", "0", "*/7", "10-20"]),
        st.sampled_from(["*", "2", "1-3", "*/2"]),
        st.sampled_from(["*", "29", "L"]),
        st.sampled_from(["*", "3,10"]),
        st.sampled_from(["*", "sun", "1-5"]),
    ),
    zone=st.sampled_from(ZONES),
    start=SPAN,
    between=st.floats(0, 1),
)
def test_no_due_time_is_passed_over_by_asking_from_between(
    fields: tuple[str, ...], zone: str, start: datetime, between: float
) -> None:
    schedule = schedule_of(" ".join(fields), zone)
    moment = start.replace(tzinfo=UTC)
    due = schedule.after(moment)
    assert due > moment
    assert schedule.after(moment + (due - moment - timedelta(seconds=1)) * between) == due


@pytest.mark.parametrize(
    ("expression", "zone", "said"),
    [
        ("0 0 30 2 *", "UTC", "never comes due"),
        ("61 * * * *", "UTC", "cannot be read"),
        ("* * * *", "UTC", "has 4 fields"),
        ("0 0 1 1 * 0 2050", "UTC", "has 7 fields"),
        ("", "UTC", "has 0 fields"),
        ("@reboot", "UTC", "is none of"),
        ("R 3 * * *", "UTC", "at random"),
        ("H H * * *", "UTC", "at random"),
        ("*/0 * * * *", "UTC", "cannot be read"),
        ("0," * 200 + "0 * * * *", "UTC", "longer than"),
        ("0 0 * * *", "Mars/Olympus", "is not known"),
        ("0 0 * * *", "../../etc/passwd", "is not known"),
        ("0 0 * * *", "Europe", "is not known"),
        ("0 0 * * *", "", "is not known"),
    ],
)
def test_what_is_no_schedule_is_one_sentence(expression: str, zone: str, said: str) -> None:
    with pytest.raises(ScheduleRefused, match=said) as raised:
        schedule_of(expression, zone)
    assert raised.value.exit_code is ExitCode.USAGE


@settings(max_examples=150)
@given(st.text(st.sampled_from("0123456789*/,-?#LWHRlw @sunjan\t\x00é"), max_size=30) | st.text(max_size=40))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    try:
        found = schedule_of(text, "Europe/Berlin")
    except ScheduleRefused:
        return
    assert isinstance(found, Schedule)
