"""Recurring work in its table: what may be added, and what ticks come of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cinemactl.errors import UsageRefused
from cinemactl.jobs.ask import ArgumentsRefused
from cinemactl.jobs.cron import entries
from cinemactl.jobs.cron.entries import EntryExists, EntryNotFound, NotRecurring, Plan
from cinemactl.jobs.cron.schedule import ScheduleRefused
from cinemactl.jobs.cron.tick import run_now, tick
from cinemactl.jobs.kinds import UnknownKind
from cinemactl.jobs.purging import purge
from cinemactl.jobs.tables import CronTick, Job

EACH_SECOND = "* * * * * *"


@pytest.fixture
def clean(session: Session) -> Session:
    session.execute(text("DELETE FROM cron_entry"))
    return session


def _due(session: Session, seconds: float, **options: Any) -> Any:
    """Add an entry that is due each second and has been for so many seconds."""
    entry = entries.add_entry(session, Plan("tick", "ping", EACH_SECOND, **options))
    entry.next_at = (entries.database_time(session) - timedelta(seconds=seconds)).replace(microsecond=0)
    session.flush()
    return entry


def _outcomes(session: Session) -> list[tuple[datetime, str]]:
    rows = session.execute(select(CronTick.due_at, CronTick.outcome).order_by(CronTick.due_at))
    return [(row.due_at, row.outcome) for row in rows]


def test_the_shipped_entries_are_there_and_fit_their_kinds(session: Session) -> None:
    shipped = entries.list_entries(session)
    assert [(one["name"], one["schedule"], one["enabled"]) for one in shipped] == [
        ("purge-jobs", "17 3 * * *", True),
        ("rebuild-recommendations", "41 3 * * *", True),
        ("refresh-ranking", "*/5 * * * *", True),
        ("refresh-vectors", "47 * * * *", True),
    ]
    for one in shipped:
        entries.remove_entry(session, one["name"])
        entries.add_entry(session, Plan(one["name"], one["kind"], one["schedule"], args=one["args"]))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"name": "Tick tock"}, UsageRefused),
        ({"name": ""}, UsageRefused),
        ({"name": "x" * 64}, UsageRefused),
        ({"kind": "rm -rf"}, UnknownKind),
        ({"kind": "import-movies"}, NotRecurring),
        ({"args": {"no_such": 1}}, UsageRefused),
        ({"args": {"seconds": float("nan")}}, ArgumentsRefused),
        ({"schedule": "0 0 30 2 *"}, ScheduleRefused),
        ({"timezone": "Nowhere"}, ScheduleRefused),
        ({"missed": "perhaps"}, UsageRefused),
        ({"overlap": "no"}, UsageRefused),
    ],
)
def test_what_cannot_recur_is_refused(clean: Session, changes: dict[str, Any], refused: type[Exception]) -> None:
    given = {"name": "tick", "kind": "ping", "schedule": "@daily"} | changes
    with pytest.raises(refused):
        entries.add_entry(clean, Plan(**given))
    assert entries.list_entries(clean) == []


def test_two_entries_of_one_name_and_none_of_another(clean: Session) -> None:
    entries.add_entry(clean, Plan("tick", "ping", "@daily"))
    with pytest.raises(EntryExists):
        entries.add_entry(clean, Plan("tick", "ping", "@hourly"))
    with pytest.raises(EntryNotFound):
        entries.remove_entry(clean, "tock")
    with pytest.raises(EntryNotFound):
        entries.next_times(clean, "tock", count=1)


def test_a_disabled_entry_is_not_due(clean: Session) -> None:
    _due(clean, 5)
    assert entries.set_enabled(clean, "tick", enabled=False).next_at is None
    assert tick(clean, "queue") == []
    again: Any = entries.set_enabled(clean, "tick", enabled=True)
    assert again.next_at > entries.database_time(clean) - timedelta(seconds=1)


def test_next_times_are_on_the_clock_of_the_entry(clean: Session) -> None:
    entries.add_entry(clean, Plan("tick", "ping", "30 2 * * *", timezone="Europe/Berlin"))
    found = entries.next_times(clean, None, count=2, after=datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert [one["local"] for one in found] == ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]
    assert found[0]["at"] == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_each_tick_of_the_last_minute_is_done_and_the_job_is_recorded_with_it(clean: Session) -> None:
    entry = _due(clean, 12, overlap="allow")
    first = entry.next_at
    asked = tick(clean, "a-queue")
    outcomes = _outcomes(clean)
    assert [due for due, _ in outcomes] == [first + timedelta(seconds=second) for second in range(len(outcomes))]
    assert len(asked) == len(outcomes) >= 13
    assert {outcome for _, outcome in outcomes} == {"asked"}
    assert {(job.kind, job.queue, job.asked_by, job.state) for job in asked} == {
        ("ping", "a-queue", "cron tick", "queued")
    }
    assert entry.next_at > entries.database_time(clean) - timedelta(seconds=1)


def test_runs_do_not_overlap_unless_they_may(clean: Session) -> None:
    entry = _due(clean, 3)
    (job,) = tick(clean, "queue")
    assert [outcome for _, outcome in _outcomes(clean)][:2] == ["asked", "skipped"]
    assert run_now(clean, "tick", "queue") is None
    job.state, job.ended_at = "succeeded", func.now()
    clean.flush()
    entry.next_at = entries.database_time(clean)
    assert len(tick(clean, "queue")) == 1


@pytest.mark.parametrize(("missed", "first", "jobs"), [("once", "asked", 1), ("skip", "missed", 0)])
def test_missed_ticks_are_run_once_or_not_at_all(clean: Session, missed: str, first: str, jobs: int) -> None:
    entry = entries.add_entry(clean, Plan("tick", "ping", "@hourly", missed=missed))
    entry.next_at = entries.database_time(clean) - timedelta(days=3, minutes=70)
    clean.flush()
    asked = tick(clean, "queue")
    outcomes = [outcome for _, outcome in _outcomes(clean)]
    assert outcomes[0] == first
    assert len(outcomes) - 1 == len(asked) - jobs + outcomes.count("skipped") <= 1  # the hour may be struck just now


def test_a_kind_that_is_no_more_stops_nobody_else(clean: Session) -> None:
    _due(clean, 0.5).kind = "gone"
    other = entries.add_entry(clean, Plan("other", "ping", "@daily"))
    other.next_at = entries.database_time(clean)
    clean.flush()
    assert [job.asked_by for job in tick(clean, "queue")] == ["cron other"]
    assert "refused" in [outcome for _, outcome in _outcomes(clean)]


def test_an_entry_whose_time_zone_is_unknown_here_is_disabled(clean: Session) -> None:
    entry = _due(clean, 1)
    entry.timezone = "Mars/Olympus"
    clean.flush()
    assert tick(clean, "queue") == []
    assert not entry.enabled


def test_old_jobs_and_ticks_are_purged_and_the_rest_is_kept(clean: Session) -> None:
    _due(clean, 3, overlap="allow")
    jobs = tick(clean, "queue")
    for job in jobs[:-1]:
        job.state, job.ended_at = "succeeded", func.now() - timedelta(days=31)
    clean.flush()
    clean.execute(text("UPDATE cron_tick SET decided_at = now() - interval '31 days'"))
    assert purge(clean, keep_days=30, state="failed") == {"jobs": 0, "ticks": 0}
    assert purge(clean, keep_days=30) == {"jobs": len(jobs) - 1, "ticks": len(jobs) - 1}
    assert clean.scalars(select(Job.id)).all() == [jobs[-1].id]
    assert len(_outcomes(clean)) == 1
    for refused in ({"keep_days": -1}, {"keep_days": 30, "state": "queued"}, {"keep_days": 10**9}):
        with pytest.raises(UsageRefused):
            purge(clean, **refused)
