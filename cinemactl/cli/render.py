"""The one way data leaves a command: a list or one thing, to stdout, in the format that was asked for.

What is said beside the data goes to stderr (see `messages`). Nothing here imports rich.
"""

from __future__ import annotations

import csv
import sys
from contextlib import contextmanager, suppress
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cinemactl.cli.messages import dry, failure, found, further, note, warn
from cinemactl.cli.tables import Column, write_table, write_thing
from cinemactl.cli.terminal import clean, configure, is_quiet, is_terminal, without_surrogates, writer, writes_unicode
from cinemactl.cli.values import as_cell, dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "Column",
    "Format",
    "configure",
    "dry",
    "failure",
    "found",
    "further",
    "is_quiet",
    "line",
    "note",
    "one",
    "outcome",
    "output",
    "rows",
    "wanted",
    "warn",
]


class Format(StrEnum):
    """How a command prints its data."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def rows(
    items: Iterable[Mapping[str, Any]],
    columns: Sequence[Column],
    format: Format,
    *,
    fields: Sequence[str] | None = None,
    stream: TextIO | None = None,
) -> int:
    """Print a list and return how many rows it had. `items` is read once, row by row, and never held.

    A table shows `columns`; JSON is each item as it is; CSV has the keys `fields`, or those of the columns. Nothing is
    written before the first item came, so a query that fails leaves stdout empty.
    """
    stream = sys.stdout if stream is None else stream
    items = _begun(items)
    match format:
        case Format.TABLE:
            count = write_table(items, columns, stream)
        case Format.JSON:
            count = _write_array(items, stream)
        case Format.JSONL:
            count = _write_lines(items, stream)
        case Format.CSV:
            count = _write_csv(items, fields or [column.name for column in columns], stream)
    stream.flush()
    return count


def one(
    item: Mapping[str, Any],
    format: Format,
    *,
    title: str | None = None,
    stream: TextIO | None = None,
) -> None:
    """Print one thing; `title` heads it in a table only."""
    stream = sys.stdout if stream is None else stream
    match format:
        case Format.TABLE:
            write_thing(item, title, stream)
        case Format.JSON:
            pretty = is_terminal(stream)
            stream.write(dumps(item, pretty=pretty, ascii_only=not writes_unicode(stream)) + "\n")
        case Format.JSONL:
            _write_lines([item], stream)
        case Format.CSV:
            _write_csv([item], list(item), stream)
    stream.flush()


def outcome(item: Mapping[str, Any], format: Format, *, title: str | None = None) -> None:
    """Print what a command has made or changed, if that is `wanted`."""
    if wanted(format):
        one(item, format, title=title)


def wanted(format: Format) -> bool:
    """Whether to print what a command has made or changed: under --quiet only when a format was asked for."""
    return format is not Format.TABLE or not is_quiet()


def line(text: str) -> None:
    """Print one line to stdout as it is: an id, a path."""
    sys.stdout.write(without_surrogates(text) + "\n")


@contextmanager
def output(file: Path | str) -> Iterator[TextIO]:
    """Yield the stream that writes to `file`, `-` being stdout. A file appears whole, when the block ends well."""
    path = Path(file)
    if str(file) == "-":
        yield sys.stdout
    elif path.exists() and not path.is_file():  # a pipe or a device
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    else:
        target = path.resolve()
        part = target.with_name(f".{target.name}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as stream:
                yield stream
            if target.exists():
                part.chmod(target.stat().st_mode)
            part.replace(target)
        except OSError as error:
            if str(error.filename) == str(part):
                error.filename = str(file)
            raise
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _begun(items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Fetch the first item now, so that what can fail at the start fails before anything is written."""
    iterator = iter(items)
    return chain(list(islice(iterator, 1)), iterator)


def _write_array(items: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    ascii_only = not writes_unicode(stream)
    count = 0
    for count, item in enumerate(items, 1):
        stream.write((",\n" if count > 1 else "[\n") + dumps(item, ascii_only=ascii_only))
    stream.write("\n]\n" if count else "[]\n")
    return count


def _write_lines(items: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    ascii_only = not writes_unicode(stream)
    count = 0
    for count, item in enumerate(items, 1):  # noqa: B007  (the count outlives the loop)
        stream.write(dumps(item, ascii_only=ascii_only) + "\n")
    return count


class _UnixLines:
    """Ends the csv module's lines with a newline; asked to do so itself, it would leave a CR in a cell unquoted."""

    def __init__(self, stream: TextIO) -> None:
        self._write = writer(stream)
        self._clean = is_terminal(stream)

    def write(self, line: str) -> object:
        line = line.removesuffix("\r\n") + "\n"
        return self._write(clean(line) if self._clean else line)


def _write_csv(items: Iterable[Mapping[str, Any]], fields: Sequence[str], stream: TextIO) -> int:
    table = csv.writer(_UnixLines(stream))
    table.writerow(fields)
    count = 0
    for count, item in enumerate(items, 1):  # noqa: B007  (the count outlives the loop)
        table.writerow([as_cell(item.get(field)) for field in fields])
    return count
