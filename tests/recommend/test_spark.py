"""A rebuild on a real cluster of two workers: what is learned there is served as what is learned here."""

from __future__ import annotations

import csv
import math
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from recommend.audience import Told
from recommend.standalone import cluster
from sqlalchemy import text

from cinemactl.audience.members import find_member
from cinemactl.recommend import everybody, on, rebuilding, serving, status
from cinemactl.recommend.reading import read_catalogue, read_ratings
from cinemactl.recommend.spark import likes
from cinemactl.recommend.spark.cluster import Driver, SparkFailed
from cinemactl.recommend.spark.extra import java
from cinemactl.recommend.spark.factors import Choice, Factors
from cinemactl.recommend.spark.fitting import Learner, Source
from cinemactl.recommend.spark.master import Wanted
from cinemactl.recommend.splits import by_time
from cinemactl.recommend.tastes import like_rows
from cinemactl.recommend.validation import Measure

pytestmark = [
    pytest.mark.skipif(java() is None, reason="Java is not installed"),
    pytest.mark.skipif(
        find_spec("pyspark") is None, reason="PySpark is not installed: it comes with the extra `spark`"
    ),
    pytest.mark.timeout(900),
]

SAMPLES = Path(__file__).parents[2] / "sample_data"
CHOICE = Choice(rank=8, rounds=8)
MEMBERS = "SELECT handle FROM member JOIN rating ON member_id = member.id GROUP BY handle ORDER BY count(*) DESC, handle LIMIT 9"


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("spark")) as url:
        yield Wanted(url, executors=2, executor_memory=768 * 10**6)


@pytest.fixture
def house(cinemactl):
    """Give the command line with the movies and ratings of the sample data."""
    for noun, file in (("movie", "movies.csv"), ("rating", "ratings.dat")):
        assert cinemactl(noun, "import", str(SAMPLES / file), "--no-wait").code == 0
        assert cinemactl.process("worker", "run", "--burst").code == 0
    return cinemactl


def als(liked, choice):
    """Return the factors of the movies and of the members, learned here as Spark does: λ counts once a like."""
    random = np.random.default_rng(1)
    movies = np.abs(random.normal(size=(liked.shape[1], choice.rank)))
    movies[np.diff(liked.T.tocsr().indptr) == 0] = 0
    for _ in range(choice.rounds):
        members = solved(liked, movies, choice)
        movies = solved(liked.T.tocsr(), members, choice)
    return movies


def solved(liked, others, choice):
    gram, found = others.T @ others, np.zeros((liked.shape[0], choice.rank))
    for row in range(liked.shape[0]):
        part = others[liked.indices[liked.indptr[row] : liked.indptr[row + 1]]]
        matrix = gram + choice.alpha * part.T @ part + choice.regular * len(part) * np.eye(choice.rank)
        if len(part):
            found[row] = np.linalg.solve(matrix, (1 + choice.alpha) * part.sum(axis=0))
    return found


def loss(liked, movies, choice):
    """Return what implicit ALS makes small, with the members' factors that fit these of the movies best."""
    members = solved(liked, movies, choice)
    scores, dense = members @ movies.T, liked.toarray()
    error = ((1 + choice.alpha * dense) * (dense - scores) ** 2).sum()
    counts = np.asarray(liked.sum(axis=1)).ravel(), np.asarray(liked.sum(axis=0)).ravel()
    return error + choice.regular * sum(
        float(n @ (one**2).sum(axis=1)) for n, one in zip(counts, (members, movies), strict=True)
    )


