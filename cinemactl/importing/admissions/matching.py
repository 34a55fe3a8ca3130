"""Which screening each staged row of admissions is: by its number, or by site, screen and start. All of it is set-wise."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

STAGED = text("""
    CREATE TEMPORARY TABLE staged_admission (
        line bigint NOT NULL, outcome text, "column" text, reason text, screening integer, site text, screen text,
        local_start timestamp, unclear_day date, starts_at timestamptz, sold integer, gross numeric(12, 2), handle text,
        screening_id integer, member_id integer
    ) ON COMMIT DROP
""")

# Every screen that a row can mean: without a site those of any, without a screen all of the site.
PLACES = text("""
    CREATE TEMPORARY TABLE staged_place ON COMMIT DROP AS
    WITH named AS MATERIALIZED (
        SELECT site, screen, fold(site) AS site_key, fold(screen) AS screen_key FROM (
            SELECT DISTINCT site, screen FROM staged_admission WHERE outcome IS NULL AND screening IS NULL
        ) AS every
    )
    SELECT coalesce(named.site, '') AS site, coalesce(named.screen, '') AS screen, at.timezone, hall.id AS screen_id FROM named
    LEFT JOIN (site AS at JOIN screen AS hall ON hall.site_id = at.id)
        ON (named.site_key IS NULL OR at.name_key = named.site_key)
        AND (named.screen_key IS NULL OR hall.name_key = named.screen_key)
""")
NO_PLACE = text("""
    UPDATE staged_admission AS row SET outcome = 'rejected', "column" = :column,
        reason = CASE
            WHEN row.site IS NOT NULL AND NOT EXISTS (SELECT FROM site WHERE name_key = fold(row.site))
                THEN 'There is no site ' || quote_literal(row.site) || '.'
            ELSE 'There is no screen ' || quote_literal(coalesce(row.screen, '')) || coalesce(' at ' || row.site, '') || '.'
        END
    FROM staged_place AS place
    WHERE place.screen_id IS NULL AND row.outcome IS NULL AND row.screening IS NULL
    AND place.site = coalesce(row.site, '') AND place.screen = coalesce(row.screen, '')
""")
# A local time is compared with what the site's clocks showed, so that one that they passed twice finds its screening.
FOUND = text("""
    CREATE TEMPORARY TABLE staged_found ON COMMIT DROP AS
    SELECT row.line, array_agg(screening.id ORDER BY screening.id) AS ids
    FROM staged_admission AS row
    JOIN staged_place AS place
        ON place.site = coalesce(row.site, '') AND place.screen = coalesce(row.screen, '')
    JOIN screening ON screening.screen_id = place.screen_id AND screening.state <> 'cancelled'
        AND screening.starts_at >= coalesce(row.starts_at, (row.local_start AT TIME ZONE place.timezone) - interval '3 hours')
        AND screening.starts_at <= coalesce(row.starts_at, (row.local_start AT TIME ZONE place.timezone) + interval '3 hours')
        AND (row.local_start IS NULL OR screening.starts_at AT TIME ZONE place.timezone = row.local_start)
    WHERE row.outcome IS NULL AND row.screening IS NULL
    GROUP BY row.line
""")
BY_START = text("""
    UPDATE staged_admission AS row SET screening_id = CASE WHEN cardinality(found.ids) = 1 THEN found.ids[1] END,
        outcome = CASE WHEN cardinality(found.ids) > 1 THEN 'ambiguous' END,
        "column" = CASE WHEN cardinality(found.ids) > 1 THEN :column END,
        reason = CASE WHEN cardinality(found.ids) > 1
            THEN 'It could be screening ' || array_to_string(found.ids[1:5], ' or ')
                || ': give its number in a column screening, or its site and screen.' END
    FROM staged_found AS found WHERE found.line = row.line
""")
NO_START = text("""
    UPDATE staged_admission SET outcome = 'rejected', "column" = :column,
        reason = 'No screening starts' || coalesce(' on screen ' || screen, '') || coalesce(' at ' || site, '') || ' at '
            || coalesce(to_char(local_start, 'YYYY-MM-DD HH24:MI'), to_char(starts_at, 'YYYY-MM-DD HH24:MI TZH:TZM'))
            || ' that is not cancelled.'
    WHERE outcome IS NULL AND screening IS NULL AND screening_id IS NULL
""")
BY_NUMBER = text("""
    UPDATE staged_admission AS row SET screening_id = known.id,
        outcome = CASE WHEN known.id IS NULL THEN 'rejected' END,
        "column" = CASE WHEN known.id IS NULL THEN :column END,
        reason = CASE WHEN known.id IS NULL THEN 'There is no screening ' || row.screening || '.' END
    FROM staged_admission AS same LEFT JOIN screening AS known ON known.id = same.screening
    WHERE same.line = row.line AND row.outcome IS NULL AND row.screening IS NOT NULL
""")
ANOTHER = text("""
    UPDATE staged_admission AS row SET outcome = 'rejected', "column" = :column,
        reason = 'Screening ' || row.screening || ' does not start then.'
    FROM screening JOIN screen ON screen.id = screening.screen_id JOIN site ON site.id = screen.site_id
    WHERE row.outcome IS NULL AND row.screening = screening.id AND (
        screening.starts_at <> row.starts_at OR screening.starts_at AT TIME ZONE site.timezone <> row.local_start
    )
""")
MEMBERS = text("""
    UPDATE staged_admission AS row SET member_id = member.id FROM member
    WHERE row.outcome IS NULL AND member.handle = row.handle
""")


def match(
    session: Session, *, screen_column: str | None, start_column: str | None, screening_column: str | None
) -> None:
    """Give every staged row its screening and its member if there is one; set aside what is none, or could be several.

    The columns are what the file calls those that are blamed.
    """
    session.execute(text("ANALYZE staged_admission"))
    session.execute(BY_NUMBER, {"column": screening_column})
    session.execute(ANOTHER, {"column": start_column})
    session.execute(PLACES)
    session.execute(text("ANALYZE staged_place"))
    session.execute(NO_PLACE, {"column": screen_column})
    session.execute(FOUND)
    session.execute(BY_START, {"column": start_column})
    session.execute(NO_START, {"column": start_column})
    session.execute(MEMBERS)
