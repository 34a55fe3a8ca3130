"""Sites and screens: found by name, changed, and kept from being removed or misread unawares."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from cinemactl.catalogue import fields, movies
from cinemactl.catalogue.values import ValueRefused
from cinemactl.errors import UsageRefused
from cinemactl.programme import place_values, places, screens, sites
from cinemactl.programme.checks.tuning import tunings_of
from cinemactl.programme.opening_words import closed_on, hours_of, told_of
from cinemactl.programme.place_cells import cell_of, value_of
from cinemactl.programme.standing import PlaceInUse, TimezoneInUse
from cinemactl.programme.tables import Screening


@pytest.fixture
def filmhaus(session):
    return sites.add_site(session, {"name": "Filmhaus Köln", "timezone": "Europe/Berlin", "country": "DE"})


@pytest.fixture
def screen(session, filmhaus):
    return screens.add_screen(session, filmhaus, {"name": "Saal 1/2", "seats": 100, "house_seats": 4})


@pytest.fixture
def screening(session, screen, movie):
    starts_at = datetime(2126, 12, 4, 18, 30, tzinfo=UTC)
    added = Screening(
        screen_id=screen.id,
        movie_id=movie.id,
        starts_at=starts_at,
        feature_starts_at=starts_at + timedelta(minutes=15),
        feature_ends_at=starts_at + timedelta(minutes=115),
        clear_at=starts_at + timedelta(minutes=130),
        sold=7,
    )
    session.add(added)
    session.flush()
    return added


@pytest.fixture
def movie(session):
    return movies.add_movie(session, fields.MovieFields(title="Heat"))


def test_a_site_is_found_by_name_id_or_being_the_only_one(session, filmhaus):
    assert places.find_site(session, " filmhaus koln") is filmhaus
    assert places.find_site(session, f"id:{filmhaus.id}") is filmhaus
    assert places.the_site(session, None) is filmhaus
    sites.add_site(session, {"name": "Odeon", "timezone": "Europe/London"})
    assert places.only_site(session) is None
    with pytest.raises(UsageRefused, match="several") as refused:
        places.the_site(session, None)
    assert refused.value.hint == "Name one with --site: Filmhaus Köln; Odeon."
    for name in ("Kino", "id:99999999999", "id:0", ""):
        with pytest.raises(places.SiteNotFound):
            places.find_site(session, name)


def test_a_screen_is_found_alone_or_by_its_site(session, filmhaus, screen):
    other = sites.add_site(session, {"name": "Odeon", "timezone": "Europe/London"})
    assert places.find_screen(session, None, "saal 1/2") == (filmhaus, screen)
    twin = screens.add_screen(session, other, {"name": "Saal 1/2", "seats": 10})
    assert places.find_screen(session, other, "Saal 1/2") == (other, twin)
    assert places.find_screen(session, None, "filmhaus koln/saal 1/2") == (filmhaus, screen)
    assert places.find_screen(session, None, f"id:{twin.id}") == (other, twin)
    with pytest.raises(places.AmbiguousScreen, match="Filmhaus Köln/Saal 1/2"):
        places.find_screen(session, None, "Saal 1/2")
    with pytest.raises(places.ScreenNotFound):
        places.find_screen(session, other, f"id:{screen.id}")


def test_screens_are_listed_in_the_order_people_count(session, filmhaus):
    for name in ("Saal 10", "Saal 2", "Saal 1", "Balkon"):
        screens.add_screen(session, filmhaus, {"name": name, "seats": 10})
    listed = screens.list_screens(session, site=filmhaus)
    assert [one["name"] for one in listed] == ["Balkon", "Saal 1", "Saal 2", "Saal 10"]
    after = places.find_screen(session, filmhaus, "Saal 2")
    assert [one["name"] for one in screens.list_screens(session, after=after)] == ["Saal 10"]


def test_what_a_site_does_not_say_its_country_and_its_screens_do(session, filmhaus, screen):
    shown = sites.document(session, filmhaus)
    assert (shown["week_starts_on"], shown["in_effect"]) == (None, {"week_starts_on": "thu"})
    assert (shown["screens"], shown["seats"]) == (1, 100)
    assert screens.document(filmhaus, screen)["in_effect"] == {"pre_show_minutes": 15, "turnaround_minutes": 15}
    screens.edit_screen(session, filmhaus, screen, {"seats": 300})
    assert screens.document(filmhaus, screen)["in_effect"]["turnaround_minutes"] == 20


def test_hours_of_a_day_go_over_those_it_had(session, filmhaus):
    assert sites.edit_site(
        session, filmhaus, {}, hours=hours_of("daily 14:00-25:00; 2026-12-25 12-20") + closed_on("2026-12-24")
    ).changed
    sites.edit_site(session, filmhaus, {}, hours=hours_of("sat,sun 10:00-26:00; 2026-12-25 usual"))
    shown = sites.document(session, filmhaus)["hours"]
    assert shown == {"mon-fri": "14:00-25:00", "sat-sun": "10:00-26:00", "2026-12-24": "closed"}
    assert not sites.edit_site(session, filmhaus, {}, hours=hours_of("mon 14:00-25:00")).changed
    sites.edit_site(session, filmhaus, {}, clear=["hours"], hours=hours_of("fri 18:00-24:00"))
    assert sites.document(session, filmhaus)["hours"] == {"fri": "18:00-24:00"}


def test_hours_keep_to_one_business_day(session, filmhaus):
    with pytest.raises(ValueRefused, match="06:00-30:00"):
        sites.edit_site(session, filmhaus, {}, hours=hours_of("mon 05:00-24:00"))
    sites.edit_site(session, filmhaus, {}, hours=hours_of("mon 10:00-28:00"))
    with pytest.raises(ValueRefused, match="03:00-27:00"):
        sites.edit_site(session, filmhaus, {"business_day_cut": time(3)})


def test_a_time_zone_is_not_changed_under_standing_screenings(session, filmhaus, screening):
    with pytest.raises(TimezoneInUse, match="2126-12-04 19:30, would read 18:30") as refused:
        sites.edit_site(session, filmhaus, {"timezone": "Europe/London"})
    assert refused.value.exit_code == 4
    assert sites.edit_site(session, filmhaus, {"timezone": "Europe/Paris"}).shifted == 0
    assert sites.edit_site(session, filmhaus, {"timezone": "Asia/Tokyo"}, force=True).shifted == 1
    assert screening.starts_at == datetime(2126, 12, 4, 18, 30, tzinfo=UTC)
    screening.state = "cancelled"
    session.flush()
    assert sites.edit_site(session, filmhaus, {"timezone": "Europe/Berlin"}).changed


def test_what_has_screenings_is_not_removed_unawares(session, filmhaus, screen, screening, movie):
    with pytest.raises(PlaceInUse, match="1 screening, 7 seats sold"):
        screens.remove_screen(session, filmhaus, screen)
    with pytest.raises(PlaceInUse, match="'Filmhaus Köln' is in use"):
        sites.remove_site(session, filmhaus)
    movie.status = "running"
    sites.remove_site(session, filmhaus, force=True)
    session.refresh(movie)
    assert (sites.list_sites(session), movie.status) == ([], "catalogue")


def test_a_screen_keeps_the_seats_that_are_sold(session, filmhaus, screen, screening):
    screens.edit_screen(session, filmhaus, screen, {"seats": 7})
    with pytest.raises(screens.SeatsSold, match=r"More than 6 seats .* sold for a screening to come, as many as 7"):
        screens.edit_screen(session, filmhaus, screen, {"seats": 6})
    assert screens.edit_screen(session, filmhaus, screen, {"seats": 6}, force=True)
    screening.state = "cancelled"
    session.flush()
    assert screens.edit_screen(session, filmhaus, screen, {"seats": 5})


def test_screenings_that_come_into_another_week_are_counted(session, filmhaus, screening):
    # A Wednesday, the last day of a cinema week in Germany.
    assert sites.edit_site(session, filmhaus, {"pre_show_minutes": 20}).in_other_weeks == 0
    assert sites.edit_site(session, filmhaus, {"week_starts_on": 2}).in_other_weeks == 1
    assert sites.edit_site(session, filmhaus, {"business_day_cut": time(9)}).in_other_weeks == 0
    assert sites.edit_site(session, filmhaus, {"country": "FR"}, clear=["week_starts_on"]).in_other_weeks == 0


def test_no_name_is_taken_for_an_id_or_for_a_screen_of_a_site():
    for name in ("id:3", "ID: 3", "a/b"):
        with pytest.raises(ValueRefused):
            place_values.SITE_VALUES["name"](name)
    with pytest.raises(ValueRefused, match="names a screen by its number"):
        place_values.SCREEN_VALUES["name"]("id:3")
    assert place_values.SCREEN_VALUES["name"]("Saal 1/2") == "Saal 1/2"
    with pytest.raises(ValueRefused, match="stands between a site and its screen"):
        value_of("site", "a/b", of_screen=True)
    with pytest.raises(ValueRefused, match="is not between 1 and 100,000"):
        place_values.SCREEN_VALUES["seats"]("9" * 5000)


def test_a_time_that_a_site_sets_is_shown_as_one(session, filmhaus):
    for setting in ("children-late.latest=17:30", "children-late.latest=1050"):
        sites.edit_site(session, filmhaus, {}, checks=[setting, "off-grid.off=yes"])
        told = {"children-late": {"latest": "17:30"}, "off-grid": {"off": True}}
        assert sites.document(session, filmhaus)["checks"] == told
        cell = cell_of("checks", filmhaus.checks)
        assert cell == "children-late.latest=17:30; off-grid.off=yes"
        assert value_of("checks", cell, of_screen=False) == filmhaus.checks == tunings_of(told)


def test_a_day_has_hours_or_is_closed():
    assert len(told_of(["2026-12-30 10-12; mon 10-12"], ["2026-12-31", "2026-12-24..2026-12-25"])) == 5
    assert len(told_of(["2026-12-31 closed"], ["2026-12-31"])) == 1
    with pytest.raises(ValueRefused, match="hours '2026-12-31 10:00-12:00' contradict each other of 2026-12-31"):
        told_of(["2026-12-31 10:00-12:00"], ["2026-12-31"])
    with pytest.raises(ValueRefused, match="have several spans of a day"):
        hours_of("mon 10:00-12:00,14:00-22:00")


def test_names_are_had_once(session, filmhaus, screen):
    with pytest.raises(sites.SiteExists):
        sites.add_site(session, {"name": "FILMHAUS KOLN", "timezone": "Europe/Berlin"})
    with pytest.raises(screens.ScreenExists):
        screens.add_screen(session, filmhaus, {"name": "saal 1/2", "seats": 5})
    other = sites.add_site(session, {"name": "Odeon", "timezone": "Europe/London"})
    with pytest.raises(sites.SiteExists, match="There is a site 'filmhaus koln' already"):
        sites.edit_site(session, other, {"name": "filmhaus koln", "timezone": "Europe/Paris"})
    second = screens.add_screen(session, filmhaus, {"name": "2", "seats": 5})
    with pytest.raises(screens.ScreenExists, match="has a screen 'Saal 1/2' already"):
        screens.edit_screen(session, filmhaus, second, {"name": "Saal 1/2"})
    assert (other.name, other.timezone, second.name) == ("Odeon", "Europe/London", "2")
    with pytest.raises(UsageRefused, match="cannot have 90 wheelchair and 4 house seats"):
        screens.edit_screen(session, filmhaus, screen, {"seats": 93, "wheelchair_seats": 90})


def test_a_picture_format_is_a_short_name():
    assert place_values.formats("2d; imax-3d | Laser Ultra+,4.0 k") == ["2D", "IMAX 3D", "Laser Ultra+", "4.0 k"]
    for text, hint in (
        ('{"a": 1}', "Known are 2D"),
        ("foo bar,{},2D", "Known are"),
        ("+3d", "Did you mean 3D?"),
        ("a/b", "Known"),
    ):
        with pytest.raises(ValueRefused, match="is no name of a picture format") as refused:
            place_values.formats(text)
        assert refused.value.hint.startswith(hint)
    with pytest.raises(ValueRefused, match="more than 20 characters"):
        place_values.formats("a" * 21)


def test_hours_are_read_as_people_write_them():
    def read(text: str) -> list[tuple[object, ...]]:
        return [(one.day, one.opens, one.closes) for one in hours_of(text)]

    assert read("Saturday, sun 10.30-24") == [(5, 630, 1440), (6, 630, 1440)]
    assert read("sun-mon: 14:00 - 01:00") == [(6, 840, 1500), (0, 840, 1500)]
    assert read("2026-12-24..2026-12-25 closed") == [(date(2026, 12, day), None, None) for day in (24, 25)]
    for text in (
        "mon",
        "14:00-15:00",
        "mon 14-99",
        "xyz 1-2",
        "2026-02-30 closed",
        "2026-12-02..2026-12-01 closed",
        ";",
    ):
        with pytest.raises(ValueRefused):
            hours_of(text)
