"""The warm head: EASE, which learns for every movie how much liking each other one speaks for it.

Steck, Embarrassingly Shallow Autoencoders for Sparse Data, 2019 (arXiv 1905.03375). The features of the movies are further
rows beside those of the members, as in Jeunen et al., Closed-Form Models for Collaborative Filtering with Side-Information,
2020.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from cinemactl.recommend.arrays import Doubles, Floats, Ints, Progress, Sparse

STEPS = 60
CLOSE = 1e-3
# How many columns go through the conjugate gradients together: enough to be fast, few enough for the memory.
TOGETHER = 50


def gram(likes: Sparse, features: Sparse, share: float) -> Floats:
    """Return likesᵀ·likes + share·features·featuresᵀ, movies by movies."""
    matrix: Floats = np.asarray((likes.T @ likes).todense(), dtype=np.float32)
    if share:
        matrix += np.float32(share) * np.asarray((features @ features.T).todense(), dtype=np.float32)
    return matrix


def weights_of(gram_matrix: Floats, regular: float) -> Floats:
    """Return the weights between movies (from row to column), none from a movie to itself; the matrix given is used up."""
    size = len(gram_matrix)
    gram_matrix[np.diag_indices(size)] += np.float32(regular)
    factor, _ = scipy.linalg.lapack.spotrf(gram_matrix.T, lower=0, overwrite_a=1)
    inverse, failed = scipy.linalg.lapack.spotri(factor, lower=0, overwrite_c=1)
    if failed:
        raise np.linalg.LinAlgError("the matrix of likes cannot be inverted")
    upper = np.triu(inverse)
    upper += np.triu(inverse, 1).T
    upper /= -np.diag(upper).copy()[None, :]
    np.fill_diagonal(upper, 0.0)
    weights: Floats = upper
    return weights


def columns_of(
    likes: Sparse, features: Sparse, wanted: Ints, *, share: float, regular: float, progress: Progress
) -> Floats:
    """Return the weights from all movies to the wanted ones (places) without the inverse: movies by wanted.

    Conjugate gradients solve (likesᵀ·likes + share·features·featuresᵀ + regular) p = e for each wanted movie, with the
    diagonal as preconditioner; a column of the weights is -p divided by its own entry.
    """
    across, content = sp.csr_matrix(likes.T), sp.csr_matrix(features.T)
    diagonal = np.asarray(likes.multiply(likes).sum(axis=0)).ravel() + regular
    diagonal = diagonal + share * np.asarray(features.multiply(features).sum(axis=1)).ravel()
    inverse = (1 / diagonal).astype(np.float32)[:, None]

    def applied(vectors: Floats) -> Floats:
        result: Floats = across @ (likes @ vectors)
        if share:
            result += np.float32(share) * (features @ (content @ vectors))
        result += np.float32(regular) * vectors
        return result

    found = np.zeros((likes.shape[1], len(wanted)), dtype=np.float32)
    for start in range(0, len(wanted), TOGETHER):
        part = np.asarray(wanted[start : start + TOGETHER])
        target = np.zeros((likes.shape[1], len(part)), dtype=np.float32)
        target[part, np.arange(len(part))] = 1.0
        solved = _solve(applied, target, inverse, lambda step, at=start: progress("Solving", at * STEPS + step, None))
        own = solved[part, np.arange(len(part))]
        solved /= -own[None, :]
        solved[part, np.arange(len(part))] = 0.0
        found[:, start : start + len(part)] = solved
    return found


def _solve(applied: Any, target: Floats, inverse: Floats, told: Any) -> Floats:  # noqa: ANN401  (functions)
    """Solve for many right sides at once, until the largest remainder is CLOSE to nothing."""
    solved = np.zeros_like(target)
    rest = target.copy()
    ahead = inverse * rest
    energy = _dots(rest, ahead)
    direction = ahead.copy()
    begun = np.sqrt(_dots(rest, rest))
    for step in range(STEPS):
        told(step)
        through = applied(direction)
        along = (energy / np.maximum(_dots(direction, through), 1e-30)).astype(np.float32)
        solved += along * direction
        rest -= along * through
        if float(np.max(np.sqrt(_dots(rest, rest)) / begun)) < CLOSE:
            break
        ahead = inverse * rest
        fresh = _dots(rest, ahead)
        direction *= (fresh / np.maximum(energy, 1e-30)).astype(np.float32)
        direction += ahead
        energy = fresh
    return solved


def _dots(left: Floats, right: Floats) -> Doubles:
    result: Doubles = np.einsum("ij,ij->j", left, right, dtype=np.float64)
    return result
