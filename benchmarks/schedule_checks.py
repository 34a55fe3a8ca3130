"""How long all checks take: over one, two and four years of a site with 16 screens, and over a chain's week.

Measured is the whole of it, from the first query to the list of findings, as `schedule check --all` does it. Beside the
seconds that went by stand those that this process worked: on a machine that does other things at the same time, these tell.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import NamedTuple

from homes import database, home
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.programme.checks.registry import CHECKS
from cinemactl.programme.checks.standing import Checked, check_standing
from cinemactl.programme.tables import Site

YEAR_BAR = 3.0
CHAIN_BAR = 5.0
# Four years may take this much more than four times one year.
LINEAR_BAR = 1.3
YEARS = (1, 2, 4)
YEARLY_SCREENS = 16
WEEKLY_MOVIES = 20
CHAIN_SITES, CHAIN_SCREENS, CHAIN_SCREENINGS = 48, 505, 15_000
FIRST = datetime(2026, 1, 2, tzinfo=UTC)

MOVIES = """
    INSERT INTO movie (title, runtime, certificate_system, certificate, genres)
    SELECT 'Movie ' || number, 85 + number % 20, 'FSK', (ARRAY['0', '6', '12', '16'])[number % 4 + 1],
        CASE WHEN number % 5 = 0 THEN ARRAY['Family'] ELSE ARRAY['Drama'] END
    FROM generate_series(1, 400) AS number
"""
SITES = """
    INSERT INTO site (name, timezone, country, region, city)
    SELECT 'Site ' || number, (ARRAY['America/New_York', 'Europe/Berlin', 'Europe/Vienna', 'Europe/Paris'])[number % 4 + 1],
        (ARRAY['US', 'DE', 'AT', 'FR'])[number % 4 + 1], (ARRAY['NY', NULL, 'Salzburg', NULL])[number % 4 + 1],
        (ARRAY['New York', 'Berlin', 'Salzburg', 'Paris'])[number % 4 + 1]
    FROM generate_series(4, 3 + :sites) AS number
"""
SCREENS = """
    INSERT INTO screen (site_id, name, seats, lobby)
    SELECT number % :sites + (SELECT min(id) FROM site), 'Screen ' || number, 80 + number % 5 * 60,
        CASE WHEN number % 2 = 0 THEN 'East' ELSE 'West' END
    FROM generate_series(1, :screens) AS number
"""
HOURS = """
    INSERT INTO opening_hours (site_id, weekday, opens_minute, closes_minute)
    SELECT site.id, weekday, 600, 1560 FROM site, generate_series(0, 6) AS weekday
"""
# Five shows a day on each screen, two and a half hours apart, each week with movies of its own; every fifth is captioned.
SCREENINGS = """
    INSERT INTO screening (screen_id, movie_id, starts_at, feature_starts_at, feature_ends_at, clear_at, captions)
    SELECT screen_id, movie_id, start, start + interval '15 minutes',
        start + interval '15 minutes' + interval '1 minute' * runtime,
        start + interval '30 minutes' + interval '1 minute' * runtime,
        CASE WHEN slot = 3 THEN 'open' END
    FROM (
        SELECT screen.id AS screen_id, slot, (day / 7 * 6 + (screen.id * 3 + slot) % :movies) % 400 + 1 AS movie_id,
            (CAST(:first AS timestamp) + interval '1 day' * day + interval '11 hours'
                + interval '150 minutes' * slot + interval '5 minutes' * (screen.id % 13)) AT TIME ZONE site.timezone AS start
        FROM screen JOIN site ON site.id = screen.site_id, generate_series(0, :days - 1) AS day, generate_series(0, 4) AS slot
        ORDER BY day, slot, screen.id LIMIT :most
    ) AS planned JOIN movie ON movie.id = movie_id
"""
BOOKINGS = """
    INSERT INTO booking (site_id, movie_id, starts_on, ends_on, terms)
    SELECT site_id, movie_id, min(starts_at)::date, max(starts_at)::date,
        '[{"clause": "minimum-weeks", "weeks": 1}, {"clause": "shows-a-day", "minimum": 2},
          {"clause": "screen", "screen": "largest", "minimum": 1}]'
    FROM screening JOIN screen ON screen.id = screen_id GROUP BY site_id, movie_id
