"""Sites and screens come in from a file, and go again with it."""

from __future__ import annotations

import pytest
from importing.importer import Importer

from cinemactl.errors import CinemactlError
from cinemactl.programme import place_cells

SCREENS = (
    "site,screen,seats,formats,timezone,country\n"
    "Filmhaus,Saal 1,240,2D|IMAX,Europe/Berlin,DE\nFilmhaus,Saal 2,90,,,\nOdeon,1,100,3D,Europe/London,GB\n"
)
SITES = (
    "site,timezone,country,hours,pre_show_minutes,checks\n"
    "Filmhaus,Europe/Berlin,DE,mon-thu 14:00-25:00; 2026-12-24 closed,20,lobby-crowding.minutes=10; off-grid.off=yes\n"
)


class Places(Importer):
    """Imports of sites and screens into one database."""

    noun = "screen"

    def screens(self):
        with self.database.unit_of_work() as session:
            return list(place_cells.screen_rows(session))

    def sites(self):
        with self.database.unit_of_work() as session:
            return list(place_cells.site_rows(session))


@pytest.fixture
def places(import_database):
    importer = Places(import_database)
    yield importer
    importer.execute("DELETE FROM screen", "DELETE FROM site")
    importer.empty()


def test_screens_come_in_with_their_sites_and_the_same_file_changes_nothing(places):
    done = places.run(SCREENS)
    assert (done["created"], done["new_sites"], done["layout"]) == (3, 2, "generic-screens")
    assert [(one["site"], one["screen"], one["formats"]) for one in places.screens()] == [
        ("Filmhaus", "Saal 1", "2D|IMAX"),
        ("Filmhaus", "Saal 2", "2D"),
        ("Odeon", "1", "3D"),
    ]
    assert places.counts(SCREENS) == {"unchanged": 3}
    undone = places.undo(done["import_id"])
    assert (undone["removed"], undone["removed_sites"], places.sites()) == (3, 2, [])


def test_sites_come_in_with_their_hours_and_go_back_to_what_they_were(places):
    assert places.counts(SITES, noun="site") == {"created": 1}
    before = places.sites()
    assert (before[0]["hours"], before[0]["pre_show_minutes"]) == ("mon-thu 14:00-25:00; 2026-12-24 closed", 20)
    assert places.counts(SITES, noun="site") == {"unchanged": 1}
    assert before[0]["checks"] == "lobby-crowding.minutes=10; off-grid.off=yes"
    assert places.counts("site,checks\nFilmhaus,off-grid.colour=red\n", noun="site") == {"rejected": 1}
    changed = places.run(
        "Name,Opening hours,City,Checks\nFILMHAUS,daily 10-24,Köln,off-grid.severity=error\n", noun="site"
    )
    assert changed["updated"] == 1
    assert (places.sites()[0]["hours"], places.sites()[0]["city"]) == ("mon-sun 10:00-24:00", "Köln")
    assert places.undo(changed["import_id"])["restored"] == 1
    assert places.sites() == before


def test_rows_that_cannot_be_are_set_aside_with_the_reason(places):
    file = (
        "site,screen,seats,wheelchair_seats\nKino,1,50,\nkino,1,60,\nKino,2,,\nKino,3,10,11\nKino,4,0,\nKino,,5,\n"
        "Kino,5,50,2\nKino,5,,2\n"
    )
    assert places.counts(file, timezone="Europe/Paris", country="FR") == {
        "created": 1,
        "duplicates": 1,
        "ambiguous": 2,
        "rejected": 4,
    }
    assert places.sites()[0]["timezone"] == "Europe/Paris"
    reasons = places.reasons()
    assert reasons[2] == "Lines 2, 3 are one screen and contradict each other."
    assert reasons[4] == "A new screen needs its number of seats."
    assert "11 wheelchair" in reasons[5]
    assert places.counts("site,screen,seats\nElsewhere,1,5\n") == {"rejected": 1}
    assert "Give its time zone" in places.reasons()[2]
    assert places.counts("site,screen,timezone\nKino,5,Asia/Tokyo\n") == {"rejected": 1}
    assert places.counts("Saal,Plätze\n6,70\n", site="Kino") == {"created": 1}
    assert places.counts("a,b\n7,70\n", site="Kino", map=["screen=a", "seats=2"]) == {"created": 1}
    for maps in (["screen=c"], ["row=a"], ["screen=a", "screen=b"]):
        with pytest.raises(CinemactlError):
            places.run("a,b\n7,70\n", site="Kino", map=maps)


def test_a_plan_of_places_is_applied_as_it_was_shown(places):
    planned = places.run(SCREENS, dry_run=True)
    assert (planned["created"], places.screens()) == (3, [])
    assert places.apply(planned["import_id"])["created"] == 3
    second = places.run("site,screen,seats\nOdeon,2,10\n", dry_run=True)
    places.run("site,screen,seats\nOdeon,2,20\n")
    with pytest.raises(CinemactlError, match="have changed since"):
        places.apply(second["import_id"])


def test_places_that_were_touched_are_not_taken_back(places):
    done = places.run(SCREENS)
    places.run("site,screen,seats\nOdeon,2,10\n")
    with pytest.raises(CinemactlError, match="since: Odeon"):
        places.undo(done["import_id"])
    places.execute("UPDATE screen SET seats = 9, updated_at = clock_timestamp() WHERE name = 'Saal 1'")
    with pytest.raises(CinemactlError, match="since: Filmhaus/Saal 1; Odeon"):
        places.undo(done["import_id"])


def test_lenient_drops_what_is_said_of_a_place_but_not_which_it_is(places):
    file = "site,screen,seats,timezone,wheelchair_seats\nKino,1,50,Europe/Paris,many\nKino,2,none,Europe/Paris,2\n"
    assert places.counts(file) == {"rejected": 2}
    done = places.run(file, lenient=True)
    assert (done["created"], done["rejected"]) == (1, 1)
    assert done["dropped_values"] == {"wheelchair_seats": 1, "seats": 1}
    assert places.reasons()[3] == "A new screen needs its number of seats."
    assert places.counts(f"site,screen,seats\n{'x' * 300},1,5\n", lenient=True) == {"rejected": 1}
