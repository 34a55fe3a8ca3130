"""The plan of an import of screenings: what becomes of each row, and the plan of the programme underneath."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.headed import Columns
from cinemactl.importing.screenings.refusing import ALIKE, LIVE, SLOT, refuse
from cinemactl.importing.tables import OUTCOMES
from cinemactl.programme.plans.columns import DETAILS
from cinemactl.programme.plans.deciding import decide
from cinemactl.programme.plans.proposals import make_table

SAID = ("runtime", *DETAILS, "sold", "state")

# Rows that say the very same are one; those that say otherwise of one slot are set aside below, both of them.
DUPLICATES = text(f"""
    UPDATE staged_screening AS row SET outcome = 'duplicates',
        reason = 'It says the same as ' || CAST(:unit AS text) || ' ' || every.first || '.'
    FROM (
        SELECT line, min(line) OVER (PARTITION BY {", ".join((*ALIKE, *SAID))}) AS first
        FROM staged_screening WHERE outcome IS NULL
    ) AS every
    WHERE every.line = row.line AND every.first < row.line
""")  # noqa: S608  (constants)
PROPOSE = text(f"""
    INSERT INTO proposal (number, line, cancels, keeps_anatomy, screen_id, movie_id, starts_at, feature_starts_at, feature_ends_at,
        clear_at, {", ".join(DETAILS)}, sold, names)
    SELECT row.line, row.line, coalesce(row.state = 'cancelled', false),
        row.runtime IS NULL OR row.runtime
            IS NOT DISTINCT FROM extract(epoch FROM known.feature_ends_at - known.feature_starts_at) / 60,
        row.screen_id, row.movie_id, row.starts_at,
        row.starts_at + make_interval(mins => place.pre_show),
        row.starts_at + make_interval(mins => place.pre_show + length.minutes),
        row.starts_at + make_interval(mins => place.pre_show + length.minutes + place.turnaround),
        {", ".join(f"row.{name}" for name in DETAILS)}, CASE WHEN row.state IS DISTINCT FROM 'cancelled' THEN row.sold END,
        CASE WHEN :named THEN jsonb_build_object('site', site.name, 'timezone', site.timezone, 'screen', screen.name,
            'movie', movie.title) END
    FROM staged_screening AS row
    JOIN (SELECT DISTINCT screen_id, pre_show, turnaround FROM staged_place) AS place ON place.screen_id = row.screen_id
    JOIN movie ON movie.id = row.movie_id
    JOIN screen ON screen.id = row.screen_id JOIN site ON site.id = row.site_id
    LEFT JOIN screening AS known ON {SLOT} AND {LIVE}
    CROSS JOIN LATERAL (SELECT coalesce(row.runtime, movie.runtime, CAST(:runtime AS integer), 1) AS minutes) AS length
    WHERE row.outcome IS NULL
""")  # noqa: S608  (constants)
CHANGED = ", ".join(
    f"CASE WHEN told.before ->> {name!r} IS DISTINCT FROM told.after ->> {name!r}"
    f" THEN jsonb_build_object({name!r}, jsonb_build_array(told.before -> {name!r}, told.after -> {name!r})) END"
    for name in ("feature_ends_at", "state", *DETAILS, "sold")
)
# What a screening is called does not depend on numbers, which a dry run gives away.
DECIDED = text("""
    UPDATE staged_screening AS row SET reason = proposal.reason,
        "column" = CASE WHEN proposal.change IS NULL THEN CAST(:column AS text) END,
        outcome = CASE proposal.change WHEN 'added' THEN 'created' WHEN 'changed' THEN 'updated' WHEN 'cancelled' THEN 'updated'
            WHEN 'unchanged' THEN 'unchanged' ELSE 'rejected' END,
        changes = CASE WHEN proposal.change <> 'unchanged' THEN jsonb_build_object('screening', jsonb_build_array(
            CASE WHEN proposal.change <> 'added' THEN called.name END, called.name)) END
    FROM proposal
    JOIN screen ON screen.id = proposal.screen_id JOIN site ON site.id = screen.site_id
    JOIN movie ON movie.id = proposal.movie_id
    CROSS JOIN LATERAL (SELECT site.name || '/' || screen.name || ' '
        || to_char(proposal.starts_at AT TIME ZONE site.timezone, 'YYYY-MM-DD HH24:MI') || ' ' || movie.title AS name) AS called
    WHERE proposal.line = row.line
""")
DETAILED = text(f"""
    UPDATE staged_screening AS row SET changes = row.changes || other.changes
    FROM proposal
    CROSS JOIN LATERAL (
        SELECT proposal.before, proposal.before || jsonb_build_object('feature_ends_at', proposal.feature_ends_at,
            {", ".join(f"{name!r}, proposal.{name}" for name in DETAILS)})
            || CASE WHEN proposal.change = 'cancelled' THEN jsonb_build_object('state', 'cancelled') ELSE '{{}}' END
            || CASE WHEN proposal.sold IS NULL THEN '{{}}' ELSE jsonb_build_object('sold', proposal.sold) END AS after
    ) AS told
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(one.key, one.value), '{{}}') AS changes
        FROM unnest(ARRAY[{CHANGED}]) AS part (value) CROSS JOIN LATERAL jsonb_each(part.value) AS one
    ) AS other
    WHERE proposal.line = row.line AND proposal.change IN ('changed', 'cancelled')
""")  # noqa: S608  (constants)
COUNTS = text("SELECT outcome, count(*) AS rows FROM staged_screening GROUP BY outcome")
KEPT = text("""
    SELECT line, outcome, movie_id, changes, "column", reason, candidates FROM staged_screening ORDER BY line
""")


def decide_rows(
    session: Session, columns: Columns, *, runtime: int | None, named: bool, movie_column: str | None, unit: str
) -> dict[str, int]:
    """Decide what becomes of each staged row that is placed, and return how many rows there are of each outcome.

    `runtime` is that of movies whose own is not known; with `named` the plan keeps the names of places and movies, which
    a dry run forgets. `unit` is what the numbers of rows count. What is decided stands in the table of proposals.
    """
    refuse(session, columns, runtime=runtime, movie_column=movie_column)
    session.execute(DUPLICATES, {"unit": unit})
    make_table(session)
    session.execute(PROPOSE, {"runtime": runtime, "named": named})
    decide(session, unit=unit)
    session.execute(DECIDED, {"column": columns.heading("screen")})
    session.execute(DETAILED)
    counted = {row.outcome: row.rows for row in session.execute(COUNTS)}
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}
