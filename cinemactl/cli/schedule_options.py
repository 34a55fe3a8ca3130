"""Options that the verbs of `schedule` share, spelled once."""

from __future__ import annotations

from typing import Annotated

import typer

ScreeningArgument = Annotated[str, typer.Argument(metavar="SCREENING", help="The number of a screening.")]
SiteOption = Annotated[
    str | None, typer.Option(help="The site, where its name is not given with the screen's.", metavar="SITE")
]
OnlySiteOption = Annotated[str | None, typer.Option(help="Only those at this site.", metavar="SITE")]
ScreenOption = Annotated[str, typer.Option(help="SITE/SCREEN, or the screen's name alone.", metavar="SCREEN")]
AtOption = Annotated[
    list[str],
    typer.Option(
        help="'2026-12-04 19:30', 'fri 19:30', 'fri-sun 14:00,17:00', 25:30; may be given again.", metavar="WHEN"
    ),
]
UntilOption = Annotated[
    str | None, typer.Option(help="Last day: each week for weekdays, daily for a date.", metavar="DAY")
]
DayOption = Annotated[str | None, typer.Option(help="One business day: 2026-12-04, fri, today.", metavar="DAY")]
WeekOption = Annotated[str | None, typer.Option(help="One cinema week, such as 2026-W49.", metavar="WEEK")]
