"""A small programme as a file, and its imports."""

from __future__ import annotations

from importing.importer import Importer
from sqlalchemy import text

HEADER = "site,screen,movie,starts_at,runtime,seats,sold\n"
FILE = (
    HEADER
    + "Rex,1,Heat (1995),2026-12-04 14:00,170,120,5\n"
    + "Rex,1,Heat (1995),2026-12-04 20:00,,,\n"
    + "Rex,2,Ronin (1998),2026-12-04 25:30,122,80,0\n"
)
NEW = {"create_missing": True, "timezone": "Europe/Paris", "country": "FR"}
EMPTIED = ("schedule_change", "schedule_plan", "screening", "screen", "site")


class Screenings(Importer):
    """Imports screenings."""

    noun = "schedule"

    def known(self):
        with self.database.unit_of_work() as session:
            query = """
                SELECT site.name || '/' || screen.name || ' '
                    || to_char(starts_at AT TIME ZONE site.timezone, 'MM-DD HH24:MI') || ' ' || movie.title
                FROM screening JOIN screen ON screen.id = screen_id JOIN site ON site.id = site_id
                JOIN movie ON movie.id = movie_id ORDER BY 1
            """
            return list(session.scalars(text(query)))

    def sizes(self):
        return [self.one(f"SELECT count(*) FROM {table}") for table in ("site", "screen", "movie", "screening")]
