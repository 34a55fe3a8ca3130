from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.refusals import refused, value_or_refusal

from cinemactl.catalogue.fields import Title
from cinemactl.importing.cells import parser_of
from cinemactl.importing.lists import LISTS
from cinemactl.importing.mending import ENCODING, ENTITY, Mended

SCHEMES = frozenset({"imdb", "tmdb"})
FIELDS = (
    "title",
    "original_title",
    "release_date",
    "year",
    "runtime",
    "certificate",
    "synopsis",
    "poster",
    "trailer",
    *LISTS,
    *SCHEMES,
)


def parsed(field: str, cell: str, **options: Any) -> object:
    return parser_of(field, SCHEMES, **options)(cell)


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("imdb", "114709", ("imdb", "tt0114709")),
        ("tmdb", "862.0", ("tmdb", "862")),
        ("title", "Matrix, The", "Matrix, The"),
        ("year", "(2006\u20132007)", 2006),
        ("year", "0", None),
        ("runtime", "1h 52m", 112),
        ("runtime", "0", None),
        ("release_date", "31 d\xe9cembre 2024", date(2024, 12, 31)),
        ("genres", "Action|Sci-Fi", ["Action", "Science Fiction"]),
        ("genres", "(no genres listed)", []),
        ("genres", "Action & Adventure, Dramas", ["Action", "Adventure", "Drama"]),
        ("genres", "Children & Family Movies, Comedies", ["Family", "Comedy"]),
        ("genres", "Action/Adventure/Sci-Fi", ["Action", "Adventure", "Science Fiction"]),
        ("genres", "Kom\xf6die, Krimi", ["Comedy", "Crime"]),
        ("genres", "Drame, Com\xe9die", ["Drama", "Comedy"]),
        ("genres", "Ciencia ficci\xf3n; B\xe9lica", ["Science Fiction", "War"]),
        ("genres", "Fantascienza, Commedia", ["Science Fiction", "Comedy"]),
        (
            "genres",
            "[{'id': 28, 'name': 'Action'}, {'id': 878, 'name': 'Science Fiction'}]",
            ["Action", "Science Fiction"],
        ),
        ("genres", "['Drama', 'War']", ["Drama", "War"]),
        ("genres", "[]", []),
        ("languages", "English, Deutsch, \u65e5\u672c\u8a9e", ["en", "de", "ja"]),
        ("languages", "eng|deu", ["en", "de"]),
        ("languages", '[{"iso_639_1": "cn", "name": "x"}, {"iso_639_1": "xx", "name": ""}]', ["yue", "zxx"]),
        ("countries", '[{"iso_3166_1": "US", "name": "United States of America"}]', ["US"]),
        ("keywords", "[{'id': 1, 'name': 'time travel'}]", ["time travel"]),
        ("directors", "[{'job': 'Director', 'name': 'Lana'}, {'job': 'Editor', 'name': 'Zach'}]", [("Lana", None)]),
        ("writers", "[{'job': 'Screenplay', 'name': 'Lana'}, {'job': 'Editor', 'name': 'Zach'}]", [("Lana", None)]),
        ("directors", "Robert Downey, Jr., Joel Coen", [("Robert Downey, Jr.", None), ("Joel Coen", None)]),
        ("cast", "Keanu Reeves as Neo|Hugo Weaving", [("Keanu Reeves", "Neo"), ("Hugo Weaving", None)]),
        ("cast", "[{'name': 'Keanu Reeves', 'character': 'Neo', 'order': 0}]", [("Keanu Reeves", "Neo")]),
        ("cast", "[unknown]", [("[unknown]", None)]),
        ("further_titles", "de:Die Matrix|Matrice", [Title("Die Matrix", "de"), Title("Matrice")]),
    ],
)
def test_a_cell_becomes_a_value(field: str, cell: str, value: object) -> None:
    assert parsed(field, cell) == value


def test_options_of_a_layout() -> None:
    assert parsed("title", "Matrix, The", reordered=True) == "The Matrix"
    assert parsed("original_title", "Postino, Il", reordered=True) == "Il Postino"
    assert parsed("release_date", "01/02/2024", date_order="dmy") == date(2024, 2, 1)
    assert parsed("genres", "Action|IMAX|Foreign", no_genres=frozenset({"imax", "foreign"})) == ["Action"]
    assert parsed("genres", "[{'name': 'Foreign'}]", no_genres=frozenset({"foreign"})) == []


def test_a_word_that_is_no_genre_is_refused_by_itself() -> None:
    parse = parser_of("genres", SCHEMES)
    assert refused(parse, "Action & Carousel Productions").value == "Action & Carousel Productions"
    assert refused(parse, "[{'name': 'Odyssey Media'}]").value == "Odyssey Media"
    assert refused(parse, "[{'name': 'Action'}, {'name").reason == "is a list that is cut off"


@pytest.mark.parametrize(
    ("field", "cell", "value", "kind"),
    [
        ("title", "Am\xc3\xa9lie", "Am\xe9lie", ENCODING),
        ("title", "Tom &amp; Jerry", "Tom & Jerry", ENTITY),
        ("synopsis", "&nbsp;", None, ENTITY),
        ("genres", "Com\xc3\xa9die", ["Comedy"], ENCODING),
        ("genres", "Children&#39;s|War", ["Family", "War"], ENTITY),
        ("directors", "Jos\xc3\xa9 Padilha", [("Jos\xe9 Padilha", None)], ENCODING),
        ("cast", "[{'name': '&quot;Weird Al&quot; Yankovic'}]", [('"Weird Al" Yankovic', None)], ENTITY),
        ("cast", "[{'name': 'A', 'character': 'Tom &amp; Jerry'}]", [("A", "Tom & Jerry")], ENTITY),
        ("keywords", "['caf&eacute;']", ["caf\xe9"], ENTITY),
        ("languages", "Fran\xc3\xa7ais", ["fr"], ENCODING),
    ],
)
def test_texts_are_mended_and_each_cell_is_counted(field: str, cell: str, value: object, kind: str) -> None:
    mended = Mended()
    parse = parser_of(field, SCHEMES, mended=mended)
    assert parse(cell) == parse(cell) == value
    assert mended.counts == {kind: 2}


def test_addresses_are_not_mended() -> None:
    mended = Mended()
    address = "https://example.org/?a=1&copy;=2"
    assert parser_of("poster", SCHEMES, mended=mended)(address) == address
    assert not mended.counts


def test_padding_and_no_break_spaces_do_not_matter() -> None:
    pads = "\xa0 \u200b\ufeff\u202f"
    for field, cell in (
        ("title", "Heat"),
        ("year", "1995"),
        ("runtime", "170 min"),
        ("release_date", "1995-12-15"),
        ("genres", "Crime"),
    ):
        assert parsed(field, f"{pads}{cell}{pads}") == parsed(field, cell)


@given(field=st.sampled_from(FIELDS), cell=st.text(max_size=40) | st.text("[{'name':&#39;1/2}]|,; ", max_size=25))
def test_any_cell_of_any_field_is_a_value_or_refused(field: str, cell: str) -> None:
    parse = parser_of(field, SCHEMES, mended=Mended(), reordered=True)
    value_or_refusal(parse, cell)
