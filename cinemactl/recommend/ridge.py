"""The cold head: a kernel ridge from what a movie is like to the weights it would have, had people rated it.

Attribute-to-feature mapping, Gantner et al., Learning Attribute-to-Feature Mappings for Cold-Start Recommendations, 2010;
here onto columns of EASE, so that what comes out is as linear in a profile as the warm head's weights.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg

from cinemactl.recommend.arrays import Floats, Ints, Sparse

LEAST_LEFT = 0.01


class Likeness:
    """Of what mixture of known movies a new one is, by their rows of features.

    The kernel is k + k²/2, k being the product of two rows, which is how exp(k) - 1 begins: what two movies have in common
    counts, and counts more the more it is, so that the director with the leading actors say more than each for themselves.
    """

    def __init__(self, known: Sparse, regular: float) -> None:
        self._known = known
        kernel = _alike(known, known)
        kernel[np.diag_indices(len(kernel))] += np.float32(regular)
        self._factor = scipy.linalg.cho_factor(kernel.T, overwrite_a=True, check_finite=False)

    def of(self, new: Sparse, own: Ints | None = None) -> Floats:
        """Return (K + regular)⁻¹ k, known by new.

        `own` are the places of the new ones among the known, -1 for those that are not: one that is among them is a mixture
        of the others, the one that a fit without it would give.
        """
        mixture: Floats = scipy.linalg.cho_solve(
            self._factor, _alike(self._known, new), overwrite_b=True, check_finite=False
        )
        if own is not None:
            there = np.flatnonzero(own >= 0)
            itself = mixture[own[there], there]
            mixture[own[there], there] = 0
            mixture[:, there] /= np.maximum(1 - itself, np.float32(LEAST_LEFT))
        return mixture


def _alike(known: Sparse, new: Sparse) -> Floats:
    kernel: Floats = np.asarray((known @ new.T).todense(), dtype=np.float32)
    kernel += kernel * kernel / 2
    return kernel


def cold_columns(weights: Floats, mixture: Floats, own: float) -> Floats:
    """Return the weights from the known movies to the new ones: the mixture of the known ones' columns.

    `own` adds, on the scale of those, what a ridge from content straight to each member's likes would say: the mixture
    itself, which speaks for movies like the ones that were liked.
    """
    columns: Floats = weights @ mixture
    if own:
        scale = float(columns.std()) / max(float(mixture.std()), 1e-12)
        columns += np.float32(own * scale) * mixture
    return columns
