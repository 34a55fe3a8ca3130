"""`cinemactl version ...`: what a DCP's content title says of a version."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Versions: what a DCP's content title says.")
