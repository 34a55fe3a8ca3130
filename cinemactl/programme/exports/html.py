"""A site's week as one HTML page: for a phone, without JavaScript, and for one A4 sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path

from cinemactl.programme.clock import DAY, DAYS_A_WEEK, offset_told
from cinemactl.programme.exports.fitting import print_size
from cinemactl.programme.exports.jsonld import graph
from cinemactl.programme.exports.source import PublicScreening
from cinemactl.programme.exports.text import printable
from cinemactl.programme.tables import Site

STYLE = Path(__file__).with_name("week.css")

Row = tuple[int, str]
Rows = Mapping[Row, Mapping[date, Sequence[PublicScreening]]]


def week_page(site: Site, first: date, screenings: Iterable[PublicScreening]) -> str:
    """Return the page of the cinema week that begins on a business day: a row for each movie in each version.

    It carries the screenings as JSON-LD, and says beside each start when the film itself starts.
    """
    told = list(screenings)
    rows = _rows(told)
    days = [first + number * DAY for number in range(DAYS_A_WEEK)]
    title = f"{site.name}: {_span(days)}"
    head = "".join(f"<span>{day:%a} {day.day} {day:%b}</span>" for day in days)
    size = print_size(
        [(_heading(shown), version, [len(shown.get(day, ())) for day in days]) for (_, version), shown in rows.items()]
    )
    movies = "\n".join(_movie(version, days, shown) for (_, version), shown in rows.items())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}</title>
<style>:root {{ --print-size: {size}pt; }}
{STYLE.read_text(encoding="utf-8")}</style>
<script type="application/ld+json">{graph(told)}</script>
</head>
<body>
<main>
<h1>{_bidi(site.name)}</h1>
<p class="about">{_span(days)}. {_about(site)}</p>
<div class="head" aria-hidden="true"><span></span>{head}</div>
{movies or "<p>Nothing is published for this week yet.</p>"}
</main>
</body>
</html>
"""


def _rows(screenings: Iterable[PublicScreening]) -> Rows:
    """Group screenings by movie and version, by the movies' titles, and by business day."""
    rows: dict[Row, dict[date, list[PublicScreening]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(screenings, key=lambda one: (one.title.casefold(), one.version, one.starts_at)):
        rows[one.screening.movie_id, one.version][one.business_day].append(one)
    return rows


def _movie(version: str, days: Sequence[date], shown: Mapping[date, Sequence[PublicScreening]]) -> str:
    one = next(iter(shown.values()))[0]
    about = ", ".join(filter(None, (version, f"{one.runtime} min", one.certificate)))
    cells = "\n".join(_day(day, shown.get(day, ())) for day in days)
    return f"""<article class="movie">
<div><h2>{_bidi(_heading(shown))}</h2><p class="version">{_bidi(about)}</p></div>
<ul class="days">
{cells}
</ul>
</article>"""


def _day(day: date, screenings: Sequence[PublicScreening]) -> str:
    if not screenings:
        return '<li class="day none" aria-hidden="true"></li>'
    starts = "".join(map(_start, screenings))
    return f'<li class="day"><h3>{day:%a} {day.day} {day:%b}</h3><ul>{starts}</ul></li>'


def _start(one: PublicScreening) -> str:
    start = (
        f'<time class="start" datetime="{one.starts_at.isoformat(timespec="minutes")}">{_time(one.starts_at)}</time>'
    )
    # Who reads 01:30 under Thursday comes a day too early.
    if one.starts_at.date() != one.business_day:
        start += f' <span class="date">{one.starts_at:%a}</span>'
    screen = f'<span class="screen">{_bidi(one.screen.name)}</span>'
    if one.is_cancelled:
        return f'<li class="gone">{start} <span class="film">cancelled</span></li>'
    moment = one.feature_starts_at
    film = f'<time datetime="{moment.isoformat(timespec="minutes")}">{_time(moment)}</time>'
    return f'<li>{start} <span class="film">film {film}</span> {screen}</li>'


def _time(local: datetime) -> str:
    return f"{local:%H:%M}{offset_told(local)}"


def _heading(shown: Mapping[date, Sequence[PublicScreening]]) -> str:
    return next(iter(shown.values()))[0].title


def _span(days: Sequence[date]) -> str:
    first, last = days[0], days[-1]
    return f"{first:%A} {first.day} {first:%B} to {last:%A} {last.day} {last:%B %Y}"


def _about(site: Site) -> str:
    where = ", ".join(filter(None, (site.address, site.city)))
    said = "The first time is the start, with advertisements and trailers; the film itself starts at the second."
    return f"{_bidi(where)}. {said}" if where else said


def _text(text: str) -> str:
    return escape(printable(text))


def _bidi(text: str) -> str:
    """Return a text of unknown direction, kept from turning what stands beside it."""
    return f'<bdi dir="auto">{_text(text)}</bdi>'
