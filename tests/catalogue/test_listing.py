"""Lists of movies: every sort and filter gives what plain Python would, on every page, however it is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from cinemactl.catalogue import listing
from cinemactl.catalogue.listing import Filters, PageStartGone, Sort, list_movies
from cinemactl.catalogue.parts import people_ids
from cinemactl.catalogue.tables import Credit, Movie
from cinemactl.errors import ExitCode

TITLES = ("Heat", "heat", "Éa", "Solaris", "Zodiac", "七人の侍", "The Thing", "A", "!!!")
STATUSES = ("catalogue", "catalogue", "catalogue", "finished", "running")
NEVER = datetime.max.replace(tzinfo=UTC)

FILTERS = {
    "none": Filters(),
    "status": Filters(status="running"),
    "the usual status": Filters(status="catalogue"),
    "genre": Filters(genre="Drama"),
    "a genre nobody has": Filters(genre="Opera"),
    "language": Filters(language="fr"),
    "years": Filters(years=(1990, 1999)),
    "from a year": Filters(years=(1995, None)),
    "to a year": Filters(years=(None, 1995)),
    "person": Filters(person="Toshirō Mifune"),
    "all at once": Filters("catalogue", "Drama", "toshiro MIFUNE", (1985, 2005), "en"),
    "all but a person": Filters(status="catalogue", genre="Drama", years=(1985, 2005), language="en"),
}


def add_movies(session: Session) -> list[Movie]:
    """Add movies with many equal keys, some of them without year, date or screening."""
    mifune = people_ids(session, ["Toshirō Mifune"])["Toshirō Mifune"]
    movies = []
    for number in range(90):
        year = None if number % 9 == 4 else 1980 + number * 7 % 31
        movie = Movie(
            title=TITLES[number % len(TITLES)],
            release_year=year,
            release_date=date(year, 1 + number % 3, 1) if year and number % 4 else None,
            genres=["Drama", "War"] if number % 3 else ["Comedy"],
            languages=["en", "fr"] if number % 5 == 0 else ["en"],
            status=STATUSES[number % len(STATUSES)],
            first_screening_at=datetime(2024, 1, 1 + number % 28, tzinfo=UTC) if number % 2 else None,
            ranking=float(number % 6),
        )
        session.add(movie)
        session.flush()
        if number % 4 == 1:
            session.add(Credit(movie_id=movie.id, role="cast", position=1, person_id=mifune))
            session.add(Credit(movie_id=movie.id, role="director", position=1, person_id=mifune))
        movies.append(movie)
    session.flush()
    for movie in movies:
        session.refresh(movie)
    return movies


@pytest.fixture(scope="module")
def catalogue(shared_database) -> Iterator[tuple[Session, list[Movie]]]:
    """Give the movies, in a transaction that is rolled back after the last test here."""
    with shared_database.connect() as connection:
        transaction = connection.begin()
        with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            yield session, add_movies(session)
        transaction.rollback()


@pytest.fixture
def session(catalogue: tuple[Session, list[Movie]]) -> Session:
    return catalogue[0]


@pytest.fixture
def movies(catalogue: tuple[Session, list[Movie]]) -> list[Movie]:
    return catalogue[1]


@pytest.fixture(params=[10_000, 10], ids=["found on the walk", "found beyond the walk"])
def walk(request, monkeypatch) -> None:
    monkeypatch.setattr(listing, "WALK", request.param)


def key(movie: Movie, sort: Sort) -> tuple[object, int]:
    release = movie.release_date or (date(movie.release_year, 1, 1) if movie.release_year else date.min)
    keys = {
        Sort.TITLE: movie.title_key.encode(),
        Sort.RELEASE_DATE: release,
        Sort.START_DATE: movie.first_screening_at or NEVER,
        Sort.RANKING: movie.ranking,
    }
    return keys[sort], movie.id


def fits(movie: Movie, filters: Filters, number: int) -> bool:
    first, last = filters.years
    year = movie.release_year
    return (
        filters.status in {None, movie.status}
        and (filters.genre is None or filters.genre in movie.genres)
        and (filters.language is None or filters.language in movie.languages)
        and (filters.person is None or number % 4 == 1)
        and (first is None or (year is not None and year >= first))
        and (last is None or (year is not None and year <= last))
    )


def expected(movies: list[Movie], filters: Filters, sort: Sort, *, reverse: bool) -> list[Movie]:
    found = [movie for number, movie in enumerate(movies) if fits(movie, filters, number)]
    descending = sort in {Sort.RELEASE_DATE, Sort.RANKING}
    return sorted(found, key=lambda movie: key(movie, sort), reverse=descending != reverse)


def pages(session: Session, filters: Filters, limit: int, **order) -> Iterator[Movie]:
    after = None
    while page := list(list_movies(session, filters, limit=limit, after=after, **order)):
        assert len(page) <= limit
        yield from page
        after = page[-1].id


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", Sort)
@pytest.mark.usefixtures("walk")
def test_every_filter_in_every_order_page_by_page_and_streamed(session, movies, sort, reverse):
    for name, filters in FILTERS.items():
        wanted = expected(movies, filters, sort, reverse=reverse)
        assert list(list_movies(session, filters, sort=sort, reverse=reverse, limit=None)) == wanted, name
        assert list(pages(session, filters, 10, sort=sort, reverse=reverse)) == wanted, name
        assert list(list_movies(session, filters, sort=sort, reverse=reverse, limit=50)) == wanted[:50], name


def test_the_filters_let_something_and_not_everything_through(movies):
    counts = {name: len(expected(movies, filters, Sort.TITLE, reverse=False)) for name, filters in FILTERS.items()}
    assert counts.pop("none") == len(movies)
    assert counts.pop("a genre nobody has") == 0
    assert all(0 < count < len(movies) for count in counts.values()), counts


def test_a_page_may_begin_after_a_movie_that_the_filter_leaves_out(session, movies):
    comedy = next(movie for movie in movies if movie.genres == ["Comedy"])
    rest = [movie for movie in expected(movies, Filters(), Sort.TITLE, reverse=False) if "Drama" in movie.genres]
    wanted = [movie for movie in rest if key(movie, Sort.TITLE) > key(comedy, Sort.TITLE)]
    assert list(list_movies(session, Filters(genre="Drama"), limit=None, after=comedy.id)) == wanted


@pytest.mark.parametrize("person", ["Toshirō Mifune", "toshiro mifune", "TOSHIRO  MIFUNE", "Toshiro\u0304 Mifune"])
def test_a_person_is_found_by_any_spelling_and_each_movie_once(session, movies, person):
    found = list(list_movies(session, Filters(person=person), limit=100))
    assert len(found) == len(set(found)) == 23


@pytest.mark.parametrize("person", ["Nobody At All", "", "'", "%"])
def test_a_person_nobody_knows_has_no_movies(session, movies, person):
    assert list(list_movies(session, Filters(person=person))) == []


@pytest.mark.parametrize("after", [0, -1, 2**31, 2**63 - 1, 2**63, 10**30])
def test_a_page_after_a_movie_that_is_not_there_is_refused(session, movies, after):
    with pytest.raises(PageStartGone):
        list_movies(session, after=after)


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (Sort.TITLE, "movie_title_key_idx"),
        (Sort.RELEASE_DATE, "movie_release_idx"),
        (Sort.START_DATE, "movie_start_idx"),
        (Sort.RANKING, "movie_ranking_idx"),
    ],
)
@pytest.mark.parametrize("reverse", [False, True])
def test_a_page_is_read_off_the_index_of_its_order(session, movies, sort, reverse, index):
    plan = explained(session, Filters(), sort=sort, reverse=reverse, after=movies[40].id)
    assert index in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(status="running"), "movie_status_idx"),
        (Filters(genre="Opera"), "movie_genres_idx"),
        (Filters(language="is"), "movie_languages_idx"),
        (Filters(person="Toshirō Mifune"), "credit_person_id_idx"),
        (Filters(person="Toshirō Mifune"), "person_name_key_key"),
        (Filters(years=(1990, 1999)), "movie_release_idx"),
    ],
)
def test_every_filter_has_its_index(session, movies, filters, index):
    assert index in explained(session, filters, sort=Sort.RANKING)


def explained(session: Session, filters: Filters, **wanted) -> str:
    """Return the plan of the last statement of a list, as it is when the table is too big to be read whole."""
    sent = []
    connection = session.connection()

    def keep(_connection, _cursor, statement, parameters, *_) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    list(list_movies(session, filters, **wanted))
    event.remove(connection, "before_cursor_execute", keep)
    statement, parameters = sent[-1]
    session.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"))
    plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())
    session.execute(text("SET LOCAL enable_seqscan = on; SET LOCAL enable_sort = on"))
    return plan


def test_the_command_with_a_person_nobody_knows_prints_an_empty_list(cinemactl):
    cinemactl("movie", "add", "Rashomon", "--cast", "Toshirō Mifune")
    nobody = cinemactl("movie", "list", "--person", "Nobody", "--json")
    assert (nobody.code, nobody.json) == (ExitCode.DONE, [])
    found = cinemactl("movie", "list", "--person", "toshiro mifune", "--json")
    assert [movie["title"] for movie in found.json] == ["Rashomon"]
