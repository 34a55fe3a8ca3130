"""The tables of a job: its record, its attempts, its log; and those of recurring work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cinemactl.store.base import Base

OPEN_STATES = ("queued", "running")
ENDED_STATES = ("succeeded", "failed", "cancelled", "set-aside")
STATES = OPEN_STATES + ENDED_STATES
LEVELS = ("debug", "info", "warning", "error")

ATTEMPTS = 5

MISSED = ("once", "skip")
OVERLAP = ("skip", "allow")
OUTCOMES = ("asked", "skipped", "missed", "refused")

JSON = JSONB(none_as_null=True)


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Job(Base):
    """One piece of work. Its effect is committed in the transaction that sets it to succeeded, and in no other.

    `attempts` only ever grows; a retry by hand raises `attempts_allowed`, so that no attempt's number is used twice.
    `due_at` is when it may be tried again; `lock_name` is the --lock of the command that asked for it.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    args: Mapped[dict[str, object]] = mapped_column(JSON, server_default=text("'{}'"))
    queue: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="queued")
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    attempts_allowed: Mapped[int] = mapped_column(Integer, server_default=str(ATTEMPTS))
    asked_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    lock_name: Mapped[str | None]
    progress: Mapped[dict[str, object] | None] = mapped_column(JSON)
    report: Mapped[dict[str, object] | None] = mapped_column(JSON)
    error: Mapped[dict[str, object] | None] = mapped_column(JSON)

    __table_args__ = (
        CheckConstraint(_in("state", STATES), name="state"),
        CheckConstraint("(state = 'running') = (lease_owner IS NOT NULL)", name="lease_owner"),
        CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease_until"),
        CheckConstraint(f"({_in('state', ENDED_STATES)}) = (ended_at IS NOT NULL)", name="ended_at"),
        Index("job_open_idx", "state", "id", postgresql_where=text(_in("state", OPEN_STATES))),
    )


class JobAttempt(Base):
    """One start of a job: where it ran, when it ended, what went wrong, and why the job was or was not tried again."""

    __tablename__ = "job_attempt"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    host: Mapped[str]
    pid: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    error: Mapped[dict[str, object] | None] = mapped_column(JSON)
    verdict: Mapped[str | None]


class JobLog(Base):
    """A line that a job wrote, visible while the job still runs and kept whether or not its effect is."""

    __tablename__ = "job_log"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    level: Mapped[str] = mapped_column(server_default="info")
    message: Mapped[str]

    __table_args__ = (
        CheckConstraint(_in("level", LEVELS), name="level"),
        Index("job_log_job_id_idx", "job_id", "id"),
    )


class CronEntry(Base):
    """Work that recurs. `next_at` is when it is due next, by the clock of the database; only an enabled entry has one."""

    __tablename__ = "cron_entry"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    args: Mapped[dict[str, object]] = mapped_column(JSON, server_default=text("'{}'"))
    schedule: Mapped[str]
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    queue: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    missed: Mapped[str] = mapped_column(server_default="once")
    overlap: Mapped[str] = mapped_column(server_default="skip")
    next_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(_in("missed", MISSED), name="missed"),
        CheckConstraint(_in("overlap", OVERLAP), name="overlap"),
        CheckConstraint("enabled = (next_at IS NOT NULL)", name="next_at"),
    )


class CronTick(Base):
    """What became of one due time of an entry; its key keeps a tick from being done twice, whoever tries."""

    __tablename__ = "cron_tick"

    entry: Mapped[str] = mapped_column(ForeignKey("cron_entry.name", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    outcome: Mapped[str]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"), index=True)

    __table_args__ = (CheckConstraint(_in("outcome", OUTCOMES), name="outcome"),)
