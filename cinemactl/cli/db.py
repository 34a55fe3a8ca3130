"""`cinemactl db ...`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption, YesOption
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="The database: upgrade, status, backup, restore, shell.")

COLUMNS = (Column("table", "table"), Column("rows", "rows", justify="right"), Column("bytes", "bytes", justify="right"))


@app.command()
def upgrade(format: FormatOption = Format.TABLE) -> None:  # noqa: A002  (the option's name)
    """Bring the database to this cinemactl's schema; doing it twice changes nothing."""
    from cinemactl.store import migrate  # noqa: PLC0415  (start-up)

    done = migrate.upgraded(edge.database(statement_seconds=0))
    if format is not Format.TABLE:
        render.one(done, format)
    changed = done["before"] != done["revision"]
    render.note(f"The database {'is now at' if changed else 'was already at'} schema {done['revision']}.")


@app.command()
def status(format: FormatOption = Format.TABLE) -> None:  # noqa: A002  (the option's name)
    """Show where the database is, its schema and the size of its tables."""
    from cinemactl.store.backup import table_sizes  # noqa: PLC0415  (start-up)
    from cinemactl.store.revision import HEAD  # noqa: PLC0415  (start-up)

    database = edge.database()
    with database.connect() as connection:
        found = database.revision(connection)
        version = connection.exec_driver_sql("SHOW server_version").scalar()
    shown: dict[str, Any] = {
        "url": database.shown_url,
        "server_version": version,
        "revision": found,
        "needed_revision": HEAD,
        "up_to_date": found == HEAD,
    }
    tables = table_sizes(database) if found == HEAD else []
    if format is Format.TABLE:
        render.one(shown, format)
        render.rows(tables, COLUMNS, format)
    else:
        render.one(shown | {"tables": tables}, format)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the whole database to one file.

    cinemactl db backup cinema.dump
    """
    from cinemactl.store import backup as backups  # noqa: PLC0415  (start-up)

    size = backups.backup(edge.database(), file)
    render.note(f"{size} bytes written to {file}.")
    media = edge.settings().media_folder
    if media.exists() and any(media.iterdir()):
        render.note(f"Posters and trailers kept as files are not in it: copy {media} as well.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that backup wrote.")], yes: YesOption = False) -> None:
    """Replace the whole database by a backup, all or nothing.

    cinemactl db restore cinema.dump --yes
    """
    from cinemactl.store import backup as backups  # noqa: PLC0415  (start-up)

    database = edge.database(statement_seconds=0)
    edge.confirm(f"Replace all that is in {database.shown_url} by {file}?", yes=yes)
    backups.restore(database, file)
    render.note(f"The database is what {file} held.")


@app.command()
def shell() -> None:
    """Open psql on the database."""
    from cinemactl.store.backup import shell_command  # noqa: PLC0415  (start-up)

    command, environment = shell_command(edge.database())
    os.execve(command[0], command, environment)
