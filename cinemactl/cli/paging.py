"""Pages of lists: which item was the last one shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def noting_last(items: Iterable[dict[str, Any]], last: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the items, leaving the last one in `last`."""
    for item in items:
        last[:] = [item]
        yield item
