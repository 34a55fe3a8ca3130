"""Lists that stand in a cell as JSON or as Python wrote them."""

from __future__ import annotations

import ast
import json
from functools import lru_cache
from typing import Any

from cinemactl.catalogue.values import ValueRefused

MOST_CHARACTERS = 500_000
BEGINNINGS = ("[{", "['", '["', "[]")


def is_literal(cell: str) -> bool:
    """Whether a cell begins as a list of objects or texts does."""
    return cell[:1] in {"[", " "} and cell.strip().startswith(BEGINNINGS)


def things_in(
    field: str, cell: str, *, key: str, jobs: frozenset[str], with_characters: bool
) -> list[tuple[str, str | None]]:
    """Return the texts of a list, or `key` of its objects, in their order, each with its character if asked for.

    With `jobs`, only of the objects that have one of them. Raises ValueRefused for what is no such list.
    """
    found: list[tuple[str, str | None]] = []
    for thing in _list_in(field, cell):
        if isinstance(thing, str):
            found.append((thing, None))
        elif isinstance(thing, dict) and isinstance(thing.get(key), str):
            if jobs and thing.get("job") not in jobs:
                continue
            character = thing.get("character") if with_characters else None
            found.append((thing[key], character.strip() or None if isinstance(character, str) else None))
        else:
            raise ValueRefused(field, cell, f"has something without a {key} in its list", "See that it is whole.")
    return found


def _list_in(field: str, cell: str) -> list[Any]:
    hint = "See that the cell is whole: it is a list as JSON or Python writes one."
    if len(cell) > MOST_CHARACTERS:
        raise ValueRefused(field, cell, f"is a list of more than {MOST_CHARACTERS:,} characters", hint)
    found = _read(cell.strip())
    if not isinstance(found, list):
        raise ValueRefused(field, cell, "is no list that can be read", hint)
    return found


# The cell of a crew is read for its directors and again for its writers.
@lru_cache(maxsize=2)
def _read(text: str) -> object:
    """Return what JSON or a Python literal says, None when it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
