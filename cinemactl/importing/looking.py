"""A first look at a file while it is uploaded: what can be refused at once, and which encoding all of it is in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping

from cinemactl.importing.dialect import HEAD_BYTES, marked, recognise
from cinemactl.importing.encodings import Survey
from cinemactl.importing.layouts import columns_of
from cinemactl.importing.opening import open_table
from cinemactl.importing.packing import unpacking
from cinemactl.importing.reading import records
from cinemactl.importing.signatures import JSON, PACKED, TEXT, ZIP, kind_of
from cinemactl.importing.uploads import CHUNK_BYTES, FileUnreadable


class UploadSurvey(Survey):
    """The survey of a file while it is uploaded; it is not `wanted` where the encoding is known or is none."""

    def __init__(self, *, wanted: bool) -> None:
        super().__init__()
        self.wanted = wanted

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces on, each looked at when that is wanted."""
        return super().over(pieces) if self.wanted else iter(pieces)


def look_at(name: str, first: bytes, options: Mapping[str, str]) -> UploadSurvey:
    """Refuse a file whose first piece (up to CHUNK_BYTES) shows that nothing can be imported; return the survey of all.

    Raises FileUnreadable, LayoutUnknown. A file that is one piece is opened as the import will open it.
    """
    head = first[:HEAD_BYTES]
    kind = kind_of(name, head)
    wanted = kind in {TEXT, JSON} and not options.get("encoding") and not marked(name, head)
    if len(first) < CHUNK_BYTES:
        read = open_table(lambda: io.BytesIO(first), name, options).records
        header = next(read, None)
        if header is None:
            raise FileUnreadable(name, "it is empty")
        columns_of(name, header.fields)
        if next(read, None) is None:
            raise FileUnreadable(name, "it has a header and no rows")
    elif kind in PACKED and kind != ZIP:
        with unpacking(name, lambda: io.BytesIO(first), kind)() as stream:
            _look_at_text(name, _beginning(stream), options)
    elif kind == TEXT:
        _look_at_text(name, head, options)
    return UploadSurvey(wanted=wanted)


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


def _look_at_text(name: str, head: bytes, options: Mapping[str, str]) -> None:
    if len(head) < HEAD_BYTES or kind_of(name, head) != TEXT:
        return  # a part of a file that packs well, or no text: the import opens it whole
    encoding = options.get("encoding") or marked(name, head) or _provisional(name, head)
    if not any(end in head for end in (b"\n", b"\r")):
        raise FileUnreadable(name, "its first line does not end")
    dialect = recognise(name, head, encoding=encoding, delimiter=options.get("delimiter"), header=options.get("header"))
    header = next(records(io.BytesIO(head), dialect, name), None)
    if header is not None:
        columns_of(name, header.fields)


def _provisional(name: str, head: bytes) -> str:
    """Return an encoding that will do for the header; the whole file decides."""
    survey = Survey()
    survey.feed(head)
    try:
        return survey.encoding(name)
    except FileUnreadable:
        return "latin-1"
