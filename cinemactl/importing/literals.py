"""Lists that stand in one cell as JSON or as Python wrote them: genres of TMDB, cast and crew, countries.

Nothing is evaluated: JSON is parsed, and of Python only literals are, both of a bounded length and depth.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.mending import without_entities

LONGEST = 500_000
DEEPEST = 6
START = re.compile(r"\[\s*(?:[\]{\"']|&(?:quot|apos|#0?39|#x27);|$)")
# A string that does not end is taken whole, lest each quote in it be tried for the beginning of one.
STRING_OR_BRACKET = re.compile(r"\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|[\[\](){}]", re.DOTALL)
ESCAPED = re.compile(r"\[\s*\{?\s*&(?:quot|apos|#0?39|#x27);")

DIRECTING = frozenset({"director", "co-director"})
WRITING = frozenset(
    {"writer", "co-writer", "screenplay", "screenstory", "story", "author", "teleplay", "original story"}
)
NAME_KEYS = ("name", "english_name", "title")

Entry = dict[str, Any] | str


def is_literal(cell: str) -> bool:
    """Whether a cell begins as a list does in JSON or Python: `[{`, `["`, `['` or `[]`."""
    return bool(START.match(cell))


def entries_of(field: str, cell: str) -> list[Entry]:
    """Return the objects or texts of a list in a cell.

    Raises ValueRefused when it is cut off or is no list, when it is nested deeper than 6 or longer than 500,000
    characters, and when there is anything in it but objects and texts.
    """
    if len(cell) > LONGEST:
        raise _refused(field, cell, f"is a list of more than {LONGEST:,} characters")
    text = without_entities(cell) if ESCAPED.match(cell) else cell
    _refuse_depth(field, cell, text)
    found = _parsed(field, cell, text)
    if not isinstance(found, list) or not all(isinstance(entry, dict | str) for entry in found):
        raise _refused(field, cell, "is not a list of objects or of texts")
    return found


def texts_in(field: str, cell: str, keys: Sequence[str] = NAME_KEYS) -> list[str]:
    """Return the texts of a list in a cell, or of each of its objects what stands under the first of `keys` it has.

    Raises ValueRefused as `entries_of` does, and for an object that has none of the keys.
    """
    return [entry if isinstance(entry, str) else _text(field, cell, entry, keys) for entry in entries_of(field, cell)]


def ids_in(field: str, cell: str) -> list[str]:
    """Return what stands under `id` of each object of a list in a cell; raises ValueRefused as `texts_in` does."""
    return texts_in(field, cell, ("id",))


def cast_in(field: str, cell: str) -> list[tuple[str, str | None]]:
    """Return name and character (None if not given) of each of a cast, in the order of billing.

    The order is that of `order` when each has one, else that of the list. Raises ValueRefused as `texts_in` does.
    """
    entries = entries_of(field, cell)
    if all(isinstance(entry, dict) and isinstance(entry.get("order"), int) for entry in entries):
        entries.sort(key=lambda entry: entry["order"])  # type: ignore[index]  # each is an object, as just seen
    return [
        (entry, None)
        if isinstance(entry, str)
        else (_text(field, cell, entry, NAME_KEYS), _given(entry.get("character")))
        for entry in entries
    ]


def crew_in(field: str, cell: str, jobs: Collection[str]) -> list[str]:
    """Return the names of those of a crew whose job is one of `jobs` (lower case), or of all when it has no jobs.

    Raises ValueRefused as `texts_in` does.
    """
    return list(dict.fromkeys(_crew(field, cell, jobs)))


def _crew(field: str, cell: str, jobs: Collection[str]) -> Iterator[str]:
    for entry in entries_of(field, cell):
        if isinstance(entry, str):
            yield entry
        elif "job" not in entry or str(entry["job"]).strip().lower() in jobs:
            yield _text(field, cell, entry, NAME_KEYS)


def _parsed(field: str, cell: str, text: str) -> Any:  # noqa: ANN401  (what a file holds)
    failed = (ValueError, SyntaxError, RecursionError, MemoryError, TypeError)
    parsers: tuple[Callable[[str], Any], ...] = (json.loads, _python)
    for parse in parsers:
        try:
            return parse(text)
        except failed:
            continue
    reason = "is a list that is cut off" if not text.rstrip().endswith("]") else "is a list that is not well formed"
    raise _refused(field, cell, reason)


def _python(text: str) -> Any:  # noqa: ANN401  (what a file holds)
    if "\\" not in text:
        return ast.literal_eval(text.strip())
    with warnings.catch_warnings():
        # A backslash that escapes nothing stands for itself.
        warnings.simplefilter("ignore")
        return ast.literal_eval(text.strip())


def _refuse_depth(field: str, cell: str, text: str) -> None:
    depth = 0
    for found in STRING_OR_BRACKET.finditer(text):
        bracket = found.group()
        if bracket in "[({":
            depth += 1
            if depth > DEEPEST:
                raise _refused(field, cell, f"is a list that is nested deeper than {DEEPEST}")
        elif bracket in "])}":
            depth -= 1


def _text(field: str, cell: str, entry: dict[str, Any], keys: Sequence[str]) -> str:
    for key in keys:
        if text := _given(entry.get(key)):
            return text
    raise _refused(field, cell, f"has an object in it that has no {keys[0]}")


def _given(value: Any) -> str | None:  # noqa: ANN401  (what a file holds)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def _refused(field: str, cell: str, reason: str) -> ValueRefused:
    hint = 'Give it whole, as in [{"id": 28, "name": "Action"}], or as names with | between them.'
    return ValueRefused(field, cell, reason, hint)
