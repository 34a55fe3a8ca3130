"""What others do while a rebuild goes on."""

from __future__ import annotations

from recommend.audience import MEMBERS, Told, fill, show

from cinemactl.audience import members
from cinemactl.audience.forgetting import forget_member
from cinemactl.catalogue import fields, find, movies
from cinemactl.recommend import everybody, on, rebuilding, serving


def test_who_is_forgotten_and_what_is_edited_during_a_rebuild_is_no_trouble(database):
    with database.unit_of_work() as session:
        fill(session)
        show(session, 1, 2, 37, 38)

    def change():
        with database.unit_of_work() as other:
            forget_member(other, members.find_member(other, "m5"))
            movies.remove_movie(other, find.find_movie(other, "Movie 37"), force=True)
            movies.edit_movie(other, find.find_movie(other, "Movie 38"), fields.MovieFields(title="Another"))
            movies.add_movie(other, fields.MovieFields(title="Newer"))

    with database.unit_of_work() as session:
        assert rebuilding.rebuild(Told(session, meanwhile=change))["members"] == MEMBERS
    with database.unit_of_work() as session:
        spans = on.spans(session)
        rows = list(everybody.recommend_all(session, spans))
        assert {row["title"] for row in rows} == {"Movie 1", "Movie 2", "Another"}
        assert "m5" not in {row["member"] for row in rows}
        for catalogue in (False, True):
            found = serving.recommend_for(session, members.find_member(session, "m1"), spans, catalogue=catalogue)
            assert not {"Movie 37", "Newer"} & {one["title"] for one in found}
        assert everybody.guests_of(session, find.find_movie(session, "Another"), top=MEMBERS)
