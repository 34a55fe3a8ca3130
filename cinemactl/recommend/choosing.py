"""Choosing what a model is made with, on splits inside the ratings it will learn from.

Nothing is taken from the movies or members that it is measured by later. Where two values are about as good the one that
comes first stays, which is the plainer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from cinemactl.recommend.arrays import Catalogue, Doubles, Floats, Ints, Mask, Progress, Ratings, Sparse, ignored
from cinemactl.recommend.ease import gram, weights_of
from cinemactl.recommend.model import Choice
from cinemactl.recommend.ridge import Likeness
from cinemactl.recommend.splits import Split, by_time, by_year, opening, programme
from cinemactl.recommend.tastes import Taste, graded, like_rows, profiles
from cinemactl.recommend.training import TINY, known_movies, rated_movies, standard, trend_of
from cinemactl.recommend.validation import Measure, Pairs

# By how many standard errors of the difference a value has to be better, member by member, to be taken instead.
SURE = 0.7
MOVIES_MOST = 2_500
SEARCHED_MOST = 1_500
RATED_MOST = 3_500
RANKED_MOST = 1_500
MEMBERS_MOST = 20_000
FEWEST_MEMBERS = 20
NEWEST_YEARS = 3

REGULAR = (50.0, 100.0, 200.0, 400.0, 800.0, 1600.0)
SHARES = (0.15, 0.0, 0.07, 0.3)
GRADES = tuple(graded(*one) for one in product((0.0, 0.3), (0.0, -0.3, 0.3), (0.0, 0.4, 1.0)))
PROBED = (graded(0, 0, 0), graded(0, 0, 1.0), graded(0.3, 0.3, 0))
RECENCY = (None, 100.0, 30.0, 10.0)
TRENDS = tuple(product((0.1, 0.3, 1.0, 3.0), (1e6, 365.0, 90.0, 30.0)))
COLD_REGULAR = (0.5, 0.25, 1.0)
OWN = (0.3, 0.0, 0.1, 1.0, 2.0)
POPULAR = (0.0, 0.1, 0.3, 1.0)
OPENING_AFTER = 10
GUESTS = (1.0, 0.3, 0.6, 1.5, 2.0, 3.0, 5.0, 10.0)
OPENING_EASE = (0.3, 0.0, 0.1, 1.0)
NEW_SHARES = (0.1, 0.05, 0.15, 0.25, 0.5, 1.0)


# From ratings and known movies (places) the weights between these, as a warm head learns them.
Between = Callable[[Ratings, Ints], Floats]


@dataclass
class Chosen:
    """A choice and the nDCG@10 that it had in each validation; a part that could not be validated is missing."""

    choice: Choice
    figures: dict[str, float] = field(default_factory=dict)


def choose(ratings: Ratings, catalogue: Catalogue, *, progress: Progress = ignored) -> Chosen:
    """Return what is best for these ratings, by three validations: of the latest ratings, of new and of opening movies."""
    ratings = fewer(ratings)
    progress("Choosing, latest ratings held out", 0, 3)
    chosen = _choose_warm(by_time(ratings), catalogue, Chosen(Choice()), progress)
    choice = chosen.choice
    return choose_content(
        ratings, catalogue, chosen, lambda learned, known: _ease(learned, catalogue, choice, known), progress
    )


def choose_content(
    ratings: Ratings, catalogue: Catalogue, chosen: Chosen, between: Between, progress: Progress = ignored
) -> Chosen:
    """Return what is best for new and for opening movies, with the weights between known ones as a warm head tells them."""
    progress("Choosing, new movies held out", 1, 3)
    chosen = _choose_cold(ratings, catalogue, chosen, between)
    progress("Choosing, opening weekends", 2, 3)
    chosen = _choose_opening(opening(ratings, catalogue.years, OPENING_AFTER), catalogue, chosen, between)
    chosen = _choose_share(programme(ratings, catalogue.years, OPENING_AFTER), catalogue, chosen, between)
    progress("Chosen", 3, 3)
    return chosen


def _choose_warm(split: Split, catalogue: Catalogue, chosen: Chosen, progress: Progress) -> Chosen:
    movies = most_liked(split.learned, most=SEARCHED_MOST)
    measure = Measure(split, movies)
    if len(measure.members) < FEWEST_MEMBERS:
        return chosen
    liked, features = like_rows(split.learned)[:, movies], catalogue.features[movies]
    personal = Personal(split, movies, measure)

    learned: dict[tuple[float, float], Doubles] = {}

    def heads(regular: float, share: float) -> Floats:
        return weights_of(gram(liked, features, share * regular), regular)

    def of_heads(regular: float, share: float) -> Doubles:
        if (regular, share) not in learned:
            progress("Choosing, latest ratings held out", 0, 3)
            weights = heads(regular, share)
            found = [measure(personal(weights, Taste(grades))) for grades in PROBED]
            learned[regular, share] = max(found, key=lambda one: float(one.mean()))
        return learned[regular, share]

    share = SHARES[0]
    regular = _climb(REGULAR, 2, lambda one: float(of_heads(one, share).mean()))
    share = _best([(one,) for one in SHARES], lambda one: of_heads(regular, one))[0]
    weights = heads(regular, share)

    chosen = choose_taste(split, movies, measure, weights, chosen)
    return Chosen(chosen.choice.with_(regular=regular, share=share * regular), chosen.figures)


class Personal:
    """The scores of weights between some movies for the members that are measured, by taste."""

    def __init__(self, split: Split, movies: Ints, measure: Measure) -> None:
        self._split, self._movies, self._members = split, movies, measure.members
        self._given: dict[Taste, Sparse] = {}

    def __call__(self, weights: Floats, taste: Taste) -> Floats:
        """Return the scores, members by movies."""
        if taste not in self._given:
            self._given[taste] = _profiles(self._split.learned, taste, self._movies)[self._members]
        scores: Floats = np.asarray(self._given[taste] @ weights)
        return scores


def choose_taste(split: Split, movies: Ints, measure: Measure, weights: Floats, chosen: Chosen) -> Chosen:
    """Return what is best for given weights between movies: what stars count, recency, and what was liked lately."""
    personal = Personal(split, movies, measure)
    grades = _best([(one,) for one in GRADES], lambda one: measure(personal(weights, Taste(one))))[0]
    recency = _best([(one,) for one in RECENCY], lambda one: measure(personal(weights, Taste(grades, one))))[0]
    if recency is not None:
        grades = _best([(one,) for one in GRADES], lambda one: measure(personal(weights, Taste(one, recency))))[0]
    taste = Taste(grades, recency)
    scores = personal(weights, taste)
    unit = float(scores.std())

    def with_trend(weight: float, days: float) -> Doubles:
        return measure(scores + weight * unit * standard(trend_of(split.learned, days)[movies]))

    trend, days = _best([(0.0, 1e6), *TRENDS], with_trend)
    choice = chosen.choice.with_(taste=taste, trend=trend, trend_days=days)
    return Chosen(choice, {**chosen.figures, "warm": float(with_trend(trend, days).mean())})


class _New:
    """A validation in which the newest movies are held out: what the cold head would have said of them."""

    def __init__(self, split: Split, catalogue: Catalogue, choice: Choice, between: Between) -> None:
        self.learned = split.learned
        self._ranked = _drawn(_ranked(split))
        self.measure = Measure(split, self._ranked)
        self._features = catalogue.features
        known = most_liked(split.learned)
        self._rated = rated_movies(split.learned, _places(split.learned, _ranked(split)), RATED_MOST)
        self._known = known[np.isin(known, self._rated)]
        self.usable = len(self.measure.members) >= FEWEST_MEMBERS and len(self._known) > 0
        if self.usable:
            self._weights = between(split.learned, self._known)
            self._given = _profiles(split.learned, choice.taste, self._known)[self.measure.members]
            self._parts: dict[float, tuple[Floats, Floats, Doubles]] = {}

    def value(self, regular: float, own: float, popular: float) -> Doubles:
        """Return nDCG@10 by member."""
        through, straight, foretold = self._of(regular)
        scores = through + own * straight
        return self.measure(scores + popular * float(scores.std()) * foretold)

    def _of(self, regular: float) -> tuple[Floats, Floats, Doubles]:
        if regular not in self._parts:
            counted = np.log1p(self.learned.likes()[self._rated])
            mixture = Likeness(self._features[self._rated], regular).of(self._features[self._ranked])
            foretold = standard((mixture.T @ (counted - counted.mean())).astype(np.float64))
            mixture = mixture[np.isin(self._rated, self._known)]
            columns = self._weights @ mixture
            mixture *= columns.std() / max(float(mixture.std()), 1e-12)
            self._parts[regular] = np.asarray(self._given @ columns), np.asarray(self._given @ mixture), foretold
        return self._parts[regular]


def _choose_cold(ratings: Ratings, catalogue: Catalogue, chosen: Chosen, between: Between) -> Chosen:
    """Choose on the newest movies, then on the newest of those before, and so on: one year's are few, and a kind of their own."""
    choice, validations = chosen.choice, []
    for _ in range(NEWEST_YEARS):
        new = _New(by_year(ratings, catalogue.years), catalogue, choice, between)
        if not new.usable:
            break
        validations.append(new)
        ratings = new.learned
    if not validations:
        return chosen

    def value(regular: float, own: float, popular: float) -> Doubles:
        return np.concatenate([one.value(regular, own, popular) for one in validations])

    regular, own = _best(list(product(COLD_REGULAR, OWN)), lambda one, two: value(one, two, 0.0))
    popular = _best([(one,) for one in POPULAR], lambda one: value(regular, own, one))[0]
    choice = choice.with_(cold_regular=regular, cold_own=own, cold_popular=popular)
    return Chosen(choice, {**chosen.figures, "cold": float(value(regular, own, popular).mean())})


