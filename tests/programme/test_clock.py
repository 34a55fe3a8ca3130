from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.errors import UsageRefused
from cinemactl.programme.clock import (
    FRIDAY,
    THURSDAY,
    WEDNESDAY,
    LocalTimeRefused,
    SiteClock,
    clock_time,
    first_weekday,
    monday_of,
    told,
    told_beside,
)

PARIS = SiteClock(ZoneInfo("Europe/Paris"), time(6), WEDNESDAY)
ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo")
CLOCKS = st.builds(
    SiteClock,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.sampled_from([time(0), time(3), time(6)]),
    st.integers(min_value=0, max_value=6),
)
MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def test_a_show_after_midnight_belongs_to_the_day_before_it() -> None:
    late = PARIS.at(date(2026, 12, 4), 25 * 60 + 30)
    assert late == datetime(2026, 12, 5, 0, 30, tzinfo=UTC)
    assert PARIS.business_day(late) == date(2026, 12, 4)
    assert clock_time(PARIS.minute(late)) == "25:30"


@given(CLOCKS, MOMENTS)
def test_a_local_time_is_told_so_that_it_is_one_moment(clock: SiteClock, moment: datetime) -> None:
    local = clock.local(moment)
    others = (clock.local(moment + step * timedelta(minutes=30)) for step in (-2, -1, 1, 2))
    assert all(told(other) != told(local) for other in others)
    assert told(local).endswith(told_beside(local, local.date()))
    assert told_beside(local, local.date() + timedelta(days=1)) == f"{local:%a} {told_beside(local, local.date())}"


def test_a_local_time_that_is_there_twice_has_its_offset() -> None:
    twice = [PARIS.local(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1, 2)]
    assert [told_beside(one, one.date()) for one in twice] == ["02:30+02:00", "02:30+01:00", "03:30"]


@pytest.mark.parametrize(
    ("zone", "leapt", "twice", "offsets"),
    [
        ("Europe/Paris", datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), ("+02:00", "+01:00")),
        ("America/New_York", datetime(2026, 3, 8, 2, 0), datetime(2026, 11, 1, 1, 59), ("-04:00", "-05:00")),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), datetime(2026, 4, 5, 1, 45), ("+11:00", "+10:30")),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 0, 30), datetime(2018, 2, 17, 23, 30), ("-02:00", "-03:00")),
    ],
)
def test_times_that_do_not_exist_or_happen_twice_are_refused(
    zone: str, leapt: datetime, twice: datetime, offsets: tuple[str, str]
) -> None:
    clock = SiteClock(ZoneInfo(zone), time(6), FRIDAY)
    with pytest.raises(LocalTimeRefused, match="does not exist"):
        clock.instant(leapt)
    with pytest.raises(LocalTimeRefused) as refused:
        clock.instant(twice)
    assert all(offset in refused.value.hint for offset in offsets)


@given(CLOCKS, MOMENTS)
def test_every_moment_lies_in_its_business_day_and_its_week(clock: SiteClock, moment: datetime) -> None:
    day = clock.business_day(moment)
    assert clock.day_starts_at(day) <= moment < clock.day_starts_at(day + timedelta(days=1)) or not clock.cut
    week = clock.cinema_week(day)
    assert week.weekday() == clock.week_starts_on
    assert 0 <= (day - week).days < 7
    assert clock.week_named(clock.week_name(week)) == week


@given(CLOCKS, MOMENTS)
def test_a_minute_of_a_business_day_is_the_moment_it_came_from(clock: SiteClock, moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    try:
        again = clock.at(clock.business_day(moment), clock.minute(moment))
    except LocalTimeRefused:
        assert clock.local(moment).replace(fold=0).utcoffset() != clock.local(moment).replace(fold=1).utcoffset()
    else:
        assert again == moment


def test_weeks_begin_where_the_country_has_them_begin() -> None:
    assert [first_weekday(country) for country in ("FR", "DE", "US", None)] == [WEDNESDAY, THURSDAY, FRIDAY, FRIDAY]
    assert PARIS.week_named("2026-W49") == date(2026, 12, 2)
    assert monday_of("2026w53") == date(2026, 12, 28)


@pytest.mark.parametrize("name", ["2026-W54", "2025-W53", "2026-W0", "next", ""])
def test_what_names_no_week_is_refused(name: str) -> None:
    with pytest.raises(UsageRefused, match="no week"):
        monday_of(name)
