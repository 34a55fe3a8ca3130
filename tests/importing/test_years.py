import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.refusals import refused, value_or_refusal

from cinemactl.importing.years import is_span, year_of


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2001", 2001),
        (" 2001\xa0", 2001),
        ("2001" + " " * 500, 2001),
        ("2001.0", 2001),
        ("2001.00", 2001),
        ("(1999)", 1999),
        ("2006-2007", 2006),
        ("(2006\u20132007)", 2006),
        ("2006\u2013", 2006),
        ("(2006\u2013 )", 2006),
        ("(2006 - 2007)", 2006),
        ("II 2015", 2015),
        ("(II) (2015)", 2015),
        ("(I) (2006\u20132007)", 2006),
        ("(2015 TV Movie)", 2015),
        ("(II) (2012 Video)", 2012),
        ("1999-03-31", 1999),
        ("1999-03-31 20:15:00", 1999),
        ("1999-03-31T20:15:00Z", 1999),
        ("1999-03", 1999),
        ("0", None),
        ("0000", None),
        ("0.0", None),
        ("-", None),
        ("\u2014", None),
    ],
)
def test_year(cell: str, year: int | None) -> None:
    assert year_of(cell) == year


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "c. 1999",
            "199?",
            "1999?",
            "ca 1999",
            "1990s",
            "99",
            "'99",
            "(1999",
            "1999)",
            "2001.5",
            "1999 2000",
            "2001,0",
        ),
        *(
            "1999-13-01",
            "1999-02-32",
            "31.12.1999",
            "19999",
            "-1999",
            "1999/2000/2001",
            "\u0661\u0669\u0669\u0669",
            "abc",
            "",
        ),
        *("1200", "(3000)", "2007-2006", "2006-3000", "II", "(2015 TV Series)", "x" * 100_000, "9" * 100_000),
    ],
)
def test_what_is_no_certain_year_is_refused(cell: str) -> None:
    assert refused(year_of, cell).field == "year"


@pytest.mark.parametrize(
    ("cell", "span"),
    [
        ("2006\u20132007", True),
        ("(2006\u2013 )", True),
        ("2006-", True),
        ("2006", False),
        ("(2006)", False),
        ("2006-07-01", False),
    ],
)
def test_a_span_of_years_is_a_series(cell: str, span: object) -> None:
    assert is_span(cell) is span


@given(cell=st.text(max_size=30) | st.text("0129()-\u2013. IVX", max_size=14))
def test_any_cell_is_a_year_or_refused(cell: str) -> None:
    found = value_or_refusal(year_of, cell)
    assert found is None or (isinstance(found, int) and str(found) in cell)
