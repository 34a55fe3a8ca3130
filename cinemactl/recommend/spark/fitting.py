"""Having factors learned on the cluster: from likes held here, as in validation, or read by its executors themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cinemactl.recommend.arrays import Floats, Ints, Progress, Ratings
from cinemactl.recommend.spark.cluster import Driver
from cinemactl.recommend.spark.factors import Choice, Factors, placed
from cinemactl.recommend.tastes import like_rows

SEED = 1
LIKES_A_BLOCK = 2_000_000


@dataclass(frozen=True)
class Source:
    """All likes where they are: how psycopg reaches the database, a snapshot, ranges of member ids, and the counts."""

    database: Mapping[str, Any]
    snapshot: str
    ranges: Sequence[tuple[int, int]]
    likes: int
    members: int


class Learner:
    """Learns on a cluster, one after another, and says which."""

    def __init__(self, driver: Driver, progress: Progress) -> None:
        self._driver = driver
        self._progress = progress
        self._asked = 0

    def on(self, ratings: Ratings, choice: Choice) -> Factors:
        """Return the factors of the movies from these ratings; raises SparkFailed."""
        liked = like_rows(ratings)
        file = self._driver.folder / "likes.npz"
        np.savez(file, ends=liked.indptr[1:].astype(np.int64), movies=liked.indices.astype(np.int32))
        ids, found = self._fit(choice, {"likes": str(file)}, int(liked.nnz))
        return Factors(
            placed(ids, found, np.arange(ratings.movies)), choice, _usual(int(liked.nnz), np.diff(liked.indptr))
        )

    def on_all(self, source: Source, choice: Choice, movie_ids: Ints) -> Factors:
        """Return the factors from all likes, which the executors read; raises SparkFailed."""
        given = {"database": dict(source.database), "snapshot": source.snapshot, "ranges": list(source.ranges)}
        ids, found = self._fit(choice, given, source.likes)
        return Factors(placed(ids, found, movie_ids), choice, source.likes / max(source.members, 1))

    def _fit(self, choice: Choice, given: Mapping[str, Any], likes: int) -> tuple[Ints, Floats]:
        self._asked += 1
        self._progress("Learning factors on the cluster, time", self._asked, None)
        out = self._driver.folder / "factors.npz"
        self._driver.ask(
            {
                **given,
                "rank": choice.rank,
                "regular": choice.regular,
                "alpha": choice.alpha,
                "rounds": choice.rounds,
                "seed": SEED,
                "blocks": max(self._driver.executors, -(-likes // LIKES_A_BLOCK)),
                "out": str(out),
            }
        )
        with np.load(out, allow_pickle=False) as kept:
            return kept["ids"], kept["factors"]


def _usual(likes: int, by_member: Ints) -> float:
    return likes / max(int((by_member > 0).sum()), 1)
