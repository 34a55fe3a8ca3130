"""Checking what stands in the programme: a week, a site, or all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.programme.checks.finding import ERROR, Finding
from cinemactl.programme.checks.run import check_screenings
from cinemactl.programme.clock import DAY, DAYS_A_WEEK, monday_of
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
    rules: Collection[str] | None = None,
) -> Checked:
    """Return what the checks find of the screenings of a site (None: all), of a week named as 2026-W49, from a moment on.

    `since` counts from the beginning of the business day it lies in. A site's cinema week is its own, so that one name is a
    different week in different countries. What stands around is known to the checks, but a finding has to be about something
    within. Raises UsageRefused for what names no week, UnknownCheck for a rule there is not.
    """
    sites = [site] if site is not None else list(session.scalars(select(Site)))
    spans = {one.id: _span(one, week, since) for one in sites}
    looked_at = list(_around(session, spans))
    clocks = {one.id: one.clock for one in sites}
    findings = [
        finding
        for finding in check_screenings(session, looked_at, rules=rules)
        if any(spans[finding.site_id].has(one.starts_at) for one in finding.shown)
        or (not finding.shown and spans[finding.site_id].has(clocks[finding.site_id].day_starts_at(finding.day)))
    ]
    return Checked(sum(spans[one.site_id].has(one.starts_at) for one in looked_at), findings)


def _span(site: Site, week: str | None, since: datetime | None) -> Span:
    clock = site.clock
    if week is not None:
        monday_of(week)
        first = clock.week_named(week)
        return Span(clock.day_starts_at(first), clock.day_starts_at(first + WEEK))
    return Span(None if since is None else clock.day_starts_at(clock.business_day(since)), None)


def _around(session: Session, spans: Mapping[int, Span]) -> Iterator[Shown]:
    """Yield the screenings of the spans, with those of the cinema weeks they are in and a day more on either side."""
    since = [span.since for span in spans.values()]
    until = [span.until for span in spans.values()]
    if not spans:
        return
    yield from shown(
        session,
        sites=sorted(spans),
        since=None if None in since else min(one for one in since if one) - WEEK - DAY,
        until=None if None in until else max(one for one in until if one) + WEEK + DAY,
    )
