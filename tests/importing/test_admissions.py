"""Admissions come in from a file, and go again with it."""

from __future__ import annotations

import pytest
from importing.importer import Importer
from sqlalchemy import text

from cinemactl.errors import CinemactlError

FILE = (
    "site,screen,starts_at,sold,gross\n"
    "filmhaus,Saal 1,2026-12-04 19:30,80,720.50\nFilmhaus,Saal 1,2026-12-04 25:30,12,\n"
    "Filmhaus,Saal 2,2026-12-04T19:30:00+01:00,0,\n"
)
STARTS = {1: "2026-12-04 18:30Z", 2: "2026-12-05 00:30Z", 3: "2026-12-04 18:30Z", 4: "2026-10-25 00:30Z"}


class Admissions(Importer):
    """Imports of admissions into one database."""

    noun = "admission"

    def known(self, query="SELECT id, sold, gross FROM screening ORDER BY id"):
        with self.database.unit_of_work() as session:
            return [tuple(row) for row in session.execute(text(query))]

    def attended(self):
        return self.known(
            "SELECT handle, screening_id, seats FROM attendance JOIN member ON id = member_id ORDER BY 1, 2"
        )


@pytest.fixture
def admissions(import_database):
    importer = Admissions(import_database)
    movie_id = importer.add("Heat")
    screenings = ", ".join(
        f"({number}, {2 if number == 3 else 1}, {movie_id}, timestamptz '{at}', timestamptz '{at}' + interval '15 min', "
        f"timestamptz '{at}' + interval '2 h', timestamptz '{at}' + interval '135 min')"
        for number, at in STARTS.items()
    )
    importer.execute(
        "INSERT INTO site (id, name, timezone) VALUES (1, 'Filmhaus', 'Europe/Berlin')",
        "INSERT INTO screen (id, site_id, name, seats) VALUES (1, 1, 'Saal 1', 100), (2, 1, 'Saal 2', 50)",
        "INSERT INTO screening (id, screen_id, movie_id, starts_at, feature_starts_at, feature_ends_at, clear_at) "
        f"VALUES {screenings}",
    )
    yield importer
    importer.execute("DELETE FROM screening", "DELETE FROM screen", "DELETE FROM site", "DELETE FROM member")
    importer.empty()


def test_seats_sold_come_in_and_are_taken_back(admissions):
    done = admissions.run(FILE)
    assert {name: done[name] for name in ("created", "unchanged", "layout")} == {
        "created": 2,
        "unchanged": 1,
        "layout": "generic-admissions",
    }
    assert [row[1] for row in admissions.known()] == [80, 12, 0, 0]
    assert admissions.counts(FILE) == {"unchanged": 3}
    second = admissions.run("Screening ID,Tickets\n1,90\n")
    assert (second["updated"], admissions.known()[0][1:]) == (1, (90, pytest.approx(720.5)))
    with pytest.raises(CinemactlError, match="since: screening 1"):
        admissions.undo(done["import_id"])
    assert admissions.undo(second["import_id"])["restored"] == 1
    assert admissions.undo(done["import_id"])["restored"] == 2
    assert admissions.known()[0] == (1, 0, None)


def test_rows_find_their_screening_or_say_why_not(admissions):
    file = (
        "Kino;Saal;Datum;Uhrzeit;Besucher\nFilmhaus;Saal 1;04.12.2026;19:30;5\nFilmhaus;Saal 9;04.12.2026;19:30;5\n"
        "Odeon;Saal 1;04.12.2026;19:30;5\nFilmhaus;Saal 1;04.12.2026;19:35;5\nFilmhaus;;04.12.2026;19:30;5\n"
        "Filmhaus;Saal 1;25.10.2026;02:30;5\nFilmhaus;Saal 2;04.12.2026;19:30;51\nFilmhaus;Saal 1;04.12.2026;;5\n"
        "Filmhaus;Saal 1;05.12.2026;01:30;5\nFilmhaus;Saal 1;04.12.2026;25:30;6\n"
    )
    assert admissions.counts(file, date_order="dmy") == {"created": 2, "ambiguous": 3, "rejected": 5}
    reasons = admissions.reasons()
    assert reasons[3] == "There is no screen 'Saal 9' at Filmhaus."
    assert reasons[4] == "There is no site 'Odeon'."
    assert reasons[5].startswith("No screening starts on screen Saal 1 at Filmhaus at 2026-12-04 19:35")
    assert reasons[6].startswith("It could be screening 1 or 3:")
    assert reasons[8] == "The screen has 50 seats: 51 cannot be sold."
    assert reasons[9].startswith("The time is empty")
    assert reasons[10] == "Lines 10, 11 are one screening and contradict each other."
    assert admissions.counts("screening,starts_at,sold\n1,2026-12-04 19:30,5\n2,2026-12-04 19:30,5\n") == {
        "unchanged": 1,
        "rejected": 1,
    }
    assert admissions.reasons()[3] == "Screening 2 does not start then."
    assert admissions.counts("n,v\n99,1\n2,7\n", map=["screening=n", "sold=v"]) == {"created": 1, "rejected": 1}


def test_members_attend_and_the_sum_stays(admissions):
    admissions.execute("INSERT INTO member (handle) VALUES ('anna')")
    admissions.run("screening,sold\n1,40\n")
    done = admissions.run("member,screening,sold\nanna,1,2\nbert,1,\nbert,1,\nanna,2,0\n")
    assert {name: done[name] for name in ("created", "duplicates", "rejected", "new_members")} == {
        "created": 2,
        "duplicates": 1,
        "rejected": 1,
        "new_members": 1,
    }
    assert admissions.attended() == [("anna", 1, 2), ("bert", 1, 1)]
    assert admissions.known()[0][1] == 40
    later = admissions.run("handle,screening,tickets\nanna,1,3\n")
    assert (later["updated"], admissions.attended()[0]) == (1, ("anna", 1, 3))
    with pytest.raises(CinemactlError, match="screening 1 of anna"):
        admissions.undo(done["import_id"])
    admissions.undo(later["import_id"])
    undone = admissions.undo(done["import_id"])
    assert (undone["removed"], undone["removed_members"], admissions.attended()) == (2, 1, [])


def test_a_plan_of_admissions_is_applied_as_it_was_shown(admissions):
    planned = admissions.run(FILE, dry_run=True)
    assert (planned["created"], admissions.known()[0][1]) == (2, 0)
    assert admissions.apply(planned["import_id"])["created"] == 2
    second = admissions.run("screening,sold\n1,90\n", dry_run=True)
    admissions.execute("UPDATE screening SET sold = 90 WHERE id = 1")
    with pytest.raises(CinemactlError, match="have changed since"):
        admissions.apply(second["import_id"])


def test_lenient_drops_the_money_but_not_the_seats(admissions):
    file = "screening,sold,gross\n1,80,plenty\n2,some,9.50\n"
    assert admissions.counts(file) == {"rejected": 2}
    done = admissions.run(file, lenient=True)
    assert (done["created"], done["rejected"], done["dropped_values"]) == (1, 1, {"gross": 1})
    assert admissions.known()[:2] == [(1, 80, None), (2, 0, None)]
