"""Recommendations as commands."""

from __future__ import annotations

import importlib.util

import pytest
from recommend.audience import Told, fill, show
from sqlalchemy import text

from cinemactl.recommend.rebuilding import rebuild


@pytest.fixture
def house(cinemactl, database):
    with database.unit_of_work() as session:
        fill(session)
        show(session, 37, 38)
        rebuild(Told(session))
    return cinemactl


def test_members_guests_and_letters(house, database, tmp_path):
    found = house("recommend", "for", "m1", "--top", "1", "--json")
    assert (found.code, len(found.json), found.json[0]["next_screening"]["site"]) == (0, 1, "Rex")
    house("movie", "add", "Brand New", "--runtime", "90")
    house("schedule", "add", "Brand New", "--screen", "Rex/1", "--at", "2030-01-04 12:00", "--force")
    with database.unit_of_work() as session:
        session.execute(text("UPDATE screening SET state = 'published'"))
    assert "1 movie on the programme is newer" in house("recommend", "for", "m1").err
    shown = house("recommend", "for", "m1", "--from", "catalogue")
    assert "Movie" in shown.out
    house("member", "add", "new")
    assert "the ranking of the programme" in house("recommend", "for", "new").err
    assert house("recommend", "for", "nobody").code == 3
    assert house("recommend", "for", "m1", "--week", "49").code == 2
    assert house("recommend", "for", "m1", "--from", "catalogue", "--site", "Rex").code == 2
    told = house("recommend", "for", "m1", "--top", "1", "--format", "csv").out
    assert told.count("contribution") == len(found.json[0]["because"]) + 1
    for words in (("member", "remove", "new"), ("recommend", "rollback"), ("site", "remove", "Rex", "--force")):
        refused = house(*words, *(() if words[1] == "rollback" else ("--yes",)), "--dry-run")
        assert refused.code == (4 if words[1] == "rollback" else 0), refused.err
    assert house("recommend", "guests", "Movie 40", "--top", "2", "--json").json[0]["member"].startswith("m")
    file = tmp_path / "letters.jsonl"
    assert house("recommend", "export", str(file), "--top", "1").code == 0
    assert file.read_text().count("\n") > 50
    current = house("recommend", "status", "--json").json
    assert (current["columns"], current["state"]) == ("catalogue", "current")
    assert house("recommend", "rollback").code == 4
    drawn = house("recommend", "evaluate", "--part", "cold", "--svg", str(tmp_path / "q.svg"))
    assert "content_knn" in drawn.out
    assert (tmp_path / "q.svg").read_text().startswith("<svg")
    assert house("recommend", "evaluate", "--svg", str(tmp_path / "none" / "q.svg")).code == 1


def test_a_second_rebuild_joins_the_first_and_bad_words_are_refused(cinemactl, monkeypatch):
    refused = cinemactl("recommend", "for", "anna", "--json")
    assert refused.code == 3
    assert cinemactl("recommend", "status", "--json").error["code"] == "no-model"
    assert cinemactl("recommend", "rebuild", "--memory", "much").code == 2
    cinemactl("member", "add", "anna")
    unlearned = cinemactl("recommend", "for", "anna")
    assert unlearned.code == 0
    first = cinemactl("recommend", "rebuild", "--no-wait", "--json").json
    second = cinemactl("recommend", "rebuild", "--no-wait", "--json").json
    assert (first["joined"], second) == (False, {**first, "joined": True})
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        "cinemactl.recommend.extra.find_spec", lambda name: None if name == "numpy" else find_spec(name)
    )
    missing = cinemactl("recommend", "rebuild", "--json")
    assert (missing.code, missing.error["code"]) == (1, "not-installed")
