"""The parsers that a layout asks for by a word: each word's factory makes the function from a cell to a value.

A parser raises ValueRefused, and returns None for a cell that says nothing after all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import further_title
from cinemactl.catalogue.flat_cells import cast_of, parted, plain_text, title_of
from cinemactl.catalogue.genres import genre, names_no_genre
from cinemactl.catalogue.identifiers import identifier_of
from cinemactl.catalogue.places import certificate, country, language
from cinemactl.catalogue.values import ValueRefused, spelling_key
from cinemactl.importing.cells import parser_of
from cinemactl.importing.certificates import certificate_in, system_named
from cinemactl.importing.dates import FIELD as DATE
from cinemactl.importing.findings import Findings
from cinemactl.importing.literals import is_literal
from cinemactl.importing.mending import is_clean
from cinemactl.importing.own_documents import DOCUMENTED
from cinemactl.importing.title_cells import in_order, title_cell

Parser = Callable[[str], Any]

ELEMENTS: dict[str, Parser] = {
    "genres": lambda part: None if names_no_genre(part) else genre(part),
    "languages": language,
    "countries": country,
    "keywords": values.keyword,
    "directors": lambda name: (values.person(name), None),
    "writers": lambda name: (values.person(name), None),
    "cast": values.cast,
}
# What one value is in the lists that cinemactl writes with escapes.
WRITTEN: dict[str, Parser] = {
    "directors": lambda part: (values.person(plain_text(part)), None),
    "writers": lambda part: (values.person(plain_text(part)), None),
    "cast": cast_of,
    "keywords": lambda part: values.keyword(plain_text(part)),
    "further_titles": title_of,
    "ids": lambda part: identifier_of(plain_text(part)),
}
TURNED = "articles behind titles"
KEPT_FILE = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,5}")
SEASONS = re.compile(r"[0-9]+ seasons?", re.IGNORECASE)
BOXD = re.compile(r"(?:https?://)?boxd\.it/([A-Za-z0-9]{1,20})/?")


def made(parser: str, field: str, heading: str, options: Mapping[str, Any], findings: Findings | None = None) -> Parser:
    """Return the parser of a column that is called `heading` and feeds `field` (for ids, the scheme with `_id`).

    What it mends, and the order of dates that it finds out, it tells to `findings`.
    """
    return FACTORIES[parser](field, heading, findings or Findings(), **options)


def _plain(field: str, heading: str, findings: Findings) -> Parser:
    if field in ELEMENTS:
        return _listed(field, heading, findings)
    scheme = field.removesuffix("_id")
    if scheme != field:
        parse_id = parser_of(scheme, frozenset({scheme}))
        return lambda cell: [parse_id(cell)]
    if field == DATE:
        return parser_of(field, frozenset(), date_order=findings.date_order, dates=findings.dates_of(heading))
    if field == "certificate" and (system := system_named(heading)):
        return lambda cell: certificate_in(system, cell)
    return parser_of(field, frozenset(), mended=findings.mended)


def _listed(
    field: str, _heading: str, findings: Findings, *, separator: str = "", replace: Mapping[str, Any] | None = None
) -> Parser:
    """Return a parser of cells with several values: parts between separators, or a JSON or Python list.

    `replace` says what stands for a part: another, several, or none.
    """
    nothing = frozenset(spelling_key(part) for part, told in (replace or {}).items() if not told)
    element, plain = ELEMENTS[field], parser_of(field, frozenset(), no_genres=nothing, mended=findings.mended)
    if not (separator or replace):
        return plain
    mend = findings.mend
    instead = {part.casefold(): [told] if isinstance(told, str) else told for part, told in (replace or {}).items()}

    def parsed(cell: str) -> object:
        if is_literal(cell):
            return plain(cell)
        found: dict[Any, None] = {}
        for part in re.split(re.escape(separator) if separator else "[|;,]", mend(cell)):
            for text in instead.get(part.strip().casefold(), (part,)):
                value = element(text) if text.strip() else None
                if value is not None:
                    found[value] = None
        return list(found)

    return parsed


def _flag(field: str, heading: str, _findings: Findings) -> Parser:
    """Return a parser of columns that have 1 for those movies to which their heading applies, and else 0."""
    element = ELEMENTS[field]

    def parsed(cell: str) -> object:
        given = cell.strip()
        if given not in {"0", "1"}:
            raise ValueRefused(
                field, cell, f"is neither 0 nor 1 in the column {heading}", "Write 1 for yes and 0 for no."
            )
        return [element(heading)] if given == "1" else []

    return parsed


def _runtime_or_none(field: str, _heading: str, _findings: Findings) -> Parser:
    """Return a parser of runtimes to which `2 Seasons` says nothing: what a series is, another column tells."""
    parse = parser_of(field, frozenset())
    return lambda cell: None if SEASONS.fullmatch(cell.strip()) else parse(cell)


def _sorted_title(field: str, _heading: str, findings: Findings) -> Parser:
    """Return a parser of titles whose article may stand behind a comma; how many do is counted as mended."""
    parse, counted = parser_of(field, frozenset(), mended=findings.mended), findings.count

    def parsed(cell: str) -> object:
        title = parse(cell)
        if title is None or "," not in title:
            return title
        turned = in_order(title)
        if turned != title:
            counted(TURNED)
        return turned

    return parsed


def _title_with_year(_field: str, _heading: str, findings: Findings) -> Parser:
    """Return a parser of sorted titles with their year: it gives `title`, `title_year` and `further_titles` that a cell has."""
    return lambda cell: _dated(findings, cell, further=True)


def _sorted_title_with_year(_field: str, _heading: str, findings: Findings) -> Parser:
    """Return a parser as `_title_with_year`, for files in which any other parenthesis belongs to the title.

    It gives `dated_title` too, which is the title when the row has another year.
    """

    def parsed(cell: str) -> object:
        if "," not in cell and ")" not in cell and is_clean(cell):
            return values.title(cell)
        said = _dated(findings, cell, further=False)
        if "title_year" in said:
            said["dated_title"] = title_cell(findings.mend(cell)).title
        return said

    return parsed


def _dated(findings: Findings, cell: str, *, further: bool) -> dict[str, Any]:
    tidy = findings.mend(cell)
    found = title_cell(tidy, year=True, further=further)
    if "," in tidy and not values.trimmed(tidy).startswith(found.title):
        findings.count(TURNED)
    said: dict[str, Any] = {"title": found.title}
    if found.year:
        said["title_year"] = found.year
    if found.further:
        said["further_titles"] = [further_title(title) for title in found.further]
    return said


def _escaped(field: str, _heading: str, _findings: Findings) -> Parser:
    """Return a parser of cells with several values as cinemactl writes them, between `|` with escapes."""
    element = WRITTEN[field]
    return lambda cell: list(dict.fromkeys(element(part) for part in parted(cell)))


def _documented(field: str, _heading: str, _findings: Findings) -> Parser:
    """Return a parser of cells that hold a list of the document of a movie, as JSON."""
    return DOCUMENTED[field]


def _attached(field: str, _heading: str, _findings: Findings) -> Parser:
    """Return a parser of addresses to which the name of a file that is kept here says nothing: it comes with no file."""
    return lambda cell: None if KEPT_FILE.fullmatch(cell.strip()) else values.url(field, cell)


def _certificate(
    field: str, _heading: str, _findings: Findings, *, systems: Mapping[str, Sequence[str]], none: Sequence[str] = ()
) -> Parser:
    """Return a parser of certificates that stand without their system; those in `none` say that there is none."""
    system_of = {mark: system for system, marks in systems.items() for mark in marks}

    def parsed(cell: str) -> object:
        mark = cell.strip()
        if mark in none:
            return None
        if mark not in system_of:
            known = ", ".join([*system_of, *none])
            raise ValueRefused(field, cell, "is none that this layout knows", f"It knows {known}.")
        return certificate(f"{system_of[mark]}:{mark}")

    return parsed


def _letterboxd(_field: str, _heading: str, _findings: Findings) -> Parser:
    """Return a parser of Letterboxd's short addresses; a long one is no id, as it does not give the same."""

    def parsed(cell: str) -> object:
        found = BOXD.fullmatch(cell.strip())
        return [("letterboxd", found[1])] if found else None

    return parsed


