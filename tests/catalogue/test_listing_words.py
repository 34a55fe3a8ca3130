"""The words that name an order, a status and years."""

from __future__ import annotations

import pytest

from cinemactl.catalogue.listing import Sort, sort_of, status_of, years_of
from cinemactl.errors import UsageRefused


@pytest.mark.parametrize(
    ("word", "sort"), [("title", Sort.TITLE), ("RELEASE_DATE", Sort.RELEASE_DATE), (" ranking ", Sort.RANKING)]
)
def test_a_sort_is_named_in_any_case(word, sort):
    assert sort_of(word) is sort


def test_other_words_for_sort_and_status_are_refused_with_the_choices():
    with pytest.raises(UsageRefused) as refused:
        sort_of("size")
    assert refused.value.hint == "Choose one of title, release-date, start-date, ranking."
    with pytest.raises(UsageRefused):
        status_of("gone")
    assert status_of(None) is None
    assert status_of("Coming_Up") == "coming-up"


@pytest.mark.parametrize(
    ("given", "years"),
    [
        (None, (None, None)),
        ("1994", (1994, 1994)),
        ("1990-1999", (1990, 1999)),
        ("1990..1999", (1990, 1999)),
        ("1990-", (1990, None)),
        ("-1999", (None, 1999)),
    ],
)
def test_years_are_one_or_a_range(given, years):
    assert years_of(given) == years


@pytest.mark.parametrize("given", ["", "199x", "1999-1990", "1990-1995-1999", "12", "now"])
def test_other_years_are_refused(given):
    with pytest.raises(UsageRefused):
        years_of(given)
