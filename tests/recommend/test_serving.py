"""From ratings to recommendations: what is learned is served as it is, and what fails changes nothing."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from recommend.audience import MEMBERS, MOVIES, Told, fill, show
from sqlalchemy import text

from cinemactl.audience import members, ratings
from cinemactl.audience.forgetting import forget_member
from cinemactl.catalogue import find
from cinemactl.errors import NotFound
from cinemactl.recommend import everybody, on, rebuilding, serving, status
from cinemactl.recommend.tables import RecommendModel


@pytest.fixture
def audience(session):
    fill(session)
    show(session, 1, 2, 37, 38, 39, 40)
    return session


@pytest.fixture
def learned(audience):
    rebuilding.rebuild(Told(audience))
    return audience


def served(session, handle, **options):
    member = members.find_member(session, handle)
    given = {name: options.pop(name) for name in ("week", "site") if name in options}
    return serving.recommend_for(session, member, on.spans(session, **given), **options)


def test_a_score_is_the_sum_of_its_parts_and_everybody_agrees_with_the_query(learned):
    for catalogue in (False, True):
        rows = list(everybody.recommend_all(learned, on.spans(learned), top=5, catalogue=catalogue))
        of: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            of.setdefault(row["member"], []).append(row)
        assert len(of) == MEMBERS
        for handle, expected in list(of.items())[::6]:
            found = served(learned, handle, top=5, catalogue=catalogue)
            assert [one["movie_id"] for one in found] == [one["movie_id"] for one in expected]
            for one, other in zip(found, expected, strict=True):
                parts = (
                    one["baseline"]
                    + one["guests"]["contribution"]
                    + math.fsum(c["contribution"] for c in one["because"])
                )
                assert one["score"] == pytest.approx(parts, abs=1e-9)
                assert one["score"] == pytest.approx(other["score"], abs=1e-9)


def test_what_is_on_is_ranked_by_taste_and_nothing_rated_is_among_it(learned):
    rated = {
        row["title"] for row in ratings.list_ratings(learned, member=members.find_member(learned, "m1"), limit=None)
    }
    found = served(learned, "m1")
    titles = [one["title"] for one in found]
    assert set(titles) == {f"Movie {n}" for n in (1, 2, 37, 38, 39, 40)} - rated
    new = [title for title in titles if title in {"Movie 37", "Movie 38", "Movie 39", "Movie 40"}]
    assert int(new[0][6:]) % 2 == 1
    assert found[0]["next_screening"]["site"] == "Rex"
    assert any(one["because"][0]["people"] for one in found if one["because"])


def test_a_new_rating_needs_no_rebuild_and_nobody_is_left_without_a_list(learned):
    members.add_member(learned, members.MemberFields(handle="new"))
    assert {one["basis"] for one in served(learned, "new")} == {"ranking"}
    for number in (3, 5, 7):
        ratings.rate(
            learned, members.find_member(learned, "new"), find.find_movie(learned, f"Movie {number}"), Decimal(5)
        )
    found = served(learned, "new")
    assert {one["basis"] for one in found} == {"ratings"}
    assert any(one["title"] == "Movie 3" for one in found[0]["because"])


def test_nothing_attended_is_recommended_and_guests_are_those_who_did_not_attend(learned):
    members.add_member(learned, members.MemberFields(handle="new"))
    for handle in ("m1", "new"):
        member, first = members.find_member(learned, handle), served(learned, handle)[0]
        learned.execute(
            text("INSERT INTO attendance (member_id, screening_id) VALUES (:member, :screening)"),
            {"member": member.id, "screening": first["next_screening"]["screening_id"]},
        )
        assert first["title"] not in {one["title"] for one in served(learned, handle)}
        rows = everybody.recommend_all(learned, on.spans(learned))
        listed = {one["title"] for one in rows if one["member"] == handle}
        assert listed == {one["title"] for one in served(learned, handle)}
        movie = find.find_movie(learned, first["title"])
        assert handle not in {one["member"] for one in everybody.guests_of(learned, movie, top=MEMBERS)}


def test_before_anything_was_learned_the_ranking_of_the_programme_serves(audience):
    found = served(audience, "m1")
    assert {(one["basis"], one["reason"]) for one in found} == {("ranking", "no-model")}
    rated = {
        row["title"] for row in ratings.list_ratings(audience, member=members.find_member(audience, "m1"), limit=None)
    }
    assert {one["title"] for one in found} == {f"Movie {n}" for n in (1, 2, 37, 38, 39, 40)} - rated


def test_drafts_and_other_weeks_are_not_on(learned):
    show(learned, 10, state="draft")
    assert "Movie 10" not in {one["title"] for one in served(learned, "m2")}
    assert served(learned, "m2", week="2040-W10") == []
    assert served(learned, "m2", site="rex")
    with pytest.raises(NotFound):
        served(learned, "m2", site="Nowhere")


def test_guests_who_should_hear_of_a_movie_share_its_taste(learned):
    found = everybody.guests_of(learned, find.find_movie(learned, f"Movie {MOVIES}"), top=10)
    assert sum(int(one["member"][1:]) % 2 == 0 for one in found) >= 8
    assert found == sorted(found, key=lambda one: -one["score"])
    handle, score = found[0]["member"], found[0]["score"]
    (own,) = [one for one in served(learned, handle, top=99) if one["title"] == f"Movie {MOVIES}"] or [{"score": score}]
    assert score == pytest.approx(own["score"], abs=1e-9)


def test_a_rebuild_that_ends_early_leaves_the_old_version_and_a_rollback_brings_it_back(learned):
    first = status.current_model(learned).id
    before = served(learned, "m3")
    with pytest.raises(status.NoFormerModel), learned.begin_nested():
        status.rollback(learned)
    with pytest.raises(KeyboardInterrupt), learned.begin_nested():
        rebuilding.rebuild(Told(learned, stop_at="Writing"))
    assert status.current_model(learned).id == first
    forget_member(learned, members.find_member(learned, "m5"))
    second = rebuilding.rebuild(Told(learned))
    assert (second["members"], status.current_model(learned).id) == (MEMBERS - 1, second["version"])
    status.rollback(learned)
    assert served(learned, "m3") == before
    assert learned.get_one(RecommendModel, second["version"]).state == "rolled-back"
    with pytest.raises(status.NoFormerModel):
        status.rollback(learned)
    with pytest.raises(status.VersionNotKept, match=rf"kept are {second['version']}, {first}\."):
        status.rollback(learned, second["version"] + 1)
    assert status.rollback(learned, second["version"])[0].state == "current"
    assert [(one["version"], one["state"]) for one in status.kept_versions(learned)] == [
        (second["version"], "current"),
        (first, "former"),
    ]
    assert status.rollback(learned, second["version"])[1].id == second["version"]


def test_what_was_rolled_back_is_forgotten_first(learned):
    first = status.current_model(learned).id
    second = rebuilding.rebuild(Told(learned))["version"]
    third = rebuilding.rebuild(Told(learned))["version"]
    status.rollback(learned)
    fourth = rebuilding.rebuild(Told(learned))["version"]
    assert {one["version"] for one in status.kept_versions(learned)} == {first, second, fourth}
    assert learned.get(RecommendModel, third) is None


def test_where_not_all_fits_the_columns_of_the_programme_are_solved_alone(audience, monkeypatch):
    whole = rebuilding.rebuild(Told(audience))
    wanted = {one["movie_id"]: one["score"] for one in served(audience, "m1")}
    monkeypatch.setattr(rebuilding, "dense_movies", lambda *_: 30)
    part = rebuilding.rebuild(Told(audience))
    assert (whole["columns"], part["columns"], part["movies"]) == ("catalogue", "programme", 6)
    found = {one["movie_id"]: one["score"] for one in served(audience, "m1")}
    assert np.corrcoef([found[one] for one in wanted], list(wanted.values()))[0, 1] > 0.9
    with pytest.raises(serving.CatalogueNotLearned):
        served(audience, "m1", catalogue=True)


def test_what_cannot_be_learned_from_is_refused_in_a_sentence(session):
    assert "nobody has rated" in rebuilding.rebuild_nightly(Told(session))["reason"]
    with pytest.raises(rebuilding.NothingToLearn, match="nobody has rated"):
        rebuilding.rebuild(Told(session))
    session.execute(text("INSERT INTO movie (title) VALUES ('Movie 1')"))
    member = members.add_member(session, members.MemberFields(handle="anna"))
    ratings.rate(session, member, find.find_movie(session, "Movie 1"), Decimal(2))
    with pytest.raises(rebuilding.NothingToLearn, match="four stars"):
        rebuilding.rebuild(Told(session))
    with pytest.raises(rebuilding.MemoryTooSmall, match="would"):
        rebuilding.dense_movies(10**8, 10**5, 10**9)
    ratings.rate(session, member, find.find_movie(session, "Movie 1"), Decimal(5))
    assert rebuilding.rebuild(Told(session))["movies"] == 1
    assert served(session, "anna", catalogue=True) == []


def test_all_ratings_equal_and_a_movie_without_features_are_no_trouble(session):
    session.execute(text("INSERT INTO movie (title) SELECT 'Movie ' || n FROM generate_series(1, 4) AS n"))
    for handle in ("anna", "bert"):
        member = members.add_member(session, members.MemberFields(handle=handle))
        for number in (1, 2, 3):
            ratings.rate(session, member, find.find_movie(session, f"Movie {number}"), Decimal(4))
    rebuilding.rebuild(Told(session))
    assert [one["title"] for one in served(session, "anna", catalogue=True)] == ["Movie 4"]
