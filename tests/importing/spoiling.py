"""Hostile files, each the same for the same random numbers: a true file, spoiled in its rows, its text and its bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from importing.containers import CONTAINERS, OF_ROWS, PACKED, Rows, rectangular
from importing.originals import ORIGINALS, Original, written

STARTS = (
    b"",
    b"title\n",
    b"title,year\nHeat,1995\n",
    b"\x1f\x8b\x08\0",
    b"PK\x03\x04",
    b"PAR1",
    b"[{",
    b'{"a":',
    b"\x28\xb5\x2f\xfd",
    b"\xff\xfe",
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "gbk", "cp437", "utf-32")
CELLS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1e999",
        "nan",
        "\\N",
        "NULL",
        "=HYPERLINK(1)",
        "@x",
        "+1",
        "-",
        "'",
        "''=1",
        '"',
        '""',
        "a\nb",
    ),
    *(
        "a\r\nb",
        "\t",
        "\ufeff",
        "\u00a0",
        "\u200b",
        "\u202e",
        "\ufffd",
        "🎬",
        "e\u0301",
        "ﬁ",
        "İ",
        "ß",
        "&nbsp;",
        "&#0;",
        "&lt;",
    ),
    *("AmÃ©lie", "[", "[[]]", "[{}]", "{'a': 1}", "[{'name': None}]", '[{"name": 1}]', "|", "||", "a|a|A", ";", "::"),
    *(
        "tt0113277",
        "tt1",
        "tt99999999999999999999",
        "99999999999999999999",
        "2001.0",
        "(2006\u20132007)",
        "0000-00-00",
        "2024-02-30",
    ),
    *(
        "12/11/2001",
        "31.12.1999",
        "99:99",
        "PT2H",
        "1h 52m",
        "9" * 400,
        "x" * 5000,
        "Heat",
        "heat",
        "HEAT (1995)",
        "\\",
        "\\\\",
    ),
    *(
        "{",
        "}",
        "{NULL}",
        '{"a"',
        "$$",
        "'; DROP TABLE movie",
        "%s",
        "%(x)s",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\x0c",
        "\x1c",
    ),
)
MOST_ROWS = 150
BYTES = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b'"',
    b"\r",
    b"\n",
    b"\x80",
    b"\x1a",
    b",",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
)


@dataclass
class Hostile:
    """A file to import: its name, its bytes, the options, the original it was, and how it was spoiled."""

    name: str
    content: bytes
    original: Original
    options: dict[str, str] = field(default_factory=dict)
    how: list[str] = field(default_factory=list)


def hostile(seed: object) -> Hostile:
    """Return the hostile file of a seed; one in sixteen is random bytes."""
    random = Random(f"hostile {seed}")
    original = random.choice(ORIGINALS)
    made = Hostile(original.name, b"", original)
    if random.random() < 1 / 16:
        made.content = random.choice(STARTS) + random.randbytes(random.choice((1, 20, 300, 5000)))
        made.how.append("random bytes")
    else:
        _spoil(made, random)
    if random.random() < 1 / 4:
        made.options |= random.choice(OPTIONS)
    return made


def _spoil(made: Hostile, random: Random) -> None:
    rows = [list(row) for row in made.original.rows]
    for spoil in random.choices(list(ROWS), k=random.choice((0, 1, 1, 2, 3))):
        rows = ROWS[spoil](random, rows)
        made.how.append(spoil)
    container = random.choice(CONTAINERS) if random.random() < 1 / 2 else "text"
    made.how.append(container)
    if container in OF_ROWS:
        made.content = OF_ROWS[container](rectangular(rows) or [["title"], ["Heat"]])
    else:
        made.content = PACKED[container](_text(made, random, rows))
    if random.random() < 1 / 5:
        for spoil in random.choices(list(SPOILT_BYTES), k=random.choice((1, 1, 2, 4))):
            made.content = SPOILT_BYTES[spoil](random, made.content)
            made.how.append(spoil)


def _text(made: Hostile, random: Random, rows: Rows) -> bytes:
    delimiter = random.choice(",;|\t:^") if random.random() < 1 / 5 else made.original.delimiter
    lines = written(rows, delimiter).splitlines(keepends=True)
    for spoil in random.choices(list(LINES), k=random.choice((0, 0, 1, 2))):
        lines = LINES[spoil](random, lines)
        made.how.append(spoil)
    encoding = random.choice(ENCODINGS) if random.random() < 1 / 4 else "utf-8"
    if random.random() < 1 / 2 and encoding not in ("utf-8", "utf-8-sig"):
        made.options["encoding"] = encoding
    if delimiter in ":^":
        made.options["delimiter"] = delimiter
    made.how += [f"between {delimiter!r}", encoding]
    return "".join(lines).encode(encoding, "replace")


def _place(random: Random, things: list[str] | Rows) -> int:
    return random.randrange(len(things)) if things else 0


def _shuffled(random: Random, rows: Rows) -> Rows:
    kept = 1 if random.random() < 3 / 4 else 0
    return rows[:kept] + random.sample(rows[kept:], len(rows[kept:]))


def _doubled(random: Random, rows: Rows) -> Rows:
    place = _place(random, rows)
    return [*rows, *rows[place : place + random.randint(1, 3)]]


def _dropped(random: Random, rows: Rows) -> Rows:
    place = random.randint(1, len(rows) or 1)
    return rows[:place] + rows[place + random.randint(1, 3) :]


def _columns_swapped(random: Random, rows: Rows) -> Rows:
    order = list(range(max(map(len, rows), default=0)))
    random.shuffle(order)
    return [[row[place] for place in order if place < len(row)] for row in rows]


def _heading_lost(_: Random, rows: Rows) -> Rows:
    return rows[1:]


def _cells_changed(random: Random, rows: Rows) -> Rows:
    for _ in range(random.randint(1, 5)):
        row = random.choice(rows) if rows else []
        if row:
            row[_place(random, row)] = random.choice(CELLS)
    return rows


def _cells_moved(random: Random, rows: Rows) -> Rows:
    if rows and (row := random.choice(rows)):
        row.insert(_place(random, row), random.choice(CELLS))
        other = random.choice(rows)
        del other[_place(random, other) :][:1]
    return rows


def _column_added(random: Random, rows: Rows) -> Rows:
    heading = random.choice(("", "title", "year", "id", "rating", "rejected_line", "genres", "cast", "Unnamed: 0"))
    return [[heading if not number else str(number), *row] for number, row in enumerate(rows)]


def _many(random: Random, rows: Rows) -> Rows:
    repeated = [list(row) for row in rows[1:] for _ in range(random.randint(1, 40))]
    return rows[:1] + repeated[:MOST_ROWS]


def _quoted(random: Random, lines: list[str]) -> list[str]:
    for _ in range(random.randint(1, 3)):
        place = _place(random, lines)
        at = random.randrange(len(lines[place]) + 1) if lines else 0
        lines[place : place + 1] = [f'{line[:at]}"{line[at:]}' for line in lines[place : place + 1]]
    return lines


def _cut(random: Random, lines: list[str]) -> list[str]:
    text = "".join(lines)
    return [text[: random.randrange(len(text) + 1)]]


def _line_ends(random: Random, lines: list[str]) -> list[str]:
    ends = random.choice((["\r"], ["\r\n"], ["\n", "\r\n", "\r"], ["\n\n"], ["\n", "\n \n"], ["\r\r\n"]))
    return [line.rstrip("\n") + random.choice(ends) for line in lines]


def _preamble(random: Random, lines: list[str]) -> list[str]:
    above = ["My movies\n", "\n", "sep=,\n", ",,,\n", "# made by hand\n", "a,b\n1,2\n\n", '"\n']
    return random.sample(above, random.randint(1, 3)) + lines


def _junk(random: Random, lines: list[str]) -> list[str]:
    return [
        *lines,
        random.choice(("Total,3\n", "\x1a", "\0\0\0", "-- \n", '"', "(3 rows)\n", "\n\n\n", ",,,,,,,,,,,,,,\n")),
    ]


def _cell_char(random: Random, lines: list[str]) -> list[str]:
    place = _place(random, lines)
    for line in lines[place : place + 1]:
        at = random.randrange(len(line) + 1)
        lines[place] = line[:at] + random.choice(CELLS) + line[at:]
    return lines


def _truncated(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _bytes_changed(random: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 2, 8))):
        at = random.randrange(len(changed) + 1)
        changed[at : at + random.randint(0, 2)] = random.choice((random.choice(BYTES), random.randbytes(1)))
    return bytes(changed)


def _blocks_moved(random: Random, content: bytes) -> bytes:
    one, other = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[:one] + content[other:] + content[one:other]


def _repeated(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content + content[at:]


ROWS: dict[str, Callable[[Random, Rows], Rows]] = {
    "rows shuffled": _shuffled,
    "rows doubled": _doubled,
    "rows dropped": _dropped,
    "columns swapped": _columns_swapped,
    "heading lost": _heading_lost,
    "cells changed": _cells_changed,
    "cells moved": _cells_moved,
    "column added": _column_added,
    "rows many times": _many,
}
LINES: dict[str, Callable[[Random, list[str]], list[str]]] = {
    "quotation marks": _quoted,
    "cut": _cut,
    "line ends": _line_ends,
    "preamble": _preamble,
    "junk at the end": _junk,
    "strange text": _cell_char,
}
SPOILT_BYTES: dict[str, Callable[[Random, bytes], bytes]] = {
    "truncated": _truncated,
    "bytes changed": _bytes_changed,
    "blocks moved": _blocks_moved,
    "repeated": _repeated,
}
OPTIONS: tuple[dict[str, str], ...] = (
    {"lenient": "yes"},
    {"include_series": "yes"},
    {"overwrite": "missing"},
    {"overwrite": "none"},
    {"header": "none"},
    {"header": "2"},
    {"delimiter": ";"},
    {"encoding": "latin-1"},
    {"encoding": "utf-8"},
    {"encoding": "utf-16"},
    {"layout": "generic"},
    {"layout": "tmdb-movies", "lenient": "yes"},
)
