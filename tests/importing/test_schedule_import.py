from __future__ import annotations

import json
from datetime import date, time, timedelta

import pytest
from importing.importer import OUTCOMES
from importing.screenings import FILE, HEADER, NEW
from importing.tables import workbook

from cinemactl.errors import CinemactlError
from cinemactl.importing.screenings.places import TimezoneWanted
from cinemactl.programme.plans.faults import EditedSince, SeatsSold


def test_a_week_comes_in_with_its_places_and_movies_and_once(screenings):
    done = screenings.run(FILE, **NEW)
    assert [done[name] for name in ("created", "new_sites", "new_screens", "new_movies")] == [3, 1, 2, 2]
    assert screenings.known() == ["Rex/1 12-04 14:00 Heat", "Rex/1 12-04 20:00 Heat", "Rex/2 12-05 01:30 Ronin"]
    assert screenings.one("SELECT array_agg(seats ORDER BY name) FROM screen") == [120, 80]
    assert screenings.one("SELECT sum(sold) FROM screening") == 5
    assert screenings.counts(FILE) == {"unchanged": 3}
    assert screenings.counts(FILE.replace(",120,5", ",120,9")) == {"unchanged": 2, "updated": 1}
    assert screenings.plan()[0]["changes"]["sold"] == [5, 9]
    assert screenings.sizes() == [1, 2, 2, 3]
    assert screenings.one("SELECT status FROM movie WHERE title = 'Heat'") != "catalogue"


def test_a_slot_that_is_taken_twice_sets_both_aside_and_the_rest_is_applied(screenings):
    file = FILE + "Rex,1,Ronin (1998),2026-12-04 15:00,122,,\n" + "Rex,2,Ronin (1998),2026-12-04 25:30,122,80,0\n"
    assert screenings.counts(file, **NEW) == {"created": 2, "duplicates": 1, "rejected": 2}
    reasons = screenings.reasons()
    assert "line 5" in reasons[2]
    assert "line 2" in reasons[5]
    assert reasons[6] == "It says the same as line 4."
    assert screenings.counts(HEADER + "Rex,2,Heat,2026-12-04 24:30,,,\n") == {"rejected": 1}
    assert "The screen is taken by screening" in screenings.reasons()[2]


def test_what_is_not_known_is_set_aside_unless_it_is_to_be_made(screenings):
    with pytest.raises(TimezoneWanted, match="'Rex' is new"):
        screenings.run(FILE, create_missing=True)
    assert screenings.counts(FILE) == {"rejected": 3}
    assert screenings.reasons()[2] == "No movie here is called Heat (1995); --create-missing adds it."
    screenings.run(FILE, **NEW)
    rows = (
        HEADER
        + "Roxy,1,Heat,2026-12-06 14:00,,,\n"
        + "Rex,9,Heat,2026-12-06 14:00,,,\n"
        + "Rex,1,Heat,2026-03-29 02:30,,,\n"
        + "Rex,1,Heat,2026-10-25 02:30,,,\n"
        + "Rex,1,,2026-12-06 14:00,,,\n"
        + "Rex,1,Heat,soon,,,\n"
    )
    assert screenings.counts(rows) == {"rejected": 6}
    reasons = screenings.reasons()
    assert "no site 'Roxy'" in reasons[2]
    assert "no screen '9' at Rex" in reasons[3]
    assert "does not exist" in reasons[4]
    assert "happens twice" in reasons[5]
    screenings.execute("UPDATE movie SET runtime = NULL")
    row = HEADER + "Rex,1,Heat,2026-12-06 14:00,,,\n"
    assert screenings.counts(row) == {"rejected": 1}
    assert screenings.counts(row, runtime=90) == {"created": 1}


