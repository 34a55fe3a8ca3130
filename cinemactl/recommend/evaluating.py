"""How good the recommendations are, on the ratings there are: the latest held out, new movies, opening weekends.

In each part a model is chosen and learned from what is not held out, and measured on the rest beside what others would do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from cinemactl.recommend import peers
from cinemactl.recommend.arrays import Catalogue, Doubles, Floats, Ints, Progress, Ratings, ignored
from cinemactl.recommend.choosing import choose
from cinemactl.recommend.measures import Measured, intervals, measured
from cinemactl.recommend.model import Choice
from cinemactl.recommend.reading import read_catalogue, read_ratings
from cinemactl.recommend.rebuilding import NothingToLearn
from cinemactl.recommend.splits import Split, by_time, by_year, opening
from cinemactl.recommend.tastes import like_rows, rated_rows
from cinemactl.recommend.training import learn, nowhere

OPENED = (0, 3, 10, 30)
SHOWN_OPENED = 10
MEMBERS_MOST = 5_000
PARTS = ("warm", "cold", "opening")
DIGITS = 4

Scores = Doubles | Floats


def evaluate(session: Session, *, parts: tuple[str, ...] = PARTS, progress: Progress = ignored) -> dict[str, Any]:
    """Evaluate on the database's ratings; return for each part what `compared` returns.

    A part that nothing can be held out for is None. Raises NothingToLearn.
    """
    catalogue = read_catalogue(session)
    ratings, _ = read_ratings(session, catalogue.ids)
    if not ratings.liked.any():
        raise NothingToLearn(len(ratings))
    return evaluate_on(ratings, catalogue, parts=parts, progress=progress)


def evaluate_on(
    ratings: Ratings, catalogue: Catalogue, *, parts: tuple[str, ...] = PARTS, progress: Progress = ignored
) -> dict[str, Any]:
    """Evaluate on ratings and a catalogue that were read already."""
    found: dict[str, Any] = {}
    if "warm" in parts:
        found["warm"] = _warm(by_time(ratings), catalogue, progress)
    new = by_year(ratings, catalogue.years)
    choice = choose(new.learned, catalogue, progress=progress).choice if {"cold", "opening"} & set(parts) else Choice()
    if "cold" in parts:
        found["cold"] = _cold(new, catalogue, choice, progress)
    if "opening" in parts:
        found["opening"] = _opening(ratings, catalogue, choice, progress)
    return found


def compared(split: Split, members: Ints, ranked: Ints, scores: Mapping[str, Scores]) -> dict[str, Any]:
    """Return by model ndcg10, recall20, coverage10, novelty, low and high (95 %), and for ours the ratio to each other.

    The scores are of `members` by `ranked` movies; what was held out and liked is what counts.
    """
    relevant = like_rows(split.held_out)[members][:, ranked]
    seen = rated_rows(split.learned)[members][:, ranked]
    shares = np.bincount(split.learned.movie, minlength=split.learned.movies)[ranked] / max(split.learned.members, 1)
    found: dict[str, Measured] = {name: measured(one, relevant, seen, shares) for name, one in scores.items()}
    means, ratios = intervals({name: one.ndcg for name, one in found.items()}, "ours")
    shown: dict[str, Any] = {}
    for name, one in found.items():
        low, high = means[name]
        shown[name] = {
            "ndcg10": _round(one.ndcg.mean()),
            "recall20": _round(one.recall.mean()),
            "coverage10": _round(one.coverage),
            "novelty": _round(one.novelty),
            "low": _round(low),
            "high": _round(high),
        }
    ours = shown["ours"]
    own = found["ours"].ndcg.mean()
    for key, of in (
        ("ratio", lambda name: own / found[name].ndcg.mean()),
        ("ratio_low", lambda name: ratios[name][0]),
        ("ratio_high", lambda name: ratios[name][1]),
    ):
        ours[key] = {name: _round(of(name)) if shown[name]["ndcg10"] else None for name in found if name != "ours"}
    return {**shown, "members": len(members), "movies": len(ranked)}


def measured_members(split: Split, ranked: Ints) -> Ints:
    """Return the members who liked something of what is held out and ranked, and something before; a sample of many."""
    liked = np.diff(like_rows(split.held_out)[:, ranked].indptr) > 0
    before = np.diff(like_rows(split.learned).indptr) > 0
    members = np.flatnonzero(liked & before)
    if len(members) > MEMBERS_MOST:
        members = np.sort(np.random.default_rng(1).choice(members, MEMBERS_MOST, replace=False))
    return members


def _warm(split: Split, catalogue: Catalogue, progress: Progress) -> dict[str, Any] | None:
    ranked = np.arange(len(catalogue))
    members = measured_members(split, ranked)
    if not len(members) or not split.learned.liked.any():
        return None
    choice = choose(split.learned, catalogue, progress=progress).choice
    model = learn(split.learned, catalogue, choice, progress=progress)
    scores: dict[str, Scores] = {"ours": model.scores(split.learned, members)}
    progress("Measuring others", 0, None)
    scores["popularity"] = peers.popularity(split.learned, members)
    scores["item_knn"] = peers.item_knn(split.learned, members)
    scores["content_knn"] = peers.content_knn(split.learned, catalogue, members, ranked)
    scores["ease"] = peers.ease(split.learned, members)
    if (factored := peers.als(split.learned, members, progress)) is not None:
        scores["als"] = factored
    return compared(split, members, ranked, scores)


def _cold(split: Split, catalogue: Catalogue, choice: Choice, progress: Progress) -> dict[str, Any] | None:
    ranked = _ranked(split)
    members = measured_members(split, ranked)
    if not len(members) or not split.learned.liked.any():
        return None
    model = learn(split.learned, catalogue, choice, wanted=ranked, progress=progress)
    scores: dict[str, Scores] = {
        "ours": model.scores(split.learned, members),
        "content_knn": peers.content_knn(split.learned, catalogue, members, ranked),
    }
    return compared(split, members, ranked, scores)


def _opening(ratings: Ratings, catalogue: Catalogue, choice: Choice, progress: Progress) -> dict[str, Any] | None:
    """Measure after so many of each new movie's first ratings, each time on what is then still to come."""
    by_count: dict[int, dict[str, Any] | None] = {}
    for count in OPENED:
        progress("Measuring opening weekends", count, max(OPENED))
        by_count[count] = _opened(opening(ratings, catalogue.years, count), catalogue, choice)
    if (shown := by_count[SHOWN_OPENED]) is None:
        return None
    if (before := by_count[0]) is not None:
        shown["ours"]["ratio"]["k0"] = _round(shown["ours"]["ndcg10"] / max(before["ours"]["ndcg10"], 1e-12))
    return {
        **shown,
        "k": SHOWN_OPENED,
        "by_k": {
            str(count): {name: one["ndcg10"] for name, one in found.items() if isinstance(one, dict)}
            for count, found in by_count.items()
            if found is not None
        },
    }


def _opened(split: Split, catalogue: Catalogue, choice: Choice) -> dict[str, Any] | None:
    ranked = _ranked(split)
    members = measured_members(split, ranked)
    if not len(members) or not split.learned.liked.any():
        return None
    new = nowhere(catalogue)
    new[ranked] = True
    model = learn(split.learned, catalogue, choice, unsettled=new, wanted=ranked)
    scores: dict[str, Scores] = {
        "ours": model.scores(split.learned, members),
        "popularity": peers.popularity(split.learned, members)[:, ranked],
        "content_knn": peers.content_knn(split.learned, catalogue, members, ranked),
        "ease": peers.ease(split.learned, members)[:, ranked],
    }
    return compared(split, members, ranked, scores)


def _ranked(split: Split) -> Ints:
    return np.zeros(0, dtype=np.int64) if split.ranked is None else split.ranked


def _round(value: float) -> float:
    return round(float(value), DIGITS)
