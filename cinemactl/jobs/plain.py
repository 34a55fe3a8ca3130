"""Text and JSON as PostgreSQL takes them: no NUL, no half of a surrogate pair, no NaN."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

REFUSED = re.compile("[\x00\ud800-\udfff]")


def plain_text(text: str) -> str:
    """Return `text` with every character that PostgreSQL refuses replaced by U+FFFD."""
    return REFUSED.sub("\ufffd", text)


def plain_json(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Return `value` as the JSON it stands for, its texts made plain; raises TypeError or ValueError if it is none."""
    return _cleaned(json.loads(json.dumps(value, allow_nan=False)))


def is_plain_json(value: Mapping[str, Any]) -> bool:
    """Whether `value` comes back the same from a way through JSON and PostgreSQL (a tuple, a date, a NUL do not)."""
    try:
        return bool(plain_json(value) == value)
    except (TypeError, ValueError, RecursionError):
        return False


def _cleaned(value: Any) -> Any:  # noqa: ANN401  (as above)
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {plain_text(key): _cleaned(item) for key, item in value.items()}
    return value
