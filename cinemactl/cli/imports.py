"""`cinemactl import ...`: the imports themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption
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
