"""The tables of the models: a version each, what its movies begin with, and what each liked movie speaks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, Identity, Index, Integer, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, REAL
from sqlalchemy.orm import Mapped, mapped_column

from cinemactl.store.base import Base

STATES = ("current", "former", "rolled-back")
HEADS = ("warm", "opening", "cold")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


class RecommendModel(Base):
    """A version. `grades` are the weights of 0 to 10 half stars in a profile, `recency` after how many ratings they fade.

    `guests` is what a unit of log1p(likes) is worth to a movie that is not settled, `new_share` what such a movie's score
    counts. `whole` tells that every movie has weights, and not those of the programme alone.
    """

    __tablename__ = "recommend_model"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    members: Mapped[int] = mapped_column(Integer)
    movies: Mapped[int] = mapped_column(Integer)
    ratings: Mapped[int]
    likes: Mapped[int]
    weights: Mapped[int]
    whole: Mapped[bool]
    grades: Mapped[list[float]] = mapped_column(ARRAY(Double))
    recency: Mapped[float | None] = mapped_column(Double)
    guests: Mapped[float] = mapped_column(Double)
    new_share: Mapped[float] = mapped_column(Double)
    choice: Mapped[dict[str, Any]] = mapped_column(JSONB)
    validation: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seconds: Mapped[float] = mapped_column(Double)

    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        Index("recommend_model_current_idx", "state", unique=True, postgresql_where=text("state = 'current'")),
    )


class RecommendTarget(Base):
    """A movie that can be recommended: which head speaks for it, what it begins with, its likes when it was learned."""

    __tablename__ = "recommend_target"

    model_id: Mapped[int] = mapped_column(ForeignKey("recommend_model.id", ondelete="CASCADE"), primary_key=True)
    movie_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    head: Mapped[str]
    baseline: Mapped[float] = mapped_column(Double)
    likes: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint(_one_of("head", HEADS), name="head"),)


class RecommendSource(Base):
    """A movie that speaks for others: `targets` are their ids, `weights` how much, place by place."""

    __tablename__ = "recommend_source"

    model_id: Mapped[int] = mapped_column(ForeignKey("recommend_model.id", ondelete="CASCADE"), primary_key=True)
    movie_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    targets: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    weights: Mapped[list[float]] = mapped_column(ARRAY(REAL))
