"""The cold head: a kernel ridge from what a movie is like to the weights it would have, had people rated it.

Attribute-to-feature mapping, Gantner et al., Learning Attribute-to-Feature Mappings for Cold-Start Recommendations, 2010;
here onto columns of EASE, so that what comes out is as linear in a profile as the warm head's weights.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg

from cinemactl.recommend.arrays import Floats, Sparse


class Likeness:
    """Of what mixture of known movies a new one is, by their rows of features."""

    def __init__(self, known: Sparse, regular: float) -> None:
        self._known = known
        kernel = np.asarray((known @ known.T).todense(), dtype=np.float32)
        kernel[np.diag_indices(len(kernel))] += np.float32(regular)
        self._factor = scipy.linalg.cho_factor(kernel.T, overwrite_a=True, check_finite=False)

    def of(self, new: Sparse) -> Floats:
        """Return (K + regular)⁻¹ k, known by new."""
        towards = np.asarray((self._known @ new.T).todense(), dtype=np.float32)
        mixture: Floats = scipy.linalg.cho_solve(self._factor, towards, overwrite_b=True, check_finite=False)
        return mixture


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
