"""Lists and single things as text for people: a list is a table, one thing is its keys and values below each other.

On a terminal a table fits its width and long cells wrap, so nothing is ever cut. In a pipe there is one line per row,
as wide as it needs to be, for `grep` and `awk`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal, TextIO

from cinemactl.cli.layout import NARROWEST, fitted, floor, padded, width, wrapped
from cinemactl.cli.terminal import BOLD, clean, styled, width_of, writer, writes_unicode
from cinemactl.cli.values import as_text, label, on_one_line

# The widths of a table are measured on this many rows; the rest streams through them.
MEASURED_ROWS = 1000
GAP = "  "


@dataclass(frozen=True)
class Column:
    """One column of a table: which key of a row it shows, under which header, and how.

    `show` turns a value (never None, which is an empty cell) into text; without it a value is shown in plain words.
    """

    name: str
    header: str
    justify: Literal["left", "right"] = "left"
    show: Callable[[Any], str] | None = None

    def text(self, row: Mapping[str, Any]) -> str:
        """Return what this column shows of `row`: one line, safe for a terminal."""
        value = row.get(self.name)
        if self.show and value is not None:
            value = self.show(value)
        return on_one_line(as_text(value))


def write_table(items: Iterable[Mapping[str, Any]], columns: Sequence[Column], stream: TextIO) -> int:
    """Write a table and return how many rows it has; of no rows nothing is written, not even the header."""
    lines = ([column.text(item) for column in columns] for item in items)
    measured = list(islice(lines, MEASURED_ROWS))
    if not measured:
        return 0
    header = [column.header for column in columns]
    widths = [max(map(width, cells)) for cells in zip(header, *measured, strict=True)]
    room = width_of(stream)
    if room is not None:
        floors = [max(map(floor, cells)) for cells in zip(header, *measured, strict=True)]
        widths = fitted(widths, floors, room - len(GAP) * (len(columns) - 1))
    write = writer(stream)
    justify = [column.justify for column in columns]
    for line in _drawn(header, widths, justify, wrap=room is not None):
        write(f"{styled(line, BOLD, stream)}\n")
    if room is not None:
        rule = "─" if writes_unicode(stream) else "-"
        write(f"{GAP.join(rule * size for size in widths)}\n")
    count = 0
    for count, row in enumerate(chain(measured, lines), 1):  # noqa: B007  (the count outlives the loop)
        for line in _drawn(row, widths, justify, wrap=room is not None):
            write(f"{line}\n")
    return count


def write_thing(item: Mapping[str, Any], title: str | None, stream: TextIO) -> None:
    """Write one thing as aligned keys and values; empty values are left out and long text is wrapped."""
    pairs = [pair for key, value in item.items() for pair in _pairs(label(key), value)]
    keys = max((width(key) for key, _ in pairs), default=0)
    room = width_of(stream)
    write = writer(stream)
    if title:
        write(f"{styled(clean(title), BOLD, stream)}\n")
    for key, text in pairs:
        lines = text.split("\n") if room is None else wrapped(text, max(room - keys - len(GAP), keys, NARROWEST))
        write(f"{styled(padded(key, keys, 'left'), BOLD, stream)}{GAP}{lines[0]}\n")
        for line in lines[1:]:
            write(f"{' ' * keys}{GAP}{line}".rstrip() + "\n")


def _drawn(cells: Sequence[str], widths: Sequence[int], justify: Sequence[str], *, wrap: bool) -> Iterator[str]:
    """Draw one row: one line, or on a terminal as many as its tallest cell needs."""
    if not wrap or all(width(cell) <= size for cell, size in zip(cells, widths, strict=True)):
        yield GAP.join(map(padded, cells, widths, justify)).rstrip()
        return
    columns = [wrapped(cell, size) for cell, size in zip(cells, widths, strict=True)]
    for number in range(max(map(len, columns))):
        line = [column[number] if number < len(column) else "" for column in columns]
        yield GAP.join(map(padded, line, widths, justify)).rstrip()


def _pairs(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the lines that `value` takes under `key`: what is nested gets lines of its own."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _pairs(f"{key} {label(name)}", member)
    elif isinstance(value, list | tuple) and any(isinstance(member, Mapping) for member in value):
        yield from _numbered(key, value)
    elif text := as_text(value).strip():
        yield key, text


def _numbered(key: str, members: Sequence[object]) -> Iterator[tuple[str, str]]:
    """Yield one line per member, called by its role or scheme if it has one, and numbered where a name comes twice."""
    parted = [_parted(member) for member in members]
    names = [name or key for name, _ in parted]
    many, so_far = Counter(names), Counter[str]()
    for name, (_, rest) in zip(names, parted, strict=True):
        so_far[name] += 1
        yield (f"{name} {so_far[name]}" if many[name] > 1 else name), on_one_line(as_text(rest))


def _parted(member: object) -> tuple[str, object]:
    """Part a member into what kind it is of, which names its line, and the rest."""
    if isinstance(member, Mapping):
        for kind in ("role", "scheme"):
            if name := as_text(member.get(kind)):
                return label(name), {key: value for key, value in member.items() if key != kind}
    return "", member
