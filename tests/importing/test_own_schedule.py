"""What `schedule list` and `schedule export` write comes in again, and changes nothing."""

from __future__ import annotations

import io

import pytest
from importing.screenings import EMPTIED, FILE, NEW

from cinemactl.cli import render, schedule_view
from cinemactl.cli.render import Format
from cinemactl.programme import listing
from cinemactl.programme.exports import source
from cinemactl.programme.listing import Filters


def written(screenings, what: str, form: Format) -> str:
    """Return what the commands write of the whole programme."""
    stream = io.StringIO()
    with screenings.database.unit_of_work() as session:
        if what == "list":
            found, fields = listing.list_screenings(session, Filters(), limit=None), schedule_view.FIELDS
        else:
            found = (one.document() for one in source.public_screenings(session, everything=True))
            fields = source.FIELDS
        render.rows(found, (), form, fields=fields, stream=stream)
    return stream.getvalue()


def imported(screenings, file: str, form: Format, **options):
    return screenings.counts(file, name=f"own.{form.value}", **options)


@pytest.mark.parametrize("what", ["list", "export"])
@pytest.mark.parametrize("form", [Format.CSV, Format.JSON])
def test_the_own_documents_change_nothing(screenings, what, form):
    """Not even the anatomy of what was placed when advertisements took longer."""
    screenings.run(FILE, **NEW)
    screenings.execute(
        "UPDATE screening SET state = 'published', published_at = now()",
        "UPDATE screening SET state = 'cancelled' WHERE sold > 0",
        "UPDATE site SET pre_show_minutes = 5",
        "UPDATE movie SET release_year = NULL WHERE title = 'Ronin'",
        "INSERT INTO movie (title) VALUES ('Ronin')",
    )
    assert imported(screenings, written(screenings, what, form), form) == {"unchanged": 3}
    assert screenings.sizes() == [1, 2, 3, 3]


def test_the_own_list_makes_the_programme_anew_elsewhere(screenings):
    """Where the numbers of movies are others', a movie is known by its title and year."""
    screenings.run(FILE, **NEW)
    screenings.execute("UPDATE screening SET state = 'cancelled' WHERE sold > 0")
    file, known = written(screenings, "list", Format.CSV), screenings.known()
    screenings.execute(*(f"DELETE FROM {table}" for table in EMPTIED), "UPDATE movie SET title = 'Psycho'")
    done = screenings.run(file, runtime=120, **NEW)
    assert [done[name] for name in ("created", "unchanged", "new_movies", "new_screens")] == [2, 1, 2, 2]
    assert screenings.known() == known[1:]


def test_a_cancelled_row_cancels_and_a_cancelled_screening_stays_so(screenings):
    screenings.run(FILE, **NEW)
    file = written(screenings, "list", Format.CSV)
    gone = file.replace(",draft,", ",cancelled,")
    assert imported(screenings, gone, Format.CSV) == {"updated": 2, "rejected": 1}
    (reason,) = screenings.reasons().values()
    assert reason.startswith("5 seats are sold for screening ")
    updated = next(row for row in screenings.plan() if row["outcome"] == "updated")
    assert updated["changes"]["state"] == ["draft", "cancelled"]
    assert screenings.one("SELECT count(*) FROM screening WHERE state = 'cancelled'") == 2
    screenings.undo(screenings.one("SELECT max(id) FROM import"))
    assert screenings.one("SELECT count(*) FROM screening WHERE state = 'cancelled'") == 0
    elsewhen = gone.replace("T14:00", "T09:00").replace("T20:00", "T10:00").replace("T01:30", "T07:30")
    assert imported(screenings, elsewhen, Format.CSV) == {"unchanged": 3}
    published = file.replace(",draft,", ",published,").replace("T14:00", "T09:00")
    assert imported(screenings, published, Format.CSV) == {"created": 1, "unchanged": 2}
    assert screenings.one("SELECT count(*) FROM screening WHERE state = 'draft'") == 4


def test_two_columns_that_tell_other_starts_are_refused(screenings):
    screenings.run(FILE, **NEW)
    file = written(screenings, "list", Format.CSV)
    lines = [f"{line},{'time,date' if number == 0 else '20:00,2026-12-04'}" for number, line in enumerate(file.split())]
    assert imported(screenings, "\n".join(lines), Format.CSV) == {"unchanged": 1, "rejected": 2}
    assert "2026-12-04 14:00" in screenings.reasons()[2]
    assert "2026-12-04 20:00" in screenings.reasons()[2]