class _Opening:
    """What is said to some members of movies that have just opened (`ranked`), and of `settled` ones beside them."""

    def __init__(self, split: Split, catalogue: Catalogue, choice: Choice, between: Between) -> None:
        self._learned, self._choice = split.learned, choice
        opened = _ranked(split)
        self.ranked = _drawn(opened)
        self._likes = split.learned.likes()
        self._rated = rated_movies(split.learned, _places(split.learned, opened), RATED_MOST)
        settled = most_liked(split.learned, without=opened)
        self.settled = settled[np.isin(settled, self._rated)]
        self.usable = len(self.settled) > 0
        if self.usable:
            self._known = np.union1d(self.settled, self.ranked[self._likes[self.ranked] > 0])
            self._weights = between(split.learned, self._known)
            self._place = np.searchsorted(self._known, self.settled)
            self._mixture = Likeness(catalogue.features[self._rated], choice.cold_regular).of(
                catalogue.features[self.ranked]
            )

    def to(self, members: Ints) -> _Said:
        """Return the parts of what is said to these members."""
        mixture = self._mixture[np.isin(self._rated, self.settled)]
        columns = self._weights[np.ix_(self._place, self._place)] @ mixture
        columns += self._choice.cold_own * float(columns.std()) / max(float(mixture.std()), TINY) * mixture
        given = _profiles(self._learned, self._choice.taste, self._known)[members]
        cold = np.asarray(given[:, self._place] @ columns)
        unit = float(cold.std())
        own = np.zeros((len(self._known), len(self.ranked)), dtype=np.float32)
        there = np.flatnonzero(self._likes[self.ranked] > 0)
        own[:, there] = self._weights[:, np.searchsorted(self._known, self.ranked[there])]
        ease = np.asarray(given @ own)
        ease *= unit / max(float(ease.std()), TINY)
        counted = np.log1p(self._likes[self._rated])
        foretold = standard((self._mixture.T @ (counted - counted.mean())).astype(np.float64))
        settled = np.asarray(given @ self._weights[:, self._place])
        trend = standard(trend_of(self._learned, self._choice.trend_days)[self._known])[self._place]
        return _Said(
            cold + self._choice.cold_popular * unit * foretold,
            ease,
            np.log1p(self._likes[self.ranked]) * unit,
            settled + self._choice.trend * float(settled.std()) * trend,
        )


