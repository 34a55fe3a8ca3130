"""`cinemactl schedule show`: one screening, or a day or a week of a site drawn as a timeline."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cinemactl.cli import edge, render, schedule_view
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Format
from cinemactl.cli.schedule_options import DayOption, WeekOption
from cinemactl.errors import UsageRefused


def show(
    screening: Annotated[
        str | None, typer.Argument(metavar="[SCREENING]", help="The number of a screening.", show_default=False)
    ] = None,
    *,
    week: WeekOption = None,
    day: DayOption = None,
    site: Annotated[str | None, typer.Option(help="The site, where there are several.", metavar="SITE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show one screening, or draw a site's week or day: a row for each screen, a bar for each screening.

    cinemactl schedule show --week 2026-W49 --site Filmhaus
    """
    if sum(given is not None for given in (screening, week, day)) != 1:
        raise UsageRefused("One thing is shown at a time.", "Give the number of a screening, or --week, or --day.")
    if screening is not None:
        with edge.unit_of_work() as session:
            from cinemactl.programme import listing, screenings

            schedule_view.screening(listing.document(session, screenings.find_screening(session, screening)), format)
        return
    with edge.unit_of_work() as session:
        from cinemactl.cli import timeline as drawing
        from cinemactl.programme import listing, places, timeline, when

        of = places.the_site(session, site)
        calendar = when.Calendar(of.clock, datetime.now(UTC))
        days = None if day is None else listing.one_day(when.day(day, calendar))
        drawn = timeline.timeline(session, of, listing.Filters(days=days, week=week))
    shown = [one for each in drawn["days"] for row in each["screens"] for one in row["screenings"]]
    match format:
        case Format.TABLE:
            drawing.draw(drawn)
        case Format.JSON:
            render.one(drawn, format)
        case _:
            schedule_view.screenings(sorted(shown, key=lambda one: one["starts_at"]), format)
    if not shown:
        render.note(f"Nothing is shown at {drawn['site']} from {drawn['first_day']} until {drawn['last_day']}.")
