"""Days that were staged before the file had told whether the day or the month comes first."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.dates import MDY
from cinemactl.importing.findings import Findings


def settle_days(session: Session, table: str, column: str, found: Findings) -> None:
    """Turn round the days of a staging table that were read with the day first, now that the month is known to be.

    `column` holds what was read, a day or a time of it; `unclear_day` the day where it was unclear. Raises DateOrderUnclear
    when all days together do not tell their order.
    """
    if found.order() == MDY and found.dates and found.dates.pending:
        session.execute(
            text(f"""
                UPDATE {table} SET {column} = {column} + (make_date(
                    extract(year FROM unclear_day)::integer,
                    extract(day FROM unclear_day)::integer,
                    extract(month FROM unclear_day)::integer
                ) - unclear_day) * interval '1 day'
                WHERE unclear_day IS NOT NULL
            """)  # noqa: S608  (names of our own)
        )
