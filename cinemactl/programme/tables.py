"""The programme's tables: places, what is shown there, and by what right."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cinemactl.programme.clock import SiteClock, first_weekday
from cinemactl.store.base import Base

STATES = ("draft", "published", "cancelled")
CAPTIONS = ("open", "closed")
PLAN_KINDS = ("generate", "copy", "import", "edit")
CHANGES = ("added", "moved", "changed", "cancelled", "unchanged")

KEY = Text(collation="C")
MONEY = Numeric(12, 2)
NO_OBJECT = text("'{}'::jsonb")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Site(Base):
    """One cinema building.

    Minutes that a screen or a booking does not set itself are its own. `week_starts_on` is a weekday, 0 for Monday; None
    follows the country. `checks` holds what the site changes of a named check, by the check's id: its severity, whether it
    is off, its numbers.
    """

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(KEY, Computed("fold(name)", persisted=True), unique=True)
    timezone: Mapped[str]
    country: Mapped[str | None]
    region: Mapped[str | None]
    city: Mapped[str | None]
    address: Mapped[str | None]
    url: Mapped[str | None]
    currency: Mapped[str | None]
    business_day_cut: Mapped[time] = mapped_column(server_default=text("'06:00'"))
    week_starts_on: Mapped[int | None] = mapped_column(SmallInteger)
    pre_show_minutes: Mapped[int] = mapped_column(Integer, server_default="15")
    turnaround_minutes: Mapped[int] = mapped_column(Integer, server_default="15")
    large_turnaround_minutes: Mapped[int] = mapped_column(Integer, server_default="20")
    large_screen_seats: Mapped[int] = mapped_column(Integer, server_default="250")
    start_grid_minutes: Mapped[int] = mapped_column(Integer, server_default="5")
    checks: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=NO_OBJECT)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("week_starts_on BETWEEN 0 AND 6", name="week_starts_on"),
        CheckConstraint("pre_show_minutes BETWEEN 0 AND 240", name="pre_show_minutes"),
        CheckConstraint("turnaround_minutes BETWEEN 0 AND 240", name="turnaround_minutes"),
        CheckConstraint("large_turnaround_minutes BETWEEN 0 AND 240", name="large_turnaround_minutes"),
        CheckConstraint("large_screen_seats > 0", name="large_screen_seats"),
        CheckConstraint("start_grid_minutes BETWEEN 1 AND 60", name="start_grid_minutes"),
    )

    @property
    def clock(self) -> SiteClock:
        """How the site tells the time."""
        starts_on = first_weekday(self.country) if self.week_starts_on is None else self.week_starts_on
        return SiteClock(ZoneInfo(self.timezone), self.business_day_cut, starts_on)


class OpeningHours(Base):
    """When a site is open: on a weekday (0 is Monday), or on one date, which goes before the weekday.

    Both are minutes after the business day's midnight, so that 25:30 is 1530; both None is closed all day.
    """

    __tablename__ = "opening_hours"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    site_id: Mapped[int] = mapped_column(Integer, ForeignKey("site.id", ondelete="CASCADE"))
    weekday: Mapped[int | None] = mapped_column(SmallInteger)
    on_date: Mapped[date | None]
    opens_minute: Mapped[int | None] = mapped_column(SmallInteger)
    closes_minute: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (
        UniqueConstraint("site_id", "weekday"),
        UniqueConstraint("site_id", "on_date"),
        CheckConstraint("(weekday IS NULL) <> (on_date IS NULL)", name="day"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("(opens_minute IS NULL) = (closes_minute IS NULL)", name="both"),
        CheckConstraint("opens_minute >= 0 AND closes_minute > opens_minute AND closes_minute <= 2160", name="minutes"),
    )


class Screen(Base):
    """One auditorium of a site; minutes of None are the site's."""

    __tablename__ = "screen"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    site_id: Mapped[int] = mapped_column(Integer, ForeignKey("site.id"))
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(KEY, Computed("fold(name)", persisted=True))
    seats: Mapped[int] = mapped_column(Integer)
    wheelchair_seats: Mapped[int] = mapped_column(Integer, server_default="0")
    house_seats: Mapped[int] = mapped_column(Integer, server_default="0")
    formats: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{2D}'"))
    lobby: Mapped[str | None]
    pre_show_minutes: Mapped[int | None] = mapped_column(Integer)
    turnaround_minutes: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("site_id", "name_key"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("seats > 0", name="seats"),
        CheckConstraint("wheelchair_seats >= 0 AND house_seats >= 0", name="some_seats"),
        CheckConstraint("wheelchair_seats + house_seats <= seats", name="seats_in_all"),
        CheckConstraint("pre_show_minutes BETWEEN 0 AND 240", name="pre_show_minutes"),
        CheckConstraint("turnaround_minutes BETWEEN 0 AND 240", name="turnaround_minutes"),
    )


