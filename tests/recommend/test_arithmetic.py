"""The arithmetic against what it stands for, without a database."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from cinemactl.recommend import splits
from cinemactl.recommend.arrays import Ratings, ignored
from cinemactl.recommend.ease import columns_of, gram, weights_of
from cinemactl.recommend.features import Facts, feature_rows
from cinemactl.recommend.measures import intervals, ndcg_of, top_of
from cinemactl.recommend.ridge import Likeness
from cinemactl.recommend.tastes import Taste, graded, profiles
from cinemactl.recommend.validation import Pairs


@pytest.fixture
def likes():
    return sp.random(60, 25, density=0.3, format="csr", dtype=np.float32, random_state=1, data_rvs=np.ones)


@pytest.fixture
def features():
    movies = [Facts(1990 + n, {"genre": ("crime",) if n % 2 else ("war",), "title": (f"Part {n}",)}) for n in range(24)]
    return feature_rows([*movies, Facts(None, {})])


def test_features_are_rows_of_length_one_or_nothing(features):
    lengths = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
    assert lengths[:24] == pytest.approx(1)
    assert lengths[24] == 0


def test_ease_is_its_closed_form_and_conjugate_gradients_find_it_too(likes, features):
    weights = weights_of(gram(likes, features, 3.0), 20.0)
    matrix = (likes.T @ likes + 3.0 * (features @ features.T)).toarray().astype(np.float64) + 20.0 * np.eye(25)
    inverse = np.linalg.inv(matrix)
    expected = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(expected, 0)
    assert weights == pytest.approx(expected, abs=1e-5)
    some = columns_of(likes, features, np.array([3, 7, 24]), share=3.0, regular=20.0, progress=ignored)
    assert some == pytest.approx(expected[:, [3, 7, 24]], abs=2e-3)


def test_a_new_movie_is_a_mixture_of_known_ones(features):
    alike = (features @ features.T).toarray()
    kernel = alike + alike**2 / 2
    mixture = Likeness(features[:20], 0.5).of(features[20:])
    assert mixture == pytest.approx(np.linalg.solve(kernel[:20, :20] + 0.5 * np.eye(20), kernel[:20, 20:]), abs=1e-4)


def test_one_that_is_known_is_foretold_as_if_it_were_not(features):
    found = Likeness(features[:20], 0.5).of(features[3:4], np.array([3]))
    others = np.delete(np.arange(20), 3)
    without = Likeness(features[others], 0.5).of(features[3:4])
    assert found[others] == pytest.approx(without, abs=1e-4)
    assert found[3] == 0


def ratings_of(*rows):
    member, movie, halves, at = np.array(rows).T
    return Ratings(
        member.astype(np.int32), movie.astype(np.int32), halves.astype(np.int8), at.astype(np.int64),
        int(member.max()) + 1, int(movie.max()) + 1,
    )  # fmt: skip


def test_a_profile_weighs_stars_and_the_latest_and_has_length_one():
    ratings = ratings_of((0, 0, 10, 1), (0, 1, 8, 3), (0, 2, 4, 2), (1, 2, 6, 1))
    taste = Taste(graded(0.0, -0.5, 1.0), 2.0)
    found = profiles(ratings, taste, np.array([True, True, True])).toarray()
    raw = np.array([2.0 * np.exp(-2 / 2), 1.0, -0.5 * np.exp(-1 / 2)])
    assert found[0] == pytest.approx(raw / np.linalg.norm(raw))
    assert not found[1].any()


def test_the_gain_of_a_ranking_is_discounted_and_ties_go_by_place():
    top = top_of(np.array([[0.1, 0.9, 0.5, 0.5]]), 10)
    assert top.tolist() == [[1, 2, 3, 0]]
    assert ndcg_of(top, np.array([[False, False, True, False]])) == pytest.approx(1 / np.log2(3))


def test_intervals_are_paired():
    means, ratios = intervals({"ours": np.array([0.2, 0.4, 0.6]), "half": np.array([0.1, 0.2, 0.3])}, "ours")
    assert ratios["half"] == pytest.approx((2, 2))
    assert means["ours"][0] < 0.4 < means["ours"][1]


def test_splits_hold_out_the_latest_the_newest_and_all_but_the_first():
    ratings = ratings_of(*((0, n, 8, n) for n in range(10)), (1, 9, 8, 50), (2, 9, 8, 40))
    latest = splits.by_time(ratings)
    assert latest.held_out.movie.tolist() == [8, 9]
    assert len(splits.by_time(ratings_of(*((0, n, 8, n) for n in range(11)))).held_out) == 3
    years = np.arange(2000, 2010)
    cold = splits.by_year(ratings, years)
    assert cold.ranked is not None
    assert (cold.ranked.tolist(), len(cold.held_out)) == ([9], 3)
    early = splits.opening(ratings, years, 2)
    assert early.held_out.member.tolist() == [1]


def test_a_programme_has_movies_that_just_opened_beside_settled_ones():
    ratings = ratings_of(
        *((0, n, 8, n) for n in range(10)), (1, 9, 8, 50), (2, 9, 8, 40), *((3, n, 8, n) for n in (1, 9))
    )
    split = splits.programme(ratings, np.arange(2000, 2010), 1)
    assert split.ranked is not None
    assert split.ranked.tolist() == [9]
    learned, held_out = (
        set(zip(one.member.tolist(), one.movie.tolist(), strict=True)) for one in (split.learned, split.held_out)
    )
    assert learned == {(0, n) for n in range(8)} | {(0, 9), (3, 1)}
    assert held_out == {(0, 8), (3, 9)}


def test_pairs_are_asked_of_what_was_rated_and_count_by_member():
    before = [(member, 4, 10, 0) for member in (0, 1, 2)]
    after = [(0, 0, 10, 9), (0, 2, 4, 9), (0, 3, 8, 9), (1, 1, 4, 9), (1, 2, 10, 9), (1, 3, 10, 9), (2, 0, 10, 9)]
    split = splits.Split(ratings_of(*before), ratings_of(*after))
    pairs = Pairs(split, np.array([0, 1]), np.array([2, 3]))
    assert pairs.members.tolist() == [0, 1]
    new, settled = np.array([[3.0, 0.0], [0.0, 1.0]]), np.array([[2.0, 9.0], [2.0, 0.5]])
    assert pairs(new, settled).tolist() == pytest.approx([1 / 1.5, 1 / 1.5])
    assert pairs(0.1 * new, settled).tolist() == pytest.approx([0, 2 / 1.5])
