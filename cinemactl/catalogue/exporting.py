"""A movie as one flat row, in the columns that `movie import` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CSV_FIELDS = (
    *("id", "title", "original_title", "further_titles", "year", "release_date", "runtime", "genres", "directors"),
    *("writers", "cast", "languages", "countries", "certificate", "synopsis", "keywords", "poster", "trailer", "ids"),
    *("status", "ranking"),
)


def flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a movie's document as a row: several values in one cell are separated by `|`."""

    def names(role: str) -> str:
        credited = [person for person in document["people"] if person["role"] == role]
        return "|".join(f"{p['name']} as {p['character']}" if p["character"] else p["name"] for p in credited)

    system, certificate = document["certificate_system"], document["certificate"]
    return {
        **{name: document[name] for name in ("id", "title", "original_title", "year", "release_date", "runtime")},
        "further_titles": "|".join(
            f"{title['language']}:{title['title']}" if title["language"] else title["title"]
            for title in document["titles"]
        ),
        "genres": "|".join(document["genres"]),
        "directors": names("director"),
        "writers": names("writer"),
        "cast": names("cast"),
        "languages": "|".join(document["languages"]),
        "countries": "|".join(document["countries"]),
        "certificate": f"{system}:{certificate}" if certificate else None,
        "synopsis": document["synopsis"],
        "keywords": "|".join(document["keywords"]),
        **{name: document[name] for name in ("poster", "trailer", "status", "ranking")},
        "ids": "|".join(f"{one['scheme']}:{one['value']}" for one in document["ids"]),
    }
