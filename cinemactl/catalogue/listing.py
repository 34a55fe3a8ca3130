"""Lists of movies: filters, sorts and pages that cost the same wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from cinemactl.catalogue import values
from cinemactl.catalogue.tables import RELEASE_KEY, START_KEY, STATUSES, Credit, Movie, Person
from cinemactl.errors import NotFound, UsageRefused

STREAM_ROWS = 2000
PAGE = 50


class Sort(StrEnum):
    """What a list of movies is ordered by."""

    TITLE = "title"
    RELEASE_DATE = "release-date"
    START_DATE = "start-date"
    RANKING = "ranking"


@dataclass(frozen=True)
class Order:
    """A sort key that is never null, so that a page can begin after any row, and its natural direction.

    A year alone counts as its first of January; what is not known comes last.
    """

    key: ColumnElement[object]
    descending: bool


ORDERS = {
    Sort.TITLE: Order(Movie.title_key, descending=False),
    Sort.RELEASE_DATE: Order(RELEASE_KEY, descending=True),
    Sort.START_DATE: Order(START_KEY, descending=False),
    Sort.RANKING: Order(Movie.ranking, descending=True),
}


class PageStartGone(NotFound):
    """The movie a page should begin after is not there."""

    code = "page-start-gone"

    def __init__(self, after: int) -> None:
        super().__init__(f"There is no movie {after} to go on after.", "Begin again without --after.")


@dataclass(frozen=True)
class Filters:
    """Which movies to list; None means all. Years are inclusive."""

    status: str | None = None
    genre: str | None = None
    person: str | None = None
    years: tuple[int | None, int | None] = (None, None)
    language: str | None = None


def sort_of(text: str) -> Sort:
    """Return the sort named by `text`; raises UsageRefused for another word."""
    return Sort(_choice("sort", text, tuple(Sort)))


def status_of(text: str | None) -> str | None:
    """Return the status named by `text`; raises UsageRefused for another word."""
    return None if text is None else _choice("status", text, STATUSES)


def years_of(text: str | None) -> tuple[int | None, int | None]:
    """Return the first and last year of `1994`, `1990-1999`, `1990-` or `-1999`; raises UsageRefused for another form."""
    if text is None:
        return None, None
    first, dash, last = text.replace("..", "-").partition("-")
    years = (values.year(first) if first else None, values.year(last) if last else None)
    if not dash:
        return years[0], years[0]
    if None not in years and years[0] > years[1]:  # type: ignore[operator]  # neither is None here
        raise UsageRefused(f"The years {text!r} end before they begin.", "Give the earlier one first, as in 1990-1999.")
    return years


def list_movies(
    session: Session,
    filters: Filters | None = None,
    *,
    sort: Sort = Sort.TITLE,
    reverse: bool = False,
    limit: int | None = PAGE,
    after: int | None = None,
) -> Iterator[Movie]:
    """Yield movies in order; `limit` None streams all of them. `after` is the id of the last movie already seen.

    Raises PageStartGone when there is no movie `after`.
    """
    query = filtered(filters or Filters())
    order = ORDERS[sort]
    descending = order.descending != reverse
    if after is not None:
        key = session.execute(select(order.key).where(Movie.id == after)).one_or_none()
        if key is None:
            raise PageStartGone(after)
        here, there = tuple_(order.key, Movie.id), tuple_(literal(key[0], order.key.type), after)
        query = query.where(here < there if descending else here > there)
    query = query.order_by(*(column.desc() if descending else column for column in (order.key, Movie.id)))
    if limit is not None:
        query = query.limit(limit)
    return iter(session.scalars(query.execution_options(yield_per=STREAM_ROWS)))


def _choice(what: str, text: str, choices: tuple[str, ...]) -> str:
    if (folded := text.strip().lower().replace("_", "-")) not in choices:
        raise UsageRefused(f"There is no {what} {text!r}.", f"Choose one of {', '.join(choices)}.")
    return folded


def filtered(filters: Filters) -> Select[tuple[Movie]]:
    """Return the selection of the movies that `filters` lets through."""
    query = select(Movie)
    if filters.status is not None:
        query = query.where(Movie.status == filters.status)
    if filters.genre is not None:
        query = query.where(Movie.genres.contains([filters.genre]))
    if filters.language is not None:
        query = query.where(Movie.languages.contains([filters.language]))
    first, last = filters.years
    if first is not None:
        query = query.where(Movie.release_year >= first)
    if last is not None:
        query = query.where(Movie.release_year <= last)
    if filters.person is not None:
        person = select(Person.id).where(Person.name_key == func.fold(filters.person)).scalar_subquery()
        query = query.where(Movie.id.in_(select(Credit.movie_id).where(Credit.person_id == person)))
    return query