@dataclass(frozen=True)
class _Said:
    """Members by movies: of new ones by content, by EASE and by their likes so far (for everybody alike), and of settled ones."""

    cold: Doubles
    ease: Doubles
    guests: Doubles
    settled: Doubles

    def of_new(self, guests: float, ease: float) -> Doubles:
        """Return the scores of the new ones with these weights."""
        scores: Doubles = self.cold + ease * self.ease + guests * self.guests
        return scores


def _choose_opening(split: Split, catalogue: Catalogue, chosen: Chosen, between: Between) -> Chosen:
    choice, heads = chosen.choice, _Opening(split, catalogue, chosen.choice, between)
    measure = Measure(split, heads.ranked)
    if len(measure.members) < FEWEST_MEMBERS or not heads.usable:
        return chosen
    said = heads.to(measure.members)

    def value(guests: float, ease: float) -> Doubles:
        return measure(said.of_new(guests, ease))

    guests, ease = _best([(one, OPENING_EASE[0]) for one in GUESTS], value)
    guests, ease = _best([(guests, one) for one in OPENING_EASE], value)
    choice = choice.with_(opening_guests=guests, opening_ease=ease)
    return Chosen(choice, {**chosen.figures, "opening": float(value(guests, ease).mean())})


def _choose_share(split: Split, catalogue: Catalogue, chosen: Chosen, between: Between) -> Chosen:
    """Choose what the new movies' scores count beside those of settled ones."""
    choice, heads = chosen.choice, _Opening(split, catalogue, chosen.choice, between)
    pairs = Pairs(split, heads.ranked, heads.settled)
    if len(pairs.members) < FEWEST_MEMBERS or not heads.usable:
        return chosen
    said = heads.to(pairs.members)
    new = said.of_new(choice.opening_guests, choice.opening_ease)
    share = _best([(one,) for one in NEW_SHARES], lambda one: pairs(one * new, said.settled))[0]
    return Chosen(
        choice.with_(new_share=share), {**chosen.figures, "programme": float(pairs(share * new, said.settled).mean())}
    )


