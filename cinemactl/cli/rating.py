"""`cinemactl rating ...`: stars, one by one; files are in a module of their own."""

from __future__ import annotations

import typer

from cinemactl.cli import rating_files

app = typer.Typer(no_args_is_help=True, help="Ratings: members' stars for movies, one by one or by the million.")


app.command(name="import")(rating_files.import_)
app.command()(rating_files.export)
