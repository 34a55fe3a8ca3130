"""Checking what is changed among what stands around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from cinemactl.programme.checks.finding import Finding
from cinemactl.programme.checks.run import check_screenings
from cinemactl.programme.shown import Shown, shown

# More than a cinema week, so that a week in which anything changes is always whole.
AROUND = timedelta(days=8)


def check_changes(session: Session, changed: Sequence[Shown], *, rules: Collection[str] | None = None) -> list[Finding]:
    """Return what the checks find that concerns screenings as they would be, among those that stand around them.

    One with an id stands in the place of the screening of that id, one without is new. A finding concerns them when it names
    one of them. Raises UnknownCheck for a rule there is not.
    """
    if not changed:
        return []
    starts = [one.starts_at for one in changed]
    standing = shown(
        session,
        sites=sorted({one.site_id for one in changed}),
        since=min(starts) - AROUND,
        until=max(starts) + AROUND,
    )
    replaced = {one.id for one in changed}
    together = [*(one for one in standing if one.id not in replaced), *changed]
    concerned = {id(one) for one in changed}
    return [
        finding
        for finding in check_screenings(session, together, rules=rules)
        if any(id(one) in concerned for one in finding.shown)
    ]
