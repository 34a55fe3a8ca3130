"""The plan: what each row would change, field by field, kept in `import_row` and applied as it stands."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SETS
from cinemactl.catalogue.tables import Movie, MovieTitle
from cinemactl.importing.staging import STAGED
from cinemactl.importing.tables import OUTCOMES

PLAIN = ("release_date", "runtime", "certificate_system", "certificate", "synopsis", "poster", "trailer")

NEW_IDENTIFIERS = text("""
    WITH new AS (
        SELECT row.line, jsonb_agg(brought.scheme || ':' || brought.value ORDER BY brought.scheme, brought.value) AS ids
        FROM staged_movie AS row JOIN staged_identifier AS brought USING (line)
        WHERE row.outcome IS NULL AND row.movie_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM movie_identifier AS known
            WHERE known.scheme = brought.scheme AND known.value = brought.value
        )
        GROUP BY row.line
    )
    UPDATE staged_movie AS row
    SET changes = row.changes || jsonb_build_object('ids', jsonb_build_array(NULL, new.ids))
    FROM new WHERE new.line = row.line
""")

NEW_TITLES = text("""
    WITH new AS (
        SELECT row.line, jsonb_agg(brought.title) AS titles
        FROM staged_movie AS row, unnest(row.further_titles) AS brought (title)
        WHERE row.outcome IS NULL AND row.movie_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM movie_title AS further
            WHERE further.movie_id = row.movie_id AND further.title_key = fold(brought.title)
        )
        GROUP BY row.line
    )
    UPDATE staged_movie AS row
    SET changes = row.changes || jsonb_build_object('titles', jsonb_build_array(NULL, new.titles))
    FROM new WHERE new.line = row.line
""")

NEW_CREDITS = text("""
    WITH brought AS (
        SELECT row.line, row.movie_id, credit.role, array_agg(credit.name ORDER BY credit.place) AS names,
            array_agg(fold(credit.name) ORDER BY credit.place) AS keys,
            array_agg(credit.character ORDER BY credit.place) AS characters
        FROM staged_movie AS row,
            unnest(row.credit_roles, row.credit_names, row.credit_characters)
            WITH ORDINALITY AS credit (role, name, character, place)
        WHERE row.outcome IS NULL AND row.movie_id IS NOT NULL
        GROUP BY row.line, row.movie_id, credit.role
    ),
    known AS (
        SELECT brought.line, brought.role, array_agg(person.name ORDER BY credit.position) AS names,
            array_agg(person.name_key ORDER BY credit.position) AS keys,
            array_agg(credit.character ORDER BY credit.position) AS characters
        FROM brought JOIN credit USING (movie_id, role) JOIN person ON person.id = credit.person_id
        GROUP BY brought.line, brought.role
    ),
    changed AS (
        SELECT brought.line, jsonb_object_agg(brought.role, jsonb_build_array(to_jsonb(known.names), to_jsonb(brought.names)))
            AS roles
        FROM brought LEFT JOIN known USING (line, role)
        WHERE known.keys IS DISTINCT FROM brought.keys
        OR EXISTS (
            SELECT FROM unnest(brought.characters, known.characters) AS played (new, old)
            WHERE played.new IS NOT NULL AND played.new IS DISTINCT FROM played.old
        )
        GROUP BY brought.line
    )
    UPDATE staged_movie AS row SET changes = row.changes || changed.roles FROM changed WHERE changed.line = row.line
""")

DECIDE = text("""
    UPDATE staged_movie
    SET outcome = CASE WHEN movie_id IS NULL THEN 'created' WHEN changes = '{}' THEN 'unchanged' ELSE 'updated' END
    WHERE outcome IS NULL
""")

KEEP = text("""
    INSERT INTO import_row (import_id, line, outcome, movie_id, changes, "column", reason, candidates)
    SELECT :import_id, line, outcome, movie_id, CASE WHEN outcome = 'updated' THEN changes END, "column", reason, candidates
    FROM staged_movie
""")

COUNTS = text("SELECT outcome, count(*) AS rows FROM staged_movie GROUP BY outcome")


def plan(session: Session) -> dict[str, int]:
    """Decide every staged row's outcome and its changes; return how many rows there are of each outcome."""
    session.execute(_changed_values())
    session.execute(NEW_IDENTIFIERS)
    session.execute(NEW_TITLES)
    session.execute(NEW_CREDITS)
    session.execute(DECIDE)
    counted = {outcome: rows for outcome, rows in session.execute(COUNTS)}
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}


def keep_plan(session: Session, import_id: int) -> None:
    """Keep the plan row by row."""
    session.execute(KEEP, {"import_id": import_id})


def _changed_values():  # noqa: ANN202  (SQLAlchemy's own type of an UPDATE says nothing)
    """Return the statement that compares the movie's own columns.

    A title that is among the movie's titles already is no change, whatever its case and accents, nor is a year without a
    date for a movie whose date is known, nor the order of a set.
    """
    row, movie = STAGED.c, Movie
    titled = or_(
        row.title_key == movie.title_key,
        func.coalesce(row.title_key == func.fold(movie.original_title), literal(value=False)),
        select(MovieTitle.movie_id)
        .where(MovieTitle.movie_id == movie.id, MovieTitle.title_key == row.title_key)
        .exists(),
    )
    changes = [
        _change("title", movie.title, row.title, ~titled),
        _change(
            "original_title",
            movie.original_title,
            row.original_title,
            func.fold(row.original_title).is_distinct_from(func.fold(movie.original_title)),
        ),
        _change(
            "release_year",
            movie.release_year,
            row.release_year,
            and_(
                row.release_year.is_distinct_from(movie.release_year),
                or_(movie.release_date.is_(None), row.release_date.is_not(None)),
            ),
        ),
        *(
            _change(name, getattr(movie, name), row[name], row[name].is_distinct_from(getattr(movie, name)))
            for name in PLAIN
        ),
        *(
            _change(
                name,
                getattr(movie, name),
                row[name],
                ~and_(getattr(movie, name).contains(row[name]), getattr(movie, name).contained_by(row[name])),
            )
            for name in SETS
        ),
    ]
    joined: ColumnElement[object] = changes[0]
    for change in changes[1:]:
        joined = joined.op("||", return_type=JSONB())(change)
    return update(STAGED).values(changes=joined).where(row.outcome.is_(None), row.movie_id == movie.id)


def _change(name: str, old: ColumnElement[object], new: ColumnElement[object], differs: ColumnElement[bool]):  # noqa: ANN202  (as above)
    pair = func.jsonb_build_object(literal(name), func.jsonb_build_array(old, new))
    return case((and_(new.is_not(None), differs), pair), else_=literal({}, JSONB()))
