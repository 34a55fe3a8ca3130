"""Lists and single things as text for people: a list is a table, one thing is its keys and values below each other.

On a terminal a table fits its width: long cells wrap or stand below their row, and what leaves the table for want of room
is named. In a pipe there is one line per row, as wide as it needs to be, for `grep` and `awk`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal, TextIO

from cinemactl.cli.layout import NARROWEST, fitted, floor, padded, width, wrapped
from cinemactl.cli.messages import note
from cinemactl.cli.terminal import BOLD, clean, styled, width_of, writer, writes_unicode
from cinemactl.cli.values import as_text, label, on_one_line

# The widths of a table are measured on this many rows; the rest streams through them.
MEASURED_ROWS = 1000
GAP = "  "


@dataclass(frozen=True)
class Column:
    """One column of a table: which key of a row it shows, under which header, and how.

    `show` turns a value (never None, which is an empty cell) into text; without it a value is shown in plain words. On a
    terminal too narrow for the table a column that is `below` stands on lines of its own under its row, those that can be
    spared leave, the highest `spare` first, and the others keep `least` columns of the terminal, if they fill that many.
    """

    name: str
    header: str
    justify: Literal["left", "right"] = "left"
    show: Callable[[Any], str] | None = None
    least: int = 0
    spare: int = 0
    below: bool = False

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
    room = width_of(stream)
    form = _formed(columns, measured, room)
    write = writer(stream)
    for line in form.drawn([column.header for column in columns]):
        write(f"{styled(line, BOLD, stream)}\n")
    if room is not None:
        rule = "─" if writes_unicode(stream) else "-"
        write(f"{GAP.join(rule * size for size in form.widths)}\n")
    count = 0
    for count, row in enumerate(chain(measured, lines), 1):  # noqa: B007  (the count outlives the loop)
        for line in form.drawn(row):
            write(f"{line}\n")
        for line in form.below(row):
            write(f"{line}\n")
    if form.spared:
        note(f"No room for {', '.join(form.spared)}: a wider terminal shows them, and --format csv.")
    return count


@dataclass(frozen=True)
class _Form:
    """How rows are drawn: which of their cells beside each other and how wide, which below. `room` is None in a pipe."""

    room: int | None
    beside: Sequence[int]
    widths: Sequence[int]
    justify: Sequence[str]
    under: Sequence[int] = ()
    spared: Sequence[str] = ()

    def drawn(self, row: Sequence[str]) -> Iterator[str]:
        """Yield the lines of a row: one, or on a terminal as many as its tallest cell needs."""
        cells = [row[place] for place in self.beside]
        if self.room is None or all(width(cell) <= size for cell, size in zip(cells, self.widths, strict=True)):
            yield GAP.join(map(padded, cells, self.widths, self.justify)).rstrip()
            return
        columns = [wrapped(cell, size) for cell, size in zip(cells, self.widths, strict=True)]
        for number in range(max(map(len, columns))):
            line = [column[number] if number < len(column) else "" for column in columns]
            yield GAP.join(map(padded, line, self.widths, self.justify)).rstrip()

    def below(self, row: Sequence[str]) -> Iterator[str]:
        """Yield the lines of the cells that stand under a row."""
        for place in self.under:
            if row[place]:
                yield from (GAP + line for line in wrapped(row[place], max((self.room or 0) - len(GAP), NARROWEST)))


def _formed(columns: Sequence[Column], measured: Sequence[Sequence[str]], room: int | None) -> _Form:
    cells = [*zip([column.header for column in columns], *measured, strict=True)]
    natural = [max(map(width, of_one)) for of_one in cells]
    beside = [*range(len(columns))]
    if room is None or sum(natural) + len(GAP) * (len(columns) - 1) <= room:
        return _Form(room, beside, natural, [column.justify for column in columns])
    floors = [
        max(*map(floor, of_one), min(size, column.least))
        for of_one, size, column in zip(cells, natural, columns, strict=True)
    ]
    under = [place for place in beside if columns[place].below]
    beside = [place for place in beside if not columns[place].below]
    spared = []
    while (
        sum(floors[place] + len(GAP) for place in beside) - len(GAP) > room
        and (last := max(beside, key=lambda place: columns[place].spare))
        and columns[last].spare
    ):
        beside.remove(last)
        spared.append(columns[last].header)
    widths = fitted(
        [natural[place] for place in beside],
        [floors[place] for place in beside],
        room - len(GAP) * (len(beside) - 1),
    )
    return _Form(room, beside, widths, [columns[place].justify for place in beside], under, spared)


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
