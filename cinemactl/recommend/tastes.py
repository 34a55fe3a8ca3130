"""What a member's ratings say of their taste: how much each star counts, and how much the latest count more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from cinemactl.recommend.arrays import LIKED, Doubles, Ratings, Sparse

HALVES = 11  # from 0 to 5 stars
NEUTRAL = 6  # three stars


@dataclass(frozen=True)
class Taste:
    """How a profile is made: the weight of each number of half stars, and after how many ratings it has fallen to 1/e.

    `recency` None is no recency: what was liked long ago counts as much.
    """

    grades: tuple[float, ...]
    recency: float | None = None


def graded(middling: float, low: float, high: float) -> tuple[float, ...]:
    """Return the weights of half stars: 1 at four stars, `1 + high` at five, `middling` at three, `low` below."""
    return tuple(
        1 + high * (half - LIKED) / 2 if half >= LIKED else middling if half >= NEUTRAL else low
        for half in range(HALVES)
    )


LIKES_ALONE = Taste(graded(0.0, 0.0, 0.0))


def profiles(ratings: Ratings, taste: Taste, usable: Sequence[bool] | np.typing.NDArray[np.bool_]) -> Sparse:
    """Return the members' profiles over all movies, float64 rows of length 1; movies that are not `usable` are no part.

    A rating that counts has the weight of its stars times `exp(-rank / recency)`, rank 0 being the latest.
    """
    grades = np.asarray(taste.grades)
    weight: Doubles = grades[ratings.halves]
    counts = np.flatnonzero((weight != 0) & np.asarray(usable)[ratings.movie])
    member, movie, weight = ratings.member[counts], ratings.movie[counts], weight[counts]
    if taste.recency is not None:
        order = np.lexsort((movie, -ratings.at[counts], member))
        member, movie, weight = member[order], movie[order], weight[order]
        sizes = np.bincount(member, minlength=ratings.members)
        rank = np.arange(len(member)) - (np.cumsum(sizes) - sizes)[member]
        weight = weight * np.exp(-rank / taste.recency)
    matrix = sp.csr_matrix((weight, (member, movie)), shape=(ratings.members, ratings.movies))
    lengths: Doubles = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return (sp.diags(1 / lengths) @ matrix).tocsr()


def like_rows(ratings: Ratings) -> Sparse:
    """Return who liked what: members by movies, 1 where four stars or more were given."""
    liked = ratings.liked
    ones = np.ones(int(liked.sum()), dtype=np.float32)
    return sp.csr_matrix((ones, (ratings.member[liked], ratings.movie[liked])), shape=(ratings.members, ratings.movies))


def rated_rows(ratings: Ratings) -> Sparse:
    """Return who rated what: members by movies, 1 where any stars were given."""
    ones = np.ones(len(ratings), dtype=np.int8)
    return sp.csr_matrix((ones, (ratings.member, ratings.movie)), shape=(ratings.members, ratings.movies))
