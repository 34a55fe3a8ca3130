"""A week as somebody edited it: what it adds, moves, changes and leaves out, proposed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.programme.clock import DAYS_A_WEEK
from cinemactl.programme.plans.agreeing import passed_over
from cinemactl.programme.plans.files import PlanFileRefused, rows_in
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.plans.reading import RowReader
from cinemactl.programme.plans.writing import write_plan
from cinemactl.programme.tables import SchedulePlan, Screen, Screening, Site

# A column that only exports have.
EXPORTED = "doors_at"
NOT_OF_IT = "Name the site and the week that the file is of, or neither; nothing was changed."


def plan_of_file(
    session: Session, content: bytes, name: str, *, site: Site | None = None, week: str | None = None
) -> SchedulePlan:
    """Return the plan that makes a week what a file says.

    A row with an id is that screening, one without is a new one; a column that is not there leaves all as it is. Title
    and year name one movie, so that whoever writes another title corrects the year, or empties it. What
    stands in the weeks of the rows with an id, at their sites (or in `week` at `site`), and is not in the file, is
    cancelled; in a file that `schedule export` wrote, drafts are none of it. Raises PlanFileRefused for the first row
    that says what cannot be, and for a file that has no row of the site or the week it is said to be of.
    """
    rows = rows_in(content, name)
    reading = RowReader(session, rows, site)
    proposals = [reading.proposal(row) for row in rows]
    findings = list(passed_over(rows, proposals, reading.standing))
    named = set(reading.standing)
    weeks = _weeks(reading, name, site, week)
    # An export is of what the public is told, so that drafts are not missing in it.
    states = ("published",) if EXPORTED in rows[0].cells else ("draft", "published")
    left = _left_out(session, weeks, named, states)
    proposals += [Proposal(screening_id=number, cancels=True) for number in left]
    arguments = {
        "file": name,
        "weeks": sorted({f"{of.name} {of.clock.week_name(first)}" for of, first in weeks}),
    }
    return write_plan(session, "edit", proposals, arguments=arguments, findings=findings, unit=rows[0].unit)


def _weeks(reading: RowReader, name: str, site: Site | None, week: str | None) -> set[tuple[Site, date]]:
    """Return the sites and weeks that a file is all of; raises PlanFileRefused when it has no row of the one that was told."""
    if site is not None and site not in {of for of, _ in reading.filled}:
        raise PlanFileRefused(f"{name} has no row of {site.name}.", NOT_OF_IT)
    if week is None:
        return reading.weeks
    sites = [site] if site is not None else list(reading.sites.values())
    told = {(of, of.clock.week_named(week)) for of in sites}
    for of, first in sorted(told.difference(reading.filled), key=lambda one: one[0].id):
        raise PlanFileRefused(f"{name} has no row of {of.clock.week_name(first)} at {of.name}.", NOT_OF_IT)
    return told


def _left_out(session: Session, weeks: set[tuple[Site, date]], named: set[int], states: Sequence[str]) -> list[int]:
    """Return the screenings of these states that stand in the weeks and are not named."""
    left: list[int] = []
    for site, first in sorted(weeks, key=lambda one: (one[0].id, one[1])):
        since = site.clock.day_starts_at(first)
        until = site.clock.day_starts_at(first + timedelta(days=DAYS_A_WEEK))
        standing = (
            select(Screening.id)
            .join(Screen, Screen.id == Screening.screen_id)
            .where(Screen.site_id == site.id, Screening.starts_at >= since, Screening.starts_at < until)
            .where(Screening.state.in_(states))
            .order_by(Screening.starts_at, Screening.id)
        )
        left += [number for number in session.scalars(standing) if number not in named]
    return left
