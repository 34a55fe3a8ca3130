"""Bookings kept in the database, their weekly report, and keys."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cinemactl.errors import UsageRefused
from cinemactl.programme.bookings import bookings, keys
from cinemactl.programme.bookings.report import report
from cinemactl.programme.bookings.terms import TermRefused
from cinemactl.programme.tables import OpeningHours

FIRST = date(2026, 12, 3)


def test_a_booking_is_added_changed_and_removed(house):
    session, fields = house.session, bookings.BookingFields
    booked = bookings.add_booking(session, house.heat, house.site, fields(FIRST), ["screen saal 1", "minimum-weeks 2"])
    shown = bookings.document(session, bookings.find_booking(session, str(booked.id)))
    assert shown["terms"][0] == {
        "clause": "screen",
        "line": "screen Saal 1",
        "screen_id": house.large.id,
        "screen": "Saal 1",
    }
    assert not bookings.edit_booking(session, booked, fields(), terms=shown["terms"])
    with pytest.raises(TermRefused, match="these are two screens"):
        bookings.edit_booking(session, booked, fields(), terms=[shown["terms"][0] | {"screen_id": house.small.id}])
    with pytest.raises(bookings.BookingExists):
        bookings.add_booking(session, house.heat, house.site, fields(FIRST, ends_on=FIRST))
    with pytest.raises(UsageRefused, match="has 1 of the 2 weeks"):
        bookings.edit_booking(session, booked, fields(ends_on=FIRST))
    assert booked.ends_on is None
    assert bookings.edit_booking(session, booked, fields(ends_on=date(2026, 12, 16), distributor="Verleih"))
    assert not bookings.edit_booking(session, booked, fields(distributor="Verleih"), terms=booked.terms)
    assert [one["id"] for one in bookings.list_bookings(session, site=house.site, first=FIRST)] == [booked.id]
    assert list(bookings.list_bookings(session, first=date(2026, 12, 17))) == []
    bookings.remove_booking(session, booked)
    with pytest.raises(bookings.BookingNotFound):
        bookings.find_booking(session, str(booked.id))


def test_the_report_names_what_breaks_a_clause_and_what_a_share_comes_to(house):
    booked = bookings.add_booking(
        house.session, house.heat, house.site, bookings.BookingFields(FIRST), ["shows-a-day 1", "share 65 60"]
    )
    house.session.add(OpeningHours(site_id=house.site.id, weekday=2))
    for number in range(6):
        screening = house.show(house.heat, house.large, date(2026, 12, 3 + number), "24:30")
        screening.sold, screening.gross = 10, Decimal("80.01")
    screening.state = "cancelled"
    house.show(house.heat, house.small, FIRST, "20:00", state="cancelled", published=False)
    house.session.flush()
    window, shows, share = report(house.session, week="2026-W49")
    assert (window["outcome"], shows["outcome"], share["outcome"]) == ("met", "broken", "due")
    assert (shows["short_by"], shows["week_number"]) == (1, 1)
    assert [one["id"] for one in shows["screenings"]] == [screening.id]
    assert shows["screenings"][0]["starts_at"].isoformat() == "2026-12-09T00:30:00+01:00"
    assert (share["gross"], share["due"]) == (Decimal("400.05"), Decimal("260.03"))
    assert report(house.session, booking=str(booked.id), broken=True) == [shows]


def test_minimum_weeks_are_kept_by_the_last_of_them(house):
    fields = bookings.BookingFields(FIRST)
    bookings.add_booking(house.session, house.heat, house.site, fields, ["minimum-weeks 2"])
    for week in (0, 7):
        house.show(house.heat, house.large, FIRST + timedelta(days=week), "20:00")
    house.session.flush()
    outcomes = [report(house.session, week=week)[1]["outcome"] for week in ("2026-W49", "2026-W50")]
    assert outcomes == ["not-yet", "met"]


def test_a_key_is_noted_once_in_local_time_or_with_an_offset(house):
    moments = keys.moment(house.site, "2026-12-03 06:00"), keys.moment(house.site, "2026-12-10T05:00:00Z")
    added = [keys.add_key(house.session, house.heat, house.site, house.large, moments) for _ in range(2)]
    assert added[0] is added[1]
    shown = keys.key_document(house.session, added[0].id)
    assert (shown["screen"], shown["valid_from"].isoformat()) == ("Saal 1", "2026-12-03T06:00:00+01:00")
    assert shown["valid_until"].isoformat() == "2026-12-10T06:00:00+01:00"
    for wrong in ("soon", "2027-03-28 02:30", ""):
        with pytest.raises(UsageRefused):
            keys.moment(house.site, wrong)
    with pytest.raises(UsageRefused):
        keys.add_key(house.session, house.heat, house.site, None, moments[::-1])
    keys.remove_key(house.session, added[0].id)
    with pytest.raises(keys.KeyNotFound):
        keys.remove_key(house.session, added[0].id)
