"""A movie's fields as plain values, on their way in from a command or a file."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.places import language
from cinemactl.errors import UsageRefused

SCALARS = (
    "title",
    "original_title",
    "release_date",
    "release_year",
    "runtime",
    "certificate_system",
    "certificate",
    "synopsis",
    "poster",
    "trailer",
)
LONGEST_CODE = 3  # of a language, such as yue
SETS = ("genres", "languages", "countries", "keywords")
# What can be emptied, by the name of its option, and what its columns then hold; titles and people are in other tables.
CLEARABLE: dict[str, dict[str, Any]] = {
    "original-title": {"original_title": None},
    "further-title": {},
    "release-date": {"release_date": None},
    "year": {"release_year": None, "release_date": None},
    "runtime": {"runtime": None},
    "genre": {"genres": []},
    "director": {},
    "writer": {},
    "cast": {},
    "language": {"languages": []},
    "country": {"countries": []},
    "certificate": {"certificate_system": None, "certificate": None},
    "synopsis": {"synopsis": None},
    "keyword": {"keywords": []},
    "poster": {"poster": None},
    "trailer": {"trailer": None},
}
_PLURALS = {"titles": "further-title", "countries": "country"} | {f"{name}s": name for name in CLEARABLE}


@dataclass(frozen=True)
class Title:
    """A further title, with its BCP 47 language if known."""

    title: str
    language: str | None = None


@dataclass(frozen=True)
class Person:
    """A credit: who did what, and for the cast whom they play. The order in a list is the billing."""

    name: str
    role: str
    character: str | None = None


@dataclass
class MovieFields:
    """What is given of a movie; None or empty means not given, and never erases what is known."""

    title: str | None = None
    original_title: str | None = None
    titles: list[Title] = field(default_factory=list)
    release_date: date | None = None
    release_year: int | None = None
    runtime: int | None = None
    genres: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    certificate_system: str | None = None
    certificate: str | None = None
    synopsis: str | None = None
    keywords: list[str] = field(default_factory=list)
    poster: str | None = None
    trailer: str | None = None
    ids: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.release_date is not None:
            if self.release_year is not None and self.release_year != self.release_date.year:
                raise UsageRefused(
                    f"The year {self.release_year} is not that of the release date {self.release_date}.",
                    "Give one of the two, or two that agree.",
                )
            self.release_year = self.release_date.year
        for name in SETS:
            setattr(self, name, list(dict.fromkeys(getattr(self, name))))
        self.ids = list(dict.fromkeys(self.ids))

    def given(self) -> dict[str, Any]:
        """Return the columns of the movie's own table that are given."""
        return {name: value for name in (*SCALARS, *SETS) if (value := getattr(self, name)) not in (None, [])}

    def is_empty(self) -> bool:
        """Whether nothing at all is given."""
        return not any(getattr(self, item.name) for item in fields(self))


def clearable(text: str) -> str:
    """Return which of CLEARABLE `text` names, as its option is called or its key in JSON; raises UsageRefused."""
    name = text.strip().lower().removeprefix("--").replace("_", "-")
    name = _PLURALS.get(name, name)
    if name not in CLEARABLE:
        raise UsageRefused(f"The field {text!r} cannot be cleared.", f"Those that can are {', '.join(CLEARABLE)}.")
    return name


def further_title(text: str) -> Title:
    """Return a further title from `TITLE` or `LANGUAGE:TITLE`; a colon that follows no language belongs to the title.

    A code is lower case there, so that `It: Chapter Two` is not Italian.
    """
    prefix, colon, rest = text.partition(":")
    code = prefix.strip().partition("-")[0]
    if colon and rest.strip() and (code.islower() or len(code) > LONGEST_CODE):
        try:
            return Title(values.title(rest), language(prefix))
        except values.ValueRefused:
            pass
    return Title(values.title(text))
