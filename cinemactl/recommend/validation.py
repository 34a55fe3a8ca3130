"""What a choice is measured by on a split: rankings of what was held out, and pairs of a new movie and a settled one."""

from __future__ import annotations

import numpy as np

from cinemactl.recommend.arrays import Doubles, Floats, Ints, Mask, Sparse
from cinemactl.recommend.measures import FIRST, ndcg_of, top_of
from cinemactl.recommend.splits import Split
from cinemactl.recommend.tastes import like_rows, rated_rows

MEASURED_MOST = 1_000


class Measure:
    """The nDCG@10 of scores (members by movies) on a split, for members who liked something held out and something before."""

    def __init__(self, split: Split, movies: Ints) -> None:
        relevant, seen = like_rows(split.held_out)[:, movies], rated_rows(split.learned)[:, movies]
        before = np.diff(like_rows(split.learned).indptr) > 0
        members = np.flatnonzero((np.diff(relevant.indptr) > 0) & before)
        self.members: Ints = _drawn(members)
        self._relevant: Mask = relevant[self.members].toarray() > 0
        self._seen: Mask = seen[self.members].toarray() > 0

    def __call__(self, scores: Floats | Doubles) -> Doubles:
        """Return nDCG@10 by member; `scores` are of `members` by the movies."""
        shown = np.where(self._seen, -np.inf, scores)
        return ndcg_of(top_of(shown, FIRST), self._relevant)


class Pairs:
    """How many pairs of a new and a settled movie, both rated and one of them liked, stand in the right order.

    Nothing is asked of what is not rated: that members know few of the new movies and most of the famous ones says nothing of
    what they would like if they came.
    """

    def __init__(self, split: Split, new: Ints, settled: Ints) -> None:
        opinions = 2 * like_rows(split.held_out) - rated_rows(split.held_out)
        of_new, of_settled = opinions[:, new], opinions[:, settled]
        pairs = _count(of_new > 0) * _count(of_settled < 0) + _count(of_new < 0) * _count(of_settled > 0)
        members = np.flatnonzero((pairs > 0) & (np.diff(like_rows(split.learned).indptr) > 0))
        self.members: Ints = _drawn(members)
        self._new, self._settled = of_new[self.members].toarray(), of_settled[self.members].toarray()
        self._mean = float(pairs[self.members].mean()) if len(members) else 1.0

    def __call__(self, new: Doubles, settled: Doubles) -> Doubles:
        """Return by member the right pairs, in units of the mean number of pairs; the scores are of `members`.

        The mean over the members is what share of all pairs is right.
        """
        right = [
            _above(new[row][self._new[row] > 0], settled[row][self._settled[row] < 0])
            + _above(settled[row][self._settled[row] > 0], new[row][self._new[row] < 0])
            for row in range(len(self.members))
        ]
        return np.array(right, dtype=np.float64) / self._mean


def _above(better: Doubles, worse: Doubles) -> int:
    return int(np.count_nonzero(better[:, None] > worse))


def _count(which: Sparse) -> Ints:
    counted: Ints = np.asarray(which.sum(axis=1), dtype=np.int64).ravel()
    return counted


def _drawn(members: Ints) -> Ints:
    if len(members) <= MEASURED_MOST:
        return members
    return np.sort(np.random.default_rng(1).choice(members, MEASURED_MOST, replace=False))
