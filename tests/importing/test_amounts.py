from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.refusals import refused, value_or_refusal

from cinemactl.importing.amounts import amount_of, rating_of, whole_of


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1234", "1234"),
        ("28,341,469", "28341469"),
        ("28.341.469", "28341469"),
        ("28 341 469", "28341469"),
        ("28\xa0341\xa0469", "28341469"),
        ("28\u202f341\u202f469", "28341469"),
        ("28'341'469", "28341469"),
        ("28\u2019341\u2019469.50", "28341469.50"),
        ("2,83,41,469", "28341469"),
        ("$1,234.00", "1234"),
        ("US$ 1,234.50", "1234.50"),
        ("USD 1,234.50", "1234.50"),
        ("1.234,56 \u20ac", "1234.56"),
        ("1.234,56\xa0EUR", "1234.56"),
        ("\xa31,234", "1234"),
        ("1 234", "1234"),
        ("1 234,5", "1234.5"),
        ("1,234", "1234"),
        ("1,23", "1.23"),
        ("1.23", "1.23"),
        ("0.123", "0.123"),
        ("1234.567", "1234.567"),
        ("-5", "-5"),
        ("0", "0"),
    ],
)
def test_amount(cell: str, number: str) -> None:
    assert amount_of(cell) == Decimal(number)


def test_a_known_mark_decides() -> None:
    assert amount_of("1.234", mark=".") == Decimal("1.234")
    assert amount_of("1.234", mark=",") == Decimal(1234)
    assert amount_of("1,234", mark=",") == Decimal("1.234")
    assert refused(partial(amount_of, mark=","), "1,234.00").reason == "has its marks where no number has them"


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "",
            "abc",
            "1,2,3",
            "12,34",
            "1,23,4567",
            "1.2.3",
            "1,234.567.890",
            "1 23",
            "1,234 567",
            "1.234.56,7,8",
            "1e6",
            "1-2",
            "5,",
        ),
        *(".5", ",", "$", "12 apples", "--5", "\u0661\u0662", "9" * 30, "1" * 100_000, "0,123,456"),
    ],
)
def test_what_is_no_certain_number_is_refused(cell: str) -> None:
    if cell != "12,34":
        refused(amount_of, cell)
    refused(whole_of, cell)


def test_a_point_before_three_digits_is_not_guessed() -> None:
    assert "could separate thousands or decimals" in refused(amount_of, "1.234").message
    assert whole_of("1.234") == 1234
    assert "could separate thousands or decimals" in refused(whole_of, "1.000").message
    assert whole_of("1.000", mark=",") == 1000
    assert whole_of("1.000", mark=".") == 1


@pytest.mark.parametrize(
    ("cell", "number"),
    [("120", 120), ("120.0", 120), ("1,234", 1234), ("1.234.567", 1234567), ("$1,234.00", 1234), ("-", None)],
)
def test_whole(cell: str, number: int | None) -> None:
    assert whole_of(cell, "seats") == number


def test_seats_are_whole_and_not_negative() -> None:
    assert refused(partial(whole_of, field="seats"), "120.5").message == "The seats '120.5' is not a whole number."
    assert refused(whole_of, "-5").reason == "is negative"
    assert refused(whole_of, "-5").hint == "Give a whole number, 0 or more."


@pytest.mark.parametrize(
    ("cell", "rating"), [("3,5", "3.5"), ("3.5", "3.5"), ("10", "10"), ("8/10", "8"), ("7.5 / 10", "7.5"), ("0", "0")]
)
def test_rating(cell: str, rating: str) -> None:
    assert rating_of(cell) == Decimal(rating)


@pytest.mark.parametrize("cell", ["11", "-1", "4/5", "1,234.5", "good", "", "8/", "1" * 1000])
def test_rating_refused(cell: str) -> None:
    refused(rating_of, cell)
    assert rating_of("4/5", most=5) == 4


@given(number=st.integers(0, 10**17), point=st.sampled_from([",", ".", " ", "\xa0", "\u202f", "'"]))
def test_grouped_numbers_are_read_back(number: int, point: str) -> None:
    grouped = f"{number:,}".replace(",", point)
    if grouped.count(".") == 1:
        assert value_or_refusal(partial(whole_of), grouped) in {number, None}
    else:
        assert whole_of(grouped) == number


@given(cents=st.integers(-(10**12), 10**12), marks=st.sampled_from([",.", ".,", " ,", "\xa0,", "'."]))
def test_grouped_decimals_are_read_back(cents: int, marks: str) -> None:
    number = Decimal(cents) / 100
    assert amount_of(f"{number:,.2f}".translate(str.maketrans(",.", marks))) == number


@given(cell=st.text(max_size=30) | st.text("019,.' $\u20ac-\xa0/", max_size=14))
def test_any_cell_is_a_number_or_refused(cell: str) -> None:
    for parse in (amount_of, whole_of, rating_of):
        value_or_refusal(parse, cell)
