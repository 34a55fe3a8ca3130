"""What factors of movies say of each other: weights from liked movies to others, as every model here serves them.

Implicit ALS (Hu, Koren and Volinsky, Collaborative Filtering for Implicit Feedback Datasets, 2008) scores movie i for member u

    y_iᵀ x_u = Σ_j y_iᵀ W_u y_j c_uj,   W_u = (YᵀY + Yᵀ(C_u - I)Y + λI)⁻¹,   j over what u likes:

its section 5 reads this as a sum of what each liked movie contributes, weighted by a similarity that is the member's own
by W_u alone. Here W = (YᵀY + μI)⁻¹ is the same for all, μ = fold · λ · n with n the likes of a usual member (Spark multiplies
λ by each member's number of likes), so that B_ji = y_jᵀ W y_i is a table of weights between movies, a score is linear in the
profile, and what is shown as a movie's contribution is exactly what it adds. `fold` is chosen by validation; leaving the
member's own term out ranks no worse (docs/decisions/0016).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from cinemactl.recommend.arrays import Floats, Ints, Sparse
from cinemactl.recommend.model import largest, placed_columns

COLUMN_BYTES = 100 * 10**6


@dataclass(frozen=True)
class Choice:
    """What is chosen: how many factors, λ, alpha, how often they alternate, and by how much W is shrunk."""

    rank: int = 32
    regular: float = 0.1
    alpha: float = 1.0
    rounds: int = 10
    fold: float = 10.0


@dataclass(frozen=True)
class Factors:
    """Factors of all movies by place, zeros for those that nobody likes; `usual` is the likes of a usual member."""

    rows: Floats
    choice: Choice
    usual: float

    def between(self, sources: Ints, targets: Ints | None = None) -> Floats:
        """Return the weights from movies to movies (places), to the same ones by default; none from a movie to itself."""
        targets = sources if targets is None else targets
        weights: Floats = self.rows[sources] @ self._solved(targets)
        weights[sources[:, None] == targets[None, :]] = 0.0
        return weights

    def columns(self, known: Ints, targets: Ints) -> Sparse:
        """Return the weights from the known movies to the targets (places), the largest of each: all movies by targets.

        Targets that are not known have none.
        """
        movies = len(self.rows)
        there = np.flatnonzero(np.isin(targets, known))
        step = max(1, COLUMN_BYTES // (4 * max(len(known), 1)))
        parts = [
            largest(self.between(known, targets[there[at : at + step]]), known, movies)
            for at in range(0, len(there), step)
        ]
        return placed_columns(parts, there, movies, len(targets))

    def _solved(self, targets: Ints) -> Floats:
        size = self.rows.shape[1]
        gram = self.rows.astype(np.float64).T @ self.rows
        gram[np.diag_indices(size)] += max(self.choice.fold * self.choice.regular * self.usual, 1e-9)
        solved = scipy.linalg.solve(gram, self.rows[targets].T, assume_a="pos")
        result: Floats = solved.astype(np.float32)
        return result


def placed(ids: Ints, found: Floats, movie_ids: Ints) -> Floats:
    """Return factors by id as rows by place among `movie_ids` (ascending); those of other movies are left out."""
    rows = np.zeros((len(movie_ids), found.shape[1]), dtype=np.float32)
    place = np.searchsorted(movie_ids, ids)
    known = movie_ids[np.minimum(place, len(movie_ids) - 1)] == ids
    rows[place[known]] = found[known]
    return rows
