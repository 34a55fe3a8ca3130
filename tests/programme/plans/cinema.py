"""A small cinema for plans: one site, two screens, two movies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.programme.plans import applying, copying, generating, telling, undoing
from cinemactl.programme.plans.generating import Wish
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.plans.writing import write_plan
from cinemactl.programme.tables import SchedulePlan, Screen, Screening, Site

# All that a screening is, but for what only rises or tells of the row.
STATE = text("""
    SELECT to_jsonb(screening) - ARRAY['updated_at', 'sequence'] FROM screening ORDER BY id
""")


class Cinema:
    """A site in `zone` with screens `1` and `2`, and movies of 100 and 130 minutes."""

    def __init__(self, session: Session, zone: str = "Europe/Paris", country: str = "FR") -> None:
        self.session = session
        self.site = Site(name=f"Rex {zone}", timezone=zone, country=country)
        session.add(self.site)
        session.flush()
        session.refresh(self.site)
        self.screens = [Screen(site_id=self.site.id, name=name, seats=100) for name in ("1", "2")]
        self.movies = [Movie(title="Short", runtime=100), Movie(title="Long", runtime=130)]
        session.add_all([*self.screens, *self.movies])
        session.flush()
        self.clock = self.site.clock

    def at(self, day: str, minute: int) -> datetime:
        return self.clock.at(date.fromisoformat(day), minute)

    def generate(self, *days: str, movie: int = 0, screens: tuple[int, ...] = (0,), **told: Any) -> SchedulePlan:
        hours = {"earliest": 14 * 60, "latest": 23 * 60} | told
        wish = Wish(
            self.movies[movie],
            self.site,
            [self.screens[one] for one in screens],
            [date.fromisoformat(day) for day in days],
            **hours,
        )
        return generating.generate(self.session, wish)

    def copy(self, week: str, to: str) -> SchedulePlan:
        return copying.copy_week(self.session, self.site, week, to)

    def propose(self, *proposals: Proposal, kind: str = "edit") -> SchedulePlan:
        return write_plan(self.session, kind, proposals)

    def apply(self, plan: SchedulePlan, **told: Any) -> applying.Done:
        return applying.apply_plan(self.session, plan, **told)

    def undo(self, **told: Any) -> applying.Done:
        return undoing.undo_last(self.session, **told)

    def counts(self, plan: SchedulePlan) -> dict[str, int]:
        told = telling.plan_document(self.session, plan)
        return {name: told[name] for name in (*telling.CHANGES, "set_aside") if told[name]}

    def lines(self, plan: SchedulePlan) -> list[dict[str, Any]]:
        return list(telling.plan_lines(self.session, plan.id))

    def starts(self) -> list[str]:
        self.session.expire_all()
        query = self.session.query(Screening).where(Screening.state != "cancelled")
        return [f"{self.clock.local(one.starts_at):%m-%d %H:%M}" for one in query.order_by(Screening.starts_at)]

    def screenings(self) -> list[Screening]:
        self.session.expire_all()
        return self.session.query(Screening).order_by(Screening.id).all()

    def state(self) -> list[Any]:
        return list(self.session.scalars(STATE))

    def write(self, statement: str) -> None:
        self.session.flush()
        self.session.execute(text(statement))
        self.session.expire_all()
