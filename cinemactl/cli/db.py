"""`cinemactl db ...`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption, YesOption
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="The database: upgrade, status, backup, restore, shell.")

COLUMNS = (Column("table", "table"), Column("rows", "rows", justify="right"), Column("bytes", "bytes", justify="right"))


@app.command()
def upgrade(format: FormatOption = Format.TABLE) -> None:
    """Bring the database to this cinemactl's schema; doing it twice changes nothing."""
    from cinemactl.store import migrate

    done = migrate.upgraded(edge.database(statement_seconds=0))
    if format is not Format.TABLE:
        render.one(done, format)
    changed = done["before"] != done["revision"]
    render.note(f"The database {'is now at' if changed else 'was already at'} schema {done['revision']}.")


@app.command()
def status(format: FormatOption = Format.TABLE) -> None:
    """Show where the database is, its schema and the size of its tables."""
    from cinemactl.store.status import status as status_of

    shown = status_of(edge.database())
    if format is Format.TABLE:
        tables = shown.pop("tables")
        render.one(shown, format)
        render.rows(tables, COLUMNS, format)
    else:
        render.one(shown, format)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; - is stdout.")], format: FormatOption = Format.TABLE
) -> None:
    """Write the whole database to one file.

    cinemactl db backup cinema.dump
    """
    from cinemactl.store import backup as backups

    size = backups.backup(edge.database(), file)
    if size is not None:
        if format is not Format.TABLE:
            render.one({"file": str(file), "bytes": size}, format)
        render.note(f"{size} bytes written to {file}.")
    media = edge.settings().media_folder
    if media.exists() and any(media.iterdir()):
        render.note(f"Posters and trailers kept as files are not in it: copy {media} as well.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup wrote; - is stdin.")],
    yes: YesOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Replace the whole database by a backup, all or nothing.

    cinemactl db restore cinema.dump --yes
    """
    from cinemactl.store import restore as restores
    from cinemactl.store.revision import HEAD

    database = edge.database(statement_seconds=0)
    edge.confirm(f"Replace all that is in {database.shown_url} by {file}?", yes=yes)
    revision = restores.restore(database, file)
    if format is not Format.TABLE:
        render.one({"file": str(file), "revision": revision, "needed_revision": HEAD}, format)
    render.note(f"The database is what {file} held.")
    if revision != HEAD:
        render.warn(f"Its schema is {revision}, this cinemactl needs {HEAD}: run `cinemactl db upgrade`.")


@app.command()
def shell() -> None:
    """Open psql on the database."""
    from cinemactl.store import programs

    words, environment = programs.shell(edge.database())
    os.execve(words[0], words, environment)  # noqa: S606  (psql takes the place of this process, its terminal too)
