"""How plans look: the lines they change, what the checks say, and how they end a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import typer

from cinemactl.cli import render, schedule_view
from cinemactl.cli.render import Column, Format
from cinemactl.errors import ExitCode

CHANGING = ("added", "moved", "changed", "cancelled")
CHANGES = (*CHANGING, "unchanged")


def _moment(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M}"


def _was(was: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {_moment(value) if isinstance(value, datetime) else value or 'none'}"
        for name, value in was.items()
    )


COLUMNS = (
    Column("change", "change"),
    Column("screening", "id", justify="right"),
    Column("starts_at", "start", show=_moment, least=20),
    Column("site", "site", least=12),
    Column("screen", "screen", least=12),
    Column("movie", "movie", least=16),
    Column("format", "picture", spare=1),
    Column("sold", "sold", justify="right"),
    Column("was", "was", show=_was, below=True),
)
FIELDS = (
    *(
        "change",
        "screening",
        "site",
        "screen",
        "movie_id",
        "movie",
        "starts_at",
        "runtime",
        "format",
        "audio",
        "subtitles",
    ),
    *("captions", "price_category", "held_back_seats", "state", "sold", "was"),
)


def plan(document: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], format: Format) -> None:
    """Print a plan: as JSON whole, else its lines, with all it comes to on stderr."""
    if format is Format.JSON:
        render.one({**document, "changes": [*lines]}, format)
    else:
        changes(lines, format)
    schedule_view.findings(document["findings"], "--json prints them all")


def changes(lines: Iterable[Mapping[str, Any]], format: Format) -> int:
    """Print lines of a plan and return how many there are."""
    return render.rows(lines, COLUMNS, format, fields=FIELDS)


def summary(document: Mapping[str, Any]) -> str:
    """Return what a plan comes to, in words."""
    counts = [f"{document[change]} {change}" for change in CHANGES if document[change]]
    if document["set_aside"]:
        counts.append(f"{document['set_aside']} set aside")
    return ", ".join(counts) or "nothing"


def end(document: Mapping[str, Any]) -> None:
    """End the command with exit code 6 when something was set aside."""
    if document["set_aside"]:
        raise typer.Exit(ExitCode.SET_ASIDE)
