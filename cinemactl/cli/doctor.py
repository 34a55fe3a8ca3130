"""`cinemactl doctor`."""

from __future__ import annotations

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Column, Format
from cinemactl.errors import ExitCode

app = typer.Typer(help="Check everything; each line says what mends it.")

COLUMNS = (Column("state", ""), Column("check", "check"), Column("message", "finding"), Column("mend", "what mends it"))


@app.command()
def doctor(format: FormatOption = Format.TABLE) -> None:
    """Check everything; each line is ok, warn or fail and says what mends it. Exit code 1 if any fails.

    Nothing is started or changed.
    """
    from cinemactl.jobs.checks import examine

    findings = [finding.as_json() for finding in examine(edge.settings())]
    render.rows(findings, COLUMNS, format)
    if any(finding["state"] == "fail" for finding in findings):
        raise typer.Exit(ExitCode.FAILED)
