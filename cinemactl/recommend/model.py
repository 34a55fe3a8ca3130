"""A model: for each movie that may be recommended, what it has to begin with and how much each liked movie speaks for it.

A member's score of a movie is its baseline, plus the member's profile times the movie's weights, plus for a movie that is
not settled yet what its likes so far are worth. All three are kept on one scale, so a score is the plain sum of its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from cinemactl.recommend.arrays import Doubles, Floats, Ints, Mask, Ratings, Sparse
from cinemactl.recommend.tastes import LIKES_ALONE, Taste, profiles

WARM, OPENING, COLD = "warm", "opening", "cold"
KEPT_WEIGHTS = 300


@dataclass(frozen=True)
class Choice:
    """What is chosen by validation; the values here are where the search begins.

    `regular` and `share` are EASE's; `trend` is the weight of what was liked in the last `trend_days`. `cold_regular` and
    `cold_own` are the ridge's, `cold_popular` the weight of the likes that content foretells. `opening_ease` and
    `opening_guests` are the weights of EASE and of the likes so far while a movie opens. `new_share` is what the scores of
    new and opening movies count beside those of settled ones.
    """

    regular: float = 200.0
    share: float = 30.0
    taste: Taste = LIKES_ALONE
    trend: float = 0.0
    trend_days: float = 365.0
    cold_regular: float = 0.5
    cold_own: float = 0.3
    cold_popular: float = 0.0
    opening_ease: float = 0.3
    opening_guests: float = 1.0
    new_share: float = 0.1

    def with_(self, **changes: Any) -> Choice:  # noqa: ANN401  (of the fields' own types)
        """Return another choice that differs in the fields given."""
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values by name."""
        return asdict(self)


@dataclass(frozen=True)
class Model:
    """What was learned.

    `targets` are the places of the movies that can be ranked, `weights` a sparse float32 matrix of all movies by targets,
    `heads` which head speaks for each target, `likes` how many each had. A column of a movie that is not settled gains
    `guests` for each unit of log1p(likes), and its scores count by `new_share` beside those of settled ones.
    """

    taste: Taste
    targets: Ints
    weights: Sparse
    baseline: Doubles
    heads: list[str]
    likes: Ints
    guests: float
    new_share: float
    sources: Ints
    whole: bool

    def scores(self, ratings: Ratings, members: Ints) -> Doubles:
        """Return what these members score the targets, members by targets, the likes being those it was made with.

        Scores of movies that are not warm count by `new_share`.
        """
        usable = np.zeros(ratings.movies, dtype=bool)
        usable[self.sources] = True
        given = profiles(ratings, self.taste, usable)[members]
        personal: Doubles = np.asarray((given @ self.weights.astype(np.float64)).todense())
        return (personal + self.baseline + self.guests_terms()) * np.where(self.unsettled, self.new_share, 1.0)

    @property
    def unsettled(self) -> Mask:
        """Which targets another head than the warm one speaks for."""
        return np.array([head != WARM for head in self.heads], dtype=bool)

    def guests_terms(self) -> Doubles:
        """Return by target what the likes so far are worth."""
        terms: Doubles = np.where(self.unsettled, self.guests * np.log1p(self.likes), 0.0)
        return terms


def largest(columns: Floats, places: Ints, movies: int) -> Sparse:
    """Return dense columns (known movies by targets) as sparse ones over all movies, each with its KEPT_WEIGHTS largest."""
    if len(columns) > KEPT_WEIGHTS:
        cut = np.partition(np.abs(columns), len(columns) - KEPT_WEIGHTS, axis=0)[len(columns) - KEPT_WEIGHTS]
        columns = np.where(np.abs(columns) >= cut[None, :], columns, np.float32(0))
    row, column = np.nonzero(columns)
    return sp.csc_matrix((columns[row, column], (places[row], column)), shape=(movies, columns.shape[1]))


def placed_columns(parts: Sequence[Sparse], there: Ints, movies: int, targets: int) -> Sparse:
    """Return columns, given part by part, as those at the places `there` among so many targets; the others are empty."""
    if not parts:
        return sp.csc_matrix((movies, targets), dtype=np.float32)
    found = sp.hstack(parts).tocoo()
    return sp.csc_matrix((found.data, (found.row, there[found.col])), shape=(movies, targets), dtype=np.float32)
