"""What other scales come to in stars."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.audience.scales import is_stars, stars_exactly, to_stars, value_of
from cinemactl.catalogue.values import ValueRefused


@pytest.mark.parametrize(
    ("text", "scale", "stars"),
    [
        ("4", 5, "4.0"),
        ("4,5", 5, "4.5"),
        ("3.25", 5, "3.5"),
        ("3.2", 5, "3.0"),
        ("0", 10, "0.5"),
        ("1", 10, "0.5"),
        ("7", 10, "3.5"),
        ("7.5", 10, "4.0"),
        ("10", 10, "5.0"),
        ("0", 100, "0.5"),
        ("85", 100, "4.5"),
        ("100", 100, "5"),
    ],
)
def test_values_become_the_nearest_stars(text, scale, stars):
    assert to_stars(value_of(text, scale), scale) == Decimal(stars)


@pytest.mark.parametrize(("text", "scale"), [("0", 5), ("0.4", 5), ("5.1", 5), ("11", 10), ("101", 100), ("-1", 10)])
def test_what_is_not_on_the_scale_is_refused(text, scale):
    with pytest.raises(ValueRefused):
        value_of(text, scale)


@given(st.text(max_size=12), st.sampled_from([5, 10, 100]))
def test_any_text_is_stars_or_refused(text, scale):
    try:
        value = value_of(text, scale)
    except ValueRefused:
        return
    stars = to_stars(value, scale)
    assert Decimal("0.5") <= stars <= 5
    assert stars * 2 == int(stars * 2)
    assert not is_stars(value, scale) or value == stars


def test_by_hand_only_halves_are_given():
    assert stars_exactly("3.5") == Decimal("3.5")
    with pytest.raises(ValueRefused):
        stars_exactly("3.2")
