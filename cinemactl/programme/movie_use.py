"""What goes with a movie that is removed, in words: what refers to it, and what the public and its guests know of that."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cinemactl.catalogue.movies import MovieInUse
from cinemactl.catalogue.references import counted, references_to
from cinemactl.catalogue.tables import Movie
from cinemactl.programme.tables import Screening

SCREENING = Screening.__tablename__


def use_of(session: Session, movie: Movie) -> str:
    """Return what refers to a movie, as in `3 ratings, 14 screenings (7 published, 44 seats sold)`; empty for nothing."""
    known = select(
        func.count().filter(Screening.state == "published"), func.coalesce(func.sum(Screening.sold), 0)
    ).where(Screening.movie_id == movie.id)
    published, sold = session.execute(known).one()
    told = [f"{published} published"] if published else []
    told += [f"{sold} {'seat' if sold == 1 else 'seats'} sold"] if sold else []
    more = {SCREENING: f" ({', '.join(told)})" if told else ""}
    counts = references_to(session, movie.id)
    return ", ".join(f"{counted(count, table)}{more.get(table, '')}" for table, count in counts.items())


def raise_if_in_use(session: Session, movie: Movie) -> None:
    """Raise MovieInUse, saying what refers to the movie, when anything does."""
    if used := use_of(session, movie):
        raise MovieInUse(movie, used)
