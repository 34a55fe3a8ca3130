import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.catalogue.genre_names import FOREIGN
from cinemactl.catalogue.genres import ALIASES, GENRES, genre, names_no_genre
from cinemactl.catalogue.values import ValueRefused

IMDB = (
    *("Action", "Adult", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama", "Family"),
    *("Fantasy", "Film-Noir", "Game-Show", "History", "Horror", "Music", "Musical", "Mystery", "News", "Reality-TV"),
    *("Romance", "Sci-Fi", "Short", "Sport", "Talk-Show", "Thriller", "War", "Western"),
)
TMDB = (
    *("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy", "History"),
    *("Horror", "Music", "Mystery", "Romance", "Science Fiction", "TV Movie", "Thriller", "War", "Western"),
)
MOVIELENS = (
    *("Action", "Adventure", "Animation", "Children's", "Children", "Comedy", "Crime", "Documentary", "Drama"),
    *(
        "Fantasy",
        "Film-Noir",
        "Horror",
        "IMAX",
        "Musical",
        "Mystery",
        "Romance",
        "Sci-Fi",
        "Thriller",
        "War",
        "Western",
    ),
)


def check_message(error: ValueRefused) -> None:
    assert error.message.isprintable()
    assert error.hint


@pytest.mark.parametrize("name", [*IMDB, *TMDB, *MOVIELENS])
def test_every_genre_of_the_great_catalogues_is_known(name: str) -> None:
    assert genre(name) in GENRES


def test_the_vocabulary_is_sorted_and_has_no_doubles() -> None:
    assert list(GENRES) == sorted(set(GENRES), key=str.casefold)


@pytest.mark.parametrize("name", GENRES)
def test_spelling_does_not_matter(name: str) -> None:
    spaced, joined = name.replace("-", " "), name.replace("-", "").replace(" ", "")
    for spelling in (name, name.upper(), name.lower(), spaced, joined, f" {name}\xa0", f"{name} film", name + " " * 60):
        assert genre(spelling) == name


@pytest.mark.parametrize(("name", "alias"), [(name, alias) for name in ALIASES for alias in ALIASES[name]])
def test_an_alias_means_one_genre(name: str, alias: str) -> None:
    assert genre(alias) == name


@pytest.mark.parametrize(("name", "word"), [(name, word) for name in FOREIGN for word in FOREIGN[name]])
def test_a_word_of_another_language_means_one_genre(name: str, word: str) -> None:
    assert genre(word) == genre(word.upper()) == name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sci-Fi", "Science Fiction"),
        ("scifi", "Science Fiction"),
        ("Childrens", "Family"),
        ("Kids", "Family"),
        ("Comedies", "Comedy"),
        ("Biopics", "Biography"),
        ("Horror film", "Horror"),
        ("Theater", "Theatre"),
        ("Dramas", "Drama"),
        ("Dr\xe2m\xe1", "Drama"),
        ("\uff37\uff41\uff52", "War"),
    ],
)
def test_genre(value: str, expected: object) -> None:
    assert genre(value) == expected


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("Comdy", "Did you mean Comedy?"),
        ("thriler", "Did you mean Thriller?"),
        ("Musick", "Did you mean Music?"),
        ("Sience Fiction", "Did you mean Science Fiction?"),
        ("Qxz", f"Genres are: {', '.join(GENRES)}."),
        ("x" * 10_000, f"Genres are: {', '.join(GENRES)}."),
    ],
)
def test_an_unknown_genre_is_refused_with_the_nearest(value: str, hint: str) -> None:
    with pytest.raises(ValueRefused, match="is not a known genre") as caught:
        genre(value)
    assert caught.value.hint == hint
    assert caught.value.field == "genre"


@pytest.mark.parametrize("value", ["", "  ", "(no genres listed)", "unknown", "N/A", "\\N", "-", "NULL"])
def test_some_words_name_no_genre(value: str) -> None:
    assert names_no_genre(value)
    with pytest.raises(ValueRefused, match=r"names no genre|is empty"):
        genre(value)


@pytest.mark.parametrize("name", GENRES)
def test_a_genre_names_one(name: str) -> None:
    assert not names_no_genre(name)


@given(value=st.text(st.characters(codec=None), max_size=60) | st.text("scifi-ComedyDrama ", max_size=12))
def test_any_text_is_a_genre_or_refused(value: str) -> None:
    try:
        found = genre(value)
    except ValueRefused as error:
        check_message(error)
    else:
        assert found in GENRES
        assert genre(found) == found
