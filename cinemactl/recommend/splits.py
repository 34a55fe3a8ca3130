"""What is held out to measure by: each member's latest ratings, the newest years' movies, or all but their first ratings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    late = _latest(ratings)
    return Split(ratings.where(~late), ratings.where(late))


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
    ranked, new = _new(ratings, years)
    return Split(ratings.where(~new), ratings.where(new), ranked)


def opening(ratings: Ratings, years: Ints, first: int) -> Split:
    """Hold out the ratings of the newest years' movies but the `first` earliest of each; only these movies are ranked."""
    ranked, new = _new(ratings, years)
    kept = ~new | _earliest(ratings, new, first)
    return Split(ratings.where(kept), ratings.where(~kept), ranked)


def programme(ratings: Ratings, years: Ints, first: int) -> Split:
    """Hold out the latest 20 % of each member's ratings, the newest years' movies having just opened.

    Of these the `first` earliest ratings each are learned from, and no others; `ranked` they are, beside settled ones.
    """
    ranked, new = _new(ratings, years)
    late, early = _latest(ratings), _earliest(ratings, new, first)
    return Split(ratings.where(early | ~(late | new)), ratings.where(late & ~early), ranked)


def _new(ratings: Ratings, years: Ints) -> tuple[Ints, Mask]:
    """Return the movies of the newest years, and which ratings are theirs."""
    ranked = newest(years, np.bincount(ratings.movie, minlength=ratings.movies) > 0)
    return ranked, np.isin(ratings.movie, ranked)


def _latest(ratings: Ratings) -> Mask:
    """Return which ratings are of the latest 20 % of their members'."""
    order = np.lexsort((ratings.movie, ratings.at, ratings.member))
    sizes = np.bincount(ratings.member, minlength=ratings.members)
    kept = np.maximum(sizes * EARLIER[0] // EARLIER[1], 1)
    late = np.zeros(len(ratings), dtype=bool)
    late[order] = _places(ratings.member[order], sizes) >= kept[ratings.member[order]]
    return late


def _earliest(ratings: Ratings, of: Mask, first: int) -> Mask:
    """Return which of these ratings are of the `first` of their movies'."""
    at = np.flatnonzero(of)
    order = at[np.lexsort((ratings.member[at], ratings.at[at], ratings.movie[at]))]
    movies = ratings.movie[order]
    early = np.zeros(len(ratings), dtype=bool)
    early[order] = _places(movies, np.bincount(movies, minlength=ratings.movies)) < first
    return early


def _places(groups: npt.NDArray[np.int32], sizes: Ints) -> Ints:
    """Return the place of each in its group, where groups lie one after the other."""
    found: Ints = np.arange(len(groups)) - (np.cumsum(sizes) - sizes)[groups]
    return found
