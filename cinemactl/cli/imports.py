"""`cinemactl import ...`: the imports themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.import_file import follow, user
from cinemactl.cli.options import FormatOption, WaitOption
from cinemactl.cli.rejects import write_to
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="Imports: what a file brought, its plan and its rejects.")

LEFT = ("filename", "state", "dry_run")
NUMBERS = ("rows", "created", "updated", "unchanged", "duplicates", "ambiguous", "rejected")
COLUMNS = tuple(
    Column(name, name.replace("_", " "), justify="left" if name in LEFT else "right")
    for name in ("import_id", "filename", "state", "dry_run", *NUMBERS)
)
ROW_COLUMNS = (
    Column("line", "line", justify="right"),
    Column("outcome", "outcome"),
    Column("movie_id", "movie", justify="right"),
    Column("column", "column"),
    Column("reason", "reason"),
    Column(
        "changes",
        "changes",
        show=lambda changes: "; ".join(f"{k}: {v[0]} → {v[1]}" for k, v in (changes or {}).items()),
    ),
)

LAYOUT_COLUMNS = tuple(Column(name, name) for name in ("name", "noun", "origin", "adds", "description"))

ImportArgument = Annotated[int, typer.Argument(metavar="ID", help="The import's id.", min=1)]


@app.command(name="list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 50,
    after: Annotated[int | None, typer.Option(help="Go on after the import with this id.", metavar="KEY")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """List imports, the latest first."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs.imports import list_imports

        found = list_imports(session, limit=limit, after=after)
    if not render.rows(found, COLUMNS, format, fields=list(found[0]) if found else None):
        render.note("Nothing was imported yet; `cinemactl movie import FILE` does it.")


@app.command()
def show(
    import_id: ImportArgument,
    *,
    rows: Annotated[bool, typer.Option("--rows", help="The plan, row by row, instead of the report.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show the report of an import, or its plan row by row."""
    with edge.unit_of_work() as session:
        from cinemactl.importing.report import get_import, plan_rows
        from cinemactl.jobs.imports import show_import

        if rows:
            names = ("line", "outcome", "movie_id", "changes", "column", "reason", "candidates")
            planned = plan_rows(session, get_import(session, import_id))
            render.rows(
                ({name: getattr(row, name) for name in names} for row in planned), ROW_COLUMNS, format, fields=names
            )
        else:
            render.one(show_import(session, import_id), format)


@app.command()
def layouts(format: FormatOption = Format.TABLE) -> None:
    """List the layouts that files are recognised by, your own among them."""
    from cinemactl.importing.layouts import shelf

    home = edge.settings().home
    own = shelf.own(home)
    every = [("own", one) for one in own.values()] + [
        ("shipped", one) for one in shelf.shipped().values() if one.name not in own
    ]
    described = (
        {"name": one.name, "noun": one.noun, "origin": origin, "adds": one.adds, "description": one.description}
        for origin, one in every
    )
    render.rows(described, LAYOUT_COLUMNS, format, fields=[column.name for column in LAYOUT_COLUMNS])


@app.command()
def rejects(
    import_id: ImportArgument,
    file: Annotated[Path, typer.Argument(help="Where to; - is stdout.")] = Path("-"),
) -> None:
    """Write the rows an import set aside, as they came, with line, column and reason; correct and import that file."""
    from cinemactl.importing.report import get_import

    with edge.unit_of_work() as session:
        count = write_to(file, session, get_import(session, import_id))
    render.note(f"{count} rows written.")


@app.command()
def apply(
    import_id: ImportArgument,
    *,
    wait: WaitOption = None,
    rejects: Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Apply the plan that `movie import --dry-run` made: that very plan, or nothing when the catalogue has moved on."""
    from cinemactl.jobs.imports import ask_apply

    with edge.unit_of_work() as session:
        job_id = ask_apply(session, edge.settings(), import_id, asked_by=user()).job_id or 0
    follow(import_id, job_id, "Applying", wait=wait, rejects=rejects, format=format)


@app.command()
def undo(import_id: ImportArgument, *, wait: WaitOption = None, format: FormatOption = Format.TABLE) -> None:
    """Take an import back: what it created goes, what it changed is as it was. Refused when that was changed since."""
    from cinemactl.jobs.imports import ask_undo

    with edge.unit_of_work() as session:
        job_id = ask_undo(session, edge.settings(), import_id, asked_by=user()).job_id or 0
    follow(import_id, job_id, "Undoing", wait=wait, format=format)


@app.command()
def resolve(
    import_id: ImportArgument,
    answers: Annotated[
        Path | None,
        typer.Option(help="A CSV of line,answer instead of questions; - is stdin.", metavar="FILE"),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan only: say what would happen.")] = False,
    wait: WaitOption = None,
    rejects: Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Say which movies the ambiguous rows of an import are, and import them so.

    An answer is the id of a movie, `new`, or `skip`. Without --answers each row is asked about.
    """
    from cinemactl.cli.answers import answers_in, ask_about
    from cinemactl.jobs.imports import ask_resolve

    given = answers_in(answers) if answers is not None else ask_about(import_id)
    if not given:
        render.note("Nothing was answered, nothing was changed.")
        return
    with edge.unit_of_work() as session:
        asked = ask_resolve(session, edge.settings(), import_id, given, dry_run=dry_run, asked_by=user())
        resolved_id, job_id = asked.id, asked.job_id or 0
    label = "Planning" if dry_run else "Importing"
    follow(resolved_id, job_id, label, wait=wait, rejects=rejects, format=format)
