"""Imports as jobs: asking for one, what became of each, and when its file is no longer kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pkgutil import resolve_name
from typing import Any, BinaryIO, Protocol, cast

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import LARGEST_ID
from cinemactl.errors import UsageRefused
from cinemactl.importing.answers import ANSWERS
from cinemactl.importing.dates import DMY, MDY
from cinemactl.importing.keeping import forget_plan
from cinemactl.importing.layouts.choosing import choose
from cinemactl.importing.looking import first_rows, look_at
from cinemactl.importing.opening import SURVEYED, open_table, told
from cinemactl.importing.outdated import require_plan
from cinemactl.importing.report import ImportNotFound, get_import, plan_rows, report_of
from cinemactl.importing.tables import Import, Upload
from cinemactl.importing.taking_back import require_applied
from cinemactl.importing.uploads import FileUnreadable, UploadStream, keep_upload, pieces_of
from cinemactl.jobs.ask import ask
from cinemactl.jobs.tables import OPEN_STATES, Job
from cinemactl.settings import Settings


class Headed(Protocol):
    """The columns of a file."""

    @property
    def has_header(self) -> bool:
        """Whether the first row is the header."""


Chosen = Callable[[str, Sequence[str], Mapping[str, Any]], tuple[str, Headed]]


@dataclass(frozen=True)
class Walk:
    """What is done with the files of one noun: `choosing` is module:function of how a layout is chosen, then the kinds of job."""

    choosing: str
    importing: str
    applying: str
    undoing: str

    def chosen(self) -> Chosen:
        """Return how a layout is chosen; what only the files of other nouns need stays unread."""
        return cast("Chosen", resolve_name(f"cinemactl.importing.{self.choosing}"))


WALKS: Mapping[str, Walk] = {
    "movie": Walk("layouts.choosing:chosen", "import-movies", "apply-import", "undo-import"),
    "rating": Walk("ratings.choosing:chosen", "import-ratings", "apply-ratings", "undo-ratings"),
    "member": Walk("members.choosing:chosen", "import-members", "apply-members", "undo-members"),
    "site": Walk("places.rows:SITES.chosen", "import-places", "apply-places", "undo-places"),
    "screen": Walk("places.rows:SCREENS.chosen", "import-places", "apply-places", "undo-places"),
    "admission": Walk("admissions.rows:ADMISSIONS.chosen", "import-admissions", "apply-admissions", "undo-admissions"),
    "schedule": Walk("screenings.rows:RECORDS.chosen", "import-schedule", "apply-schedule", "undo-schedule"),
}
# Of these an ambiguous row is no question of which movie it is.
CORRECTED_IN_THE_FILE = ("member", "site", "screen", "admission", "schedule")
SHOWN = 5


class AnswersRefused(UsageRefused):
    """Answers were given for rows that nobody asked about."""

    code = "answers-refused"

    def __init__(self, import_id: int, lines: Sequence[int]) -> None:
        listed = ", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else "")
        super().__init__(
            f"Import {import_id} has no ambiguous row in line {listed}.",
            f"`cinemactl import show {import_id} --rows` shows which rows are ambiguous.",
        )


def ask_import(
    session: Session,
    settings: Settings,
    stream: BinaryIO,
    *,
    noun: str,
    filename: str,
    options: Mapping[str, Any],
    dry_run: bool,
    asked_by: str,
    progress: Callable[[int], None] = lambda _: None,
) -> Import:
    """Upload a file and record the job that imports it; the caller commits and then calls `send`.

    `options` may tell an `encoding`, a `delimiter`, a `header`, a `sheet` and a `date_order`, what the file goes over
    (`overwrite`), a `layout`, columns to `map`, a name to `save_layout` by, and whether to `include_series` and to be
    `lenient`. What can be seen of the file without reading it to its end is refused here: raises FileUnreadable, and
    what `choose` raises.
    """
    purge_imports(session, keep_days=settings.keep_imports_days)
    pieces = pieces_of(stream, filename)
    first = next(pieces, b"")
    look = look_at(filename, first, told(options))
    resolved = _with_layout(noun, filename, look.rows, options, settings) if look.rows else {}
    upload = keep_upload(session, filename, look.survey.over(chain([first], pieces)), progress)
    if not resolved:
        table = open_table(lambda: UploadStream(session.connection(), upload.id), filename, told(options))
        resolved = _with_layout(noun, filename, first_rows(table, filename), options, settings)
    if look.survey.wanted:
        resolved[SURVEYED] = look.survey.encoding(filename)
    asked = Import(noun=noun, filename=filename, upload_id=upload.id, dry_run=dry_run, options=resolved)
    session.add(asked)
    session.flush()
    return _asked(session, settings, asked, WALKS[noun].importing, asked_by)


def ask_apply(session: Session, settings: Settings, import_id: int, *, asked_by: str) -> Import:
    """Record the job that applies the plan of a dry run; raises ImportNotFound, ImportPurged, NotToBeApplied, ImportNotPlanned."""
    found = get_import(session, import_id)
    require_plan(found)
    return _asked(session, settings, found, WALKS[found.noun].applying, asked_by)


def ask_undo(session: Session, settings: Settings, import_id: int, *, asked_by: str) -> Import:
    """Record the job that takes an import back; raises ImportNotFound, ImportPurged, NotApplied."""
    found = get_import(session, import_id)
    require_applied(found)
    return _asked(session, settings, found, WALKS[found.noun].undoing, asked_by)


def ask_resolve(
    session: Session, settings: Settings, import_id: int, answers: Mapping[int, str], *, dry_run: bool, asked_by: str
) -> Import:
    """Record an import of those rows of another that were answered for: by line, the id of the movie it is, or NEW.

    Raises ImportNotFound, ImportNotPlanned, ImportPurged, or AnswersRefused for lines that were not set aside as ambiguous.
    """
    found = get_import(session, import_id)
    if found.noun in CORRECTED_IN_THE_FILE:
        raise UsageRefused(
            f"The rows of import {import_id} are no movies: which {found.noun} each is, the row itself says.",
            f"Correct what `cinemactl import rejects {import_id} FILE` writes, and import that file.",
        )
    open_lines = {row.line for row in plan_rows(session, found, ("ambiguous",))}
    if strange := sorted(set(answers) - open_lines):
        raise AnswersRefused(import_id, strange)
    given = {str(line): answer for line, answer in answers.items()}
    asked = Import(
        noun=found.noun,
        filename=found.filename,
        upload_id=found.upload_id,
        dry_run=dry_run,
        options={**found.options, **_order_found(found), ANSWERS: json.dumps(given)},
    )
    session.add(asked)
    session.flush()
    return _asked(session, settings, asked, WALKS[found.noun].importing, asked_by)


def _order_found(found: Import) -> dict[str, object]:
    """Return the order that the dates of a whole file have, as an option: a few of its rows may not tell it."""
    order = found.findings.get("date_order")
    return {"date_order": order} if order in {DMY, MDY} else {}


def _asked(session: Session, settings: Settings, found: Import, kind: str, asked_by: str) -> Import:
    found.job_id = ask(session, kind, {"import_id": found.id}, queue=settings.queue, asked_by=asked_by).id
    session.flush()
    return found


def list_imports(session: Session, *, limit: int, after: int | None = None) -> list[dict[str, Any]]:
    """Return the reports of imports with their files' names, the latest first; `after` is the id of the last one seen."""
    query = _with_job().order_by(Import.id.desc()).limit(limit)
    found = session.execute(query if after is None else query.where(Import.id < min(after, LARGEST_ID)))
    return [_reported(asked, state) for asked, state, _ in found]


