"""The audience's tables. A rating is narrow, for there are tens of millions of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, Numeric, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from cinemactl.store.base import Base

STARS = Numeric(2, 1)
IN_HALVES = "stars BETWEEN 0.5 AND 5 AND mod(stars, 0.5) = 0"


class Member(Base):
    """Somebody who rates and attends, known by a handle. `import_id` is the import that made the member, if one did."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]
    email: Mapped[str | None]
    import_id: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (CheckConstraint("handle <> ''", name="handle"),)


class Rating(Base):
    """One member's stars for one movie.

    `source_value` of `source_scale` is what was given where it was on another scale than the stars' or between two of
    them. `import_id` is the import that wrote the rating as it is, None when somebody did by hand.
    """

    __tablename__ = "rating"

    member_id: Mapped[int] = mapped_column(Integer, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    movie_id: Mapped[int] = mapped_column(Integer, ForeignKey("movie.id"), primary_key=True)
    rated_at: Mapped[datetime | None]
    import_id: Mapped[int | None] = mapped_column(Integer)
    source_scale: Mapped[int | None] = mapped_column(SmallInteger)
    stars: Mapped[Decimal] = mapped_column(STARS)
    source_value: Mapped[Decimal | None] = mapped_column(Numeric)

    __table_args__ = (
        CheckConstraint(IN_HALVES, name="stars"),
        CheckConstraint("(source_value IS NULL) = (source_scale IS NULL)", name="source"),
        Index("rating_movie_id_stars_idx", "movie_id", "stars"),
    )


class AnonymousRating(Base):
    """How many ratings of a movie had so many stars, of members who were forgotten.

    The ids are random, so that no order tells which of them were counted together.
    """

    __tablename__ = "anonymous_rating"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    movie_id: Mapped[int] = mapped_column(Integer, ForeignKey("movie.id"), index=True)
    stars: Mapped[Decimal] = mapped_column(STARS)
    ratings: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint(IN_HALVES, name="stars"), CheckConstraint("ratings > 0", name="ratings"))


class Attendance(Base):
    """How many seats a member took at a screening. `import_id` is the import that wrote it as it is, if one did.

    The seats are among those that the screening sold, whoever bought them.
    """

    __tablename__ = "attendance"

    member_id: Mapped[int] = mapped_column(Integer, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    screening_id: Mapped[int] = mapped_column(Integer, ForeignKey("screening.id", ondelete="CASCADE"), primary_key=True)
    seats: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    import_id: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("seats > 0", name="seats"),
        Index("attendance_screening_id_idx", "screening_id"),
    )
