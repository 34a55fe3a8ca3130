from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.programme.clock import FRIDAY, LocalTimeRefused, SiteClock
from cinemactl.programme.when import Calendar, WhenRefused, calendar, day, moment, moments

BERLIN = SiteClock(ZoneInfo("Europe/Berlin"), time(6), FRIDAY)
# A Monday, 15:00 in Berlin.
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
# Weekends on which clocks change: forward, then back.
CHANGES = {
    "Europe/Paris": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
    "America/Sao_Paulo": (date(2018, 11, 4), date(2018, 2, 18)),
}


def local(*written: str, **options) -> list[str]:
    found = moments(written, calendar(BERLIN, NOW, **options))
    return [f"{BERLIN.local(one):%a %d %H:%M}" for one in found]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("2026-12-04 19:30", ["Fri 04 19:30"]),
        ("2026-12-04T19:30", ["Fri 04 19:30"]),
        ("2026-12-04 19:30+00:00", ["Fri 04 20:30"]),
        ("2026-12-04 25:30", ["Sat 05 01:30"]),
        ("2026-12-04..2026-12-06 20:00", ["Fri 04 20:00", "Sat 05 20:00", "Sun 06 20:00"]),
        ("fri 19:30", ["Fri 27 19:30"]),
        ("Friday 9:30", ["Fri 27 09:30"]),
        ("fri 00:30", ["Fri 27 00:30"]),
        ("fri 24:30", ["Sat 28 00:30"]),
        ("mon 14:00, 16:00", ["Mon 23 16:00", "Mon 30 14:00"]),
        ("sat-mon 20:00", ["Mon 23 20:00", "Sat 28 20:00", "Sun 29 20:00"]),
        ("tue,thu 20:00", ["Tue 24 20:00", "Thu 26 20:00"]),
        ("today 20:00", ["Mon 23 20:00"]),
        ("tomorrow 20:00", ["Tue 24 20:00"]),
        ("16:00", ["Mon 23 16:00"]),
        ("14:00", ["Tue 24 14:00"]),
        ("25:30", ["Tue 24 01:30"]),
    ],
)
def test_times_are_read_as_people_write_them(written: str, named: list[str]) -> None:
    assert local(written) == named


def test_weekdays_repeat_each_week_and_dates_each_day_until_the_last() -> None:
    every = local("fri-sun 14:00,17:00,20:00", until="2026-12-20")
    assert len(every) == 4 * 3 * 3
    assert (every[0], every[-1]) == ("Fri 27 14:00", "Sun 20 20:00")
    assert local("2026-12-04 20:00", until="2026-12-05") == ["Fri 04 20:00", "Sat 05 20:00"]
    assert local("daily 20:00", since="2026-12-04", until="sat") == ["Fri 04 20:00", "Sat 05 20:00"]
    assert local("fri 20:00", "sat 20:00", "fri 20:00") == ["Fri 27 20:00", "Sat 28 20:00"]
    assert local("wed 20:00", since="2026-12-04") == ["Wed 09 20:00"]


@pytest.mark.parametrize(
    ("written", "until", "why"),
    [
        ("", None, "is no time"),
        ("fri", None, "is no time"),
        ("fri 7pm", None, "is no time"),
        ("fri 19:60", None, "is no time"),
        ("fri 30:00", None, "past the end of the business day"),
        ("someday 19:30", None, "is no day"),
        ("s 19:30", None, "is no day"),
        ("2026-02-30 19:30", None, "no day of the calendar"),
        ("0001-01-01 19:30", None, "not between"),
        ("2026-12-04 19:30+99:00", None, "offset"),
        ("19:30", "2026-12-20", "names no day"),
        ("2026-12-04 19:30", "2026-12-01", "is before"),
        ("2026-12-04 19:30", "2199-12-01", "more than 400 days"),
        ("fri 19:30", "2026-11-24", "There is no fri"),
        ("mon 14:00", "2026-11-23", "over"),
        ("9" * 5000, None, "is no time"),
    ],
)
def test_what_names_no_time_is_refused(written: str, until: str | None, why: str) -> None:
    with pytest.raises(WhenRefused, match=why):
        moments([written], calendar(BERLIN, NOW, until=until))


def test_where_one_is_wanted_several_are_refused() -> None:
    with pytest.raises(WhenRefused, match="2 times"):
        moment("fri 14:00,16:00", Calendar(BERLIN, NOW))
    with pytest.raises(WhenRefused, match="several days"):
        day("fri-sun", Calendar(BERLIN, NOW))
    with pytest.raises(WhenRefused, match="more than 1,000"):
        moments(["daily 10:00,12:00,14:00"], calendar(BERLIN, NOW, until="2027-12-01"))


def test_what_is_moved_counts_from_its_own_day_and_week() -> None:
    of_a_screening = Calendar(BERLIN, NOW, since=date(2026, 12, 4), today=date(2026, 12, 5))
    assert moment("20:15", of_a_screening) == BERLIN.at(date(2026, 12, 5), 20 * 60 + 15)
    assert moment("25:30", of_a_screening) == BERLIN.at(date(2026, 12, 5), 25 * 60 + 30)
    assert moment("thu 20:15", of_a_screening) == BERLIN.at(date(2026, 12, 10), 20 * 60 + 15)


@given(
    st.sampled_from(sorted(CHANGES)),
    st.integers(min_value=0, max_value=1),
    st.integers(min_value=-1, max_value=1),
    st.integers(min_value=0, max_value=359),
)
def test_a_local_time_is_every_moment_at_which_clocks_show_it(zone: str, which: int, days: int, fifth: int) -> None:
    """The model looks at every minute of three days and at what the clocks show then."""
    clock = SiteClock(ZoneInfo(zone), time(6), FRIDAY)
    on, minute = CHANGES[zone][which] + timedelta(days=days), fifth * 5
    shown = datetime.combine(on, time()) + timedelta(minutes=minute)
    around = shown.replace(tzinfo=UTC) - timedelta(days=1)
    every = (around + timedelta(minutes=number) for number in range(3 * 24 * 60))
    at = [one for one in every if one.astimezone(clock.zone).replace(tzinfo=None) == shown]
    written = f"{on} {minute // 60}:{minute % 60:02}"
    if len(at) == 1:
        assert moment(written, Calendar(clock, NOW)) == at[0]
        return
    with pytest.raises(LocalTimeRefused) as refused:
        moment(written, Calendar(clock, NOW))
    assert ("does not exist" in refused.value.message) == (not at)
    for one in at:
        with_offset = one.astimezone(clock.zone).isoformat(timespec="minutes")
        assert with_offset in refused.value.hint
        assert moment(with_offset, Calendar(clock, NOW)) == one
