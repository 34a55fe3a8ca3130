"""Checking what stands in the programme: a week, a site, or all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.errors import UsageRefused
from cinemactl.programme.checks.finding import ERROR, Finding
from cinemactl.programme.checks.run import check_screenings
from cinemactl.programme.clock import DAY, DAYS_A_WEEK, SiteClock, monday_of
from cinemactl.programme.shown import Shown, shown
from cinemactl.programme.tables import Site

WEEK = timedelta(days=DAYS_A_WEEK)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check: how many screenings were looked at, and what was found of them."""

    screenings: int
    findings: list[Finding]

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(finding.severity == ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Span:
    """The moments from `since` to before `until` at a site; None has no end."""

    since: datetime | None
    until: datetime | None

    def has(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


def check_standing(
    session: Session,
    *,
    site: Site | None = None,
    week: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    rules: Collection[str] | None = None,
) -> Checked:
    """Return what the checks find of the screenings of a site (None: all), of a week named as 2026-W49, or between moments.

    `since` counts from the beginning of the business day it lies in. A site's cinema week is its own, so that one name is a
    different week in different countries. What stands around is known to the checks, but a finding has to be about something
    within. Raises UsageRefused for what names no week, UnknownCheck for a rule there is not.
    """
    sites = [site] if site is not None else list(session.scalars(select(Site)))
    if week is not None:
        monday_of(week)
    spans = {one.id: _span(one.clock, week, since, until) for one in sites}
    looked_at = list(_around(session, spans, DAY if week is not None else WEEK + DAY))
    clocks = {one.id: one.clock for one in sites}

    def is_within(finding: Finding) -> bool:
        span = spans[finding.site_id]
        if finding.shown:
            return any(span.has(one.starts_at) for one in finding.shown)
        return span.has(clocks[finding.site_id].day_starts_at(finding.day))

    findings = [finding for finding in check_screenings(session, looked_at, rules=rules) if is_within(finding)]
    return Checked(sum(spans[one.site_id].has(one.starts_at) for one in looked_at), findings)


def _span(clock: SiteClock, week: str | None, since: datetime | None, until: datetime | None) -> Span:
    if week is not None:
        first = clock.week_named(week)
        try:
            return Span(clock.day_starts_at(first), clock.day_starts_at(first + WEEK))
        except OverflowError as error:
            raise UsageRefused(f"{week!r} is too far away.", "Write a week as 2026-W49.") from error
    return Span(None if since is None else clock.day_starts_at(clock.business_day(since)), until)


def _around(session: Session, spans: Mapping[int, Span], margin: timedelta) -> Iterator[Shown]:
    """Yield the screenings of the spans, and those as far around them as a margin."""
    if not spans:
        return
    since = [span.since for span in spans.values()]
    until = [span.until for span in spans.values()]
    yield from shown(
        session,
        sites=sorted(spans),
        since=None if None in since else min(one for one in since if one) - margin,
        until=None if None in until else max(one for one in until if one) + margin,
    )