def test_what_the_screen_does_not_have_and_no_calendar_has_is_set_aside(screenings):
    """And leaves nothing behind: no movie, screen or site that was made for it alone."""
    rows = (
        HEADER.replace("sold", "sold,held_back_seats")
        + "Rex,1,Heat (1995),2026-12-04 14:00,170,120,5,120\n"
        + "Rex,1,Heat (1995),2026-12-05 14:00,170,120,9999,\n"
        + "Rex,1,Heat (1995),2026-12-06 14:00,170,120,,121\n"
        + "Rex,1,Heat (1995),3026-12-06 14:00,170,120,,\n"
        + "Rex,1,Heat (1995),9999-12-31 25:00,170,120,,\n"
        + "Rex,1,Alien (1979),2026-12-04 15:00,110,120,,\n"
        + "Roxy,1,Psycho (1960),2026-12-04 15:00,,120,,\n"
        + "Rex,2,Heat (1995),2026-12-04 14:00,170,,1,101\n"
        + "Rex,1,Heat (1995),2026-12-07 14:00,1441,120,,\n"
    )
    for dry_run in (True, False):
        done = screenings.run(rows, dry_run=dry_run, **NEW)
        assert (done["created"], done["rejected"]) == (0, 9)
        assert [done[name] for name in ("new_sites", "new_screens", "new_movies", "assumed_seats")] == [0, 0, 0, 0]
    assert screenings.sizes() == [0, 0, 0, 0]
    reasons = screenings.reasons()
    assert reasons[3] == "The screen has 120 seats: 9999 cannot be sold."
    assert reasons[4] == "121 seats cannot be held back on 1: it has 120."
    assert reasons[5].startswith("The start '3026-12-06 14:00' is not between 1895 and 2200.")
    assert reasons[6].startswith("The date '9999-12-31' ")
    assert [row["movie_id"] for row in screenings.plan()] == [None] * 9
    assert reasons[10].startswith("The runtime '1441' is more than 1,440 minutes.")


def test_columns_are_mapped_and_times_are_read_as_people_write_them(screenings):
    file = (
        "Haus;Saal;Was;Tag;Zeit;Fassung;Minuten\n"
        "Rex;1;Heat;31.12.2026;19.30 Uhr;3d;170\n"
        "Rex;1;Heat;2026-12-30;7:30 pm;IMAX;170\n"
        "Rex;2;Heat;2026-12-30;19h30;Heat_FTR-1-3D_S_FR-XX_FR_51_2K_ST_20261201_ABC_SMPTE-3D_OV;170\n"
    )
    assert screenings.counts(file, map=["movie=Was", "runtime=Minuten"], **NEW) == {"created": 3}
    assert screenings.known() == ["Rex/1 12-30 19:30 Heat", "Rex/1 12-31 19:30 Heat", "Rex/2 12-30 19:30 Heat"]
    assert screenings.one("SELECT formats FROM screen WHERE name = '1'") == ["3D", "IMAX"]
    assert screenings.one("SELECT audio || ' ' || format FROM screening WHERE audio IS NOT NULL") == "fr 3D"
    with pytest.raises(CinemactlError, match="no schedule field 'colour'"):
        screenings.run(file, map=["colour=Was"])


def test_a_german_programme_has_its_start_beside_its_day(screenings):
    file = "Kino;Saal;Film;Jahr;Tag;Beginn;Spieldauer\nRex;1;Heat;1995;31.12.2026;19:30;170\n"
    assert screenings.counts(file, **NEW) == {"created": 1}
    assert screenings.counts(file.replace("Spieldauer", "Dauer").replace("31.", "30."), **NEW) == {"created": 1}
    assert screenings.known() == ["Rex/1 12-30 19:30 Heat", "Rex/1 12-31 19:30 Heat"]


def test_a_dry_run_keeps_its_plan_alone_and_is_applied_as_it_was_shown(screenings):
    planned = screenings.run(FILE, dry_run=True, **NEW)
    assert (planned["created"], planned["new_screens"], screenings.sizes()) == (3, 2, [0, 0, 0, 0])
    assert screenings.one("SELECT count(*) FROM schedule_change") == 3
    applied = screenings.apply(planned["import_id"])
    assert [applied[name] for name in OUTCOMES] == [planned[name] for name in OUTCOMES]
    assert screenings.sizes() == [1, 2, 2, 3]
    assert screenings.one("SELECT count(*) FROM schedule_plan") == 1
    outdated = screenings.run(FILE.replace("14:00", "11:00"), dry_run=True)
    screenings.execute("DELETE FROM screening WHERE sold = 0")
    with pytest.raises(CinemactlError, match="has changed since"):
        screenings.apply(outdated["import_id"])


def test_an_import_is_taken_back_with_all_that_it_made(screenings):
    screenings.run(FILE, **NEW)
    more = screenings.run(FILE.replace("Rex", "Roxy").replace("14:00", "13:00"), **NEW)
    assert (more["new_sites"], more["new_movies"]) == (1, 0)
    screenings.execute("UPDATE screening SET sold = sold + 1 WHERE sold = 5")
    with pytest.raises(SeatsSold):
        screenings.undo(more["import_id"])
    screenings.execute("UPDATE screening SET sold = 5 WHERE sold = 6")
    undone = screenings.undo(more["import_id"])
    assert (undone["removed"], undone["removed_sites"], screenings.sizes()) == (3, 1, [1, 2, 2, 3])
    last = screenings.one("SELECT max(id) FROM import") - 1
    screenings.execute("UPDATE screening SET state = 'cancelled'")
    with pytest.raises(EditedSince, match="was cancelled"):
        screenings.undo(last)
    screenings.execute("UPDATE screening SET state = 'draft'")
    screenings.undo(last)
    assert screenings.sizes() == [0, 0, 0, 0]