def _best(candidates: Sequence[tuple[Any, ...]], value: Callable[..., Doubles]) -> tuple[Any, ...]:
    """Return the best candidate by its values member by member; a gain that may be luck does not displace an earlier one."""
    best, most = candidates[0], value(*candidates[0])
    for candidate in candidates[1:]:
        now = value(*candidate)
        gain = now - most
        if gain.mean() > SURE * gain.std() / len(gain) ** 0.5 and gain.mean() > 0:
            best, most = candidate, now
    return best


def _climb(values: Sequence[float], start: int, value: Callable[[float], float]) -> float:
    """Return the best of ordered values, going from a start uphill."""
    place = start
    for step in (1, -1):
        while 0 <= place + step < len(values) and value(values[place + step]) > value(values[place]):
            place += step
        if place != start:
            break
    return values[place]


def _ease(ratings: Ratings, catalogue: Catalogue, choice: Choice, known: Ints) -> Floats:
    return weights_of(gram(like_rows(ratings)[:, known], catalogue.features[known], choice.share), choice.regular)


def _places(ratings: Ratings, movies: Ints) -> Mask:
    found = np.zeros(ratings.movies, dtype=bool)
    found[movies] = True
    return found


def _profiles(ratings: Ratings, taste: Taste, movies: Ints) -> Sparse:
    return profiles(ratings, taste, _places(ratings, movies))[:, movies].astype(np.float32)


def most_liked(ratings: Ratings, without: Iterable[int] | Ints = (), most: int = MOVIES_MOST) -> Ints:
    """Return the movies (places) that are liked enough to learn from, the `most` liked of them."""
    likes = ratings.likes()
    likes[np.asarray(without, dtype=np.int64)] = 0
    return known_movies(likes, np.zeros(len(likes), dtype=bool), most).dense


def _ranked(split: Split) -> Ints:
    return np.zeros(0, dtype=np.int64) if split.ranked is None else split.ranked


def _drawn(movies: Ints) -> Ints:
    """Return at most RANKED_MOST of those movies, drawn once for all."""
    if len(movies) <= RANKED_MOST:
        return movies
    return np.sort(np.random.default_rng(1).choice(movies, RANKED_MOST, replace=False))


def fewer(ratings: Ratings) -> Ratings:
    """Return the ratings of MEMBERS_MOST members, drawn once for all."""
    if ratings.members <= MEMBERS_MOST:
        return ratings
    drawn = np.zeros(ratings.members, dtype=bool)
    drawn[np.random.default_rng(1).choice(ratings.members, MEMBERS_MOST, replace=False)] = True
    return ratings.where(drawn[ratings.member])
