"""Taking an import back: what it created goes, what it changed is as it was."""

from __future__ import annotations

from array import array
from functools import partial
from typing import Any, NoReturn

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SCALARS, SETS
from cinemactl.catalogue.locks import lock_catalogue
from cinemactl.catalogue.references import referred_among
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.importing.keeping import PLANNED
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import
from cinemactl.importing.taking_back import TouchedSince, take_import_back

WRITTEN = text(f"""
    CREATE TEMPORARY TABLE undone_row ON COMMIT DROP AS
    SELECT line, outcome, movie_id, changes, former FROM ({PLANNED}) AS planned WHERE outcome IN ('created', 'updated')
""")  # noqa: S608  (constants)
HOLD = text("SELECT FROM movie WHERE id IN (SELECT movie_id FROM undone_row) ORDER BY id FOR UPDATE")

TOUCHED = text("""
    SELECT undone.movie_id, movie.title FROM undone_row AS undone LEFT JOIN movie ON movie.id = undone.movie_id
    WHERE movie.id IS NULL OR movie.updated_at <> :applied_at ORDER BY undone.movie_id
""")

CREATED = "SELECT movie_id FROM undone_row WHERE outcome = 'created'"

PEOPLE = text("""
    CREATE TEMPORARY TABLE undone_person ON COMMIT DROP AS
    SELECT DISTINCT person_id FROM undone_row JOIN credit USING (movie_id)
    WHERE outcome = 'created' OR former -> 'credits' ? credit.role
""")

REMOVE = text(f"DELETE FROM movie WHERE id IN ({CREATED})")  # noqa: S608  (constants)

# A change of a set is kept as a list, of anything else as a text or a number.
SCALARS_BACK = ", ".join(
    f"{name} = CASE WHEN undone.changes ? '{name}' THEN former.{name} ELSE movie.{name} END"
    for name in (*SCALARS, *SETS)
)
RESTORE = text(f"""
    UPDATE movie SET {SCALARS_BACK}, updated_at = CAST(undone.former ->> 'updated_at' AS timestamptz)
    FROM undone_row AS undone
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(key, value -> 0) AS fields FROM jsonb_each(undone.changes)
        WHERE key = ANY (CAST(:columns AS text[]))
    ) AS old
    CROSS JOIN LATERAL jsonb_populate_record(NULL::movie, coalesce(old.fields, '{{}}')) AS former
    WHERE undone.outcome = 'updated' AND movie.id = undone.movie_id
""")  # noqa: S608  (constants)

IDENTIFIERS = text("""
    DELETE FROM movie_identifier AS own USING undone_row AS undone
    WHERE undone.outcome = 'updated' AND own.movie_id = undone.movie_id
    AND undone.changes -> 'ids' -> 1 ? (own.scheme || ':' || own.value)
""")

TITLES = text("""
    DELETE FROM movie_title AS further USING undone_row AS undone
    WHERE undone.outcome = 'updated' AND further.movie_id = undone.movie_id
    AND undone.changes -> 'titles' -> 1 ? further.title
""")

NEW_CREDITS = text("""
    DELETE FROM credit USING undone_row AS undone
    WHERE undone.outcome = 'updated' AND credit.movie_id = undone.movie_id AND undone.former -> 'credits' ? credit.role
""")

OLD_CREDITS = text("""
    INSERT INTO credit (movie_id, role, position, person_id, character)
    SELECT undone.movie_id, billed.key, CAST(one ->> 0 AS smallint), CAST(one ->> 1 AS bigint), one ->> 2
    FROM undone_row AS undone, jsonb_each(undone.former -> 'credits') AS billed, jsonb_array_elements(billed.value) AS one
    WHERE undone.outcome = 'updated'
""")

FORGOTTEN = text("""
    DELETE FROM person USING undone_person AS undone
    WHERE person.id = undone.person_id AND NOT EXISTS (SELECT FROM credit WHERE credit.person_id = person.id)
""")

RESTORED = text("SELECT movie_id FROM undone_row WHERE outcome = 'updated' ORDER BY movie_id")


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import did; return how many movies were removed and restored.

    Raises NotApplied, ImportPurged, or TouchedSince when a movie of it was changed, removed or used later.
    """
    return take_import_back(context, import_id, _undo)


def _undo(context: Context, found: Import) -> dict[str, int]:
    session = context.session
    lock_catalogue(session)
    session.execute(WRITTEN, {"import_id": found.id})
    session.execute(text("ANALYZE undone_row"))
    session.execute(HOLD)
    _require_untouched(session, found)
    session.execute(PEOPLE)
    removed = session.connection().execute(REMOVE).rowcount
    restored = session.connection().execute(RESTORE, {"columns": [*SCALARS, *SETS]}).rowcount
    for statement in (IDENTIFIERS, TITLES, NEW_CREDITS, OLD_CREDITS, FORGOTTEN):
        session.execute(statement)
    refresh_search(session, array("q", session.scalars(RESTORED)), partial(context.progress, "Indexing"))
    return {"removed": removed, "restored": restored}


def _require_untouched(session: Session, found: Import) -> None:
    touched = session.execute(TOUCHED, {"applied_at": found.applied_at}).all()
    if touched:
        named = [f"{movie_id} {title}" if title else f"{movie_id} (removed)" for movie_id, title in touched]
        _refuse(found, named, "changed or removed")
    if used := referred_among(session, CREATED):
        _refuse(found, [f"{movie_id} has {label}" for movie_id, label in used], "used")


def _refuse(found: Import, names: list[str], how: str) -> NoReturn:
    what = "1 movie was" if len(names) == 1 else f"{len(names)} movies were"
    raise TouchedSince(found.id, f"{what} {how}", names, "movies")