DATED = "site,screen,movie,date,time,runtime\nRex,1,Heat (1995),{},14:00,170\nRex,1,Heat (1995),{},25:30,170\n"


def test_the_order_of_days_is_that_of_the_whole_column(screenings):
    """One date that can only be read one way decides for all before and after it, in the report too."""
    done = screenings.run(DATED.format("12/04/2026", "12/24/2026"), **NEW)
    assert (done["created"], done["date_order"]) == (2, "mdy")
    assert screenings.known() == ["Rex/1 12-04 14:00 Heat", "Rex/1 12-25 01:30 Heat"]
    screenings.undo(done["import_id"])
    assert screenings.run(DATED.format("31/12/2026", "04/12/2026"), **NEW)["date_order"] == "dmy"
    assert screenings.known() == ["Rex/1 12-05 01:30 Heat", "Rex/1 12-31 14:00 Heat"]
    with pytest.raises(CinemactlError, match="no other date tells which"):
        screenings.run(DATED.format("03/04/2026", "05/06/2026"))


def test_entries_of_json_are_counted_from_one(screenings):
    row = {"site": "Rex", "screen": "1", "movie": "Heat (1995)", "starts_at": "2026-12-04 14:00", "runtime": 170}
    entries = [row, row, row | {"starts_at": "2026-12-05 14:00"}, row | {"starts_at": "2026-12-05 15:00"}]
    done = screenings.run(json.dumps(entries), name="week.json", **NEW)
    reasons = screenings.reasons()
    assert reasons[2] == "It says the same as entry 1."
    assert (reasons[3], list(reasons)) == ("It takes the screen at the same time as entry 4.", [2, 3, 4])
    rejected = screenings.rejects(done["import_id"]).splitlines()[1:]
    assert [line.partition(",")[0] for line in rejected] == ["3", "4"]


@pytest.mark.parametrize("name", ["week.json", "week.jsonl", "week.xlsx"])
def test_screenings_come_from_json_and_spreadsheets_too(screenings, name):
    """A spreadsheet's own dates, times and numbers are read as what they are."""
    rows = [
        {
            "Kino": "Rex",
            "Saal": 1,
            "Film": "Heat (1995)",
            "Datum": date(2026, 12, 4),
            "Uhrzeit": time(14, 5),
            "Laufzeit": 170,
        },
        {
            "Kino": "Rex",
            "Saal": 2,
            "Film": "Ronin (1998)",
            "Datum": date(2026, 12, 5),
            "Uhrzeit": timedelta(hours=25, minutes=30) if name.endswith("xlsx") else "25:30",
            "Laufzeit": 122,
        },
    ]
    if name.endswith("xlsx"):
        file = workbook(("Week 49", [list(rows[0]), *(list(row.values()) for row in rows)]))
    else:
        lines = [json.dumps(row, default=str) for row in rows]
        file = ("\n".join(lines) if name.endswith("l") else f"[{','.join(lines)}]").encode()
    assert screenings.run(file, name=name, **NEW)["created"] == 2
    assert screenings.known() == ["Rex/1 12-04 14:05 Heat", "Rex/2 12-06 01:30 Ronin"]


def test_lenient_drops_how_it_is_shown_but_not_what_when_or_whether(screenings):
    rows = (
        "site,screen,movie,starts_at,runtime,held_back_seats,state\n"
        "Rex,1,Heat (1995),2026-12-04 14:00,170,some,\n"
        "Rex,1,Heat (1995),2026-12-05 14:00,170,,perhaps\n"
        "Rex,1,Heat (1995),soon,170,,\n"
    )
    told = {"map": ["state=state"], **NEW}
    assert screenings.counts(rows, **told) == {"rejected": 3}
    done = screenings.run(rows, lenient=True, **told)
    assert (done["created"], done["rejected"], done["dropped_values"]) == (1, 2, {"held_back_seats": 1})
    assert screenings.known() == ["Rex/1 12-04 14:00 Heat"]
