"""A made-up catalogue: the same movies on every machine, with words as unevenly used as in real titles.

Every chunk of movies is made from its own number alone, so that several processes can make them side by side.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from words import ADJECTIVES, COMMON, FAMOUS, FIRST_NAMES, GENRES, LANGUAGES, NOUNS, OTHER_SCRIPTS, PLACES, SYLLABLES

PEOPLE = 80_000
COINED = 250_000
THIS_YEAR = 2026
NEWSREELS_UNTIL = 1955

TEMPLATES = (
    *("The {noun}", "{adjective} {noun}", "The {adjective} {noun}", "{noun} of the {noun}", "The {noun} of {coined}"),
    *("{coined}", "{coined} {noun}", "The {coined} {noun}", "{noun} in {place}", "{noun} and {noun}", "{noun}"),
    *("A {noun} for {coined}", "{noun}: The {adjective} {noun}", "{coined} and the {noun}", "{coined}'s {noun}"),
    *("My {adjective} {noun}", "{noun} Without {noun}", "{number} {noun}", "From {place} to {coined}"),
    "{adjective}-{noun}",
)


@dataclass
class MadeUp:
    """The rows of a chunk, in the order of their tables' columns below."""

    movies: list[tuple[object, ...]] = field(default_factory=list)
    titles: list[tuple[object, ...]] = field(default_factory=list)
    credits: list[tuple[object, ...]] = field(default_factory=list)
    identifiers: list[tuple[object, ...]] = field(default_factory=list)


MOVIE_COLUMNS = (
    *("id", "title", "original_title", "release_date", "release_year", "runtime", "genres", "languages", "countries"),
    *("keywords", "synopsis", "status", "first_screening_at", "ranking"),
)
TITLE_COLUMNS = ("movie_id", "position", "title")
CREDIT_COLUMNS = ("movie_id", "role", "position", "person_id")
IDENTIFIER_COLUMNS = ("scheme", "value", "movie_id")


@cache
def coined_words() -> list[str]:
    """Return words that are none, like the names and the rare words of titles."""
    random = Random("coined")
    words = ("".join(random.choices(SYLLABLES, k=random.choice((2, 3, 3, 4)))).capitalize() for _ in range(COINED))
    return list(dict.fromkeys(words))


@cache
def people() -> list[str]:
    """Return the names of everybody, the famous first; a person's id is the place in the list, from 1."""
    random = Random("people")
    known = dict.fromkeys(name for movie in FAMOUS for name in movie.people)
    while len(known) < PEOPLE:
        known[f"{random.choice(FIRST_NAMES)} {_rare(random, coined_words())}"] = None
    return list(known)


