"""The calendar, read back by another library."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.programme.exports.ical import calendar, text


def read(written):
    """Return the events another library finds, by their UIDs."""
    return {one.uid.value: one for one in vobject.readOne(written).vevent_list}


def test_what_another_library_reads_is_what_was_written(hostile):
    written = calendar(hostile, "Filmhaus")
    events = read(written)
    assert len(events) == len(hostile)
    for one in hostile:
        event = events[f"{one.uid}@cinemactl"]
        assert event.summary.value == str(text(one.title))
        assert event.dtstart.value == one.starts_at
        assert event.dtend.value == one.feature_ends_at
        assert event.dtstart.value.utcoffset() == timedelta(hours=1)
        assert int(event.sequence.value) == one.screening.sequence
        assert event.status.value == ("CANCELLED" if one.is_cancelled else "CONFIRMED")
        assert event.location.value == "Saal 1, Filmhaus <3>, Straße 1; Hof, links, Köln"
        assert event.url.value == one.site.url
        assert event.description.value.startswith("The film itself starts at 20:15")
    assert calendar(hostile, "Filmhaus") == written


def test_lines_have_75_octets_at_most_and_end_with_crlf(hostile):
    written = calendar(hostile, "=Filmhaus\n").encode()
    lines = written.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert not {*range(32)} - {9, 10, 13} & set(written)
    for line in lines:
        line.decode()


@pytest.mark.parametrize(
    ("timezone", "start", "offset"),
    [
        ("America/New_York", "2026-11-01T00:30", -4),
        ("Australia/Lord_Howe", "2026-10-04T00:30", 10.5),
        ("America/Sao_Paulo", "2018-11-03T23:30", -3),
        ("Europe/Paris", "2027-03-28T00:45", 1),
    ],
)
def test_a_screening_across_a_clock_change_keeps_its_minutes(house, timezone, start, offset):
    house.site.timezone = timezone
    (event,) = read(calendar([house.show("Heat", start)], "")).values()
    assert event.dtstart.value.utcoffset() == timedelta(hours=offset)
    assert event.dtend.value.astimezone(UTC) - event.dtstart.value.astimezone(UTC) == timedelta(minutes=135)


def test_neither_of_two_like_local_times_is_taken_for_the_other(house):
    twice = [house.show("Heat", "2026-10-25T02:30", fold=fold) for fold in (0, 1)]
    events = read(calendar(twice, ""))
    found = [events[f"{one.uid}@cinemactl"].dtstart.value.astimezone(UTC).hour for one in twice]
    assert found == [0, 1]
    assert {one.starts_at.tzinfo for one in twice} == {ZoneInfo("Europe/Berlin")}


@given(title=st.text(max_size=120))
def test_any_title_comes_back_without_its_control_characters(house, title):
    (event,) = vobject.readOne(calendar([house.show(title, "2026-12-04T19:30")], title)).vevent_list
    assert event.summary.value == str(text(title))


def test_a_calendar_of_nothing_is_one():
    assert vobject.readOne(calendar([], "Nothing")).prodid.value
