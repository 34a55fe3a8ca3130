"""Learning a model from ratings and content, with everything that is chosen already chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from cinemactl.recommend.arrays import Catalogue, Doubles, Floats, Ints, Mask, Progress, Ratings, Sparse, ignored
from cinemactl.recommend.ease import columns_of, gram, weights_of
from cinemactl.recommend.model import COLD, OPENING, WARM, Choice, Model, largest, placed_columns
from cinemactl.recommend.ridge import Likeness, cold_columns
from cinemactl.recommend.tastes import like_rows, profiles

DAY_SECONDS = 86_400.0
FEWEST_LIKES = 2
FEWEST_RATINGS = 2
SETTLED_LIKES = 30
SAMPLED_MEMBERS = 400
COLUMNS_AT_ONCE = 1500
TINY = 1e-12


@dataclass(frozen=True)
class Known:
    """The movies that enough people like: `places` of all of them, `dense` of those whose weights fit into memory."""

    places: Ints
    dense: Ints

    @property
    def whole(self) -> bool:
        """Whether all of them fit."""
        return len(self.places) == len(self.dense)


def known_movies(likes: Ints, unsettled: Mask, dense_most: int) -> Known:
    """Return the movies EASE is learned for: liked twice, or once while they open; all liked ones where these are few."""
    enough = (likes >= FEWEST_LIKES) | (unsettled & (likes > 0))
    if not enough.any():
        enough = likes > 0
    places = np.flatnonzero(enough)
    if len(places) <= dense_most:
        return Known(places, places)
    most = np.argsort(-likes[places], kind="stable")[:dense_most]
    return Known(places, np.sort(places[most]))


def rated_movies(ratings: Ratings, unsettled: Mask, most: int) -> Ints:
    """Return what `most_rated` does for the movies of these ratings."""
    return most_rated(np.bincount(ratings.movie, minlength=ratings.movies), unsettled, most)


def most_rated(rated: Ints, unsettled: Mask, most: int) -> Ints:
    """Return the settled movies (places) rated twice, or once where these are all; of more than `most` the most rated.

    `rated` is how often each movie is, by place.
    """
    counts = np.where(unsettled, 0, rated)
    found = np.argsort(-counts, kind="stable")[:most]
    return np.sort(found[counts[found] >= min(FEWEST_RATINGS, max(int(counts.max(initial=0)), 1))])


def places_among(known: Ints, wanted: Ints) -> Ints:
    """Return where each wanted one is among the known ones (ascending), -1 where it is not."""
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, place, -1)


def trend_of(ratings: Ratings, days: float) -> Doubles:
    """Return log1p of each movie's likes, one counting less by exp(-age / days), age from the latest of all ratings on."""
    liked = ratings.liked
    age = (ratings.at.max(initial=0) - ratings.at[liked]) / DAY_SECONDS
    counted = np.bincount(ratings.movie[liked], np.exp(-age / days), minlength=ratings.movies)
    result: Doubles = np.log1p(counted)
    return result


def standard(values: Doubles) -> Doubles:
    """Return values less their mean, by their deviation; zeros when they are all equal."""
    if not len(values):
        return values
    result: Doubles = (values - values.mean()) / max(float(values.std()), TINY)
    return result


@dataclass(frozen=True)
class Warm:
    """The warm head: its weights from the known movies to the targets, and densely between the most liked of these.

    `columns` is all movies by targets, empty for targets that are not known, `dense` known.dense by known.dense.
    """

    known: Known
    columns: Sparse
    dense: Floats


@dataclass(frozen=True)
class Seen:
    """What was seen of the audience.

    `likes` of each movie, `trend` as trend_of, `rated` the movies (places) that the ridge learns from, `ratings` to sample.
    """

    likes: Ints
    trend: Doubles
    rated: Ints
    ratings: Ratings


def learn(
    ratings: Ratings,
    catalogue: Catalogue,
    choice: Choice,
    *,
    unsettled: Mask | None = None,
    wanted: Ints | None = None,
    dense_most: int = 10_000,
    progress: Progress = ignored,
) -> Model:
    """Learn the weights of the `wanted` movies (places; all by default) and return the model.

    `unsettled` movies are opening: with under thirty likes they stay out of the ridge's fit and are blended. Where more
    than `dense_most` movies are known, the warm columns are solved one by one, and the ridge learns from the most liked.
    """
    likes = ratings.likes()
    opening = still_opening(likes, unsettled)
    known = known_movies(likes, opening, dense_most)
    targets = np.arange(len(likes)) if wanted is None else np.sort(wanted)
    liked = like_rows(ratings)

    progress("Learning from likes", 0, None)
    dense = weights_of(gram(liked[:, known.dense], catalogue.features[known.dense], choice.share), choice.regular)
    columns = _ease_columns(liked, catalogue.features, choice, known, dense, targets, progress)
    rated = rated_movies(ratings, opening, dense_most)
    seen = Seen(likes, trend_of(ratings, choice.trend_days), rated, ratings)
    return blended(
        Warm(known, columns, dense), seen, catalogue, choice, opening=opening, wanted=wanted, progress=progress
    )


def still_opening(likes: Ints, unsettled: Mask | None) -> Mask:
    """Return which of the `unsettled` movies have too few likes to be known by these."""
    return (np.zeros(len(likes), dtype=bool) if unsettled is None else unsettled) & (likes < SETTLED_LIKES)


