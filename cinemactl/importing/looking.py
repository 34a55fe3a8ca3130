"""A first look at a file while it is uploaded: what can be refused at once, and which encoding all of it is in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from cinemactl.importing.dialect import HEAD_BYTES, marked, recognise
from cinemactl.importing.encodings import Survey
from cinemactl.importing.opening import Table, open_table
from cinemactl.importing.packing import unpacking
from cinemactl.importing.reading import RECORD_CHARACTERS, records
from cinemactl.importing.signatures import JSON, PACKED, TEXT, ZIP, kind_of
from cinemactl.importing.uploads import CHUNK_BYTES, FileUnreadable

# What ends a record, or an object, of which no more than so many bytes are read.
ENDS = {TEXT: (b"\n", b"\r"), JSON: (b"\n", b"\r", b"}")}
ENDLESS_BYTES = 4 * RECORD_CHARACTERS


class UploadSurvey(Survey):
    """The survey of a file of a kind while it is uploaded; it is not `wanted` where the encoding is known or is none."""

    def __init__(self, name: str, kind: str, *, wanted: bool) -> None:
        super().__init__()
        self.wanted = wanted
        self._name = name
        self._ends = ENDS.get(kind, ())

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces on, each looked at when that is wanted; raises FileUnreadable when a line goes on for ever."""
        ending = self._ending(pieces) if self._ends else iter(pieces)
        return super().over(ending) if self.wanted else ending

    def _ending(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        endless = 0
        for piece in pieces:
            endless = 0 if any(end in piece for end in self._ends) else endless + len(piece)
            if endless > ENDLESS_BYTES:
                reason = "one of its lines has more than a million characters"
                raise FileUnreadable(self._name, reason, "See that it is a table, with a line for each movie.")
            yield piece


@dataclass(frozen=True)
class Look:
    """What the beginning of a file shows: its first one or two rows, none where only the whole file shows them."""

    survey: UploadSurvey
    rows: list[list[str]]


def look_at(name: str, first: bytes, options: Mapping[str, str]) -> Look:
    """Look at the first piece of a file (up to CHUNK_BYTES), which is opened as the import will when it is the whole file.

    Raises FileUnreadable when it shows that nothing can be imported.
    """
    head = first[:HEAD_BYTES]
    kind = kind_of(name, head)
    survey = UploadSurvey(
        name, kind, wanted=kind in {TEXT, JSON} and not options.get("encoding") and not marked(name, head)
    )
    if len(first) < CHUNK_BYTES:
        return Look(survey, first_rows(open_table(lambda: io.BytesIO(first), name, options), name))
    if kind in PACKED and kind != ZIP:
        with unpacking(name, lambda: io.BytesIO(first), kind)() as stream:
            return Look(survey, _rows_of_text(name, _beginning(stream), options))
    return Look(survey, _rows_of_text(name, head, options) if kind == TEXT else [])


def first_rows(table: Table, name: str) -> list[list[str]]:
    """Return the first one or two rows of a table; raises FileUnreadable when there is none."""
    rows = [record.fields for record in islice(table.records, 2)]
    if not rows:
        raise FileUnreadable(name, "it is empty")
    return rows


def _beginning(stream: io.RawIOBase | io.BytesIO) -> bytes:
    """Return the first bytes of what is unpacked, as far as the piece at hand goes."""
    found = b""
    try:
        while len(found) < HEAD_BYTES and (piece := stream.read(HEAD_BYTES - len(found))):
            found += piece
    except FileUnreadable:
        if not found:
            raise
    return found


def _rows_of_text(name: str, head: bytes, options: Mapping[str, str]) -> list[list[str]]:
    if len(head) < HEAD_BYTES or kind_of(name, head) != TEXT:
        return []  # a part of a file that packs well, or no text: the import opens it whole
    encoding = options.get("encoding") or marked(name, head) or _provisional(name, head)
    if not any(end in head for end in (b"\n", b"\r")):
        raise FileUnreadable(name, "its first line does not end")
    dialect = recognise(name, head, encoding=encoding, delimiter=options.get("delimiter"), header=options.get("header"))
    return [record.fields for record in islice(records(io.BytesIO(head), dialect, name), 2)]


def _provisional(name: str, head: bytes) -> str:
    """Return an encoding that will do for the header; the whole file decides."""
    survey = Survey()
    survey.feed(head)
    try:
        return survey.encoding(name)
    except FileUnreadable:
        return "latin-1"
