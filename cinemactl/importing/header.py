"""Where the header of a table is: mostly in its first line, at times below titles, at times nowhere."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONG_DELIMITER = "::"
SNIFF_RECORDS = 200
NUMBER = re.compile(r"[+-]?\d[\d.,]*%?")
VALUE = re.compile(
    r"[+-]?\d[\d.,]*%?|(?:tt|nm)\d{5,}|https?://\S+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{1,2}-[A-Za-z]{3}-\d{4}"
)
# Words that head a column in lists of movies and ratings, and are no title, no name.
NAMES = frozenset(
    (
        *("title", "titel", "titre", "titolo", "título", "movie", "film", "name", "original_title", "synopsis"),
        *("year", "jahr", "année", "anno", "año", "date", "release_date", "runtime", "duration", "country", "language"),
        *("genre", "genres", "director", "directors", "regie", "cast", "id", "imdb", "imdb_id", "imdbid", "tconst"),
        *("const", "nconst", "tmdb", "tmdbid", "movieid", "movie_id", "userid", "user_id", "rating", "votes", "rank"),
        *("timestamp", "position", "url", "description", "tag", "tags"),
    )
)
SEPARATED = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A record of the sample: the line it begins on (from 1), its fields, whether a blank line is above it."""

    line: int
    fields: list[str]
    after_blank: bool


def sampled(lines: Sequence[str], delimiter: str) -> list[Sampled]:
    """Return the records of a file's first lines, the blank ones left out."""
    found: list[Sampled] = []
    blank = False
    reader = iter(enumerate(lines, 1)) if len(delimiter) > 1 else None
    if reader is not None:
        split: Iterable[tuple[int, list[str]]] = ((line, text.rstrip("\r\n").split(delimiter)) for line, text in reader)
    else:
        split = _parsed(lines, delimiter)
    for line, fields in split:
        if not any(map(str.strip, fields)):
            blank = True
            continue
        found.append(Sampled(line, fields, blank))
        blank = False
        if len(found) == SNIFF_RECORDS:
            break
    return found


def _parsed(lines: Sequence[str], delimiter: str) -> Iterable[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter)
    line = 1
    try:
        for fields in reader:
            yield line, fields
            line = reader.line_num + 1
    except csv.Error:
        return


def header_line(records: Sequence[Sampled]) -> int | None:
    """Return the line of the header, or None when the table has none: its first row holds values, as those below do.

    It is the first row from which on most have the same number of fields. A row below a blank line that holds known names
    begins the table when more rows follow it than are above.
    """
    if not records:
        return 1
    start = _named_start(records) or _steady_start(records)
    first = records[start]
    return None if _is_values(first.fields, [one.fields for one in records[start + 1 :]]) else first.line


def _steady_start(records: Sequence[Sampled]) -> int:
    widths = Counter(len(one.fields) for one in records)
    width, often = widths.most_common(1)[0]
    first = records[0].fields
    if width == 1 or 2 * often < len(records) or _knows(first):
        return 0
    start = next(place for place, one in enumerate(records) if len(one.fields) == width)
    above = records[:start]
    # What stands above is a title, not a header with fewer names than there are columns.
    return start if all(sum(map(bool, map(str.strip, one.fields))) < width - 1 for one in above) else 0


def _named_start(records: Sequence[Sampled]) -> int | None:
    """Return where a second table begins that has a header of known names and is longer than what is above it."""
    return next(
        (
            place
            for place, one in enumerate(records)
            if place
            and one.after_blank
            and len(one.fields) > 1
            and _knows(one.fields)
            and all(map(str.strip, one.fields))
            and not any(VALUE.fullmatch(cell.strip()) for cell in one.fields)
            and len(records) - place > place
        ),
        None,
    )


def _knows(fields: Sequence[str]) -> bool:
    return any(SEPARATED.sub("_", cell.strip().strip('"').lower()) in NAMES for cell in fields)


def _is_values(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether the first row holds values of the kind that the rows below hold in the same columns."""
    if not others or _knows(first):
        return False
    alike = [row for row in others if len(row) == len(first)]
    values = [place for place, cell in enumerate(first) if VALUE.fullmatch(cell.strip())]
    return bool(alike) and any(
        2 * sum(bool(VALUE.fullmatch(row[place].strip())) for row in alike) > len(alike) for place in values
    )
