"""The one vocabulary of genres, and the ways others spell them."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from cinemactl.catalogue.genre_names import FOREIGN
from cinemactl.catalogue.values import ValueRefused, spelling_key, trimmed

GENRES = (
    *("Action", "Adult", "Adventure", "Animation", "Ballet", "Biography", "Comedy", "Concert", "Crime", "Dance"),
    *("Documentary", "Drama", "Exhibition", "Family", "Fantasy", "Film-Noir", "Game-Show", "History", "Horror", "IMAX"),
    *("Music", "Musical", "Mystery", "News", "Opera", "Reality-TV", "Romance", "Science Fiction", "Short", "Sport"),
    *("Stand-Up", "Talk-Show", "Theatre", "Thriller", "TV Movie", "War", "Western"),
)

ALIASES = {
    "Adventure": ("adventurous",),
    "Animation": ("animated", "anime", "cartoon"),
    "Ballet": ("live ballet",),
    "Biography": ("bio", "biographical", "biopic"),
    "Concert": ("gig", "live concert", "live music"),
    "Crime": ("gangster",),
    "Documentary": ("doc", "docu"),
    "Exhibition": ("art exhibition", "exhibition on screen"),
    "Family": ("child", "children", "children's", "kid", "kids and family"),
    "Film-Noir": ("noir",),
    "Game-Show": ("quiz show",),
    "History": ("historical", "historic"),
    "Mystery": ("whodunit",),
    "News": ("newsreel",),
    "Opera": ("live opera",),
    "Reality-TV": ("reality", "reality television"),
    "Romance": ("romantic", "love story"),
    "Science Fiction": ("sci-fi", "SF"),
    "Sport": ("live sport",),
    "Stand-Up": ("stand-up comedy", "standup special"),
    "Talk-Show": ("talk",),
    "Theatre": ("theater", "live theatre", "live theater", "play", "stage play"),
    "Thriller": ("suspense",),
    "TV Movie": ("television movie", "telefilm", "TV"),
}
# What files write in a genre's place when they know none (MovieLens, TMDB exports, spreadsheets).
_NONE = frozenset({"", "nogenreslisted", "nogenre", "unknown", "none", "null", "na", "n"})
_LONGEST = 40


def _spellings() -> dict[str, str]:
    known = {spelling_key(name): name for name in GENRES}
    for name in GENRES:
        for alias in (name, *ALIASES.get(name, ())):
            key = spelling_key(alias)
            plural = f"{key[:-1]}ies" if key.endswith("y") else f"{key}s"
            for spelling in (key, plural, f"{key}film", f"{key}movie", f"{key}movies", f"{plural}movies"):
                known.setdefault(spelling, name)
    for name, foreign in FOREIGN.items():
        for word in map(spelling_key, foreign):
            known.setdefault(word, name)
            known.setdefault(f"{word}film", name)
    return known


_BY_KEY = _spellings()


def genre(text: str) -> str:
    """Return the vocabulary's name of a genre; case, hyphens, spaces and accents do not matter.

    Raises ValueRefused for any other, naming the nearest one, or all when none is near.
    """
    given = text if len(text) <= _LONGEST else trimmed(text)
    key = _key(given) if len(given) <= _LONGEST else ""
    if found := _BY_KEY.get(key):
        return found
    if names_no_genre(given):
        reason = "names no genre" if trimmed(text) else "is empty"
        raise ValueRefused("genre", text, reason, "Leave it out when no genre is known.")
    raise ValueRefused("genre", text, "is not a known genre", _hint(key))


def names_no_genre(text: str) -> bool:
    """Return whether a file means `none known` by this text in a genre's place, such as `(no genres listed)`."""
    return len(text) <= _LONGEST and _key(text) in _NONE


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return spelling_key(text)


@lru_cache(maxsize=1024)
def _hint(key: str) -> str:
    near = get_close_matches(key, _BY_KEY, n=1, cutoff=0.7) if key else []
    return f"Did you mean {_BY_KEY[near[0]]}?" if near else f"Genres are: {', '.join(GENRES)}."
