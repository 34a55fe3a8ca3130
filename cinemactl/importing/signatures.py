"""What kind of file it is, told by how it begins and never by its name."""

from __future__ import annotations

import re

from cinemactl.importing.uploads import FileUnreadable

TEXT, JSON, XLSX, PARQUET = "text", "json", "xlsx", "parquet"
GZIP, ZSTANDARD, ZIP = "gzip", "zstandard", "zip"
PACKED = (GZIP, ZSTANDARD, ZIP)
SAVE_AS_CSV = "Save it as CSV, with a header in its first line."
UNPACK = "Unpack it, and import what is in it."

KINDS = (
    (re.compile(rb"\x1f\x8b"), GZIP),
    (re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), ZSTANDARD),
    (re.compile(rb"PK\x03\x04"), ZIP),
    (re.compile(rb"PAR1"), PARQUET),
)
# What people rename, and what mends it.
FOREIGN = (
    (re.compile(rb"\xff\xd8\xff"), "it is a JPEG picture", "A poster goes in with `cinemactl movie attach`."),
    (re.compile(rb"\x89PNG\r\n"), "it is a PNG picture", "A poster goes in with `cinemactl movie attach`."),
    (re.compile(rb"GIF8[79]a"), "it is a GIF picture", "Name a file with a header and rows."),
    (re.compile(rb"%PDF-"), "it is a PDF document", "Ask for the table itself, as CSV or XLSX."),
    (
        re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "it is an old Excel or Word file, or one with a password",
        "Save it as XLSX without a password, or as CSV.",
    ),
    (re.compile(rb"\{\\rtf"), "it is an RTF document", SAVE_AS_CSV),
    (re.compile(rb"PARE"), "it is an encrypted Parquet file", "Write it without encryption."),
    (re.compile(rb"SQLite format 3\0"), "it is an SQLite database", "Write the table you mean as CSV."),
    (re.compile(rb"PK\x05\x06"), "it is a zip file with nothing in it", UNPACK),
    (re.compile(rb"BZh[1-9]1AY"), "it is packed with bzip2", UNPACK),
    (re.compile(rb"\xfd7zXZ\0"), "it is packed with xz", UNPACK),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "it is a 7z archive", UNPACK),
    (re.compile(rb"Rar!\x1a\x07"), "it is a RAR archive", UNPACK),
)
JSON_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*[{\]])')


def kind_of(name: str, head: bytes) -> str:
    """Return how a file that begins with `head` is to be opened; raises FileUnreadable for what is known and no table."""
    for pattern, reason, hint in FOREIGN:
        if pattern.match(head):
            raise FileUnreadable(name, reason, hint)
    found = next((kind for pattern, kind in KINDS if pattern.match(head)), TEXT)
    return JSON if found == TEXT and JSON_START.match(head) else found
