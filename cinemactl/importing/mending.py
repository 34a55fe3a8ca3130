"""Dirt that programs left in texts: HTML entities, UTF-8 that was read as Latin-1, characters of no width.

Only what is certain is mended, and it is counted; a text that could be right as it stands is left alone.
"""

from __future__ import annotations

import re
from html.entities import html5

ENTITY = "HTML entities"
ENCODING = "UTF-8 read as Latin-1"
ZERO_WIDTH = "characters of no width"

MOST_ROUNDS = 3  # a text can have been through the same program twice or more
LONGEST_MENDED = 100_000
ANY_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
# Numbers of these characters were meant in cp1252, as browsers read them.
FIRST_CP1252, LAST_CP1252 = 0x80, 0x9F
# A zero-width space ends words where they are written without spaces between them; elsewhere it is dirt.
USELESS = re.compile(r"\ufeff|(?<![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff])\u200b")
WRITTEN = frozenset("\t\n\r\xa0\xad\u200b\u200c\u200d\u200e\u200f")

# Each byte as one character, the way cp1252 has them and Latin-1 where cp1252 has none.
AS_LATIN_1 = {
    ord(character): byte
    for byte in range(FIRST_CP1252, LAST_CP1252 + 1)
    if len(character := bytes([byte]).decode("cp1252", "ignore")) == 1
}
_AFTER = "\x80-\xbf" + "".join(map(chr, AS_LATIN_1))
MISREAD = re.compile(f"[\xc2-\xf4][{_AFTER}]")
# `AMANHÃ…` and `LIBERTÉ !` are words in capitals with what may follow them, and are UTF-8 only by chance.
IN_CAPITALS = re.compile("[A-Z\xc0-\xde][\xc2-\xde][\xa0\xab\xbb\u2018-\u201e\u2026\u2039\u203a\u2013\u2014]")


def is_clean(cell: str) -> bool:
    """Whether a cell has nothing in it that could be dirt, as most have not: the quick look before the long one."""
    return cell.isascii() and "&" not in cell


class Mended:
    """How many cells were mended, by kind: `counts` is empty as long as there was nothing to mend."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def mend(self, cell: str) -> str:
        """Return a cell without the dirt that is certain to be some, and count what it had."""
        if is_clean(cell):
            return cell
        for kind, mend in MENDERS:
            tidy = mend(cell)
            if tidy != cell:
                self.count(kind)
                cell = tidy
        return cell

    def count(self, kind: str) -> None:
        """Count one more cell that was mended."""
        self.counts[kind] = self.counts.get(kind, 0) + 1


def without_entities(text: str) -> str:
    """Return a text with its HTML entities as the characters they name; only whole ones, from & to the semicolon.

    One that names no character, or one that cannot be printed, is left as it is.
    """
    for _ in range(MOST_ROUNDS):
        if "&" not in text or ";" not in text:
            break
        tidy = ANY_REFERENCE.sub(_character, text)
        if tidy == text:
            break
        text = tidy
    return text


def reread(text: str) -> str:
    """Return `Amélie` for `AmÃ©lie`: a text whose characters are, as bytes of cp1252 or Latin-1, wholly valid UTF-8.

    That alone can be chance, so it must look wrong as well. Anything else is returned as it is.
    """
    for _ in range(MOST_ROUNDS):
        if text.isascii() or len(text) > LONGEST_MENDED or not MISREAD.search(text) or IN_CAPITALS.search(text):
            break
        try:
            tidy = text.translate(AS_LATIN_1).encode("latin-1").decode()
        except UnicodeError:
            break
        if not _printable(tidy) or not _looks_wrong(text):
            break
        text = tidy
    return text


def without_useless(text: str) -> str:
    """Return a text without byte order marks, and without zero-width spaces where words have spaces between them."""
    return text if text.isascii() else USELESS.sub("", text)


MENDERS = ((ENTITY, without_entities), (ENCODING, reread), (ZERO_WIDTH, without_useless))


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        named = html5.get(f"{name};", "")
        return named if named and _printable(named) else found.group()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if FIRST_CP1252 <= code <= LAST_CP1252:
        character = bytes([code]).decode("cp1252", "ignore")
    else:
        character = chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004  (Unicode's last)
    return character if character and _printable(character) else found.group()


def _printable(text: str) -> bool:
    return text.isprintable() or all(one.isprintable() or one.isspace() or one in WRITTEN for one in text)


def _looks_wrong(text: str) -> bool:
    from ftfy.badness import is_bad  # noqa: PLC0415  (start-up: few files have such texts)

    return bool(is_bad(text))