def test_factors_from_the_cluster_are_as_good_as_those_learned_here(house, database, wanted):
    with database.unit_of_work() as session:
        catalogue = read_catalogue(session)
        ratings, _ = read_ratings(session, catalogue.ids)
        split = by_time(ratings)
        counts = session.execute(likes.COUNTS).one()
        source = likes.source(session, counts, wanted.cores)
        with Driver(wanted, "127.0.0.1", lambda: None) as driver:
            assert 1 <= driver.executors <= 2
            learner = Learner(driver, lambda *_: None)
            sampled = learner.on(split.learned, CHOICE)
            everything = learner.on_all(source, CHOICE, catalogue.ids)
            elsewhere = Source({**source.database, "dbname": "nowhere"}, source.snapshot, source.ranges, 1, 1)
            with pytest.raises(SparkFailed, match=r"reading the ratings failed.*nowhere"):
                learner.on_all(elsewhere, CHOICE, catalogue.ids)
        assert not Path(driver.folder).exists()
    for learned, found in ((split.learned, sampled), (ratings, everything)):
        liked = like_rows(learned)
        assert loss(liked, found.rows, CHOICE) < 1.02 * loss(liked, als(liked, CHOICE), CHOICE)
    assert everything.usual == counts.likes / counts.liking
    liked = like_rows(split.learned)
    own = Factors(als(liked, CHOICE).astype(np.float32), CHOICE, sampled.usual)
    places = np.arange(len(catalogue))
    measure = Measure(split, places)
    theirs, ours = (float(measure(liked[measure.members] @ one.between(places)).mean()) for one in (sampled, own))
    assert theirs > 0.85 * ours


def test_a_rebuild_on_the_cluster_is_a_job_whose_version_is_served_like_any_other(
    house, database, wanted, tmp_path, monkeypatch
):
    options = ("--engine", "spark", "--master", wanted.master, "--executor-memory", "768MB")
    asked = house("recommend", "rebuild", *options, "--no-wait", "--json").json
    assert house.process("worker", "run", "--burst", timeout=600).code == 0
    done = house("job", "wait", str(asked["job_id"]), "--json")
    assert (done.code, done.json["columns"]) == (0, "catalogue")
    shown = house("recommend", "status", "--json").json
    assert (shown["engine"], shown["choice"]["factors"]["rounds"]) == ("spark", 10)
    assert 0 < shown["validation"]["warm"] <= 1
    log = "".join(line["message"] for line in house("job", "logs", str(asked["job_id"]), "--json").json)
    assert "2 executors" in log

    with database.unit_of_work() as session:
        handles = session.scalars(text(MEMBERS)).all()
        spans = on.spans(session)
        rows = list(everybody.recommend_all(session, spans, top=5, catalogue=True))
        for handle in handles:
            found = serving.recommend_for(session, find_member(session, handle), spans, top=5, catalogue=True)
            assert [one["movie_id"] for one in found] == [one["movie_id"] for one in rows if one["member"] == handle]
            for one in found:
                said = math.fsum(each["contribution"] for each in one["because"])
                parts = one["baseline"] + one["guests"]["contribution"] + said
                assert one["score"] == pytest.approx(parts, abs=1e-9)
        assert any(one["because"] for one in found)
        title = session.scalar(
            text("SELECT title FROM movie JOIN rating ON movie_id = id GROUP BY id ORDER BY count(*) DESC")
        )
    assert house("recommend", "guests", f"{title}", "--top", "3", "--json").code in {0, 4}
    letters = tmp_path / "letters.csv"
    assert house("recommend", "export", str(letters), "--from", "catalogue", "--top", "2").code == 0
    assert {one["basis"] for one in csv.DictReader(letters.read_text().splitlines())} == {"ratings", "ranking"}

    made = []

    class Watched(Driver):
        def __enter__(self):
            made.append(self)
            return super().__enter__()

    monkeypatch.setattr("cinemactl.recommend.spark.rebuilding.Driver", Watched)
    with pytest.raises(KeyboardInterrupt), database.unit_of_work() as session:
        rebuilding.rebuild(Told(session, stop_at="Learning factors on the cluster, time"), spark=wanted.as_json())
    assert made[0]._process.returncode is not None
    with database.unit_of_work() as session:
        assert status.current_model(session).id == done.json["version"]
