"""Choosing what factors are learned with, and what is made of them, on the splits that EASE is chosen on too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cinemactl.recommend import choosing, model
from cinemactl.recommend.arrays import Catalogue, Floats, Ints, Progress, Ratings
from cinemactl.recommend.spark.factors import Choice, Factors
from cinemactl.recommend.spark.fitting import Learner
from cinemactl.recommend.splits import by_time
from cinemactl.recommend.tastes import LIKES_ALONE
from cinemactl.recommend.validation import Measure

# Few, since each is learned on the cluster anew; what they count for afterwards costs nothing.
CANDIDATES = (Choice(), Choice(alpha=5.0), Choice(rank=64))
FOLDS = (10.0, 1.0, 30.0, 100.0)


def choose(
    learner: Learner, ratings: Ratings, catalogue: Catalogue, progress: Progress
) -> tuple[Choice, choosing.Chosen]:
    """Return what factors are best learned with, and all else that is chosen; raises SparkFailed."""
    ratings = choosing.fewer(ratings)
    split = by_time(ratings)
    movies = choosing.most_liked(split.learned, most=choosing.SEARCHED_MOST)
    measure = Measure(split, movies)
    best, chosen = Choice(), choosing.Chosen(model.Choice())
    if len(measure.members) >= choosing.FEWEST_MEMBERS:
        personal = choosing.Personal(split, movies, measure)
        most = -np.inf
        for candidate in CANDIDATES:
            found = learner.on(split.learned, candidate)
            for fold in FOLDS:
                weights = _folded(found, fold).between(movies)
                value = float(measure(personal(weights, LIKES_ALONE)).mean())
                if value > most:
                    most, best, kept = value, replace(candidate, fold=fold), weights
        chosen = choosing.choose_taste(split, movies, measure, kept, chosen)

    def between(learned: Ratings, known: Ints) -> Floats:
        return learner.on(learned, best).between(known)

    return best, choosing.choose_content(ratings, catalogue, chosen, between, progress)


def _folded(factors: Factors, fold: float) -> Factors:
    return replace(factors, choice=replace(factors.choice, fold=fold))
