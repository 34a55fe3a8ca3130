"""How screenings look: the columns of a list, the lines of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cinemactl.cli import render
from cinemactl.cli.render import Column, Format
from cinemactl.programme import clock

SHOWN_FINDINGS = 20


def _day(day: date) -> str:
    return f"{day:%a %Y-%m-%d}"


LIST_COLUMNS = (
    Column("id", "id", justify="right"),
    Column("business_day", "day", show=_day, least=14),
    Column("start", "start"),
    Column("feature", "feature", spare=3),
    Column("end", "end", spare=2),
    Column("site", "site", least=12),
    Column("screen", "screen", least=12),
    Column("title", "title", least=20),
    Column("format", "picture", spare=1),
    Column("state", "state"),
    Column("sold", "sold", justify="right"),
)
FIELDS = (
    *(
        "id",
        "state",
        "site",
        "screen",
        "movie_id",
        "title",
        "year",
        "starts_at",
        "feature_starts_at",
        "feature_ends_at",
    ),
    *("clear_at", "business_day", "week", "format", "audio", "subtitles", "captions", "price_category"),
    *("held_back_seats", "seats", "sold", "gross", "uid", "sequence", "published_at", "created_at", "updated_at"),
)


def screenings(documents: Iterable[Mapping[str, Any]], format: Format) -> int:
    """Print a list of screenings and return how many there were."""
    rows = map(_timed, documents) if format is Format.TABLE else documents
    return render.rows(rows, LIST_COLUMNS, format, fields=FIELDS)


def screening(document: Mapping[str, Any], format: Format) -> None:
    """Print one screening."""
    render.one(document, format, title=f"{document['title']} on {told(document)}")


def outcome(document: Mapping[str, Any], format: Format) -> None:
    """Print a screening that was added or changed, if that is wanted."""
    if render.wanted(format):
        screening(document, format)


def told(document: Mapping[str, Any]) -> str:
    """Return where and when a screening is, in words."""
    return f"{document['site']}/{document['screen']}, {clock.told(document['starts_at'])}"


def findings(found: Sequence[Mapping[str, Any]], see: str) -> None:
    """Say on stderr what checks find in what was changed or planned, errors even under --quiet; `see` is where all of it is."""
    for one in found[:SHOWN_FINDINGS]:
        render.found(one["severity"], f"{one['message']} ({one['rule']})")
    if more := found[SHOWN_FINDINGS:]:
        render.note(f"And {len(more)} more: {see}.")


def _timed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with its times as those of its business day, where half past one at night is 25:30.

    One that the clocks pass twice has its offset.
    """
    day = document["business_day"]

    def time(moment: datetime) -> str:
        return f"{(moment.date() - day).days * 24 + moment.hour:02}:{moment:%M}{clock.offset_told(moment)}"

    moments = {"start": "starts_at", "feature": "feature_starts_at", "end": "feature_ends_at"}
    return {**document, **{name: time(document[key]) for name, key in moments.items()}}
