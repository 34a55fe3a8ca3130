"""Titles as MovieLens writes them: `City of Lost Children, The (Cité des enfants perdus, La) (1995)`."""

from __future__ import annotations

import re
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import further_title

YEAR_BEHIND = re.compile(r"(?P<title>.+?)\s*\((?P<year>[0-9]{4})(?:[-\u2013][0-9]{0,4})?\)")
ANOTHER_BEHIND = re.compile(r"(?P<title>.+?)\s*\((?:a\.k\.a\.\s*)?(?P<other>[^()]+)\)")
ARTICLE_BEHIND = re.compile(
    r"(?P<title>.+), (?P<article>The|An?|Der|Die|Das|Les?|La|L'|Il|Lo|I|Gli|El|Los|Las|O|Os|As|De|Het|Den|Det)"
)


def title_with_year(cell: str) -> dict[str, Any]:
    """Return `title`, and if the cell has them `title_year` and `further_titles`; raises ValueRefused."""
    given = values.title(cell)
    said: dict[str, Any] = {}
    if dated := YEAR_BEHIND.fullmatch(given):
        given = dated["title"]
        said["title_year"] = values.year(dated["year"])
    others = []
    while another := ANOTHER_BEHIND.fullmatch(given):
        given = another["title"]
        others.append(further_title(_turned(another["other"])))
    if others:
        said["further_titles"] = others[::-1]
    return {"title": _turned(given)} | said


def _turned(title: str) -> str:
    found = ARTICLE_BEHIND.fullmatch(title.strip())
    if not found:
        return title.strip()
    gap = "" if found["article"].endswith("'") else " "
    return f"{found['article']}{gap}{found['title']}"
