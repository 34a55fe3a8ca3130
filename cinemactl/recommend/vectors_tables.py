"""The tables of the movies' vectors: derived from the catalogue, and made anew at any time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.orm import Mapped, mapped_column

from cinemactl.store.base import Base


class MovieVector(Base):
    """A movie's vector as it was when the movie was last changed at `described_at`.

    `people` has the numbers of what each person did, `weights` the part of each, `content` the dense rest. Arrays of the
    plain kind, so that a server without the extension for vectors holds the same table.
    """

    __tablename__ = "movie_vector"

    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id", ondelete="CASCADE"), primary_key=True)
    described_at: Mapped[datetime]
    people: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    weights: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    content: Mapped[list[float]] = mapped_column(ARRAY(REAL))


class FeatureCount(Base):
    """In about how many movies a feature is; number 0 stands for all movies that were counted."""

    __tablename__ = "feature_count"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    movies: Mapped[int] = mapped_column(Integer)
