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
SETS = ("genres", "languages", "countries", "keywords")
CLEARABLE = (
    *("original_title", "titles", "release_date", "year", "runtime", "certificate", "synopsis", "poster", "trailer"),
    *(*SETS, "people"),
)


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


def further_title(text: str) -> Title:
    """Return a further title from `TITLE` or `LANGUAGE:TITLE`; a colon that follows no language belongs to the title."""
    prefix, colon, rest = text.partition(":")
    if colon and rest.strip() and prefix.strip():
        try:
            return Title(values.title(rest), language(prefix))
        except values.ValueRefused:
            pass
    return Title(values.title(text))