class Screening(Base):
    """One movie in one version on one screen at one time.

    The screen is taken over [starts_at, feature_ends_at), which two that are not cancelled never share; deferrable, so
    that two screens can be exchanged. `sequence` rises with each change of what the public has seen. `sold` and `gross`
    are written by admissions alone.
    """

    __tablename__ = "screening"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    uid: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    screen_id: Mapped[int] = mapped_column(Integer, ForeignKey("screen.id"))
    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id"))
    state: Mapped[str] = mapped_column(server_default="draft")
    starts_at: Mapped[datetime]
    feature_starts_at: Mapped[datetime]
    feature_ends_at: Mapped[datetime]
    clear_at: Mapped[datetime]
    format: Mapped[str] = mapped_column(server_default="2D")
    audio: Mapped[str | None]
    subtitles: Mapped[str | None]
    captions: Mapped[str | None]
    price_category: Mapped[str | None]
    held_back_seats: Mapped[int] = mapped_column(Integer, server_default="0")
    sold: Mapped[int] = mapped_column(Integer, server_default="0")
    gross: Mapped[Decimal | None] = mapped_column(MONEY)
    sequence: Mapped[int] = mapped_column(Integer, server_default="0")
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(
            "starts_at <= feature_starts_at AND feature_starts_at < feature_ends_at AND feature_ends_at <= clear_at",
            name="anatomy",
        ),
        CheckConstraint(_one_of("captions", CAPTIONS), name="captions"),
        CheckConstraint("held_back_seats >= 0", name="held_back_seats"),
        CheckConstraint("sold >= 0", name="sold"),
        ExcludeConstraint(
            (text("screen_id"), "="),
            (func.tstzrange(text("starts_at"), text("feature_ends_at")), "&&"),
            where=text("state <> 'cancelled'"),
            using="gist",
            deferrable=True,
            name="screening_overlap_excl",
        ),
        UniqueConstraint("uid"),
        Index("screening_movie_id_starts_at_idx", "movie_id", "starts_at"),
        Index("screening_screen_id_starts_at_idx", "screen_id", "starts_at"),
        Index("screening_starts_at_idx", "starts_at"),
    )


class PublishedScreening(Base):
    """A screening as the public was last told of it, whatever became of it since (it may be gone)."""

    __tablename__ = "published_screening"

    screening_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(Integer, ForeignKey("site.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("published_screening_site_id_starts_at_idx", "site_id", "starts_at"),)


class Booking(Base):
    """The right to show a movie at a site from one day to another, with the distributor's terms as a list of clauses."""

    __tablename__ = "booking"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id"), index=True)
    site_id: Mapped[int] = mapped_column(Integer, ForeignKey("site.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    distributor: Mapped[str | None]
    note: Mapped[str | None]
    terms: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="window"),
        Index("booking_site_id_movie_id_idx", "site_id", "movie_id"),
    )


class KeyWindow(Base):
    """When a key (KDM) opens a movie on a screen, or on every screen of its site where `screen_id` is None."""

    __tablename__ = "key_window"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id"), index=True)
    site_id: Mapped[int] = mapped_column(Integer, ForeignKey("site.id", ondelete="CASCADE"), index=True)
    screen_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("screen.id", ondelete="CASCADE"), index=True)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]

    __table_args__ = (CheckConstraint("valid_until > valid_from", name="window"),)


class SchedulePlan(Base):
    """What is to be changed in the programme: written once, shown, then applied exactly as it is, and taken back.

    `findings` are those of the checks that the plan would raise, `undone_at` when it was taken back.
    """

    __tablename__ = "schedule_plan"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str]
    import_id: Mapped[int | None] = mapped_column(Integer)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=NO_OBJECT)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint(_one_of("kind", PLAN_KINDS), name="kind"),)


class ScheduleChange(Base):
    """One line of a plan: a screening before and after it, as columns of `screening`, without `sold` and `gross`.

    `before` is None of what is added, `after` has the id once the plan is applied.
    """

    __tablename__ = "schedule_change"

    plan_id: Mapped[int] = mapped_column(Integer, ForeignKey("schedule_plan.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    change: Mapped[str]
    screening_id: Mapped[int | None] = mapped_column(Integer)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint(_one_of("change", CHANGES), name="change"),
        Index("schedule_change_screening_id_idx", "screening_id"),
    )
