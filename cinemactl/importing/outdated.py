"""Whether the plan that was shown is still what an import would do."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.errors import Conflict
from cinemactl.importing.keeping import PLANNED, forget_plan
from cinemactl.importing.report import ImportNotPlanned, ImportPurged
from cinemactl.importing.staging import ENDED
from cinemactl.importing.tables import Import

SHOWN = 3

# A reason may name a movie by its title or its row by its line: what matters is what would be done.
OTHERWISE = text(f"""
    SELECT coalesce(planned.line, now.line) AS line, planned.outcome AS planned, now.outcome AS now
    FROM ({PLANNED}) AS planned
    FULL JOIN ({ENDED}) AS now USING (line)
    WHERE planned.outcome IS DISTINCT FROM now.outcome OR planned.movie_id IS DISTINCT FROM now.movie_id
    OR (now.outcome = 'updated' AND planned.changes IS DISTINCT FROM now.changes)
    ORDER BY line
""")  # noqa: S608  (constants)


class NotToBeApplied(Conflict):
    """The import has been applied, or undone."""

    code = "import-not-open"

    def __init__(self, found: Import) -> None:
        again = f"`cinemactl import show {found.id}` shows it; import the file again to do it once more."
        super().__init__(f"Import {found.id} is {found.state}: only a plan that waits can be applied.", again)


class PlanOutdated(Conflict):
    """The catalogue has changed since the plan was made, so that another thing would be done now."""

    code = "plan-outdated"

    def __init__(self, import_id: int, rows: int, examples: list[str]) -> None:
        what = "1 row would end" if rows == 1 else f"{rows} rows would end"
        super().__init__(
            f"The catalogue has changed since import {import_id} was planned: {what} otherwise ({'; '.join(examples)}). "
            "Nothing was changed.",
            "Import the file again with --dry-run and see the new plan.",
        )


def require_plan(found: Import) -> None:
    """Raise ImportPurged, ImportNotPlanned or NotToBeApplied unless a plan waits to be applied."""
    if found.state in {"applied", "undone"}:
        raise NotToBeApplied(found)
    if found.layout is None:
        raise ImportNotPlanned(found)
    if found.upload_id is None:
        raise ImportPurged(found.id)


def require_same_plan(session: Session, found: Import) -> None:
    """Hold the plan kept against the one just staged, and forget the kept one; raises PlanOutdated."""
    other = session.execute(OTHERWISE, {"import_id": found.id}).all()
    if other:
        examples = [_told(row.line, row.planned, row.now) for row in other[:SHOWN]]
        raise PlanOutdated(found.id, len(other), examples)
    forget_plan(session, [found.id])


def _told(line: int, planned: str, now: str) -> str:
    return f"line {line} was {planned}, and is {now if now != planned else 'so with other changes'}"
