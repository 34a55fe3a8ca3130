"""What the public is told: publishing a week's drafts, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.programme.checks import ERROR, Finding, check_screenings
from cinemactl.programme.clock import DAYS_A_WEEK
from cinemactl.programme.holding import hold, in_turn
from cinemactl.programme.plans.columns import as_json
from cinemactl.programme.plans.telling import line_of
from cinemactl.programme.refusing import ErrorsFound
from cinemactl.programme.shown import shown
from cinemactl.programme.tables import Screen, Site

DAY = timedelta(days=1)
# What the public sees of a screening.
PUBLIC = (
    *("screen_id", "movie_id", "starts_at", "feature_starts_at", "feature_ends_at"),
    *("format", "audio", "subtitles", "captions", "price_category"),
)
DRAFTS = text("""
    SELECT known.id FROM screening AS known JOIN screen ON screen.id = known.screen_id
    WHERE screen.site_id = :site_id AND known.starts_at >= :since AND known.starts_at < :until AND known.state = 'draft'
    ORDER BY known.id FOR NO KEY UPDATE OF known
""")
PUBLISH = text("""
    UPDATE screening SET state = 'published', published_at = coalesce(published_at, now()), updated_at = now(),
        sequence = sequence + CASE WHEN published_at IS NULL THEN 0 ELSE 1 END
    WHERE id = ANY (CAST(:ids AS integer[]))
""")
# All that was told of the week, or stands in it now, is told anew.
TELL = (
    text("""
        CREATE TEMPORARY TABLE told ON COMMIT DROP AS
        SELECT screening_id AS id FROM published_screening
        WHERE site_id = :site_id AND starts_at >= :since AND starts_at < :until
        UNION
        SELECT known.id FROM screening AS known JOIN screen ON screen.id = known.screen_id
        WHERE screen.site_id = :site_id AND known.starts_at >= :since AND known.starts_at < :until
            AND known.published_at IS NOT NULL
    """),
    text("DELETE FROM published_screening WHERE screening_id IN (SELECT id FROM told)"),
    text(f"""
        INSERT INTO published_screening (screening_id, site_id, starts_at, document)
        SELECT known.id, screen.site_id, known.starts_at, {as_json("known")} || jsonb_build_object('names',
            jsonb_build_object('site', site.name, 'timezone', site.timezone, 'screen', screen.name, 'movie', movie.title))
        FROM told JOIN screening AS known USING (id) JOIN screen ON screen.id = known.screen_id
        JOIN site ON site.id = screen.site_id JOIN movie ON movie.id = known.movie_id
        WHERE known.published_at IS NOT NULL
    """),  # noqa: S608  (constants)
    text("DROP TABLE told"),
)
SINCE = text(f"""
    SELECT NULL AS position, told.*, coalesce(site.name, told.after -> 'names' ->> 'site') AS site,
        coalesce(screen.name, told.after -> 'names' ->> 'screen') AS screen, row.movie_id,
        coalesce(movie.title, told.after -> 'names' ->> 'movie') AS movie, row.starts_at,
        coalesce(site.timezone, told.after -> 'names' ->> 'timezone') AS timezone,
        row.format, row.audio, row.subtitles, row.captions, row.price_category, row.held_back_seats, row.state,
        CAST(extract(epoch FROM row.feature_ends_at - row.feature_starts_at) / 60 AS integer) AS runtime,
        known.sold, CASE WHEN told.change = 'moved' THEN was.starts_at END AS was_at,
        was_on.name AS was_on, was_movie.title AS was_movie
    FROM (
        SELECT coalesce(known.id, public.screening_id) AS screening, public.document AS before,
            CASE WHEN known.id IS NULL THEN public.document ELSE {as_json("known")} END AS after,
            CASE
                WHEN known.id IS NULL THEN 'removed'
                WHEN public.screening_id IS NULL THEN 'added'
                WHEN known.state = 'cancelled' THEN 'cancelled'
                WHEN (known.screen_id, known.starts_at) <> (before.screen_id, before.starts_at) THEN 'moved'
                ELSE 'changed' END AS change
        FROM (SELECT * FROM published_screening WHERE site_id = :site_id) AS public
        FULL JOIN (
            SELECT screening.* FROM screening JOIN screen ON screen.id = screening.screen_id
            WHERE screen.site_id = :site_id
        ) AS known ON known.id = public.screening_id
        CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, coalesce(public.document, '{{}}')) AS before
        WHERE ((public.starts_at >= :since AND public.starts_at < :until)
            OR (known.starts_at >= :since AND known.starts_at < :until))
        AND CASE
            WHEN known.id IS NULL THEN before.state <> 'cancelled'
            WHEN public.screening_id IS NULL THEN known.state <> 'cancelled'
            ELSE (known.state = 'cancelled') <> (before.state = 'cancelled') OR (known.state <> 'cancelled'
                AND ({", ".join(f"known.{name}" for name in PUBLIC)}) IS DISTINCT FROM
                    ({", ".join(f"before.{name}" for name in PUBLIC)})) END
    ) AS told
    CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, told.after) AS row
    CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, told.before) AS was
    LEFT JOIN screen ON screen.id = row.screen_id LEFT JOIN site ON site.id = screen.site_id
    LEFT JOIN movie ON movie.id = row.movie_id
    LEFT JOIN screen AS was_on ON was_on.id = was.screen_id AND was.screen_id <> row.screen_id
    LEFT JOIN movie AS was_movie ON was_movie.id = was.movie_id AND was.movie_id <> row.movie_id
    LEFT JOIN screening AS known ON known.id = told.screening
    ORDER BY screen.name_key, row.starts_at, told.screening
