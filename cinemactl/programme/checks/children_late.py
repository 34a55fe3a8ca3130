"""Children's movies that start when children go to bed."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.site_programme import MovieFacts, SiteProgramme
from cinemactl.programme.clock import clock_time

GENRE = "Family"
# What boards give to movies for children; one with another certificate of these boards is for their elders.
CHILDREN = {
    "BBFC": {"U", "PG"},
    "CNC": {"U", "TP"},
    "FSK": {"0", "6"},
    "Kijkwijzer": {"AL", "6"},
    "MPA": {"G", "PG"},
}


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield each screening of a children's movie that starts too late."""
    latest = numbers["latest"]
    for movie_id, of_movie in programme.by_movie.items():
        if not is_childrens(programme.movies[movie_id]):
            continue
        for one in of_movie:
            if one.starts > latest:
                yield Found(
                    f"{programme.label(one)} is a children's movie and starts after {programme.minute(latest, one)}.",
                    f"Start it at {programme.minute(latest, one)} or earlier.",
                    (one,),
                    {"minutes": one.starts - latest, "latest": clock_time(latest)},
                )


def is_childrens(movie: MovieFacts) -> bool:
    """Whether a movie is of the genre Family, and its certificate, if it is of a board known here, is for children."""
    if GENRE not in movie.genres:
        return False
    marks = CHILDREN.get(movie.certificate_system or "")
    return marks is None or (movie.certificate or "").upper() in marks


CHECK = Check(
    id="children-late",
    severity=WARNING,
    what="A children's movie starts late.",
    explanation="Movies of the genre Family are for children, unless their certificate keeps children out.",
    find=find,
    numbers=(Number("latest", 18 * 60, 0, 2160, "the latest start of a children's movie", is_time=True),),
)
