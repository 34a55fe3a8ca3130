"""How good a ranking is: nDCG@10, Recall@20, coverage, novelty, and how sure one can be of a mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cinemactl.recommend.arrays import Doubles, Floats, Ints, Mask, Sparse

FIRST = 10
RECALLED = 20
RESAMPLES = 1000
MEMBERS_AT_ONCE = 500


@dataclass(frozen=True)
class Measured:
    """What was measured of one ranking: nDCG@10 and Recall@20 by member, and over all of them coverage and novelty."""

    ndcg: Doubles
    recall: Doubles
    coverage: float
    novelty: float


def top_of(scores: Floats | Doubles, count: int) -> Ints:
    """Return the places of the highest scores in each row, the highest first, the lower place first among equals."""
    count = min(count, scores.shape[1])
    near = np.argpartition(np.negative(scores), count - 1, axis=1)[:, :count]
    near.sort(axis=1)
    order = np.argsort(np.negative(np.take_along_axis(scores, near, axis=1)), axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1)


def ndcg_of(top: Ints, relevant: Mask) -> Doubles:
    """Return nDCG@10 by row; the relevant ones count 1, and a row has at least one."""
    top = top[:, :FIRST]
    discount = 1 / np.log2(np.arange(2, top.shape[1] + 2))
    gained = (np.take_along_axis(relevant, top, axis=1) * discount).sum(axis=1)
    ideal = np.cumsum(discount)[np.minimum(relevant.sum(axis=1), len(discount)) - 1]
    result: Doubles = gained / ideal
    return result


def measured(scores: Floats | Doubles, relevant: Sparse, seen: Sparse, popularity: Doubles) -> Measured:
    """Measure scores (members by movies) against what was liked; what a member has `seen` is not ranked.

    `popularity` is the share of the members who rated each movie before.
    """
    ndcg, recall, shown = [], [], []
    for start in range(0, scores.shape[0], MEMBERS_AT_ONCE):
        rows = slice(start, start + MEMBERS_AT_ONCE)
        part = np.array(scores[rows], dtype=np.float64)
        part[seen[rows].nonzero()] = -np.inf
        liked = relevant[rows].toarray() > 0
        top = top_of(part, RECALLED)
        ndcg.append(ndcg_of(top, liked))
        found = np.take_along_axis(liked, top, axis=1).sum(axis=1)
        recall.append(found / np.minimum(liked.sum(axis=1), RECALLED))
        shown.append(top[:, :FIRST])
    first = np.concatenate(shown)
    surprise = -np.log2(np.maximum(popularity[first], 1e-9))
    return Measured(
        np.concatenate(ndcg),
        np.concatenate(recall),
        float(len(np.unique(first)) / scores.shape[1]),
        float(np.minimum(surprise, 20.0).mean()),
    )


def intervals(
    by_model: dict[str, Doubles], first: str
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """Return 95 % bootstrap intervals: of each model's mean, and of the ratio of `first`'s mean to each other's.

    Paired: the same members are drawn for all models (Efron and Tibshirani, 1993).
    """
    values = np.stack(list(by_model.values()))
    drawn = np.random.default_rng(1).multinomial(
        values.shape[1], np.full(values.shape[1], 1 / values.shape[1]), RESAMPLES
    )
    means = dict(zip(by_model, values @ drawn.T / values.shape[1], strict=True))
    of_means = {name: _middle(mean) for name, mean in means.items()}
    of_ratios = {name: _middle(means[first] / np.maximum(mean, 1e-12)) for name, mean in means.items() if name != first}
    return of_means, of_ratios


def _middle(values: Doubles) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
