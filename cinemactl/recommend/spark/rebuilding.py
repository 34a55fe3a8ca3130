"""A rebuild on a cluster: what is too much for one machine is learned there, all else is done as in any rebuild.

Executors read the likes, partition by partition, and learn the factors of the movies. Here are the catalogue, a sample of the
members to choose by, and counts of the rest, so the memory it takes here does not grow with the ratings.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np
from sqlalchemy import text

from cinemactl.recommend import choosing as splits
from cinemactl.recommend import reading, training
from cinemactl.recommend.rebuilding import (
    GENEROUS,
    OPENING,
    OPENING_DAYS,
    PROGRAMME,
    Context,
    NothingOnProgramme,
    NothingToLearn,
    dense_movies,
    written,
)
from cinemactl.recommend.spark import choosing, likes
from cinemactl.recommend.spark.cluster import Driver
from cinemactl.recommend.spark.extra import require_spark
from cinemactl.recommend.spark.factors import Choice
from cinemactl.recommend.spark.fitting import Learner
from cinemactl.recommend.spark.master import Wanted, require_reachable, way_to

ENGINE = "spark"
# Drawn by chance, so that hardly ever fewer come than are wanted.
MORE = 1.1


def rebuild(context: Context, wanted: Wanted, *, memory: int) -> dict[str, Any]:
    """Learn anew from all ratings on a cluster, and let what was learned serve; return the report.

    `memory` is what is taken here, beside the 1 GB of Spark's own program. Raises what any rebuild does, and NotInstalled,
    MasterUnavailable, DatabaseOutOfReach, SparkFailed; then, as after a cancellation, the version before serves on.
    """
    require_spark()
    started = time.monotonic()
    session = context.session
    session.execute(text(GENEROUS))
    context.progress("Reaching the cluster", 0, None)
    way = way_to(wanted)
    counts = session.execute(likes.COUNTS).one()
    if not counts.likes:
        raise NothingToLearn(counts.ratings)
    source = likes.source(session, counts, wanted.cores)
    require_reachable(wanted, way, source.database)
    share = min(1.0, MORE * splits.MEMBERS_MOST / counts.members)
    context.progress("Reading the catalogue", 0, None)
    catalogue = reading.read_catalogue(session)
    dense = dense_movies(int(share * counts.ratings), len(catalogue), memory)
    sample, _ = reading.read_ratings(session, catalogue.ids, share=share, progress=context.progress)
    by_movie, rated = likes.counts_by_place(session, catalogue.ids)
    known = training.known_movies(by_movie, training.nowhere(catalogue), dense)
    places = None if known.whole else training.places_of(catalogue, session.scalars(PROGRAMME).all())
    if places is not None and not len(places):
        raise NothingOnProgramme(len(catalogue))

    last: tuple[str, int, int | None] = ("Reaching the cluster", 0, None)

    def say(stage: str, done: int, total: int | None) -> None:
        nonlocal last
        last = (stage, done, total)
        context.progress(*last)

    with Driver(wanted, way.address, lambda: context.progress(*last)) as driver:
        context.log(f"the cluster at {wanted.master} gave {driver.executors} of {wanted.cores} executors")
        learner = Learner(driver, say)
        best, chosen = choosing.choose(learner, sample, catalogue, say)
        factors = learner.on_all(source, best, catalogue.ids)

    opening = training.nowhere(catalogue)
    opening[training.places_of(catalogue, session.scalars(OPENING, {"days": OPENING_DAYS}).all())] = True
    opening = training.still_opening(by_movie, opening)
    known = training.known_movies(by_movie, opening, dense)
    targets = np.arange(len(catalogue)) if places is None else places
    choice = chosen.choice
    model = training.blended(
        training.Warm(known, factors.columns(known.places, targets), factors.between(known.dense)),
        training.Seen(
            by_movie,
            likes.trend_by_place(session, catalogue.ids, choice.trend_days),
            training.most_rated(rated, opening, dense),
            sample,
        ),
        catalogue,
        choice,
        opening=opening,
        wanted=places,
        progress=context.progress,
    )
    return written(
        context,
        model,
        catalogue,
        {
            "members": counts.members,
            "ratings": counts.ratings,
            "likes": counts.likes,
            "choice": _shown(best, choice.as_json()),
            "validation": chosen.figures,
        },
        started,
    )


def _shown(best: Choice, choice: dict[str, Any]) -> dict[str, Any]:
    """Return what was chosen, by names of its own where they would be EASE's."""
    others = {name: value for name, value in choice.items() if name not in {"regular", "share"}}
    return {"engine": ENGINE, "factors": asdict(best), **others}
