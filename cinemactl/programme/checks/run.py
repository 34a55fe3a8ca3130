"""Running the checks over screenings, standing or only planned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from cinemactl.programme.checks.check import Check, Found
from cinemactl.programme.checks.finding import Finding
from cinemactl.programme.checks.loading import site_programmes
from cinemactl.programme.checks.registry import CHECKS, check_named
from cinemactl.programme.checks.site_programme import SiteProgramme
from cinemactl.programme.checks.tuning import tuning
from cinemactl.programme.shown import Shown


def check_screenings(
    session: Session, shown: Iterable[Shown], *, rules: Collection[str] | None = None
) -> list[Finding]:
    """Return what the checks, or those of the ids in `rules`, find in screenings: by site, then in the order of time.

    The screenings are all that there is to the checks: what stands around them has to be among them. Cancelled ones do not
    count. Raises UnknownCheck for a rule there is not.
    """
    checks = list(CHECKS.values()) if rules is None else [check_named(rule) for rule in rules]
    return [finding for programme in site_programmes(session, shown) for finding in _findings(programme, checks)]


def _findings(programme: SiteProgramme, checks: Iterable[Check]) -> list[Finding]:
    timed = [pair for check in checks for pair in _of(programme, check)]
    timed.sort(key=lambda pair: pair[0])
    return [finding for _, finding in timed]


def _of(programme: SiteProgramme, check: Check) -> Iterator[tuple[datetime, Finding]]:
    """Yield what a check finds at a site, each with the moment it is about."""
    tuned = tuning(programme.site, check)
    if tuned.is_off:
        return
    for found in check.find(programme, tuned.numbers):
        day = found.screenings[0].day if found.day is None else found.day
        at = found.screenings[0].shown.starts_at if found.screenings else programme.clock.day_starts_at(day)
        yield at, _finding(programme, check, found, found.severity or tuned.severity)


def _finding(programme: SiteProgramme, check: Check, found: Found, severity: str) -> Finding:
    return Finding(
        rule=check.id,
        severity=severity,
        message=found.message,
        shown=tuple(one.shown for one in found.screenings),
        mend=found.mend,
        numbers=found.numbers,
        site_id=programme.site.id,
        site=programme.site.name,
        day=found.screenings[0].day if found.day is None else found.day,
        can_be_forced=check.can_be_forced,
    )
