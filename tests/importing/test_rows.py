from datetime import date

from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.columns import columns_of
from cinemactl.importing.rows import values_of


def test_a_zero_is_as_good_as_an_empty_cell() -> None:
    columns = columns_of("movies.csv", ["title", "year", "runtime", "release date"], shelf.generic())
    assert values_of(columns, ["Heat", "0", "0", "15 Dec 1995"]) == {
        "title": "Heat",
        "year": 1995,
        "release_date": date(1995, 12, 15),
    }
    assert values_of(columns, ["Heat", "0", "-", "0000-00-00"]) == {"title": "Heat"}
