"""The programme of one cinema week proposed for another, at the same times of the same weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import NotFound, UsageRefused
from cinemactl.programme.clock import DAYS_A_WEEK, LocalTimeRefused
from cinemactl.programme.plans.asides import no_such_time
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.plans.writing import write_plan
from cinemactl.programme.tables import SchedulePlan, Screen, Screening, Site


class WeekEmpty(NotFound):
    """Nothing is shown in the week that is to be copied."""

    code = "week-empty"

    def __init__(self, site: Site, week: str) -> None:
        super().__init__(
            f"Nothing is shown at {site.name} in {week}.", f"See `cinemactl schedule show --week {week}` for what is."
        )


def copy_week(session: Session, site: Site, from_week: str, to_week: str) -> SchedulePlan:
    """Return the plan that shows in one cinema week what is shown in another, as drafts; what stands there stays.

    Screenings keep their time of the business day and their elapsed minutes. One whose time the clocks of the new week
    leap over, or pass twice, is set aside, as one is that would overlap. Raises UsageRefused for what names no week and for
    a week that is copied to itself, WeekEmpty when there is nothing to copy.
    """
    clock = site.clock
    first, target = clock.week_named(from_week), clock.week_named(to_week)
    if first == target:
        raise UsageRefused(f"{from_week} cannot be copied to itself.", "Name another week with --to.")
    since, until = clock.day_starts_at(first), clock.day_starts_at(first + timedelta(days=DAYS_A_WEEK))
    shown = session.execute(
        select(Screening, Screen, Movie)
        .join(Screen, Screen.id == Screening.screen_id)
        .join(Movie, Movie.id == Screening.movie_id)
        .where(Screen.site_id == site.id, Screening.starts_at >= since, Screening.starts_at < until)
        .where(Screening.state != "cancelled")
        .order_by(Screen.name_key, Screening.starts_at)
    ).all()
    if not shown:
        raise WeekEmpty(site, clock.week_name(first))
    aside: list[dict[str, Any]] = []

    def copies() -> Iterator[Proposal]:
        for screening, screen, movie in shown:
            day = clock.business_day(screening.starts_at) + (target - first)
            minute = clock.minute(screening.starts_at)
            try:
                shift = clock.at(day, minute) - screening.starts_at
            except LocalTimeRefused as refused:
                aside.append(no_such_time(site, screen, label(movie), (day, minute), refused))
                continue
            yield Proposal(
                fills=False,
                keeps_anatomy=False,
                screen_id=screen.id,
                movie_id=movie.id,
                starts_at=screening.starts_at + shift,
                feature_starts_at=screening.feature_starts_at + shift,
                feature_ends_at=screening.feature_ends_at + shift,
                clear_at=screening.clear_at + shift,
                format=screening.format,
                audio=screening.audio,
                subtitles=screening.subtitles,
                captions=screening.captions,
                price_category=screening.price_category,
                held_back_seats=screening.held_back_seats,
            )

    proposals = list(copies())
    arguments = {"site": site.name, "from": clock.week_name(first), "to": clock.week_name(target)}
    return write_plan(session, "copy", proposals, arguments=arguments, findings=aside)
