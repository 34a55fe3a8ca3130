"""Adding, editing and removing movies: what the commands cannot show."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from cinemactl.catalogue.documents import document, documents
from cinemactl.catalogue.fields import CLEARABLE, MovieFields, Person, Title, clearable, further_title
from cinemactl.catalogue.find import AmbiguousMovie, find_movie
from cinemactl.catalogue.movies import MovieExists, add_movie, edit_movie, get_or_add_movie, remove_movie
from cinemactl.catalogue.tables import Credit, Movie, MovieIdentifier, MovieSearch, MovieTitle, SearchWord
from cinemactl.catalogue.tables import Person as PersonRow
from cinemactl.errors import UsageRefused


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def names(session, movie, role="cast"):
    return [person["name"] for person in document(session, movie)["people"] if person["role"] == role]


def test_a_movie_needs_a_title(session):
    for add in (add_movie, get_or_add_movie):
        with pytest.raises(UsageRefused, match="A movie needs a title"):
            add(session, MovieFields(release_year=1995))


def test_people_of_one_name_are_one_person(session):
    people = [Person("José Ferrer", "cast", "Cyrano"), Person("José Ferrer", "director"), Person("Jose Ferrer", "cast")]
    first = add_movie(session, MovieFields(title="Cyrano", people=people))
    second = add_movie(session, MovieFields(title="The Shrike", people=[Person("JOSÉ FERRER", "director")]))
    assert count(session, PersonRow) == 1
    assert names(session, first) == ["José Ferrer", "José Ferrer"]
    assert names(session, second, "director") == ["José Ferrer"]


def test_what_is_given_twice_is_kept_once(session):
    movie = add_movie(
        session,
        MovieFields(
            title="Heat",
            genres=["Crime", "Drama", "Crime"],
            titles=[Title("Hitze", "de"), Title("Hitze", "de"), Title("Hitze")],
            people=[Person("Al Pacino", "cast"), Person("Al Pacino", "cast"), Person("Al Pacino", "cast", "Vincent")],
            ids=[("imdb", "tt0113277"), ("imdb", "tt0113277")],
        ),
    )
    found = document(session, movie)
    assert found["genres"] == ["Crime", "Drama"]
    assert found["titles"] == [{"title": "Hitze", "language": "de"}, {"title": "Hitze", "language": None}]
    assert [(one["position"], one["character"]) for one in found["people"]] == [(1, None), (2, "Vincent")]
    assert found["ids"] == [{"scheme": "imdb", "value": "tt0113277"}]


def test_removing_leaves_nothing_of_the_movie_behind(session):
    fields = MovieFields(
        title="Heat", titles=[Title("Hitze", "de")], people=[Person("Al Pacino", "cast")], ids=[("tmdb", "949")]
    )
    remove_movie(session, add_movie(session, fields))
    for table in (Movie, MovieIdentifier, MovieTitle, Credit, MovieSearch):
        assert count(session, table) == 0


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"runtime": 0}, {"status": "gone"}, {"release_date": date(1995, 12, 15), "release_year": 1996}],
)
def test_the_database_itself_refuses_what_cannot_be(session, wrong):
    session.add(Movie(**{"title": "Heat"} | wrong))
    with pytest.raises(IntegrityError, match="violates check constraint"):
        session.flush()


def test_which_movies_could_be_the_same(session):
    heat = add_movie(session, MovieFields(title="Heat", release_year=1995, ids=[("imdb", "tt0113277")]))
    unknown = add_movie(session, MovieFields(title="Léon"))
    for fields in (
        MovieFields(title="heat"),
        MovieFields(title="Heat", release_date=date(1995, 12, 15)),
        MovieFields(title="Heat", release_year=1995, ids=[("imdb", "tt0113277")]),
        MovieFields(title="Heat", ids=[("tmdb", "949")]),
        MovieFields(title="Leon", release_year=1994),
    ):
        with pytest.raises(MovieExists):
            add_movie(session, fields)
    for fields in (
        MovieFields(title="Heat", release_year=1986),
        MovieFields(title="Heat", release_year=1995, ids=[("imdb", "tt9999999")]),
        MovieFields(title="The Heat", release_year=1995),
    ):
        assert add_movie(session, fields).id not in {heat.id, unknown.id}


def test_a_movie_known_by_its_id_is_not_added_again(session):
    heat = add_movie(session, MovieFields(title="Heat", ids=[("imdb", "tt0113277")]))
    same = get_or_add_movie(session, MovieFields(title="Fuego contra fuego", ids=[("imdb", "tt0113277")]))
    assert same == (heat, False)
    add_movie(session, MovieFields(title="Alien", ids=[("tmdb", "348")]))
    with pytest.raises(MovieExists, match=r"Heat; \d+ Alien"):
        get_or_add_movie(session, MovieFields(title="Both", ids=[("imdb", "tt0113277"), ("tmdb", "348")]))


def test_many_candidates_are_counted_and_not_all_listed(session):
    for year in range(1990, 2003):
        add_movie(session, MovieFields(title="Heat", release_year=year))
    with pytest.raises(AmbiguousMovie, match=r"of 13 movies: .*; and 3 more") as caught:
        find_movie(session, "Heat")
    assert "1999" in caught.value.message
    assert "2000" not in caught.value.message


def test_an_edit_that_changes_nothing_says_so(session):
    movie = add_movie(session, MovieFields(title="Heat", genres=["Crime"], people=[Person("Al Pacino", "cast")]))
    same = MovieFields(title="Heat", genres=["Crime"], people=[Person("Al Pacino", "cast")])
    assert not edit_movie(session, movie, same, clear=["runtime", "writer"])
    assert edit_movie(session, movie, MovieFields(people=[Person("Al Pacino", "cast", "Vincent Hanna")]))


def test_search_words_of_a_removed_title_do_no_harm(session):
    movie = add_movie(session, MovieFields(title="Zzyzx"))
    edit_movie(session, movie, MovieFields(title="Heat"))
    assert session.scalar(select(SearchWord.word).where(SearchWord.word == "zzyzx"))
    assert session.scalar(select(MovieSearch.titles).where(MovieSearch.movie_id == movie.id)) == "\nheat\n"


def test_documents_come_in_the_order_asked_for(session):
    movies = [add_movie(session, MovieFields(title=f"Movie {number}", genres=["War"])) for number in range(7)]
    asked = [movies[number] for number in (3, 0, 6, 1)]
    assert [one["id"] for one in documents(session, iter(asked))] == [movie.id for movie in asked]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hitze", Title("Hitze")),
        ("de:Hitze", Title("Hitze", "de")),
        ("pt-BR: Fogo contra Fogo", Title("Fogo contra Fogo", "pt-BR")),
        ("German:Hitze", Title("Hitze", "de")),
        ("It: Chapter Two", Title("It: Chapter Two")),
        ("Mission: Impossible", Title("Mission: Impossible")),
        ("de:", Title("de:")),
        (":Hitze", Title(":Hitze")),
        ("zh-Hant:臥虎藏龍", Title("臥虎藏龍", "zh-Hant")),
    ],
)
def test_a_further_title_has_a_language_before_a_colon(text, expected):
    assert further_title(text) == expected


def test_what_can_be_cleared():
    assert {clearable(name) for name in CLEARABLE} == set(CLEARABLE)
    assert [clearable(name) for name in ("genres", "Countries", "titles", "original_title", "--cast")] == [
        *("genre", "country", "further-title", "original-title", "cast"),
    ]
    for name in ("title", "id", "people", "", "created_at"):
        with pytest.raises(UsageRefused):
            clearable(name)
    assert {column for columns in CLEARABLE.values() for column in columns} <= set(MovieFields.__dataclass_fields__)
