"""How sites and screens are named and described on the command line: the options that `add` and `edit` share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinemactl.errors import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from cinemactl.programme.opening_words import DayHours

Text = str | None

SiteArgument = Annotated[str, typer.Argument(metavar="SITE", help="A name, or an id as in id:3.")]
ScreenArgument = Annotated[str, typer.Argument(metavar="SCREEN", help="A name, SITE/SCREEN, or an id as in id:3.")]
SiteOption = Annotated[
    Text, typer.Option("--site", help="The site; may be left out when there is only one.", metavar="SITE")
]

SITE_OPTIONS: dict[str, Any] = {
    "timezone": Annotated[Text, typer.Option(help="IANA time zone, such as Europe/Berlin.", metavar="ZONE")],
    "country": Annotated[
        Text, typer.Option(help="Country, such as DE; its cinema week is the site's.", metavar="COUNTRY")
    ],
    "region": Annotated[Text, typer.Option(help="State or region, such as Salzburg.", metavar="NAME")],
    "city": Annotated[Text, typer.Option(help="City.", metavar="NAME")],
    "address": Annotated[Text, typer.Option(help="Street and number.", metavar="TEXT")],
    "url": Annotated[Text, typer.Option(help="Address of the site on the web.", metavar="URL")],
    "currency": Annotated[Text, typer.Option(help="Currency of its box office, such as EUR.", metavar="CODE")],
    "business_day_cut": Annotated[
        Text, typer.Option(help="When a business day begins (default: 06:00).", metavar="HH:MM")
    ],
    "week_starts_on": Annotated[
        Text, typer.Option(help="Weekday the cinema week starts on (default: the country's).", metavar="DAY")
    ],
    "pre_show": Annotated[Text, typer.Option(help="Minutes of ads and trailers (default: 15).", metavar="MINUTES")],
    "turnaround": Annotated[
        Text, typer.Option(help="Minutes from the end of a feature to the next start (default: 15).", metavar="MINUTES")
    ],
    "large_turnaround": Annotated[
        Text, typer.Option(help="The same on a large screen (default: 20).", metavar="MINUTES")
    ],
    "large_screen_seats": Annotated[
        Text, typer.Option(help="Above how many seats a screen is large (default: 250).", metavar="SEATS")
    ],
    "start_grid": Annotated[
        Text, typer.Option(help="Minutes between which screenings start (default: 5).", metavar="MINUTES")
    ],
    "hours": Annotated[
        list[str] | None,
        typer.Option(help="Opening hours by weekday or date; may be given again.", metavar="'DAYS HH:MM-HH:MM'"),
    ],
    "closed": Annotated[
        list[str] | None, typer.Option(help="Dates or weekdays it is closed; may be given again.", metavar="DAYS")
    ],
    "check": Annotated[
        list[str] | None,
        typer.Option(
            help="A setting of a check, such as lobby-crowding.minutes=10 or off-grid.off=yes; may be given again.",
            metavar="CHECK.SETTING=VALUE",
        ),
    ],
}
SCREEN_OPTIONS: dict[str, Any] = {
    "seats": Annotated[Text, typer.Option(help="How many seats there are in all.", metavar="N")],
    "wheelchair_seats": Annotated[Text, typer.Option(help="Those for wheelchairs among them.", metavar="N")],
    "house_seats": Annotated[Text, typer.Option(help="Those the house keeps for itself among them.", metavar="N")],
    "formats": Annotated[Text, typer.Option(help="What it can show (default: 2D).", metavar="2D,3D,…")],
    "lobby": Annotated[Text, typer.Option(help="The lobby it shares with others, by any name.", metavar="NAME")],
    "pre_show": Annotated[
        Text, typer.Option(help="Minutes of ads and trailers (default: the site's).", metavar="MINUTES")
    ],
    "turnaround": Annotated[
        Text,
        typer.Option(
            help="Minutes from the end of a feature to the next start (default: the site's).", metavar="MINUTES"
        ),
    ],
}
MINUTES = ("pre_show", "turnaround", "large_turnaround", "start_grid")


@dataclass
class SiteGiven:
    """What options say of a site: its columns, its opening hours, and settings of checks."""

    columns: dict[str, Any]
    hours: list[DayHours] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)


def site_given(**given: Any) -> SiteGiven:  # noqa: ANN401  (texts or lists of texts, by option)
    """Return the options' texts as values; raises ValueRefused for the first that cannot be one, or contradicts another."""
    from cinemactl.programme.opening_words import told_of
    from cinemactl.programme.place_values import SITE_VALUES

    hours, closed, checks = (given.pop(name) or [] for name in ("hours", "closed", "check"))
    return SiteGiven(_values(given, SITE_VALUES), told_of(hours, closed), checks)


def screen_given(**given: str | None) -> dict[str, Any]:
    """Return the options' texts as values; raises ValueRefused for the first that cannot be one."""
    from cinemactl.programme.place_values import SCREEN_VALUES

    return _values(given, SCREEN_VALUES)


def site_name(text: str) -> str:
    """Return the name of a site; raises ValueRefused."""
    from cinemactl.programme.place_values import SITE_VALUES

    return str(SITE_VALUES["name"](text))


def screen_name(text: str) -> str:
    """Return the name of a screen; raises ValueRefused."""
    from cinemactl.programme.place_values import SCREEN_VALUES

    return str(SCREEN_VALUES["name"](text))


def clearable(asked: Sequence[str] | None, columns: Collection[str], what: str) -> list[str]:
    """Return the columns that options name to be emptied; raises UsageRefused for one that cannot be."""
    options = {column.removesuffix("_minutes").replace("_", "-"): column for column in columns}
    if strange := [one for one in asked or [] if one not in options]:
        raise UsageRefused(f"A {what}'s {strange[0]!r} cannot be emptied.", f"What can be: {', '.join(options)}.")
    return [options[one] for one in asked or []]


def _values(given: Mapping[str, str | None], parsers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    columns = {f"{name}_minutes" if name in MINUTES else name: text for name, text in given.items()}
    return {column: parsers[column](text) for column, text in columns.items() if text is not None}
