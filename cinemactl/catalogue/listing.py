"""Lists of movies: filters, sorts, and pages that cost the same wherever they begin.

No page leaves it to the planner to guess where in an order the movies of a filter stand: it guesses wrong when the two
hang together (a genre that only old movies have), and then reads the whole catalogue for one page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from cinemactl.catalogue import values
from cinemactl.catalogue.find import LARGEST_ID
from cinemactl.catalogue.tables import RELEASE_KEY, START_KEY, STATUSES, Credit, Movie, Person
from cinemactl.errors import NotFound, UsageRefused

PAGE = 50
STREAM_ROWS = 2000
WALK = 10_000

Conditions = list[ColumnElement[bool]]


class Sort(StrEnum):
    """What a list of movies is ordered by."""

    TITLE = "title"
    RELEASE_DATE = "release-date"
    START_DATE = "start-date"
    RANKING = "ranking"


# What each sort orders by, never null so that a page can begin after any row, and whether downwards. A year alone is
# its first of January; what is not known comes last.
KEYS: dict[Sort, tuple[SQLColumnExpression[Any], bool]] = {
    Sort.TITLE: (Movie.title_key, False),
    Sort.RELEASE_DATE: (RELEASE_KEY, True),
    Sort.START_DATE: (START_KEY, False),
    Sort.RANKING: (Movie.ranking, True),
}


@dataclass(frozen=True)
class Order:
    """The order of a list; movies of the same key are ordered by their id."""

    key: SQLColumnExpression[Any]
    descending: bool

    def by(self, *columns: SQLColumnExpression[Any]) -> list[ColumnElement[Any]]:
        """Return what to order by, `columns` being the key and the id."""
        return [column.desc() if self.descending else column.asc() for column in columns]

    def beyond(self, movie_id: int) -> ColumnElement[bool]:
        """Return the condition that a movie comes after that one.

        The key is looked up by the database itself: some (-infinity) are no values of Python's, and from one written
        down the planner would estimate how many are equal, for the key alone and so wrongly.
        """
        here = select(self.key).where(Movie.id == movie_id).correlate(None).scalar_subquery()
        position, start = tuple_(self.key, Movie.id), tuple_(here, literal(movie_id, Movie.id.type))
        return position < start if self.descending else position > start


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
    """Return first and last year of `1994`, `1990-1999`, `1990-` or `-1999`; raises UsageRefused for another form."""
    if text is None:
        return None, None
    first, dash, last = text.replace("..", "-").partition("-")
    years = (values.year(first) if first or not last else None, values.year(last) if last else None)
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
    filters = filters or Filters()
    key, descending = KEYS[sort]
    order = Order(key, descending != reverse)
    placed, other = _conditions(filters, sort)
    if after is not None:
        if not 0 < after <= LARGEST_ID or session.get(Movie, after) is None:
            raise PageStartGone(after)
        placed.append(order.beyond(after))
    if limit is None or limit > WALK:
        query = _in_order(order, placed + other).limit(limit).execution_options(yield_per=STREAM_ROWS)
        return iter(session.scalars(query))
    if not other:
        return iter(session.scalars(_in_order(order, placed).limit(limit)))
    if filters.person is None:
        page = session.scalars(_first_found(order, _walked(order, placed, other), limit)).all()
        if len(page) == limit:
            return iter(page)
    return iter(session.scalars(_first_found(order, _gathered(order, placed + other), limit)))


def _choice(what: str, text: str, choices: tuple[str, ...]) -> str:
    if (folded := text.strip().lower().replace("_", "-")) not in choices:
        raise UsageRefused(f"There is no {what} {text!r}.", f"Choose one of {', '.join(choices)}.")
    return folded


def _conditions(filters: Filters, sort: Sort) -> tuple[Conditions, Conditions]:
    """Return the conditions that a walk along the order is bound to, and those that it looks at on its way.

    The former are ends of the order itself, a status in the order of titles (which has an index of its own), and the
    status that nearly every movie has.
    """
    placed: Conditions = []
    other: Conditions = []
    if filters.status is not None:
        bound = sort is Sort.TITLE or filters.status == "catalogue"
        (placed if bound else other).append(Movie.status == filters.status)
    if filters.genre is not None:
        other.append(Movie.genres.contains([filters.genre]))
    if filters.language is not None:
        other.append(Movie.languages.contains([filters.language]))
    if filters.person is not None:
        person = select(Person.id).where(Person.name_key == func.fold(filters.person)).scalar_subquery()
        other.append(Movie.id.in_(select(Credit.movie_id).where(Credit.person_id == person)))
    first, last = filters.years
    if first is not None or last is not None:
        between = RELEASE_KEY.between(date(first or date.min.year, 1, 1), date(last or date.max.year, 12, 31))
        (placed if sort is Sort.RELEASE_DATE else other).append(between)
    return placed, other


def _in_order(order: Order, conditions: Conditions) -> Select[Movie]:
    return select(Movie).where(*conditions).order_by(*order.by(order.key, Movie.id))


def _walked(order: Order, placed: Conditions, other: Conditions) -> Subquery:
    """Return those of the next movies in order, at most WALK, that fulfil the other conditions.

    A page of anything frequent is among them, and a walk along an index is cheap.
    """
    near: Select[*tuple[Any, ...]] = select(Movie.id, order.key.label("key"), and_(*other).label("fits"))
    walk = near.where(*placed).order_by(*order.by(order.key, Movie.id)).limit(WALK).subquery()
    return select(walk).where(walk.c.fits).subquery()


def _gathered(order: Order, conditions: Conditions) -> Subquery:
    """Return all movies that fulfil the conditions; OFFSET 0 keeps the planner from walking the order once more."""
    return select(Movie.id, order.key.label("key")).where(*conditions).offset(literal_column("0")).subquery()


def _first_found(order: Order, found: Subquery, limit: int) -> Select[Movie]:
    page = select(found).order_by(*order.by(found.c.key, found.c.id)).limit(limit).subquery()
    return select(Movie).join(page, page.c.id == Movie.id).order_by(*order.by(page.c.key, page.c.id))
