"""How one value is written: as JSON, as a cell of a CSV file, as words for people."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from pathlib import PurePath
from uuid import UUID

from cinemactl.cli.terminal import clean, without_surrogates

# JSON escapes C0; these would still steer a terminal, split a line for some readers, or fail to encode.
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_ASCII = re.compile("[^\x00-\x7e]")
_FIRST_ASTRAL = 0x10000

# A text that a spreadsheet would run as a formula. Quotes before it count too, so that taking one quote away from
# every match gives the text back exactly.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")

_NESTED = (Mapping, AbstractSet, list, tuple)

_LINE_BREAKS = re.compile("[\t\n\r\v\f\u2028\u2029]+")


def jsonable(value: object) -> object:  # noqa: C901, PLR0911  (a case for each type)
    """Return what stands in JSON for a value that JSON does not know (its members are left as they are)."""
    match value:
        case datetime() | time():
            text = value.isoformat()
            return f"{text[:-6]}Z" if text.endswith("+00:00") else text
        case date():
            return value.isoformat()
        case timedelta():
            seconds = value.total_seconds()
            return int(seconds) if seconds.is_integer() else seconds
        case Decimal():
            return int(value) if value.is_finite() and value.as_tuple().exponent == 0 else float(value)
        case Enum():
            return value.value
        case UUID() | PurePath():
            return str(value)
        case Mapping():
            return {str(key): member for key, member in value.items()}
        case AbstractSet():
            return sorted(value, key=str)
        case Sequence() if not isinstance(value, str | bytes | bytearray | memoryview):
            return list(value)
        case Integral():
            return int(value)
        case Real():
            return float(value)
        case _:
            raise TypeError(f"A {type(value).__name__} has no form in JSON.")


_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=jsonable)
_PRETTY = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=jsonable, indent=2)
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=jsonable, separators=(",", ":"))


def dumps(value: object, *, pretty: bool = False, ascii_only: bool = False) -> str:
    """Return `value` as JSON that any parser takes and no terminal obeys: on one line, or `pretty` on many."""
    return _encoded(_PRETTY if pretty else _LINE, value, _NOT_ASCII if ascii_only else _TO_ESCAPE)


def as_cell(value: object) -> str | int | float:
    """Return `value` as a cell of a CSV file that is safe to open in a spreadsheet.

    Numbers stay numbers; a text that would be a formula gets a leading quote; a list of plain values is joined with
    `|`, anything deeper is JSON.
    """
    written = _written(value)
    if isinstance(written, str):
        return f"'{written}" if _FORMULA.match(written) else written
    return written


def as_text(value: object) -> str:  # noqa: PLR0911  (a case for each type)
    """Return `value` in words for people: cleaned of control characters, empty for what is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return as_text(value.value)
        case str():
            return clean(value)
        case datetime():
            return str(jsonable(value.replace(microsecond=0))).replace("T", " ")
        case Mapping():
            return _described(value)
        case Sequence() | AbstractSet():
            return ", ".join(filter(None, map(as_text, value)))
        case _:
            return clean(str(value))


def on_one_line(text: str) -> str:
    """Return `text` with line breaks and tabs turned into spaces."""
    return text if text.isprintable() else _LINE_BREAKS.sub(" ", text)


def _encoded(encoder: json.JSONEncoder, value: object, to_escape: re.Pattern[str]) -> str:
    try:
        text = encoder.encode(value)
    except ValueError:  # JSON has no NaN and no infinity
        text = encoder.encode(_finite(value))
    return to_escape.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if "\ud800" <= character <= "\udfff":
        return "\\ufffd"
    return json.dumps(character)[1:-1] if ord(character) >= _FIRST_ASTRAL else f"\\u{ord(character):04x}"


def _finite(value: object) -> object:
    """Return `value` with every NaN and infinity, however deep, replaced by None."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case dict():
            return {key: _finite(member) for key, member in value.items()}
        case list() | tuple():
            return [_finite(member) for member in value]
        case _:
            return _finite(jsonable(value))


def _written(value: object) -> str | int | float:  # noqa: PLR0911  (a case for each type)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return _written(value.value)
        case str():
            return without_surrogates(value)
        case int():
            return value
        case float():
            return value if math.isfinite(value) else ""
        case list():
            if any(isinstance(member, _NESTED) for member in value):
                return _encoded(_COMPACT, value, _TO_ESCAPE)
            return "|".join(str(_written(member)) for member in value)
        case dict():
            return _encoded(_COMPACT, value, _TO_ESCAPE)
        case _:
            return _written(jsonable(value))


def _described(thing: Mapping[str, object]) -> str:
    """Return a thing on one line, what it is called first: "Tim Robbins as Andy Dufresne", "1917 (language en)"."""
    texts = {key: text for key, member in thing.items() if (text := as_text(member))}
    called = next((key for key in ("name", "title", "value") if key in texts), None)
    if called is None:
        return ", ".join(f"{label(key)} {text}" for key, text in texts.items())
    head, character = texts.pop(called), texts.pop("character", "")
    rest = ", ".join(f"{label(key)} {text}" for key, text in texts.items() if not _is_number_of(key))
    return head + (f" as {character}" if character else "") + (f" ({rest})" if rest else "")


def _is_number_of(key: str) -> bool:
    return key in {"id", "position"} or key.endswith("_id")


def label(key: str) -> str:
    """Return a JSON key as a person reads it."""
    return clean(key).replace("_", " ")