""")  # noqa: S608  (constants)


@dataclass(frozen=True, slots=True)
class Published:
    """How many drafts were published, and with how many errors that were forced."""

    count: int
    errors: int


def publish(session: Session, sites: Sequence[Site], week: str, *, force: bool = False) -> Published:
    """Publish the drafts of sites in the cinema week of each, and keep what the public is told of it now.

    All or nothing: raises ErrorsFound for errors that the named checks find in what is to be published (not with `force`),
    UsageRefused for what names no week.
    """
    return in_turn(session, lambda: _publish(session, sites, week, force=force))


def _publish(session: Session, sites: Sequence[Site], week: str, *, force: bool) -> Published:
    session.flush()
    hold(session, session.scalars(select(Screen.id).where(Screen.site_id.in_([site.id for site in sites]))).all(), [])
    errors: list[Finding] = []
    count = 0
    for site in sites:
        since, until = _bounds(site, week)
        given = {"site_id": site.id, "since": since, "until": until}
        drafts = set(session.scalars(DRAFTS, given))
        around = list(shown(session, sites=[site.id], since=since - DAY, until=until + DAY))
        found = check_screenings(session, around) if drafts else []
        errors += [one for one in found if one.severity == ERROR and drafts.intersection(one.screenings)]
        count += len(drafts)
        session.execute(PUBLISH, {"ids": sorted(drafts)})
        for statement in TELL:
            session.execute(statement, given)
    if errors and not force:
        raise ErrorsFound(errors, week)
    session.expire_all()
    return Published(count, len(errors))


def changed_since(session: Session, sites: Sequence[Site], week: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield what is otherwise than the public was told, in the form of a plan's lines; all weeks without one.

    What nobody was told of is `added`, what is not there any more `removed`. Raises UsageRefused for what names no week.
    """
    for site in sites:
        since, until = _bounds(site, week) if week else ("-infinity", "infinity")
        given = {"site_id": site.id, "since": since, "until": until}
        for row in session.execute(SINCE, given).mappings():
            yield line_of(dict(row))


def _bounds(site: Site, week: str) -> tuple[datetime, datetime]:
    first = site.clock.week_named(week)
    return site.clock.day_starts_at(first), site.clock.day_starts_at(first + timedelta(days=DAYS_A_WEEK))
