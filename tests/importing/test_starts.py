"""When a screening starts is read as people write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.starts import StartReader, minute_in


def test_starts_are_read_as_people_write_them():
    reader = StartReader("dmy", "start")
    for cell in (
        "2026-12-05 01:30",
        "2026-12-05T01:30:00",
        "4.12.2026 25:30",
        "5/12/2026, 1:30 AM",
        "2026-12-04 25.30",
    ):
        assert f"{reader.start(cell).local:%Y-%m-%d %H:%M}" == "2026-12-05 01:30", cell
    assert reader.start("2026-12-04T19:30Z").at == datetime(2026, 12, 4, 19, 30, tzinfo=UTC)
    assert f"{reader.start_of('2026-12-04 00:00:00', minute_in('12:05 pm')).local:%H:%M}" == "12:05"
    for cell in ("", "2026-12-04", "2026-12-04 19:75", "2026-12-04 37:00", "2026-02-30 19:30", "13:00 PM", "x" * 200):
        with pytest.raises(ValueRefused):
            reader.start(cell)


def test_columns_side_by_side_tell_one_start():
    """As programmes are printed: a day in one column, and in the next when it begins that day."""
    reader = StartReader("dmy", "start")
    for cells in (
        {"starts_at": "25:30", "date": "4.12.2026"},
        {"starts_at": "25:30:00", "date": "2026-12-04"},
        {"starts_at": "2026-12-05 01:30", "date": "4.12.2026", "time": "25.30"},
        {"starts_at": "2026-12-05 01:30", "date": "4.12.2026"},
    ):
        assert f"{reader.told(cells, timed=False).local:%Y-%m-%d %H:%M}" == "2026-12-05 01:30", cells
    both = reader.told({"starts_at": "2026-12-04T19:30Z", "date": "2026-12-04", "time": "20:30"}, timed=True)
    assert f"{both.at:%H:%M} {both.local:%H:%M}" == "19:30 20:30"
    for cells, sentence in (
        ({"starts_at": "19:30"}, "The start '19:30' is a time and no day."),
        (
            {"starts_at": "2026-12-04 19:30", "date": "2026-12-04", "time": "20:30"},
            "is not 2026-12-04 20:30, as its date",
        ),
        ({"date": "2026-12-04"}, "The time is empty."),
        ({"time": "19:30"}, "The date is empty."),
        ({"date": "31.02.2026", "time": "19:30"}, "The date '31.02.2026' "),
        ({"starts_at": "31.02.2026 19:30"}, "The date '31.02.2026' "),
        ({"date": "Dec 2026", "time": "19:30"}, "The date 'Dec 2026' "),
        ({"date": "soon", "time": "19:30"}, "The date 'soon' "),
        ({"date": "1026-02-01", "time": "19:30"}, "The date '1026-02-01' "),
    ):
        with pytest.raises(ValueRefused) as refused:
            reader.told(cells, timed=True)
        assert sentence in refused.value.message
        assert not {"release", "movies", "years"}.intersection(
            (refused.value.message + refused.value.hint).lower().split()
        )