def blended(
    head: Warm,
    seen: Seen,
    catalogue: Catalogue,
    choice: Choice,
    *,
    opening: Mask,
    wanted: Ints | None,
    progress: Progress = ignored,
) -> Model:
    """Return the model of a warm head, whichever way it was learned, with what content says of the other movies."""
    likes, known, columns, dense = seen.likes, head.known, head.columns, head.dense
    targets = np.arange(len(likes)) if wanted is None else np.sort(wanted)
    settled = np.zeros(len(likes), dtype=bool)
    settled[known.places] = True
    settled &= ~opening
    sample = _sample(seen.ratings, choice, known.places)
    unit = _unit(sample, columns, np.flatnonzero(np.isin(targets, known.places)))

    progress("Learning from content", 0, None)
    new = np.flatnonzero(~settled[targets])
    speaking = np.flatnonzero(settled[known.dense])
    base = np.zeros(len(targets))
    if len(speaking) and len(new):
        cold, foretold = _cold(
            catalogue.features,
            likes,
            choice,
            seen.rated,
            known.dense[speaking],
            dense[np.ix_(speaking, speaking)],
            targets[new],
        )
        cold_unit = _unit(sample, cold, np.arange(len(new)))
        both = cold + columns[:, new] * (choice.opening_ease * cold_unit / max(unit, TINY))
        base[new] = choice.cold_popular * cold_unit * standard(foretold)
    else:
        both, cold_unit = columns[:, new], unit
    warm = np.flatnonzero(settled[targets])
    trend = np.zeros(len(likes))
    trend[known.places] = standard(seen.trend[known.places])
    base[warm] = choice.trend * unit * trend[targets[warm]]
    order = np.argsort(np.concatenate((warm, new)), kind="stable")
    weights = sp.hstack((columns[:, warm], both)).tocsc()[:, order] if len(targets) else columns
    weights.data = np.asarray(weights.data, dtype=np.float32)
    heads = [WARM if settled[one] else OPENING if opening[one] and likes[one] else COLD for one in targets]
    return Model(
        choice.taste,
        targets,
        weights.tocsr(),
        base,
        heads,
        likes[targets],
        choice.opening_guests * cold_unit,
        choice.new_share,
        known.places,
        wanted is None,
    )


def _ease_columns(  # noqa: PLR0917  (what was learned so far)
    liked: Sparse, features: Sparse, choice: Choice, known: Known, dense: Floats, targets: Ints, progress: Progress
) -> Sparse:
    """Return EASE's columns of the targets that are known, all movies by targets; the others' are empty."""
    movies = liked.shape[1]
    place = np.searchsorted(known.places, targets)
    there = np.flatnonzero(known.places[np.minimum(place, len(known.places) - 1)] == targets)
    if known.whole:
        parts = [
            largest(dense[:, place[there[at : at + COLUMNS_AT_ONCE]]], known.places, movies)
            for at in range(0, len(there), COLUMNS_AT_ONCE)
        ]
    else:
        solved = columns_of(
            liked[:, known.places],
            features[known.places],
            place[there],
            share=choice.share,
            regular=choice.regular,
            progress=progress,
        )
        parts = [largest(solved, known.places, movies)]
    return placed_columns(parts, there, movies, len(targets))


def _cold(  # noqa: PLR0917  (what was learned so far)
    features: Sparse, likes: Ints, choice: Choice, rated: Ints, known: Ints, weights: Floats, new: Ints
) -> tuple[Sparse, Doubles]:
    """Return the cold head's columns of the new movies over all movies, and how many likes content foretells (log1p).

    The ridge learns from the `rated` movies. Those without weights, which hardly anybody likes, count as speaking for nobody.
    """
    counted = np.log1p(likes[rated])
    likeness = Likeness(features[rated], choice.cold_regular)
    speaking, heard = np.flatnonzero(np.isin(rated, known)), np.flatnonzero(np.isin(known, rated))
    weights, known = weights[np.ix_(heard, heard)], known[heard]
    parts, foretold = [], []
    for at in range(0, len(new), COLUMNS_AT_ONCE):
        part = new[at : at + COLUMNS_AT_ONCE]
        mixture = likeness.of(features[part], places_among(rated, part))
        parts.append(largest(cold_columns(weights, mixture[speaking], choice.cold_own), known, features.shape[0]))
        foretold.append(mixture.T @ (counted - counted.mean()))
    return sp.hstack(parts).tocsc(), np.concatenate(foretold).astype(np.float64)


def _sample(ratings: Ratings, choice: Choice, sources: Ints) -> Sparse:
    usable = np.zeros(ratings.movies, dtype=bool)
    usable[sources] = True
    members = np.unique(ratings.member)
    if len(members) > SAMPLED_MEMBERS:
        members = np.random.default_rng(1).choice(members, SAMPLED_MEMBERS, replace=False)
    chosen = ratings.where(np.isin(ratings.member, members))
    return profiles(chosen, choice.taste, usable)[members]


def _unit(sample: Sparse, columns: Sparse, places: Ints) -> float:
    """Return how far scores by these columns usually lie apart, for a sample of members."""
    if not len(places):
        return 1.0
    scores = np.asarray((sample @ columns[:, places]).todense())
    return max(float(scores.std()), TINY)


def nowhere(catalogue: Catalogue) -> Mask:
    """Return a mask over the movies that has none of them."""
    return np.zeros(len(catalogue), dtype=bool)


def places_of(catalogue: Catalogue, movie_ids: Sequence[int]) -> Ints:
    """Return the places of movies by their ids; ids that came since the catalogue was read are left out."""
    given = np.asarray(movie_ids, dtype=np.int64)
    return np.flatnonzero(np.isin(catalogue.ids, given))
