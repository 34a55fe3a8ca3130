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
