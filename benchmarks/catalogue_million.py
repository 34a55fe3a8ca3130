"""How long searches, list pages and one movie take in the database, in a catalogue of a million made-up movies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import loading
from homes import database, home
from measured import Measured, measure, plan
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cinemactl.catalogue.documents import document, documents
from cinemactl.catalogue.find import find_movie
from cinemactl.catalogue.listing import KEYS, Filters, Sort, list_movies
from cinemactl.catalogue.search import search_movies
from cinemactl.catalogue.tables import Movie

BAR = 50.0
DEEP = 0.9

Documents = list[dict[str, Any]]

# What is asked, and which title must come first.
SEARCHES = {
    "shawshenk redemtion": "The Shawshank Redemption",
    "the godfather": "The Godfather",
    "heat": "Heat",
    "heat paccino": "Heat",
    "kurosawa": None,
    "scorcese taxi driver": "Taxi Driver",
    "lord of the rinks felowship": "The Lord of the Rings: The Fellowship of the Ring",
    "eternel sunshne of the spotless mind": "Eternal Sunshine of the Spotless Mind",
    "amelie": "Amélie",
    "七人の侍": "Seven Samurai",
    "любовь": None,
    "love": None,
    "the": None,
    "the man of the night": None,
    "star 1977": None,
    "dreem of the midnigth sky": None,
    "xqzqx": None,
}
LISTS = {
    "all": Filters(),
    "status running": Filters(status="running"),
    "status finished": Filters(status="finished"),
    "status catalogue": Filters(status="catalogue"),
    "genre Drama": Filters(genre="Drama"),
    "genre Western": Filters(genre="Western"),
    "genre News (none after 1955)": Filters(genre="News"),
    "genre Opera (none)": Filters(genre="Opera"),
    "language fr": Filters(language="fr"),
    "language is": Filters(language="is"),
    "years 1990-1999": Filters(years=(1990, 1999)),
    "years 1925": Filters(years=(1925, 1925)),
    "person, many": Filters(person="frank DARABONT"),
    "person, unknown": Filters(person="nobody at all"),
    "Drama, en, 1990-1999": Filters(genre="Drama", language="en", years=(1990, 1999)),
    "Western, ja": Filters(genre="Western", language="ja"),
    "War, fr, 2015": Filters(genre="War", language="fr", years=(2015, 2015)),
    "person, Drama": Filters(person="frank DARABONT", genre="Drama"),
    "running, Drama": Filters(status="running", genre="Drama"),
}
SHOWN = ("{id}", "imdb:tt{id:07d}", "title:Heat", "The Shawshank Redemption (1994)")


def main() -> int:
    """Make the catalogue if need be, print the tables; the exit code is 1 when a figure or an answer is bad."""
    options = _options()
    with home(options.home) as folder:
        with database(folder).unit_of_work() as session:
            there = session.scalar(select(func.max(Movie.id)))
        if not there:
            loading.load(folder, options.movies)
        with database(folder).unit_of_work() as session:
            searches = list(_searches(session, options.runs))
            measured: list[Measured[Any]] = [*searches]
            measured += _lists(session, options.runs)
            measured += _shows(session, options.runs)
            if options.explain:
                _print_plans(session, measured)
    slowest = max(one.execution + one.planning for one in measured)
    wrong = any(_is_wrong(one, expected) for one, expected in zip(searches, SEARCHES.values(), strict=True))
    print(f"\nSlowest: {slowest:.1f} ms, of {BAR:.0f} allowed.")
    return int(slowest > BAR or wrong)


def _options() -> argparse.Namespace:
    epilog = "A figure is the sum over the statements that a command sends, of each the median of its runs."
    parser = argparse.ArgumentParser(description=__doc__, epilog=epilog)
    parser.add_argument("--movies", type=int, default=1_000_000, help="how many movies to make (default: %(default)s)")
    parser.add_argument(
        "--home", type=Path, help="keep the catalogue in this folder, and use it if it is there already"
    )
    parser.add_argument("--runs", type=int, default=5, help="how often each statement is run (default: %(default)s)")
    parser.add_argument("--explain", action="store_true", help="print every statement with its plan as well")
    return parser.parse_args()


def _searches(session: Session, runs: int) -> Iterator[Measured[Documents]]:
    print(f"\n{'search':40} {'ms':>6} {'plan':>5} {'found':>5}  first")
    for words, expected in SEARCHES.items():
        one = measure(session, partial(_search, words=words), runs)
        first = one.result[0]["title"] if one.result else ""
        wrong = f"   EXPECTED {expected}" if _is_wrong(one, expected) else ""
        print(f"{words:40} {one.execution:6.1f} {one.planning:5.1f} {len(one.result):5}  {first}{wrong}")
        yield one


def _is_wrong(one: Measured[Documents], expected: str | None) -> bool:
    return expected is not None and [movie["title"] for movie in one.result[:1]] != [expected]


def _search(session: Session, words: str) -> Documents:
    return list(documents(session, search_movies(session, words)))


def _lists(session: Session, runs: int) -> Iterator[Measured[Documents]]:
    """Measure the first page of every list, and the one that begins when nine tenths of the catalogue are behind."""
    orders = [(sort, False) for sort in Sort] + [(Sort.TITLE, True)]
    behind = int(DEEP * (session.scalar(select(func.count()).select_from(Movie)) or 0))
    print(f"\n{'list, ms':30}" + "".join(f"{sort + (' reversed' if reverse else ''):>16}" for sort, reverse in orders))
    print(f"{'':30}" + "   first    deep" * len(orders) + f"    plan   deep: after {behind:,}")
    deep = {(sort, reverse): _at(session, sort, behind, reverse=reverse) for sort, reverse in orders}
    for name, filters in LISTS.items():
        planning = 0.0
        print(f"{name:30}", end="", flush=True)
        for sort, reverse in orders:
            for after in (None, deep[sort, reverse]):
                act = partial(_list, filters=filters, sort=sort, reverse=reverse, after=after)
                one = measure(session, act, runs)
                planning = max(planning, one.planning)
                print(f"{one.execution:8.1f}", end="", flush=True)
                yield one
        print(f"{planning:8.1f}")


def _list(session: Session, **wanted: Any) -> Documents:
    return list(documents(session, list_movies(session, **wanted)))


def _at(session: Session, sort: Sort, behind: int, *, reverse: bool) -> int:
    """Return the id of the movie that has `behind` others before it."""
    key, descending = KEYS[sort]
    order = [column.desc() if descending != reverse else column.asc() for column in (key, Movie.id)]
    return session.scalars(select(Movie.id).order_by(*order).offset(behind).limit(1)).one()


def _shows(session: Session, runs: int) -> Iterator[Measured[dict[str, Any]]]:
    print(f"\n{'show':40} {'ms':>6} {'plan':>5}  title")
    middle = session.scalars(select(func.max(Movie.id) / 2)).one()
    for form in SHOWN:
        reference = form.format(id=int(middle))
        one = measure(session, partial(_show, reference=reference), runs)
        print(f"{reference:40} {one.execution:6.1f} {one.planning:5.1f}  {one.result['title']}")
        yield one


def _show(session: Session, reference: str) -> dict[str, Any]:
    return document(session, find_movie(session, reference))


def _print_plans(session: Session, measured: Iterable[Measured[Any]]) -> None:
    """Print each different statement once, with the parameters that made it slowest, and its plan."""
    statements = [statement for one in measured for statement in one.statements]
    slowest = {one.sql: one for one in sorted(statements, key=attrgetter("execution"))}
    for statement in slowest.values():
        print(f"\n-- {statement.execution:.1f} ms with {str(statement.parameters)[:500]}\n{plan(session, statement)}")


if __name__ == "__main__":
    sys.exit(main())
