"""Members come in from a file, and go again with it."""

from __future__ import annotations

import pytest
from importing.importer import Importer
from sqlalchemy import text

from cinemactl.errors import CinemactlError

FILE = "handle,name,email\nanna,Anna Berg,anna@example.org\nbert,,\n"


class Members(Importer):
    """Imports of members into one database."""

    noun = "member"

    def known(self):
        with self.database.unit_of_work() as session:
            return [
                tuple(row) for row in session.execute(text("SELECT handle, name, email FROM member ORDER BY handle"))
            ]


@pytest.fixture
def members(import_database):
    importer = Members(import_database)
    yield importer
    importer.execute("DELETE FROM member")
    importer.empty()


def test_members_come_in_and_the_same_file_changes_nothing(members):
    assert members.counts(FILE) == {"created": 2}
    assert members.known() == [("anna", "Anna Berg", "anna@example.org"), ("bert", None, None)]
    assert members.counts(FILE) == {"unchanged": 2}
    assert members.counts("Username,Name\nanna,\nbert,Bert\n") == {"unchanged": 1, "updated": 1}
    assert members.known() == [("anna", "Anna Berg", "anna@example.org"), ("bert", "Bert", None)]


def test_rows_of_one_member_are_united_or_set_aside(members):
    file = FILE + "anna,,\ncarl,Carl,\ncarl,Carlo,\n,Nobody,\ndora,Dora,nowhere\n"
    assert members.counts(file) == {"created": 2, "duplicates": 1, "ambiguous": 2, "rejected": 2}
    assert members.reasons()[5] == "Lines 5, 6 are one member and contradict each other."


def test_a_plan_is_applied_as_it_was_shown_and_taken_back(members):
    members.run("handle,name\nbert,Robert\n")
    planned = members.run(FILE.replace("bert,,", "bert,Bert,"), dry_run=True)
    assert (planned["created"], planned["updated"], len(members.known())) == (1, 1, 1)
    members.apply(planned["import_id"])
    assert members.known()[1] == ("bert", "Bert", None)
    undone = members.undo(planned["import_id"])
    assert (undone["removed"], undone["restored"], members.known()) == (1, 1, [("bert", "Robert", None)])
    second = members.run(FILE, dry_run=True)
    members.execute("INSERT INTO member (handle) VALUES ('anna')")
    with pytest.raises(CinemactlError, match="have changed since"):
        members.apply(second["import_id"])


def test_what_was_touched_is_not_taken_back(members):
    done = members.run(FILE)
    members.execute("UPDATE member SET name = 'Annie', updated_at = clock_timestamp() WHERE handle = 'anna'")
    with pytest.raises(CinemactlError, match="since: anna"):
        members.undo(done["import_id"])


def test_lenient_drops_what_is_said_of_a_member_but_not_who_it_is(members):
    file = "handle,name,email\nanna,Anna,nowhere\n,Bert,bert@example.org\n"
    assert members.counts(file) == {"rejected": 2}
    done = members.run(file, lenient=True)
    assert (done["created"], done["rejected"], done["dropped_values"]) == (1, 1, {"email": 1})
    assert members.known() == [("anna", "Anna", None)]