def chunk(first: int, last: int, movies: int) -> MadeUp:
    """Return movies `first` to `last` of a catalogue of `movies`; the famous are spread evenly over it."""
    made = MadeUp()
    random = Random(f"movies from {first}")
    step = max(1, movies // len(FAMOUS))
    for movie_id in range(first, last + 1):
        place, rest = divmod(movie_id, step)
        if rest == step // 2 and place < len(FAMOUS):
            _add_famous(made, movie_id, place)
        else:
            _add_movie(made, movie_id, random)
    return made


def _add_famous(made: MadeUp, movie_id: int, place: int) -> None:
    movie = FAMOUS[place]
    row = {
        "id": movie_id,
        "title": movie.title,
        "original_title": movie.original_title,
        "release_year": movie.year,
        "runtime": 120,
        "genres": [movie.genre],
        "languages": ["en"],
        "ranking": 60.0 - place / 10,
        "status": "catalogue",
        "countries": [],
        "keywords": [],
    }
    made.movies.append(tuple(row.get(name) for name in MOVIE_COLUMNS))
    ids = {name: number for number, name in enumerate(people()[: 4 * len(FAMOUS)], 1)}
    for position, name in enumerate(movie.people):
        role = "cast" if position else "director"
        made.credits.append((movie_id, role, max(1, position), ids[name]))
    made.identifiers.append(("imdb", f"tt{movie_id:07d}", movie_id))


def _add_movie(made: MadeUp, movie_id: int, random: Random) -> None:
    year = max(1896, THIS_YEAR - int(random.expovariate(1 / 22))) if _chance(random, 0.9) else None
    day = date(year, random.randint(1, 12), random.randint(1, 28)) if year and _chance(random, 0.88) else None
    genres = list(dict.fromkeys(random.choices(*_weighted_genres(), k=random.choice((1, 1, 2, 2, 3)))))
    if year and year < NEWSREELS_UNTIL and _chance(random, 0.2):
        genres.append("News")
    status, starts = _programme(random)
    made.movies.append(
        (
            movie_id,
            title(random),
            title(random) if _chance(random, 0.2) else None,
            day,
            year,
            random.randint(5, 200),
            genres,
            list(dict.fromkeys(random.choices(*_weighted_languages(), k=1 if _chance(random, 0.9) else 2))),
            ["US"],
            list(dict.fromkeys(_rare(random, coined_words()[:5000]).lower() for _ in range(random.randint(0, 5)))),
            _synopsis(random) if _chance(random, 0.6) else None,
            status,
            starts,
            random.lognormvariate(0, 1) if _chance(random, 0.08) else 0.0,
        )
    )
    if _chance(random, 0.3):
        made.titles.append((movie_id, 1, title(random)))
    for position in range(random.choice((3, 4, 4, 5))):
        role = "cast" if position else "director"
        made.credits.append((movie_id, role, max(1, position), _rare_number(random, PEOPLE) + 1))
    made.identifiers.append(("imdb", f"tt{movie_id:07d}", movie_id))
    if movie_id % 2:
        made.identifiers.append(("tmdb", str(movie_id), movie_id))


def title(random: Random) -> str:
    """Return a title; one in thirty is in another script, some are the second or third of their name."""
    if _chance(random, 0.033):
        joint, words = random.choice(OTHER_SCRIPTS)
        return joint.join(random.choices(words, k=random.randint(1, 4)))
    text = random.choice(TEMPLATES)
    while "{" in text:
        text = (
            text.replace("{noun}", _frequent(random, NOUNS), 1)
            .replace("{adjective}", _frequent(random, ADJECTIVES), 1)
            .replace("{coined}", _rare(random, coined_words()), 1)
            .replace("{place}", random.choice(PLACES), 1)
            .replace("{number}", str(random.randint(2, 2001)), 1)
        )
    return f"{text} {random.randint(2, 4)}" if _chance(random, 0.05) else text


def _programme(random: Random) -> tuple[str, datetime | None]:
    """Return the status, and when the first screening is: one movie in thirty has ever been on a programme."""
    if _chance(random, 0.97):
        return "catalogue", None
    starts = datetime(2015, 1, 1, 20, tzinfo=UTC) + timedelta(days=random.randint(0, 4000))
    if _chance(random, 0.95):
        return "finished", starts
    return random.choice(("coming-up", "starting", "running")), starts


def _synopsis(random: Random) -> str:
    words, weights = _weighted_synopsis_words()
    return " ".join(random.choices(words, cum_weights=weights, k=random.randint(30, 60))).capitalize() + "."


def _chance(random: Random, share: float) -> bool:
    return random.random() < share


def _frequent(random: Random, words: tuple[str, ...]) -> str:
    """Return one of the words, the first ones far more often."""
    return words[int(len(words) * random.random() ** 2)]


def _rare(random: Random, words: list[str]) -> str:
    return words[_rare_number(random, len(words))]


def _rare_number(random: Random, count: int) -> int:
    weights = _cumulated(count)
    return bisect_left(weights, random.random() * weights[-1])


@cache
def _cumulated(count: int) -> list[float]:
    return list(accumulate(1 / (place + 50) ** 0.75 for place in range(count)))


@cache
def _weighted_genres() -> tuple[list[str], list[int]]:
    return list(GENRES), list(GENRES.values())


@cache
def _weighted_languages() -> tuple[list[str], list[float]]:
    return list(LANGUAGES), list(LANGUAGES.values())


@cache
def _weighted_synopsis_words() -> tuple[list[str], list[float]]:
    content = [word.lower() for word in (*NOUNS, *ADJECTIVES, *PLACES, *coined_words()[:8000])]
    weights = [1 / (place + 3) for place in range(len(COMMON))] + [1.2 / (place + 60) for place in range(len(content))]
    return [*COMMON, *content], list(accumulate(weights))
