"""What is held out to measure by: each member's latest ratings, the newest years' movies, or all but their first ratings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cinemactl.recommend.arrays import Ints, Mask, Ratings

EARLIER = (4, 5)
NEWEST = 0.1


@dataclass(frozen=True)
class Split:
    """Ratings to learn from and ratings to measure by; `ranked` are the movies (places) that are ranked, None for all."""

    learned: Ratings
    held_out: Ratings
    ranked: Ints | None = None


def by_time(ratings: Ratings) -> Split:
    """Hold out the latest 20 % of each member's ratings, rounded up."""
    order = np.lexsort((ratings.movie, ratings.at, ratings.member))
    ordered = ratings.where(order)
    sizes = np.bincount(ordered.member, minlength=ratings.members)
    place = np.arange(len(ordered)) - (np.cumsum(sizes) - sizes)[ordered.member]
    kept = np.maximum(sizes * EARLIER[0] // EARLIER[1], 1)
    late = place >= kept[ordered.member]
    return Split(ordered.where(~late), ordered.where(late))


def newest(years: Ints, rated: Mask) -> Ints:
    """Return the movies of the newest years, whole years while they hold a tenth of the rated movies at most, one at least."""
    found = np.zeros(len(years), dtype=bool)
    for year in np.unique(years[rated & (years > 0)])[::-1]:
        wider = found | (rated & (years == year))
        if found.any() and wider.sum() > NEWEST * rated.sum():
            break
        found = wider
    return np.flatnonzero(found)


def by_year(ratings: Ratings, years: Ints) -> Split:
    """Hold out all ratings of the newest years' movies; only these are ranked."""
    rated = np.bincount(ratings.movie, minlength=ratings.movies) > 0
    ranked = newest(years, rated)
    new = np.isin(ratings.movie, ranked)
    return Split(ratings.where(~new), ratings.where(new), ranked)


def opening(ratings: Ratings, years: Ints, first: int) -> Split:
    """Hold out the ratings of the newest years' movies but the `first` earliest of each; only these movies are ranked."""
    cold = by_year(ratings, years)
    order = np.lexsort((cold.held_out.member, cold.held_out.at, cold.held_out.movie))
    new = cold.held_out.where(order)
    sizes = np.bincount(new.movie, minlength=ratings.movies)
    early = np.arange(len(new)) - (np.cumsum(sizes) - sizes)[new.movie] < first
    return Split(joined(cold.learned, new.where(early)), new.where(~early), cold.ranked)


def joined(one: Ratings, other: Ratings) -> Ratings:
    """Return the ratings of both, of the same members and movies."""
    return Ratings(
        np.concatenate((one.member, other.member)),
        np.concatenate((one.movie, other.movie)),
        np.concatenate((one.halves, other.halves)),
        np.concatenate((one.at, other.at)),
        one.members,
        one.movies,
    )
