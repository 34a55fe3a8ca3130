"""The records of JSON: an array of objects, an object with one such array in it, or an object a line.

A file is read twice, for its columns are the names that any of its objects has. One object is in memory at a time.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from typing import Any, cast

from cinemactl.importing.json_text import DECODER, HINT, VALUE_CHARACTERS, JsonText
from cinemactl.importing.packing import Opener
from cinemactl.importing.reading import MOST_COLUMNS, UNDECODED, Record
from cinemactl.importing.uploads import FileUnreadable

EXACT_IN_FLOAT = 2**53
Found = tuple[int, Any, str]


def json_records(opened: Opener, encoding: str, name: str) -> Iterator[Record]:
    """Yield the records of a JSON file, first the names of all its objects as the header.

    The header has the number 0, a record its own from 1: in JSON lines that of its line, in an array that of its entry.
    What is nested stays JSON. Raises FileUnreadable when it is no JSON of objects, or too much for one.
    """
    names: dict[str, None] = {}
    for _, value, _ in _objects(opened, encoding, name):
        if isinstance(value, dict):
            names |= dict.fromkeys(value)
        if len(names) > MOST_COLUMNS:
            raise FileUnreadable(name, f"its objects have more than {MOST_COLUMNS:,} names", HINT)
    if not names:
        raise FileUnreadable(name, "there is no object with a name in it", HINT)
    header = list(names)
    if fault_of(header):
        raise FileUnreadable(name, "a name in its objects is no text", HINT)
    first = True
    for line, value, fault in _objects(opened, encoding, name):
        if first:
            yield Record(0, header)
            first = False
        if not isinstance(value, dict):
            yield Record(line, [text_of(value)], fault or "it is no object")
            continue
        fields = [text_of(value[one]) if one in value else "" for one in header]
        yield Record(line, fields, fault_of(fields))


def text_of(value: object) -> str:  # noqa: PLR0911  (a line a type)
    """Return a value as the text of a cell: empty for none, JSON for what is nested, a whole number without `.0`."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < EXACT_IN_FLOAT else repr(value)
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def fault_of(fields: list[str]) -> str:
    """Return what in the cells of a record is no text, empty when all is."""
    for cell in fields:
        if "\0" in cell:
            return "it has an empty byte (NUL) in it, which no text has"
        if not cell.isascii() and UNDECODED.search(cell):
            return "it has bytes or half a character in it that are no text"
    return ""


def _objects(opened: Opener, encoding: str, name: str) -> Iterator[Found]:
    """Yield the line, the value and the fault of each object."""
    with opened() as stream:
        text = JsonText(stream, encoding, name)
        if text.peek() == "[":
            yield from _numbered(text.items())
        elif _parsed(text.first_line()) is None:
            yield from _numbered(_listed(text))
        else:
            alone = _parsed(text.first_line())
            text.value()
            inside = [value for value in cast("dict[str, Any]", alone).values() if _is_list(value)]
            if text.peek() or len(inside) != 1:
                text = None  # type: ignore[assignment]  # read once more, by lines
            else:
                yield from _numbered(iter(inside[0]))
        if text is not None:
            if text.peek():
                raise text.refused("something follows after its end")
            return
    with opened() as stream:
        yield from _lines(stream, encoding, name)


def _numbered(values: Iterator[Any]) -> Iterator[Found]:
    for number, value in enumerate(values, 1):
        yield number, value, ""


def _listed(text: JsonText) -> Iterator[Any]:
    """Yield the values of the one list of objects in an object."""
    found = ""
    for member in text.members():
        if not text.is_list_of_objects():
            text.value()
            continue
        if found:
            raise text.refused(f"it has two lists in it, {found[:40]!r} and {str(member)[:40]!r}")
        found = str(member) or "a list"
        yield from text.items()
    if not found:
        raise text.refused("there is no list of objects in it")


def _lines(stream: io.RawIOBase | io.BytesIO, encoding: str, name: str) -> Iterator[Found]:
    beneath = io.BufferedReader(cast("io.RawIOBase", stream))
    text = io.TextIOWrapper(beneath, encoding=encoding, errors="surrogateescape")
    number = 0
    try:
        while line := text.readline(VALUE_CHARACTERS):
            number += 1
            if len(line) == VALUE_CHARACTERS:
                raise FileUnreadable(name, f"line {number} has more than a million characters", HINT)
            if not line.strip():
                continue
            value = _parsed(line.removeprefix("\ufeff"))
            yield (
                number,
                line.rstrip("\n") if value is None else value,
                "" if value is not None else "it is no JSON object",
            )
    except UnicodeError as error:
        raise FileUnreadable(name, f"it is not valid {encoding} after line {number}") from error


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        value = DECODER.decode(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
