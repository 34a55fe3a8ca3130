"""A file of ratings is read alike, whichever stretches of it PostgreSQL reads itself."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from cinemactl.importing.dialect import recognise
from cinemactl.importing.layouts import shelf
from cinemactl.importing.ratings import plain
from cinemactl.importing.ratings.columns import rating_columns
from cinemactl.importing.ratings.plain import Piece, parted, shape_of
from cinemactl.importing.reading import records

HEADER = ["userId", "movieId", "rating", "timestamp"]
GOOD = st.builds(
    "{},{},{},{}".format,
    st.integers(1, 999),
    st.integers(1, 999_999_999),
    st.sampled_from(["0.5", "1", "3.0", "4.5", "5", "5.0"]),
    st.integers(100_000_000, 9_999_999_999),
)
ODD = st.one_of(
    st.sampled_from(
        ["", "1,2", "1,2,5.5,964982224", '"1",2,"4",964982224', '"1', "0,1,4,964982224", "1,2,4,964982224,x"]
    ),
    st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), max_size=12),
)
LINES = st.lists(st.one_of(GOOD, GOOD, GOOD, ODD), max_size=30)


def _rows(stretches):
    found = []
    for stretch in stretches:
        if isinstance(stretch, Piece):
            lines = stretch.content.decode().splitlines()
            found += [(stretch.line + place, line.split(","), "") for place, line in enumerate(lines)]
        else:
            found += [(record.line, record.fields, record.fault) for record in stretch]
    return found


@settings(max_examples=150)
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.integers(20, 400), st.booleans())
def test_pieces_and_records_are_the_same_rows(lines, end, size, is_ended):
    content = (end.join([",".join(HEADER), *lines]) + end * is_ended).encode()
    dialect = recognise("ratings.csv", content, encoding="utf-8", delimiter=",", header="1")
    columns = rating_columns("ratings.csv", HEADER, shelf.shipped()["movielens-ratings"])
    shape = shape_of(columns, dialect)
    assert shape is not None
    before, plain.PIECE_BYTES = plain.PIECE_BYTES, size
    try:
        found = _rows(parted(io.BytesIO(content), shape, columns, dialect, "ratings.csv"))
    finally:
        plain.PIECE_BYTES = before
    expected = [(one.line, one.fields, one.fault) for one in records(io.BytesIO(content), dialect, "ratings.csv")][1:]
    assert found == expected


def test_the_delimiter_of_two_characters_becomes_one():
    layout = shelf.shipped()["movietweetings-ratings"]
    dialect = recognise("ratings.dat", b"1::0113277::7::1365029107\n", encoding="utf-8", delimiter="::", header="none")
    columns = rating_columns("ratings.dat", ["column_1", "column_2", "column_3", "column_4"], layout)
    shape = shape_of(columns, dialect)
    assert shape is not None
    assert (shape.scheme, shape.scale, shape.columns) == ("imdb", 10, ("member", "movie", "value", "seconds"))
    assert shape.plain(b"1::0113277::7::1365029107\r\n2::0113277::10::1365029107\r\n") == (
        b"1,0113277,7,1365029107\n2,0113277,10,1365029107\n"
    )
    assert shape.plain(b"1::0113277::11::1365029107\n") is None
    assert shape.plain(b"1:::0113277:7::1365029107\n") is None
