"""Text in columns: how wide it is on a terminal, where it wraps, which widths fit.

rich's measure of characters is used and its Table is not: a Table must hold every row, draws some four thousand
rows a second and costs 30 ms to import, where `--all` streams a hundred times that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NARROWEST = 3


def width(text: str) -> int:
    """Return how many columns of a terminal `text` fills: a Chinese character fills two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, to: int, justify: str) -> str:
    """Return `text` filled with spaces to the width `to`; a longer text stays whole."""
    room = max(0, to - width(text))
    if justify == "right":
        return " " * room + text
    return text + " " * room


def wrapped(text: str, to: int) -> list[str]:
    """Return `text` as lines no wider than `to`, broken between words, and inside a word only if it is wider."""
    if "\n" not in text and width(text) <= to:
        return [text]
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if width(longer) <= to:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _pieces(word, to)
            lines += full
        lines.append(line)
    return lines


def fitted(natural: Sequence[int], floors: Sequence[int], room: int) -> list[int]:
    """Return widths that sum to `room` at most: the widest column gives way first, and words stay whole if they can.

    `floors` are the widths at which a column begins to break words.
    """
    widths = list(natural)
    while sum(widths) > room:
        roomy = [index for index, size in enumerate(widths) if size > max(floors[index], NARROWEST)]
        roomy = roomy or [index for index, size in enumerate(widths) if size > NARROWEST]
        if not roomy:
            break
        widths[max(roomy, key=widths.__getitem__)] -= 1
    return widths


def floor(text: str) -> int:
    """Return the least width at which `text` is not broken inside a word (wide characters break anywhere)."""
    return max((size for size in map(_unbroken, text.split())), default=0)


def _unbroken(word: str) -> int:
    size = width(word)
    return size if size == len(word) else NARROWEST


def _pieces(word: str, to: int) -> list[str]:
    if width(word) <= to:
        return [word]
    from rich.cells import chop_cells

    return chop_cells(word, to)
