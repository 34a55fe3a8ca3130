"""Rating movies one by one, and lists of ratings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from cinemactl.audience.locks import share_audience
from cinemactl.audience.members import STREAM_ROWS, hold_member
from cinemactl.audience.tables import Member, Rating
from cinemactl.catalogue.find import MovieNotFound, label
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import NotFound


class RatingNotFound(NotFound):
    """The member has not rated the movie."""

    code = "rating-not-found"

    def __init__(self, member: Member, movie: Movie) -> None:
        super().__init__(
            f"Member {member.handle!r} has not rated {label(movie)}.",
            f"See `cinemactl rating list --member {member.handle}`.",
        )


def rate(session: Session, member: Member, movie: Movie, stars: Decimal, *, rated_at: datetime | None = None) -> bool:
    """Give a movie a member's stars, in place of any given before; return whether that changed anything.

    Without `rated_at` it is now. Raises MemberNotFound or MovieNotFound when somebody removed one meanwhile.
    """
    _hold_movie(session, movie)
    hold_member(session, member)
    found = session.get(Rating, (member.id, movie.id))
    if found is None:
        session.add(Rating(member_id=member.id, movie_id=movie.id, stars=stars, rated_at=rated_at or func.now()))
        session.flush()
        return True
    if found.stars == stars and rated_at in (None, found.rated_at):
        return False
    found.stars, found.rated_at = stars, rated_at or func.now()
    found.source_value = found.source_scale = found.import_id = None
    session.flush()
    return True


def remove_rating(session: Session, member: Member, movie: Movie) -> None:
    """Take a rating back; raises RatingNotFound."""
    share_audience(session)
    found = session.get(Rating, (member.id, movie.id), with_for_update=True)
    if found is None:
        raise RatingNotFound(member, movie)
    session.delete(found)
    session.flush()


def list_ratings(
    session: Session,
    *,
    member: Member | None = None,
    movie: Movie | None = None,
    limit: int | None,
    after: tuple[str, int] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield ratings by member and movie: member, movie_id, title, year, rating, rated_at, source_value, source_scale.

    `after` is the handle and the movie's id of the last one seen; `limit` None streams all.
    """
    query = (
        select(Rating, Member.handle, Movie.title, Movie.release_year)
        .join(Member, Member.id == Rating.member_id)
        .join(Movie, Movie.id == Rating.movie_id)
        .order_by(Member.handle, Rating.movie_id)
        .limit(limit)
    )
    if limit is None:
        query = query.execution_options(yield_per=STREAM_ROWS)
    if member is not None:
        query = query.where(Rating.member_id == member.id)
    if movie is not None:
        query = query.where(Rating.movie_id == movie.id)
    if after is not None:
        query = query.where(tuple_(Member.handle, Rating.movie_id) > after)
    return (
        {
            "member": handle,
            "movie_id": rating.movie_id,
            "title": title,
            "year": year,
            "rating": rating.stars,
            "rated_at": rating.rated_at,
            "source_value": rating.source_value,
            "source_scale": rating.source_scale,
        }
        for rating, handle, title, year in session.execute(query)
    )


def _hold_movie(session: Session, movie: Movie) -> None:
    """Hold a movie, so that nobody removes it while it is rated."""
    held = select(Movie.id).where(Movie.id == movie.id).with_for_update(read=True, key_share=True)
    if session.scalar(held) is None:
        raise MovieNotFound(str(movie.id))
