"""What the export writes as CSV, the import reads as it was."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.catalogue import exporting, values
from cinemactl.catalogue.fields import MovieFields, Person, Title
from cinemactl.cli import render
from cinemactl.cli.render import Format
from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.columns import columns_of
from cinemactl.importing.layouts.recognising import best
from cinemactl.importing.rows import values_of

AWKWARD = [
    *(
        "Matrix, The",
        "Heat (1995)",
        "AT&amp;T",
        "Am\u00c3\u00a9lie",
        "Face|Off",
        "N/A",
        "null",
        "-",
        "'-5",
        "=1+1",
        "-5",
    ),
    *(
        "['a']",
        '[{"name": "x"}]',
        "a\\",
        "\\",
        "|",
        "Jo as Bo",
        "as",
        "fr:Foo",
        "a: b",
        "'=x",
        "1995",
        "a, b; c",
        "\\N",
    ),
]
TIDY = st.sampled_from(AWKWARD) | st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), max_codepoint=0x2FFF), min_size=1, max_size=12
).filter(values.trimmed).map(values.title)
LONG = TIDY | st.sampled_from(["Two\nlines", "Two\n\nparagraphs", '"quoted", and more'])
DOCUMENTS = st.fixed_dictionaries(
    {
        "title": TIDY,
        "original_title": st.none() | TIDY,
        "titles": st.lists(
            st.fixed_dictionaries({"title": TIDY, "language": st.sampled_from([None, "de", "pt-BR"])}), max_size=3
        ),
        "release_date": st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31)),
        "runtime": st.none() | st.integers(1, 60_000),
        "people": st.lists(
            st.fixed_dictionaries(
                {
                    "name": TIDY,
                    "role": st.sampled_from(["director", "writer", "cast"]),
                    "character": st.none() | TIDY,
                }
            ),
            max_size=4,
        ),
        "certificate": st.none() | TIDY.map(str.upper),
        "synopsis": st.none() | LONG,
        "keywords": st.lists(TIDY, max_size=3, unique=True),
        "other_id": st.none() | TIDY,
    }
)


def read_back(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the import reads of a document's row, through the CSV in between."""
    stream = io.StringIO()
    render.rows([exporting.flat(document)], (), Format.CSV, stream=stream, fields=exporting.CSV_FIELDS)
    header, row = csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True)
    layout = best([header], shelf.shipped().values())
    assert layout is not None
    assert layout.name == "cinemactl"
    return values_of(columns_of("movies.csv", header, layout), row)


@given(given=DOCUMENTS)
def test_every_field_is_read_as_it_was(given: dict[str, Any]) -> None:
    document = given | {
        "id": 7,
        "year": given["release_date"] and given["release_date"].year,
        "people": [one | ({} if one["role"] == "cast" else {"character": None}) for one in given["people"]],
        "genres": ["Drama", "Film-Noir", "TV Movie"],
        "languages": ["de", "pt-BR"],
        "countries": ["DE", "SU"],
        "certificate_system": "Other",
        "poster": "https://example.org/a.jpg",
        "trailer": "0" * 64 + ".mp4",
        "ids": [{"scheme": "own", "value": given["other_id"]}] if given["other_id"] else [],
        "status": "catalogue",
        "ranking": 0.0,
    }
    said = read_back(document)
    of = said.get
    for name in ("title", "original_title", "release_date", "year", "runtime", "synopsis", "poster"):
        assert of(name) == document[name], name
    for name in ("genres", "languages", "countries", "keywords"):
        assert of(name, []) == document[name], name
    titles = [Title(one["title"], one["language"]) for one in document["titles"]]
    assert of("further_titles", []) == list(dict.fromkeys(titles))
    for field, role in (("directors", "director"), ("writers", "writer"), ("cast", "cast")):
        people = [(one["name"], one["character"]) for one in document["people"] if one["role"] == role]
        assert of(field, []) == list(dict.fromkeys(people)), field
    assert of("certificate") == (("Other", document["certificate"]) if document["certificate"] else None)
    assert of("ids", []) == [(one["scheme"], one["value"]) for one in document["ids"]]
    assert "trailer" not in said


@pytest.mark.parametrize(("form", "layout"), [(Format.CSV, "cinemactl"), (Format.JSONL, "cinemactl-json")])
def test_a_catalogue_is_unchanged_by_its_own_export(importer, form, layout):
    # A quote before a sign is taken for the guard of a spreadsheet, which JSON does not have.
    awkward = [title for title in AWKWARD if form is Format.CSV or not title.startswith("'")]
    for number, title in enumerate(awkward):
        other = awkward[number - 1]
        given = MovieFields(
            title=title,
            original_title=other,
            titles=[Title(other), Title(title, "de")],
            release_year=1990 + number,
            people=[Person(other, "director"), Person(title, "cast"), Person(other, "cast", title)],
            keywords=[title],
            synopsis=other,
            ids=[("own", title)],
        )
        importer.add(**vars(given))
    stream = io.StringIO()
    movies = importer.movies()
    rows = list(map(exporting.flat, movies)) if form is Format.CSV else movies
    render.rows(rows, (), form, stream=stream, fields=exporting.CSV_FIELDS)
    done = importer.run(stream.getvalue())
    assert (done["layout"], done["unchanged"], done["rows"]) == (layout, len(awkward), len(awkward))
    assert done["mended"] == {}
    before = importer.movies()
    importer.empty()
    assert importer.run(stream.getvalue())["created"] == len(awkward)
    added = ("id", "created_at", "updated_at")
    assert [{k: v for k, v in one.items() if k not in added} for one in importer.movies()] == [
        {k: v for k, v in one.items() if k not in added} for one in before
    ]
