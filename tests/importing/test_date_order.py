"""The order of the dates of a column, found out while it is read, told, or asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.importer import table

from cinemactl.importing.dates import DateOrderUnclear, UnclearDay
from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.columns import columns_of
from cinemactl.importing.layouts.layout import layout_of
from cinemactl.importing.rows import values_of

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def dated(*days: str) -> str:
    """Return a file of movies that differ, released on these days."""
    return table("title,released,runtime", *([f"Movie {place}", day, "100"] for place, day in enumerate(days)))


def released(importer) -> list[str]:
    return [str(movie["release_date"]) for movie in importer.movies()]


def test_a_later_date_decides_about_those_before_it(importer):
    done = importer.run(dated("03/04/2024", "2024-05-06", "12/25/2024", "05/06/2024"))
    assert (done["created"], done["date_order"]) == (4, "mdy")
    assert released(importer) == ["2024-03-04", "2024-05-06", "2024-12-25", "2024-05-06"]


def test_days_first_are_read_as_they_come(importer):
    done = importer.run(dated("03/04/2024", "25/12/2024", "05/06/2024"))
    assert done["date_order"] == "dmy"
    assert released(importer) == ["2024-04-03", "2024-12-25", "2024-06-05"]


def test_iso_dates_have_an_order_of_their_own(importer):
    assert importer.run(dated("2024-05-06", "2024-05-07"))["date_order"] == "ymd"
    assert importer.run(table("title", ["Heat"]))["date_order"] is None


def test_a_column_that_could_be_either_is_asked_about(importer):
    with pytest.raises(DateOrderUnclear) as caught:
        importer.run(dated("03/04/2024", "2024-05-06", "05/06/2024"))
    assert "'released'" in caught.value.message
    assert "'03/04/2024' and '05/06/2024' have the day or the month first" in caught.value.message
    assert "--date-order dmy" in caught.value.hint
    assert importer.movies() == []


@pytest.mark.parametrize(("order", "expected"), [("dmy", "2024-04-03"), ("mdy", "2024-03-04")])
def test_the_order_told_is_the_order(importer, order, expected):
    done = importer.run(dated("03/04/2024"), date_order=order)
    assert (released(importer), done["date_order"]) == ([expected], order)


def test_the_years_first_leave_others_in_no_order(importer):
    assert importer.counts(dated("03/04/2024", "2024-04-03"), date_order="ymd") == {"created": 1, "rejected": 1}


def test_dates_that_contradict_each_other_are_asked_about_even_when_lenient(importer):
    with pytest.raises(DateOrderUnclear, match="could be either"):
        importer.run(dated("03/04/2024", "25/12/2024", "12/25/2024"), lenient=True)


def test_a_row_that_is_set_aside_tells_its_order_too(importer):
    file = table("title,runtime,released", "Heat,x,12/25/1995", "Ronin,122,03/04/1998")
    assert importer.counts(file) == {"created": 1, "rejected": 1}
    assert released(importer) == ["1998-03-04"]


def test_rows_that_were_answered_for_have_the_order_of_their_file(importer):
    for _ in range(2):
        importer.add("Heat")
    done = importer.run(table("title,released", "Heat,03/04/1995", "Ronin,12/25/1998"))
    assert (done["ambiguous"], done["date_order"]) == (1, "mdy")
    importer.resolve(done["import_id"], {2: "new"})
    assert "1995-03-04" in released(importer)


def test_a_plan_is_applied_with_the_order_it_was_made_with(importer):
    planned = importer.run(dated("03/04/2024"), date_order="mdy", dry_run=True)
    importer.apply(planned["import_id"])
    assert released(importer) == ["2024-03-04"]


def test_a_layout_may_fix_the_order():
    source = {**shelf.generic().source, "date_order": "mdy"}
    for told, expected in ((None, date(2024, 3, 4)), ("dmy", date(2024, 4, 3))):
        columns = columns_of("x.csv", ["title", "released"], layout_of("mine", source), date_order=told)
        assert values_of(columns, ["Heat", "03/04/2024"])["release_date"] == expected


@given(
    days=st.lists(DAYS, min_size=1, max_size=12), form=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y"])
)
def test_every_date_is_read_right_or_asked_about(days: list[date], form: str) -> None:
    columns = columns_of("x.csv", ["title", "released"], shelf.generic())
    read = [values_of(columns, ["Heat", day.strftime(form)])["release_date"] for day in days]
    try:
        order = columns.found.order()
    except DateOrderUnclear:
        return
    turned = [date(day.year, day.day, day.month) if type(day) is UnclearDay and order == "mdy" else day for day in read]
    assert turned == days


def test_iso_dates_are_not_looked_at() -> None:
    columns = columns_of("x.csv", ["title", "released"], shelf.generic())
    for number in range(100):
        values_of(columns, ["Heat", str(date(2024, 1, 1) + timedelta(days=number))])
    assert columns.found.dates is not None
    assert columns.found.dates.fits == ("ymd",)
