"""What the numbers are kept in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
# SciPy tells no types: a matrix of compressed sparse rows, float32 unless said otherwise.
Sparse = Any

Progress = Callable[[str, int, int | None], None]

LIKED = 8  # four stars, in halves


@dataclass(frozen=True)
class Ratings:
    """Ratings as arrays of one length: `member` and `movie` are places, `halves` half stars, `at` seconds (0 unknown)."""

    member: npt.NDArray[np.int32]
    movie: npt.NDArray[np.int32]
    halves: npt.NDArray[np.int8]
    at: Ints
    members: int
    movies: int

    def __len__(self) -> int:
        return len(self.member)

    @property
    def liked(self) -> Mask:
        """Which of them are of four stars or more."""
        return self.halves >= LIKED

    def where(self, chosen: Mask | Ints) -> Ratings:
        """Return those chosen by mask or place, of the same members and movies."""
        return Ratings(
            self.member[chosen], self.movie[chosen], self.halves[chosen], self.at[chosen], self.members, self.movies
        )

    def likes(self) -> Ints:
        """Return how often each movie is liked, by its place."""
        return np.bincount(self.movie[self.liked], minlength=self.movies).astype(np.int64)


@dataclass(frozen=True)
class Catalogue:
    """The movies by place: their ids, ascending, the years they were released in (0 unknown), and their features as rows."""

    ids: Ints
    years: Ints
    features: Sparse

    def __len__(self) -> int:
        return len(self.ids)


def ignored(_stage: str, _done: int, _total: int | None) -> None:
    """Take progress that nobody asked for."""
