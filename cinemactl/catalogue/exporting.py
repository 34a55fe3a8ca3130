"""A movie as one flat row, in the columns that `movie import` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cinemactl.catalogue.flat_cells import escaped, written_cast, written_name, written_title

CSV_FIELDS = (
    *("id", "title", "original_title", "further_titles", "year", "release_date", "runtime", "genres", "directors"),
    *("writers", "cast", "languages", "countries", "certificate", "synopsis", "keywords", "poster", "trailer", "ids"),
    *("status", "ranking"),
)


def flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a movie's document as a row: several values in one cell are separated by `|`, as `flat_cells` has it."""

    def names(role: str) -> str:
        write = written_cast if role == "cast" else written_name
        return "|".join(write(one["name"], one["character"]) for one in document["people"] if one["role"] == role)

    system, certificate = document["certificate_system"], document["certificate"]
    return {
        **{name: document[name] for name in ("id", "title", "original_title", "year", "release_date", "runtime")},
        "further_titles": "|".join(written_title(one["title"], one["language"]) for one in document["titles"]),
        "genres": "|".join(document["genres"]),
        "directors": names("director"),
        "writers": names("writer"),
        "cast": names("cast"),
        "languages": "|".join(document["languages"]),
        "countries": "|".join(document["countries"]),
        "certificate": f"{system}:{certificate}" if certificate else None,
        "synopsis": document["synopsis"],
        "keywords": "|".join(map(escaped, document["keywords"])),
        **{name: document[name] for name in ("poster", "trailer", "status", "ranking")},
        "ids": "|".join(f"{one['scheme']}:{escaped(one['value'])}" for one in document["ids"]),
    }
