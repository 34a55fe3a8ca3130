"""What a rebuild on a cluster is made of, as far as neither Java nor PySpark is needed for it."""

from __future__ import annotations

import importlib.util
import socket
import time

import numpy as np
import pytest
from recommend.audience import Told, fill

from cinemactl.errors import UsageRefused
from cinemactl.recommend import rebuilding
from cinemactl.recommend.arrays import Ratings
from cinemactl.recommend.reading import read_catalogue, read_ratings
from cinemactl.recommend.spark import driver, extra, likes, master
from cinemactl.recommend.spark.factors import Choice, Factors, placed
from cinemactl.recommend.training import trend_of

CHOICE = Choice(rank=3, regular=0.5, fold=2.0)


@pytest.fixture
def factors():
    rows = np.random.default_rng(1).normal(size=(6, 3)).astype(np.float32)
    return Factors(rows, CHOICE, usual=4.0)


def test_weights_between_movies_are_their_factors_through_the_regularised_gram(factors):
    places = np.arange(6)
    rows = factors.rows.astype(np.float64)
    expected = rows @ np.linalg.inv(rows.T @ rows + 2.0 * 0.5 * 4.0 * np.eye(3)) @ rows.T
    np.fill_diagonal(expected, 0)
    assert factors.between(places) == pytest.approx(expected, abs=1e-5)
    columns = factors.columns(np.array([0, 2, 5]), np.array([1, 2, 5])).toarray()
    assert columns[[0, 5], 1] == pytest.approx(expected[[0, 5], 2], abs=1e-5)
    assert not columns[:, 0].any()
    assert not columns[[1, 3, 4]].any()


def test_factors_come_to_the_places_of_their_movies_and_others_are_left_out():
    found = placed(np.array([30, 10, 40]), np.array([[3.0], [1.0], [4.0]], dtype=np.float32), np.array([10, 20, 30]))
    assert found.tolist() == [[1.0], [0.0], [3.0]]


def test_what_is_counted_in_the_database_is_what_is_counted_here(session):
    fill(session)
    catalogue = read_catalogue(session)
    ratings, _ = read_ratings(session, catalogue.ids)
    liked, rated = likes.counts_by_place(session, catalogue.ids)
    assert liked.tolist() == ratings.likes().tolist()
    assert rated.tolist() == np.bincount(ratings.movie, minlength=ratings.movies).tolist()
    for days in (30.0, 1e6):
        assert likes.trend_by_place(session, catalogue.ids, days) == pytest.approx(trend_of(ratings, days), abs=1e-6)
    some, _ = read_ratings(session, catalogue.ids, share=0.5)
    assert isinstance(some, Ratings)
    assert 0 < some.members < ratings.members


def test_ranges_hold_every_member_once(database):
    with database.unit_of_work() as session:
        fill(session)
    with database.unit_of_work() as session:
        counts = session.execute(likes.COUNTS).one()
        found = likes.source(session, counts, 3)
        told = dict(found.database)
        rows = list(driver.read_likes(told, found.snapshot, found.ranges))
        ratings, ids = read_ratings(session, read_catalogue(session).ids)
    assert (len(found.ranges), sum(len(movies) for _, movies in rows)) == (6, counts.likes)
    assert sorted(member for member, _ in rows) == ids[np.unique(ratings.member[ratings.liked])].tolist()


@pytest.mark.parametrize(
    "words",
    [
        "",
        "host:7077",
        "spark://",
        "spark://host",
        "spark://host:99999",
        "spark://a b:1",
        "spark://h:1;x",
        "yarn",
        "local[0]",
    ],
)
def test_what_names_no_cluster_is_refused(words):
    with pytest.raises(UsageRefused, match="no address of a Spark master"):
        master.Wanted(words)


def test_a_cluster_is_asked_for_within_bounds():
    assert master.Wanted("spark://[::1]:7077,other.example:7077").hosts() == [("::1", 7077), ("other.example", 7077)]
    assert master.Wanted.of(master.Wanted("local[3]").as_json()).cores == 3
    with pytest.raises(UsageRefused, match="executors"):
        master.Wanted("spark://host:7077", executors=0)
    with pytest.raises(UsageRefused, match="MB"):
        master.Wanted("spark://host:7077", executor_memory=10**6)


def test_a_master_that_does_not_answer_is_told_at_once_and_what_served_serves_on(session, monkeypatch):
    fill(session)
    monkeypatch.setattr("cinemactl.recommend.spark.rebuilding.require_spark", lambda: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        wanted = master.Wanted(f"spark://127.0.0.1:{taken.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(master.MasterUnavailable, match="does not answer") as refused:
            rebuilding.rebuild(Told(session), spark=wanted.as_json())
    assert refused.value.exit_code == 5
    assert time.monotonic() - began < master.ANSWER_SECONDS


def test_a_database_of_this_machine_is_out_of_reach_for_a_cluster_elsewhere():
    wanted = master.Wanted("spark://host:7077")
    for host in ("/run/postgresql", "localhost", "127.0.0.1", ""):
        master.require_reachable(wanted, master.Way("192.0.2.1", here=True), {"host": host})
        with pytest.raises(master.DatabaseOutOfReach):
            master.require_reachable(wanted, master.Way("192.0.2.1", here=False), {"host": host})
    master.require_reachable(wanted, master.Way("192.0.2.1", here=False), {"host": "db.example"})


def test_what_java_says_is_told_in_one_line():
    long = "An error occurred while calling o1.fit.\n: org.apache.spark.SparkException: Job aborted: no space.\n\tat x"
    assert driver.reason(RuntimeError(long)) == "Job aborted: no space"
    failed = f"{long}\npsycopg.OperationalError: connection failed: no such host\n\tat y"
    assert driver.reason(RuntimeError(failed)) == "reading the ratings failed: connection failed: no such host"
    stopped = ": java.lang.IllegalStateException: Cannot call methods on a stopped SparkContext.\n\tat z"
    assert driver.reason(RuntimeError(stopped)) == "no master of Spark answers there"
    assert driver.reason(TimeoutError("no worker gave an executor")) == "no worker gave an executor"


def test_what_is_missing_is_named(cinemactl, monkeypatch):
    words = ("recommend", "rebuild", "--engine", "spark", "--master", "spark://host:7077", "--json")
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "pyspark" else find_spec(name))
    missing = cinemactl(*words)
    assert (missing.code, missing.error["code"]) == (1, "not-installed")
    assert "cinemactl[spark]" in missing.error["hint"]
    monkeypatch.setattr(extra, "find_spec", lambda _: True)
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert "Java is not installed" in cinemactl(*words).error["message"]
    for wrong in (words[:4], (*words[:2], *words[4:]), (*words[:5], "mesos")):
        assert cinemactl(*wrong).code == 2
