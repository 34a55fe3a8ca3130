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

SHOWN_FINDINGS = 10


class ErrorsFound(Conflict):
    """The named checks find errors in what is to be shown in a week; `code` is the id of the first one's check."""

    def __init__(self, findings: Sequence[Finding], week: str) -> None:
        if len(findings) == 1:
            (one,) = findings
            super().__init__(f"{one.message} ({one.rule})", f"{one.mend} With --force it is done nevertheless.")
        else:
            told = [f"{one.message} ({one.rule}) {one.mend}" for one in findings[:SHOWN_FINDINGS]]
            if more := findings[SHOWN_FINDINGS:]:
                told.append(f"And {len(more)} more: `cinemactl schedule check --week {week}`.")
            super().__init__("\n".join((f"{len(findings)} errors are found.", *told)), "--force does it nevertheless.")
        self.code = findings[0].rule
        self.findings = findings


def findings_of(session: Session, site: Site, screenings: Collection[Screening], *, force: bool) -> list[Finding]:
    """Return what the checks find that names one of these screenings, looking at the cinema weeks they are in.

    Raises ErrorsFound (not with `force`) when there is an error among it.
    """
    clock = site.clock
    weeks = [clock.cinema_week(clock.business_day(one.starts_at)) for one in screenings]
    # A day more on either side, for what stands next to them over the week's end.
    since = clock.day_starts_at(min(weeks) - DAY)
    until = clock.day_starts_at(max(weeks) + timedelta(days=DAYS_A_WEEK + 1))
    concerned = {one.id for one in screenings}
    every = check_screenings(session, shown(session, sites=[site.id], since=since, until=until))
    found = [one for one in every if concerned.intersection(one.screenings)]
    errors = [one for one in found if one.severity == ERROR]
    if errors and not force:
        raise ErrorsFound(errors, clock.week_name(clock.cinema_week(errors[0].day)))
    return found
