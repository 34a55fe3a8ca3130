"""How large the print of a week may be so that it fits one A4 sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor

LARGEST_PT = 10.0
SMALLEST_PT = 3.0
STEP_PT = 0.25

MM_A_PT = 25.4 / 72
# A4 lying on its side, within margins of 8 mm, and a little room for what letters take that are wider than most.
WIDTH_MM = 297 - 16
HEIGHT_MM = (210 - 16) * 0.94
COLUMNS = 17 + 7 * 12
# In em: of a letter, of one start with that of its film and the gap behind, of lines, gaps and what stands above the rows.
LETTER = 0.6
START = 8.6
GAP = 0.5
LINE = 1.2
ROW_GAP = 0.4
HEAD = 6.5
LETTERS_OF_ABOUT = 22

# Title, version, and how many starts each day has.
Row = tuple[str, str, Sequence[int]]


def print_size(rows: Iterable[Row]) -> float:
    """Return the size of print, in points, at which the rows fit one sheet; never under SMALLEST_PT."""
    given = list(rows)
    size = LARGEST_PT
    while size > SMALLEST_PT and _height(given, size) > HEIGHT_MM:
        size -= STEP_PT
    return size


def _height(rows: Sequence[Row], size: float) -> float:
    """Return how high the page is in millimetres."""
    em = size * MM_A_PT
    title = max(floor((WIDTH_MM * 17 / COLUMNS / em - GAP) / LETTER), 1)
    starts = max(floor((WIDTH_MM * 12 / COLUMNS / em - GAP) / START), 1)
    lines = sum(
        max(
            ceil(len(name) / title) + ceil((len(version) + LETTERS_OF_ABOUT) / title), *(ceil(n / starts) for n in days)
        )
        for name, version, days in rows
    )
    return em * (HEAD + lines * LINE + len(rows) * ROW_GAP)
