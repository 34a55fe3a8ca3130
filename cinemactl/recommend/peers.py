"""What others would do, to measure against: popularity, item kNN by likes or by content, plain EASE, implicit ALS."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from itertools import product

import numpy as np
import scipy.sparse as sp

from cinemactl.recommend.arrays import Catalogue, Doubles, Floats, Ints, Progress, Ratings, Sparse
from cinemactl.recommend.ease import gram, weights_of
from cinemactl.recommend.splits import by_time
from cinemactl.recommend.tastes import like_rows
from cinemactl.recommend.training import known_movies
from cinemactl.recommend.validation import Measure

CONTENT_NEIGHBOURS = 30
RANKED_AT_ONCE = 1000
ITEM_NEIGHBOURS = ((50,), (20,), (100,), (200,))
REGULARS = ((200.0,), (50.0,), (100.0,), (150.0,), (300.0,), (400.0,), (800.0,))
FACTORS = tuple(product((64, 32, 16, 128), (0.05, 1.0, 5.0, 20.0), (1.0, 5.0, 20.0)))
ROUNDS = 15
KNOWN_MOST = 8_000
SEARCHED_MOST = 4_000


Scored = Doubles | Floats


def popularity(ratings: Ratings, members: Ints) -> Scored:
    """Return the likes of each movie, the same for every member."""
    scores: Scored = np.repeat(ratings.likes().astype(np.float32)[None, :], len(members), axis=0)
    return scores


def content_knn(ratings: Ratings, catalogue: Catalogue, members: Ints, ranked: Ints) -> Scored:
    """Return by members and ranked movies the share of likes among the CONTENT_NEIGHBOURS nearest rated movies by content.

    Movies that nobody likes are near as any other is: that they were rated and not liked tells something.
    """
    known = np.flatnonzero(np.bincount(ratings.movie, minlength=ratings.movies))
    liked = like_rows(ratings)[members][:, known]
    towards = catalogue.features[known].T.tocsr()
    scores = np.zeros((len(members), len(ranked)), dtype=np.float32)
    kept = min(CONTENT_NEIGHBOURS, len(known))
    for start in range(0, len(ranked), RANKED_AT_ONCE):
        part = ranked[start : start + RANKED_AT_ONCE]
        near = (catalogue.features[part] @ towards).toarray()
        near[part[:, None] == known[None, :]] = 0
        nearest = np.argpartition(-near, kept - 1, axis=1)[:, :kept]
        weights = np.take_along_axis(near, nearest, axis=1)
        weights /= weights.sum(axis=1, keepdims=True) + 1e-9
        rows = np.repeat(np.arange(len(part)), kept)
        spoken = sp.csr_matrix((weights.ravel(), (rows, nearest.ravel())), shape=near.shape)
        scores[:, start : start + len(part)] = (liked @ spoken.T).toarray()
    return scores


def item_knn(ratings: Ratings, members: Ints) -> Scored:
    """Return the sums of cosines with the liked movies, each movie's nearest alone; how many is chosen by validation."""

    def weights(learned: Ratings, known: Ints, neighbours: int) -> Sparse:
        liked = like_rows(learned)[:, known]
        norms = np.sqrt(np.maximum(np.asarray(liked.sum(axis=0)).ravel(), 1.0))
        near = np.asarray((liked.T @ liked).todense(), dtype=np.float32) / norms[:, None] / norms[None, :]
        np.fill_diagonal(near, 0.0)
        kept = min(neighbours, len(known))
        cut = np.partition(near, len(known) - kept, axis=0)[len(known) - kept]
        return np.where(near >= cut[None, :], near, np.float32(0))

    return _linear(ratings, members, ITEM_NEIGHBOURS, weights)


def ease(ratings: Ratings, members: Ints) -> Scored:
    """Return the scores of plain EASE, its regularisation chosen by validation."""

    def weights(learned: Ratings, known: Ints, regular: float) -> Floats:
        liked = like_rows(learned)[:, known]
        return weights_of(gram(liked, liked, 0.0), regular)

    return _linear(ratings, members, REGULARS, weights)


def als(ratings: Ratings, members: Ints, progress: Progress) -> Scored | None:
    """Return the scores of implicit ALS, tuned by validation; None when it is not installed."""
    if find_spec("implicit") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from implicit.cpu.als import AlternatingLeastSquares  # noqa: PLC0415  (it may not be there)
        from threadpoolctl import threadpool_limits  # noqa: PLC0415  (it comes with the other)

    def factors(learned: Ratings, count: int, regular: float, alpha: float) -> tuple[Floats, Floats]:
        progress("ALS", 0, None)
        model = AlternatingLeastSquares(
            factors=count, regularization=regular, alpha=alpha, iterations=ROUNDS, random_state=1
        )
        # It has threads of its own; with those of the linear algebra beside them it takes ten times as long.
        with threadpool_limits(1, "blas"):
            model.fit(like_rows(learned), show_progress=False)
        return np.asarray(model.user_factors), np.asarray(model.item_factors)

    split = by_time(ratings)
    measure = Measure(split, np.arange(ratings.movies))

    def value(count: int, regular: float, alpha: float) -> Doubles:
        users, items = factors(split.learned, count, regular, alpha)
        return measure(users[measure.members] @ items.T)

    best = FACTORS[0]
    if len(measure.members):
        best = max(FACTORS, key=lambda one: float(value(*one).mean()))
    users, items = factors(ratings, *best)
    scores: Scored = users[members] @ items.T
    return scores


def _linear(
    ratings: Ratings,
    members: Ints,
    candidates: tuple[tuple[float, ...], ...],
    weights: Callable[..., Floats],
) -> Scored:
    """Return likes times weights between the known movies, with the candidate that is best by validation."""
    split = by_time(ratings)
    known = _known(split.learned, chosen=True)
    measure = Measure(split, known)
    best = candidates[0]
    if len(measure.members):
        liked = like_rows(split.learned)[measure.members][:, known]
        best = max(
            candidates,
            key=lambda one: float(measure(np.asarray(liked @ weights(split.learned, known, *one))).mean()),
        )
    known = _known(ratings)
    scores = np.zeros((len(members), ratings.movies), dtype=np.float32)
    scores[:, known] = np.asarray(like_rows(ratings)[members][:, known] @ weights(ratings, known, *best))
    return scores


def _known(ratings: Ratings, *, chosen: bool = False) -> Ints:
    likes = ratings.likes()
    most = SEARCHED_MOST if chosen else KNOWN_MOST
    return known_movies(likes, np.zeros(len(likes), dtype=bool), most).dense
