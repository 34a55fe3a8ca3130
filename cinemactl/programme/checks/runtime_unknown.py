"""Movies that have lost their runtime."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import ERROR
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (it has none)
    """Yield the screenings of each movie whose runtime is not known."""
    for movie_id, of_movie in programme.by_movie.items():
        movie = programme.movies[movie_id]
        if movie.runtime is None:
            yield Found(
                f"The runtime of {movie.title} is not known any more, so nobody knows when its {len(of_movie)} "
                f"{'screening ends' if len(of_movie) == 1 else 'screenings end'}.",
                f"Give it with `cinemactl movie edit {movie.id} --runtime MINUTES`.",
                tuple(of_movie),
                {"movie_id": movie.id},
            )


CHECK = Check(
    id="runtime-unknown",
    severity=ERROR,
    what="A movie that is shown has no runtime.",
    explanation="A screening is added with the runtime of its movie, which is never guessed. When the movie loses it "
    "afterwards, what stands in the programme cannot be held against anything.",
    find=find,
)
