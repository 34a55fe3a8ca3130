from datetime import date

import pytest

from cinemactl.catalogue.fields import Title
from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.columns import columns_of
from cinemactl.importing.rows import CellRefused, values_of


def test_a_zero_is_as_good_as_an_empty_cell() -> None:
    columns = columns_of("movies.csv", ["title", "year", "runtime", "release date"], shelf.generic())
    assert values_of(columns, ["Heat", "0", "0", "15 Dec 1995"]) == {
        "title": "Heat",
        "year": 1995,
        "release_date": date(1995, 12, 15),
    }
    assert values_of(columns, ["Heat", "0", "-", "0000-00-00"]) == {"title": "Heat"}


def test_a_lenient_import_drops_what_it_cannot_read_and_counts_it() -> None:
    columns = columns_of("movies.csv", ["title", "Jahr"], shelf.generic(), lenient=True)
    said = [values_of(columns, ["Heat", year]).get("year") for year in ("1999", "c. 1999", "199?", "2000")]
    assert said == [1999, None, None, 2000]
    assert columns.found.dropped is not None
    assert columns.found.dropped.counts == {"Jahr": 2}
    assert columns.found.dropped.reasons["Jahr"].startswith("The year 'c. 1999' is not a year.")


def test_a_title_is_never_dropped() -> None:
    columns = columns_of("movies.csv", ["title"], shelf.generic(), lenient=True)
    with pytest.raises(CellRefused, match="is empty"):
        values_of(columns, [" "])


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (["title"], ["Matrix, The (1999)"], {"title": "The Matrix", "year": 1999}),
        (["title", "runtime"], ["Heat", "170"], {"title": "Heat", "runtime": 170}),
        (["title", "year"], ["Matrix, The (1999)", "1999"], {"title": "The Matrix", "year": 1999}),
        (["title", "year"], ["Matrix, The (1999)", ""], {"title": "The Matrix", "year": 1999}),
        (["title", "year"], ["Matrix, The (1999)", "2001"], {"title": "The Matrix (1999)", "year": 2001}),
        (["title"], ["Seven (a.k.a. Se7en)"], {"title": "Seven", "further_titles": [Title("Se7en")]}),
        (["title", "year"], ["Blade Runner 2049 (IMAX)", ""], {"title": "Blade Runner 2049 (IMAX)"}),
        (["title", "FSK"], ["Heat", "16"], {"title": "Heat", "certificate": ("FSK", "16")}),
        (["title", "FSK-Freigabe"], ["Heat", "ab 16 Jahren"], {"title": "Heat", "certificate": ("FSK", "16")}),
        (["title", "fsk"], ["Heat", "FSK 16"], {"title": "Heat", "certificate": ("FSK", "16")}),
        (["title", "fsk"], ["Heat", "16.0"], {"title": "Heat", "certificate": ("FSK", "16")}),
        (["title", "FSK"], ["Heat", "BBFC:15"], {"title": "Heat", "certificate": ("BBFC", "15")}),
        (["title", "FSK"], ["Heat", "-"], {"title": "Heat"}),
        (["title", "MPAA rating"], ["Heat", "pg-13"], {"title": "Heat", "certificate": ("MPA", "PG-13")}),
        (["title", "Kijkwijzer"], ["Heat", "AL"], {"title": "Heat", "certificate": ("Kijkwijzer", "AL")}),
    ],
)
def test_what_a_generic_row_says(header: list[str], row: list[str], expected: dict[str, object]) -> None:
    assert values_of(columns_of("movies.csv", header, shelf.generic()), row) == expected
