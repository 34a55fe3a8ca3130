"""The frame in which every import is taken back: whether it may be, what refuses it, what is said of it afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, text
from sqlalchemy.orm import Session

from cinemactl.errors import Conflict
from cinemactl.importing.report import ImportPurged
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import

SHOWN = 5


class NotApplied(Conflict):
    """The import changed nothing that could be undone."""

    code = "import-not-applied"

    def __init__(self, found: Import) -> None:
        hint = f"`cinemactl import show {found.id}` shows it."
        super().__init__(f"Import {found.id} is {found.state}, not applied: there is nothing to undo.", hint)


class TouchedSince(Conflict):
    """Something that the import wrote has been changed, removed or used since."""

    code = "import-touched"

    def __init__(self, import_id: int, what: str, names: Sequence[str], nouns: str) -> None:
        listed = f": {'; '.join(names[:SHOWN])}{'; …' if len(names) > SHOWN else ''}" if names else ""
        super().__init__(
            f"Import {import_id} cannot be undone: {what} since{listed}. Nothing was changed.",
            f"Undo first what came later, or change those {nouns} by hand.",
        )


def require_applied(found: Import) -> None:
    """Raise NotApplied or ImportPurged unless the import can be taken back."""
    if found.state != "applied":
        raise NotApplied(found)
    if found.upload_id is None:
        raise ImportPurged(found.id)


def take_import_back(
    context: Context, import_id: int, undo: Callable[[Context, Import], dict[str, int]]
) -> dict[str, Any]:
    """Have `undo` take back what an import wrote, and return its counts in the report of the undoing.

    Raises NotApplied or ImportPurged, and whatever `undo` raises: TouchedSince when something was changed later.
    """
    started = time.monotonic()
    session = context.session
    found = session.get_one(Import, import_id, with_for_update=True)
    require_applied(found)
    context.progress("Undoing", 0, None)
    # Whoever waits for the locks of this one can cancel it.
    session.execute(text("SET LOCAL lock_timeout = 0"))
    counts = undo(context, found)
    found.state = "undone"
    session.flush()
    return {
        "import_id": import_id,
        "job_id": found.job_id,
        "state": "undone",
        **counts,
        "seconds": round(time.monotonic() - started, 3),
    }


def affected(session: Session, statement: Executable, given: dict[str, Any]) -> int:
    """Execute a statement that changes rows; return how many it changed."""
    return cast("CursorResult[tuple[()]]", session.execute(statement, given)).rowcount
