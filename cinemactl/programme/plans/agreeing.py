"""What a plan file says and no plan does: it is passed over, and said to be.

What follows from a start is no ground to refuse a file, for one that was applied already has it as it was before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cinemactl.programme.clock import SiteClock
from cinemactl.programme.plans.columns import DETAILS, MOMENTS
from cinemactl.programme.plans.files import Row
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.tables import Screen, Screening, Site

READ = (
    "id",
    "site",
    "screen",
    "movie_id",
    "movie",
    "title",
    "year",
    "starts_at",
    "date",
    "time",
    "runtime",
    "state",
    "uid",
)
FOLLOWING = (*MOMENTS[1:], "feature_time", "business_day", "week")
OTHERS = ("seats", "sold", "gross")
# What each export has anew.
EXPORTED = ("remaining_seats", "certificate", "doors_at", "sequence", "published_at", "created_at", "updated_at")
KNOWN = {*READ, *DETAILS, *FOLLOWING, *OTHERS, *EXPORTED}
MEND = (
    dict.fromkeys(FOLLOWING, "It follows from the start and the runtime: change those.")
    | {"seats": "They are the screen's: `cinemactl screen edit` changes them."}
    | dict.fromkeys(("sold", "gross"), "`cinemactl admission import` brings what is sold.")
)
SHOWN = 5


def passed_over(
    rows: Sequence[Row],
    proposals: Sequence[Proposal],
    standing: Mapping[int, tuple[Screening, Screen, Site, Any]],
) -> Iterator[dict[str, Any]]:
    """Yield findings: one for columns that no plan file has, one for each column that says otherwise than it is or will be.

    `proposals` are those of the rows in their order, `standing` the screenings by their ids.
    """
    headings = dict.fromkeys(heading for row in rows for heading in row.cells)
    if strange := [repr(heading[:40]) for heading in headings if heading not in KNOWN]:
        columns = ", ".join(strange[:SHOWN]) + (" and more" if len(strange) > SHOWN else "")
        message = f"What the file says in {columns} is passed over: a plan file has no such column."
        yield _finding(message, "Correct the heading, or take the column out.", [])
    others: dict[str, list[tuple[Row, int, object]]] = {}
    for row, proposal in zip(rows, proposals, strict=True):
        if proposal.screening_id is not None and not proposal.cancels:
            for name, value in _otherwise(row, proposal, *standing[proposal.screening_id][:3]):
                others.setdefault(name, []).append((row, proposal.screening_id, value))
    for name, found in others.items():
        row, number, value = found[0]
        more = f" So do {len(found) - 1} more." if len(found) > 1 else ""
        shown = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else "none" if value is None else value
        message = (
            f"{row.unit.capitalize()} {row.line} has {row.cells[name][:40]} for {name}, and screening {number} {shown}: "
            f"that is passed over.{more}"
        )
        yield _finding(message, MEND[name], [one for _, one, _ in found])


def _finding(message: str, mend: str, screenings: list[int]) -> dict[str, Any]:
    return {"rule": "plan-file", "severity": "warning", "message": message, "screenings": screenings, "mend": mend}


def _otherwise(
    row: Row, proposal: Proposal, known: Screening, screen: Screen, site: Site
) -> Iterator[tuple[str, object]]:
    """Yield the columns in which a row says neither what is nor what will be, with the latter."""
    clock = site.clock
    stands = _following(clock, known)
    will_be = stands if proposal.keeps_anatomy else _following(clock, proposal)
    for name in FOLLOWING:
        written = row.cells.get(name, "")
        if written and not any(_is(written, one[name]) for one in (stands, will_be)):
            yield name, will_be[name]
    for name, value in zip(OTHERS, (screen.seats, known.sold, known.gross), strict=True):
        written = row.cells.get(name, "")
        if written and not _is_number(written, value):
            yield name, value


def _following(clock: SiteClock, of: Screening | Proposal) -> dict[str, datetime | str]:
    moments = {name: clock.local(getattr(of, name)) for name in MOMENTS}
    day = clock.business_day(moments["starts_at"])
    return {
        **moments,
        "feature_time": f"{moments['feature_starts_at']:%H:%M}",
        "business_day": day.isoformat(),
        "week": clock.week_name(clock.cinema_week(day)),
    }


def _is(written: str, value: datetime | str) -> bool:
    if isinstance(value, str):
        return written == value
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return False
    return value == found if found.tzinfo else value.replace(tzinfo=None) == found


def _is_number(written: str, value: Decimal | int | None) -> bool:
    try:
        return Decimal(written) == value
    except InvalidOperation:
        return False
