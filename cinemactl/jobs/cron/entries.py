"""The entries of recurring work: adding, changing, removing, and what they look like."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from cinemactl.errors import Conflict, NotFound, UsageRefused
from cinemactl.jobs.ask import ArgumentsRefused
from cinemactl.jobs.cron.schedule import schedule_of
from cinemactl.jobs.kinds import KINDS, Kind, kind_named
from cinemactl.jobs.plain import is_plain_json
from cinemactl.jobs.tables import MISSED, OVERLAP, CronEntry, CronTick, Job

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
ENTRY_FIELDS = ("name", "kind", "args", "schedule", "timezone", "enabled", "missed", "overlap", "next_at")


class EntryNotFound(NotFound):
    """No recurring work has that name."""

    code = "entry-not-found"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no recurring work named {name[:80]!r}.", "`cinemactl cron list` shows what there is."
        )


class EntryExists(Conflict):
    """Recurring work of that name exists already."""

    code = "entry-exists"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is recurring work named {name!r} already: nothing was changed.",
            f"Choose another name, or `cinemactl cron remove {name}` first.",
        )


class NotRecurring(UsageRefused):
    """Jobs of that kind are asked for by a command each, with arguments that fit only once."""

    code = "not-recurring"

    def __init__(self, kind: str, kinds: Mapping[str, Kind]) -> None:
        known = ", ".join(sorted(name for name, one in kinds.items() if one.recurs))
        super().__init__(f"A job {kind!r} cannot recur.", f"Kinds that can: {known}.")


@dataclass(frozen=True)
class Plan:
    """Recurring work as somebody wants it: `missed` is once or skip, `overlap` skip or allow."""

    name: str
    kind: str
    schedule: str
    timezone: str = "UTC"
    args: dict[str, Any] = field(default_factory=dict)
    missed: str = "once"
    overlap: str = "skip"
    queue: str | None = None


def add_entry(session: Session, plan: Plan, kinds: Mapping[str, Kind] = KINDS) -> CronEntry:
    """Add recurring work, enabled, due from now on.

    Raises UsageRefused, UnknownKind, NotRecurring, ArgumentsRefused, ScheduleRefused, EntryExists.
    """
    if not NAME.fullmatch(plan.name):
        raise UsageRefused(
            f"{plan.name[:80]!r} is no name for recurring work.", "Give up to 63 of: a-z, 0-9, dot, dash, underscore."
        )
    for word, words in ((plan.missed, MISSED), (plan.overlap, OVERLAP)):
        if word not in words:
            raise UsageRefused(f"{word[:40]!r} is none of {', '.join(words)}.")
    kind = kind_named(plan.kind, kinds)
    if not kind.recurs:
        raise NotRecurring(plan.kind, kinds)
    _check_arguments(kind, plan.args)
    schedule = schedule_of(plan.schedule, plan.timezone)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"cron {plan.name}", 0))))
    if session.get(CronEntry, plan.name) is not None:
        raise EntryExists(plan.name)
    entry = CronEntry(**{**asdict(plan), "schedule": schedule.expression}, enabled=True)
    entry.next_at = schedule.after(database_time(session))
    session.add(entry)
    session.flush()
    return entry


def remove_entry(session: Session, name: str) -> None:
    """Remove recurring work and what is known of its ticks; a job of it that goes on goes on. Raises EntryNotFound."""
    session.delete(locked_entry(session, name))
    session.flush()


def set_enabled(session: Session, name: str, *, enabled: bool) -> CronEntry:
    """Enable or disable recurring work; once enabled it is due from now on. Raises EntryNotFound, ScheduleRefused."""
    entry = locked_entry(session, name)
    if entry.enabled != enabled:
        schedule = schedule_of(entry.schedule, entry.timezone)
        next_at = schedule.after(database_time(session)) if enabled else None
        entry.enabled, entry.next_at = enabled, next_at
        session.flush()
    return entry


def locked_entry(session: Session, name: str) -> CronEntry:
    """Return the entry, kept from changes by others until the transaction ends; raises EntryNotFound."""
    entry = session.get(CronEntry, name[:80], with_for_update=True, populate_existing=True)
    if entry is None:
        raise EntryNotFound(name)
    return entry


def list_entries(session: Session) -> list[dict[str, Any]]:
    """Return every entry with `last`: the due time, outcome, job and its state of its latest tick (None before one)."""
    latest = (
        select(CronTick.entry, CronTick.due_at, CronTick.outcome, CronTick.job_id, Job.state.label("job_state"))
        .outerjoin(Job, Job.id == CronTick.job_id)
        .ext(distinct_on(CronTick.entry))
        .order_by(CronTick.entry, CronTick.due_at.desc())
    )
    last = {row.entry: row for row in session.execute(latest)}
    return [
        document(entry, last.get(entry.name)) for entry in session.scalars(select(CronEntry).order_by(CronEntry.name))
    ]


def document(entry: CronEntry, last: Row[*tuple[Any, ...]] | None = None) -> dict[str, Any]:
    """Return an entry as JSON by name."""
    names = ("due_at", "outcome", "job_id", "job_state")
    shown = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    return shown | {"last": None if last is None else {name: getattr(last, name) for name in names}}


def next_times(
    session: Session, name: str | None, *, count: int, after: datetime | None = None
) -> list[dict[str, Any]]:
    """Return the next `count` due times of one entry, or of each enabled one, the earliest first.

    `at` is in UTC, `local` the same on the clock of the entry's time zone. Raises EntryNotFound, ScheduleRefused.
    """
    enabled = select(CronEntry).where(CronEntry.enabled)
    entries = session.scalars(enabled).all() if name is None else [locked_entry(session, name)]
    start = after or database_time(session)
    found: list[dict[str, Any]] = []
    for entry in entries:
        schedule = schedule_of(entry.schedule, entry.timezone)
        dues = islice(schedule.upcoming(start), count)
        found += [{"name": entry.name, "at": due, "local": due.astimezone(schedule.zone).isoformat()} for due in dues]
    return sorted(found, key=lambda one: (one["at"], one["name"]))


def database_time(session: Session) -> datetime:
    """Return what the clock of the database shows at this moment: the only clock that decides."""
    found: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return found


def _check_arguments(kind: Kind, args: dict[str, Any]) -> None:
    if not is_plain_json(args):
        raise ArgumentsRefused(kind.name)
    try:
        inspect.signature(kind.function()).bind(None, **args)
    except TypeError as error:
        raise UsageRefused(
            f"A job {kind.name!r} does not take these arguments: {error}.", "`cinemactl cron add --help` says how."
        ) from error