def show_import(session: Session, import_id: int) -> dict[str, Any]:
    """Return the report of an import with its file's name and, if its job failed, the error; raises ImportNotFound."""
    found = session.execute(_with_job().where(Import.id == get_import(session, import_id).id)).one_or_none()
    if found is None:
        raise ImportNotFound(import_id)
    asked, state, error = found
    return _reported(asked, state) | {"error": error}


def purge_imports(session: Session, *, keep_days: int) -> int:
    """Remove the files and plans of imports that are older than `keep_days` and over; return how many that were.

    Their records are kept. Those that another purge has in hand are left to it.
    """
    old = func.now() - func.make_interval(0, 0, 0, keep_days)
    still_open = select(Job.id).where(Job.id == Import.job_id, Job.state.in_(OPEN_STATES))
    purged = session.execute(
        select(Import.id, Import.upload_id)
        .where(Import.created_at < old, Import.upload_id.is_not(None), ~still_open.exists())
        .with_for_update(skip_locked=True)
    ).all()
    if purged:
        forget_plan(session, [one.id for one in purged])
        session.execute(delete(Upload).where(Upload.id.in_([one.upload_id for one in purged])))
    return len(purged)


def _with_layout(
    noun: str, filename: str, rows: list[list[str]], options: Mapping[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return the options with the file's layout, as its first rows show it; refuse a header without rows."""
    chosen = WALKS[noun].chosen()
    resolved = choose(noun, chosen, filename, rows, options=options, home=settings.home)
    if len(rows) == 1 and chosen(filename, rows[0], resolved)[1].has_header:
        raise FileUnreadable(filename, "it has a header and no rows")
    return resolved


def _with_job() -> Select[Import, str, dict[str, object] | None]:
    return select(Import, Job.state, Job.error).outerjoin(Job, Job.id == Import.job_id)


def _reported(asked: Import, state: str | None) -> dict[str, Any]:
    gone = "failed" if asked.layout is None else "succeeded"
    return {"filename": asked.filename, **report_of(asked, state or gone)}
