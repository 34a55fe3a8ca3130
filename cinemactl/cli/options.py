"""Options that several commands share, spelled once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cinemactl.cli.render import Format

FormatOption = Annotated[
    Format,
    typer.Option("--format", help="How data is printed; --json is short for --format json.", case_sensitive=False),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Do everything but keep nothing.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
WaitOption = Annotated[
    bool | None,
    typer.Option("--wait/--no-wait", help="Wait for the job's end (default: on a terminal).", show_default=False),
]


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


LogFormatOption = Annotated[
    LogFormat, typer.Option("--log-format", help="How log lines are written to stderr.", case_sensitive=False)
]
