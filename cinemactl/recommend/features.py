"""What a movie is like, as one sparse row: TF-IDF in blocks of one kind of fact, each weighted, the row of length 1.

Who made a movie tells the most of who will like it; without director and cast a third of the quality for new movies is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from cinemactl.recommend.arrays import Doubles, Sparse

WEIGHTS: Mapping[str, float] = {
    "genre": 1.0,
    "director": 1.0,
    "cast": 1.0,
    "writer": 0.5,
    "year": 0.5,
    "keyword": 1.0,
    "synopsis": 0.5,
    "certificate": 0.3,
    "title": 0.2,
}
WORD = re.compile(r"[^\W_]{3,}")
COMMON = frozenset(("the", "and", "der", "die", "das", "les", "des", "with", "from", "for", "und", "his", "her"))


@dataclass(frozen=True)
class Facts:
    """What is known of one movie, in words."""

    year: int | None
    values: Mapping[str, Sequence[str]]

    def tokens(self, block: str) -> Iterable[str]:
        """Return what a block of WEIGHTS has of the movie."""
        if block == "year":
            return () if self.year is None else (f"{self.year}", f"{self.year // 3}x3", f"{self.year // 10}x10")
        given = self.values.get(block, ())
        return given if block not in {"title", "synopsis"} else _words(given)


def feature_rows(movies: Sequence[Facts]) -> Sparse:
    """Return a matrix with a row for each movie, of length 1 or, where nothing is known, empty."""
    blocks = [block for block in (_block(movies, name, weight) for name, weight in WEIGHTS.items()) if block.shape[1]]
    if not blocks:
        return sp.csr_matrix((len(movies), 1), dtype=np.float32)
    return _of_length(sp.hstack(blocks).tocsr(), 1.0).astype(np.float32)


def _block(movies: Sequence[Facts], name: str, weight: float) -> Sparse:
    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for row, movie in enumerate(movies):
        for token in movie.tokens(name):
            rows.append(row)
            columns.append(vocabulary.setdefault(token, len(vocabulary)))
    matrix = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(movies), len(vocabulary)))
    matrix.data[:] = 1.0
    having = np.bincount(matrix.indices, minlength=len(vocabulary))
    rarity = np.log((1 + len(movies)) / (1 + having)) + 1.0
    return _of_length(matrix @ sp.diags(rarity), weight)


def _of_length(matrix: Sparse, length: float) -> Sparse:
    norms: Doubles = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    norms[norms == 0] = 1.0
    return (sp.diags(length / norms) @ matrix).tocsr()


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (word for word in WORD.findall(text.lower()) if word not in COMMON)
