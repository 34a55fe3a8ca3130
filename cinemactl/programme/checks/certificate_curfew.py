"""Movies for children that end after the law sends children home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.jurisdiction import Place
from cinemactl.programme.checks.site_programme import MovieFacts, Placed, SiteProgramme
from cinemactl.programme.clock import clock_time

HOUR = 60


@dataclass(frozen=True, slots=True)
class Curfew:
    """A law: until which minute of the business day a show may end for whom, the youngest first."""

    place: Place
    clause: str
    limits: tuple[tuple[int, str], ...]


CURFEWS = (
    Curfew(
        Place("DE"),
        "JuSchG §11 (3)",
        ((20 * HOUR, "those under 14"), (22 * HOUR, "those under 16"), (24 * HOUR, "those under 18")),
    ),
    Curfew(
        Place("AT", regions=("Salzburg", "AT-5", "Land Salzburg"), cities=("Salzburg",)),
        "Salzburger Jugendgesetz §28 (1)",
        ((21 * HOUR, "children under 12"), (23 * HOUR, "those under 14"), (25 * HOUR, "those under 16")),
    ),
)
# Where the youngest may see a movie: the certificates of the boards that Germany and Austria go by.
FOR_CHILDREN = {"FSK": {"0", "6", "O.A."}, "JMK": {"0", "6"}}


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (they are the law's)
    """Yield each screening of a movie for children that ends later than they may stay by themselves."""
    for law in CURFEWS:
        if not law.place.has(programme.site):
            continue
        for one in programme.placed:
            movie = programme.movies[one.shown.movie_id]
            if is_for_children(movie) and one.ends > law.limits[0][0]:
                yield _found(programme, law, one, movie)


def is_for_children(movie: MovieFacts) -> bool:
    """Whether the board of a movie lets in children of six."""
    marks = FOR_CHILDREN.get(movie.certificate_system or "", ())
    return (movie.certificate or "").upper() in marks


def _found(programme: SiteProgramme, law: Curfew, one: Placed, movie: MovieFacts) -> Found:
    limit, _ = law.limits[0]
    whom = [name for until, name in law.limits if one.ends > until][-1]
    earlier = programme.earlier(one.starts - (one.ends - limit), one)
    return Found(
        f"{programme.label(one)} ends at {programme.minute(one.ends, one)}: by {law.clause} {whom} may not be there alone, and the "
        f"movie is {movie.certificate_system} {movie.certificate}.",
        f"{earlier}, so that it ends by {programme.minute(limit, one)}, or see that they come accompanied."
        if earlier
        else "See that they come accompanied.",
        (one,),
        {"minutes": one.ends - limit, "ends_by": clock_time(limit), "clause": law.clause},
    )


CHECK = Check(
    id="certificate-curfew",
    severity=WARNING,
    what="A movie for children ends after they may stay alone.",
    explanation="In Germany those under 14 may be at a show without an adult only when it ends by 20:00, those of 14 and 15 by "
    "22:00, those of 16 and 17 by 24:00. In the Land Salzburg it is 21:00 for children under 12, 23:00 for those under 14 and "
    "01:00 for those of 14 and 15, an hour more with an adult. Movies of FSK 0 and 6 that end later than the first of these are "
    "found. It goes by the country, region and city of the site, and by the end of the feature.",
    clause="JuSchG §11 (3) (Germany); Salzburger Jugendgesetz §28 (1) (Salzburg)",
    find=find,
)
