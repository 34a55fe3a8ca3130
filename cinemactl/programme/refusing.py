"""What keeps a single screening from being added or moved: the errors that the named checks find in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from cinemactl.errors import Conflict
from cinemactl.programme.checks import ERROR, Finding, check_screenings
from cinemactl.programme.clock import DAY, DAYS_A_WEEK
from cinemactl.programme.shown import shown
from cinemactl.programme.tables import Screening, Site

SHOWN_FINDINGS = 3


class ErrorsFound(Conflict):
    """The named checks find errors in what is to be shown; `code` is the id of the first one's check."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        told = [f"{one.message} ({one.rule})" for one in findings[:SHOWN_FINDINGS]]
        if more := findings[SHOWN_FINDINGS:]:
            told.append(f"And {len(more)} more.")
        super().__init__(" ".join(told), f"{findings[0].mend} With --force it is done nevertheless.")
        self.code = findings[0].rule
        self.findings = findings


def raise_errors(session: Session, site: Site, screenings: Collection[Screening]) -> None:
    """Raise ErrorsFound when the checks find an error in these screenings, looking at the cinema weeks they are in."""
    clock = site.clock
    days = [clock.business_day(one.starts_at) for one in screenings]
    # A day more on either side, for what stands next to them over the week's end.
    since = clock.day_starts_at(clock.cinema_week(min(days)) - DAY)
    until = clock.day_starts_at(clock.cinema_week(max(days)) + timedelta(days=DAYS_A_WEEK + 1))
    concerned = {one.id for one in screenings}
    found = check_screenings(session, shown(session, sites=[site.id], since=since, until=until))
    if errors := [one for one in found if one.severity == ERROR and concerned.intersection(one.screenings)]:
        raise ErrorsFound(errors)
