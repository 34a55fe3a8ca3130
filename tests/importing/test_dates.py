from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.refusals import refused, value_or_refusal

from cinemactl.errors import UsageRefused
from cinemactl.importing.dates import ColumnDates, DateOrderUnclear, date_parser
from cinemactl.importing.months import NAMES, month_of

LAST_OF_2024 = date(2024, 12, 31)
DAYS = st.dates(date(1870, 1, 1), date(2100, 12, 31))


def seen(*cells: str) -> ColumnDates:
    column = ColumnDates("Released")
    for cell in cells:
        column.see(cell)
    return column


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2024-12-31",
            " 2024-12-31\xa0",
            "20241231",
            "2024/12/31",
            "2024.12.31",
            "31.12.2024",
            "31/12/2024",
            "12/31/2024",
        ),
        *(
            "31-12-2024",
            "31. 12. 2024",
            "31-Dec-2024",
            "31 Dec 2024",
            "Dec 31, 2024",
            "Dec. 31, 2024",
            "December 31st, 2024",
        ),
        *(
            "31 December 2024",
            "31st December 2024",
            "31. Dezember 2024",
            "31 d\xe9cembre 2024",
            "31 DECEMBRE 2024",
            "31 de diciembre de 2024",
        ),
        *(
            "31 dicembre 2024",
            "2024 Dec 31",
            "2024-Dec-31",
            "December 31 2024",
            "31 December, 2024",
            "De\u0301cembre 31, 2024",
        ),
        *(
            "2024-12-31T20:15:00Z",
            "2024-12-31 20:15:00",
            "2024-12-31 20:15:00+00:00",
            "2024-12-31T20:15:00.123456+0200",
        ),
        *(
            "31/12/2024 20:15",
            "12/31/2024 8:15 PM",
            "12/31/2024, 8:15:00 p.m.",
            "31.12.2024 20:15",
            "Dec 31, 2024 20:15",
        ),
        *("December 31, 2024 (United States)", "31 December 2024 (USA)", "2024-12-31 (Germany)"),
    ],
)
def test_every_way_to_write_a_day(cell: str) -> None:
    assert date_parser()(cell) == LAST_OF_2024


@pytest.mark.parametrize("cell", ["-", "\u2014", "0", "0000-00-00", "NaT"])
def test_no_day(cell: str) -> None:
    assert date_parser()(cell) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("31.12.24", "has a year of two digits, which could be in two centuries"),
        ("12/31/24", "has a year of two digits, which could be in two centuries"),
        ("31-Dec-24", "has a year of two digits, which could be in two centuries"),
        ("24-12-31", "has a year of two digits, which could be in two centuries"),
        ("2024", "has no day"),
        ("2024-12", "has no day"),
        ("Dec 2024", "has no day"),
        ("2023-02-29", "is no day of the calendar"),
        ("2024-13-01", "is no day of the calendar"),
        ("20241331", "is no day of the calendar"),
        ("31.13.2024", "is no day of the calendar"),
        ("32 December 2024", "is no day of the calendar"),
        ("1066-10-14", "is not between 1870 and 2100"),
        ("31/12.2024", "is not a date"),
        ("31 Foo 2024", "is not a date"),
        ("1 jui 2024", "is not a date"),
        ("2024-12-31 99:99", "is not a date"),
        ("2024-12-31 or so", "is not a date"),
        ("2024-12-31 (2nd)", "is not a date"),
        ("\u0662\u0660\u0662\u0664-12-31", "is not a date"),
        ("", "is empty"),
        ("2024-12-31" + "x" * 100_000, "is not a date"),
    ],
)
def test_what_is_no_certain_day_is_refused(cell: str, reason: str) -> None:
    assert refused(date_parser(), cell).reason == reason


def test_the_order_is_said_or_certain_and_never_guessed() -> None:
    assert date_parser("dmy")("01/02/2024") == date(2024, 2, 1)
    assert date_parser("mdy")("01/02/2024") == date(2024, 1, 2)
    assert "--date-order" in refused(date_parser(), "01/02/2024").hint
    assert date_parser()("02/02/2024") == date(2024, 2, 2)