"""
KEYS = """
    INSERT INTO key_window (site_id, movie_id, valid_from, valid_until)
    SELECT site_id, movie_id, min(starts_at) - interval '3 days', max(feature_ends_at) + interval '30 hours'
    FROM screening JOIN screen ON screen.id = screen_id GROUP BY site_id, movie_id
"""
EMPTY = "TRUNCATE key_window, booking, screening, opening_hours, screen, site, movie RESTART IDENTITY CASCADE"


class Taken(NamedTuple):
    """Seconds that went by, and that this process worked."""

    elapsed: float
    work: float


def main() -> int:
    """Print the seconds beside their bars; the exit code is 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with home() as folder, database(folder).unit_of_work(dry_run=True) as session:
        yearly = [_years(session, years, options.runs) for years in YEARS]
        chain = _chain(session, options.runs)
    growth = yearly[-1].work / (YEARS[-1] * yearly[0].work)
    print(f"four years are {growth:.2f} times the work of four times one year (bar {LINEAR_BAR})")
    return 0 if yearly[0].elapsed < YEAR_BAR and growth < LINEAR_BAR and chain.elapsed < CHAIN_BAR else 1


def _years(session: Session, years: int, runs: int) -> Taken:
    fill(session, sites=1, screens=YEARLY_SCREENS, days=365 * years, most=10**7)
    taken, checked = timed(session, runs)
    bar = f" (bar {YEAR_BAR} s)" if years == 1 else ""
    print(f"{years} {'year' if years == 1 else 'years'} of one site: {_told(taken, checked)}{bar}")
    if years == 1:
        _each(session)
    return taken


def _chain(session: Session, runs: int) -> Taken:
    fill(session, sites=CHAIN_SITES, screens=CHAIN_SCREENS, days=7, most=CHAIN_SCREENINGS)
    taken, checked = timed(session, runs)
    print(f"a week of {CHAIN_SITES} sites, {CHAIN_SCREENS} screens: {_told(taken, checked)} (bar {CHAIN_BAR} s)")
    return taken


def fill(session: Session, *, sites: int, screens: int, days: int, most: int) -> None:
    """Make up movies, and so many sites with their screens, hours, screenings, bookings and keys, in place of all else."""
    values = {"sites": sites, "screens": screens, "days": days, "most": most, "first": FIRST.replace(tzinfo=None)}
    for statement in (EMPTY, MOVIES, SITES, SCREENS, HOURS, SCREENINGS, BOOKINGS, KEYS, "ANALYZE"):
        session.execute(text(statement), values | {"movies": WEEKLY_MOVIES})


def timed(session: Session, runs: int, rules: Sequence[str] | None = None) -> tuple[Taken, Checked]:
    """Return the medians of what the checks take, and what they find."""
    taken = []
    for _ in range(runs):
        session.expunge_all()
        elapsed, work = time.perf_counter(), time.process_time()
        checked = check_standing(session, rules=rules)
        taken.append(Taken(time.perf_counter() - elapsed, time.process_time() - work))
    return Taken(*map(median, zip(*taken, strict=True))), checked


def _told(taken: Taken, checked: Checked) -> str:
    found = f"{checked.screenings:,} screenings, {len(checked.findings):,} findings"
    return f"{found}, {taken.elapsed:.2f} s, {taken.work:.2f} s of work"


def _each(session: Session) -> None:
    """Print what each check adds to reading and placing the screenings, which `overlap` alone stands for."""
    least, _ = timed(session, 1, ["overlap"])
    print(f"    {'reading, and overlap':24} {least.work:.2f} s of work")
    for rule in list(CHECKS)[1:]:
        taken, checked = timed(session, 1, [rule])
        severities = Counter(finding.severity for finding in checked.findings)
        found = ", ".join(f"{count:,} {severity}s" for severity, count in severities.items()) or "nothing found"
        print(f"    {rule:24} {max(taken.work - least.work, 0):.2f}  {found}")
    assert session.query(Site).count() == 1


if __name__ == "__main__":
    raise SystemExit(main())