FACTORIES: dict[str, Callable[..., Parser]] = {
    "plain": _plain,
    "listed": _listed,
    "flag": _flag,
    "title_with_year": _title_with_year,
    "sorted_title": _sorted_title,
    "sorted_title_with_year": _sorted_title_with_year,
    "escaped": _escaped,
    "documented": _documented,
    "attached": _attached,
    "runtime_or_none": _runtime_or_none,
    "certificate": _certificate,
    "letterboxd": _letterboxd,
}
# What each takes beside the column, and of which type.
OPTIONS: dict[str, dict[str, type]] = {
    "listed": {"separator": str, "replace": dict},
    "certificate": {"systems": dict, "none": list},
}
# Which fields each is for, where not for all.
ONLY_FOR: dict[str, frozenset[str]] = {
    "listed": frozenset(ELEMENTS),
    "flag": frozenset(ELEMENTS),
    "title_with_year": frozenset({"title"}),
    "sorted_title": frozenset({"title", "original_title"}),
    "sorted_title_with_year": frozenset({"title"}),
    "escaped": frozenset(WRITTEN),
    "documented": frozenset(DOCUMENTED),
    "attached": frozenset({"poster", "trailer"}),
    "runtime_or_none": frozenset({"runtime"}),
    "certificate": frozenset({"certificate"}),
    "letterboxd": frozenset({"letterboxd_id"}),
}
