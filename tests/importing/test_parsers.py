"""The parsers that layouts ask for by a word."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.layouts import shelf
from cinemactl.importing.parsers import made

CELLS = st.text(max_size=40) | st.sampled_from(
    [
        "[{'name': 'Crime'}]",
        '[{"name": "Crime"}]',
        "[{",
        "[]",
        "['Crime']",
        "[1]",
        '["' * 300,
        "Heat, The (a.k.a. X) (1995)",
    ]
)
FEEDS = [
    (feed.parser, feed.field, str(feed.headings[0]), feed.options)
    for layout in shelf.shipped().values()
    for feed in layout.feeds
    if feed.parser != "plain"
]


def parsed(parser, field, cell, heading="heading", **options):
    return made(parser, field, heading, options)(cell)


@given(cell=CELLS, feed=st.sampled_from(FEEDS))
def test_any_cell_is_a_value_or_refused(cell, feed):
    parser, field, heading, options = feed
    with suppress(ValueRefused):
        made(parser, field, heading, options)(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "[{'name': 'Crime'}",
        "[{'name': 80}]",
        "[{'id': 80}]",
        "[{'name': __import__('os')}]",
        "[[1]]",
        "[" * 100_000,
        '["a",' + "[" * 100_000,
        "['" + "x" * 500_000 + "']",
    ],
    ids=range(8),
)
def test_lists_that_cannot_be_read_are_refused(cell):
    with pytest.raises(ValueRefused):
        parsed("listed", "genres", cell)


@pytest.mark.parametrize(
    ("cell", "title", "year", "others"),
    [
        ("Heat (1995)", "Heat", 1995, []),
        ("Matrix, The (1999)", "The Matrix", 1999, []),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995, ["Se7en"]),
        ("Avventura, L' (Adventure, The) (1960)", "L'Avventura", 1960, ["The Adventure"]),
        ("Babylon 5", "Babylon 5", None, []),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968, []),
        ("Good, the Bad and the Ugly, The (1966)", "The Good, the Bad and the Ugly", 1966, []),
        ("Dekalog (1989-1990)", "Dekalog", 1989, []),
    ],
)
def test_titles_with_years(cell, title, year, others):
    said = parsed("title_with_year", "title", cell)
    assert (said["title"], said.get("title_year")) == (title, year)
    assert [one.title for one in said.get("further_titles", [])] == others


@pytest.mark.parametrize("cell", ["0", "0.0", "0 min", "2 Seasons", "1 Season"])
def test_runtimes_that_say_nothing(cell):
    assert parsed("runtime_or_none", "runtime", cell) is None


def test_flags():
    assert [parsed("flag", "genres", cell, "Sci-Fi") for cell in ("1", "0")] == [["Science Fiction"], []]
    with pytest.raises(ValueRefused):
        parsed("flag", "genres", "2", "Sci-Fi")


def test_a_certificate_of_another_system_is_refused():
    options = {"systems": {"MPA": ["PG"]}, "none": ["NR"]}
    assert parsed("certificate", "certificate", "PG", **options) == ("MPA", "PG")
    assert parsed("certificate", "certificate", "NR", **options) is None
    with pytest.raises(ValueRefused, match="74 min"):
        parsed("certificate", "certificate", "74 min", **options)


def test_what_stands_for_a_part_is_replaced():
    replace = {"Action & Adventure": ["Action", "Adventure"], "Movies": [], "Dramas": "Drama"}
    cell = "action & adventure, Movies, Dramas, Crime"
    assert parsed("listed", "genres", cell, separator=",", replace=replace) == ["Action", "Adventure", "Drama", "Crime"]