def test_a_date_of_the_other_order_is_refused() -> None:
    assert refused(date_parser("dmy"), "12/31/2024").reason == "has no day first as its column has"
    assert refused(date_parser("mdy"), "31/12/2024").reason == "has no month first as its column has"
    assert refused(date_parser("ymd"), "31/12/2024").reason == "does not begin with the year, as --date-order ymd says"
    assert date_parser("ymd")("2024-12-31") == date_parser("mdy")("2024/12/31") == LAST_OF_2024


def test_there_are_three_orders() -> None:
    with pytest.raises(UsageRefused, match="no date order 'ydm'"):
        date_parser("ydm")


@pytest.mark.parametrize(
    ("cells", "fits", "order"),
    [
        (["01/02/2024", "31/12/2024"], ("dmy",), "dmy"),
        (["01/02/2024", "12/31/2024"], ("mdy",), "mdy"),
        (["01.02.2024 20:15", "31.12.2024 20:15"], ("dmy",), "dmy"),
        (["2024-01-02", "2024/12/31", "20240102", "2 Jan 2024"], ("ymd",), None),
        ([], ("ymd",), None),
        (["", "soon", "n/a", "99/99/2024", "13/13/2024"], ("ymd",), None),
        (["2024-01-02", "31/12/2024"], ("dmy",), "dmy"),
        (["01/01/2024", "02/02/2024"], ("dmy", "mdy"), None),
        (["31/12/2024", "12/31/2024"], (), None),
    ],
)
def test_the_order_of_a_column(cells: list[str], fits: tuple[str, ...], order: str | None) -> None:
    column = seen(*cells)
    assert column.fits == fits
    assert column.order() == order


def test_a_column_that_could_be_either_asks() -> None:
    with pytest.raises(DateOrderUnclear, match=r"'Released'.*'03/04/2024'") as caught:
        seen("05/05/2024", " 03/04/2024", "01/02/2024").order()
    assert "--date-order dmy" in caught.value.hint


def test_a_column_that_contradicts_itself_is_refused_where_it_matters() -> None:
    with pytest.raises(DateOrderUnclear, match=r"'31/12/2024' has the day first, '12/31/2024' the month"):
        seen("31/12/2024", "12/31/2024", "01/02/2024").order()


@given(
    days=st.lists(DAYS, min_size=1, max_size=20), form=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y"])
)
def test_a_column_is_read_as_it_was_written_or_asks(days: list[date], form: str) -> None:
    cells = [day.strftime(form) for day in days]
    column = seen(*cells)
    try:
        parse = date_parser(column.order())
    except DateOrderUnclear:
        assert column.fits == ("dmy", "mdy")
    else:
        assert [parse(cell) for cell in cells] == days


@given(day=DAYS, names=st.integers(0, 4))
def test_months_by_name(day: date, names: int) -> None:
    month = NAMES[day.month - 1][min(names, len(NAMES[day.month - 1]) - 1)]
    for cell in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day}. {month.upper()} {day.year}",
    ):
        assert date_parser()(cell) == day


def test_a_short_name_of_two_months_is_none() -> None:
    assert month_of("jui") is None
    assert [month_of(name[:3]) for name in ("June", "July", "M\xe4rz", "mai", "ao\xfbt", "settembre")] == [
        6,
        7,
        3,
        5,
        8,
        9,
    ]


@given(
    cell=st.text(max_size=40) | st.text("0123/.-: TZ", max_size=20), order=st.sampled_from([None, "dmy", "mdy", "ymd"])
)
def test_any_cell_is_a_day_or_refused(cell: str, order: str | None) -> None:
    found = value_or_refusal(date_parser(order), cell)
    assert found is None or isinstance(found, date)
    assert seen(cell).fits


def test_a_column_takes_no_memory_for_its_rows() -> None:
    column = seen(*(str(LAST_OF_2024 - timedelta(days=number)) for number in range(1000)), *["01/02/2024"] * 1000)
    assert column.unclear == ["01/02/2024"]
    assert len(column._against) == 0
