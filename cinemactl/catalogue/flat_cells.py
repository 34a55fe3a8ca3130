r"""Several values in one cell, between `|`: written by the export and read by the import, so that both agree.

A backslash takes its meaning from the sign behind it: `\|` and `\\` in any text, `\as` in the name of somebody of the
cast, `\:` in a title that would seem to begin with its language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import Title, further_title

SIGNS = re.compile(r"[\\|]")
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
PLAYING = re.compile(r"(?<!\S)as(?!\S)")
BETWEEN_PARTS = re.compile(r"\\.|\|", re.DOTALL)
BETWEEN_CAST = re.compile(r"\\.| as ", re.DOTALL)
BEHIND_LANGUAGE = re.compile(r"\\.|:", re.DOTALL)


def escaped(text: str) -> str:
    """Return a text as it stands between `|`."""
    return SIGNS.sub(r"\\\g<0>", text) if "|" in text or "\\" in text else text


def plain_text(part: str) -> str:
    """Return the text that was `escaped`; a backslash that stands alone at the end is kept."""
    return ESCAPE.sub(r"\1", part) if "\\" in part else part


def parted(cell: str) -> list[str]:
    """Return the parts of a cell between `|`, each still escaped, without those that are blank."""
    parts = cell.split("|") if "\\" not in cell else _split(cell)
    return [part for part in parts if part.strip()]


def written_name(name: str, _character: str | None = None) -> str:
    """Return a name as it stands in a cell of directors or writers."""
    return escaped(name)


def written_cast(name: str, character: str | None) -> str:
    """Return `NAME as CHARACTER`, or the name, as `cast_of` reads it back."""
    name = PLAYING.sub(r"\\as", escaped(name))
    return f"{name} as {escaped(character)}" if character else name


def cast_of(part: str) -> tuple[str, str | None]:
    """Return the name and the character of a part of a cast; raises ValueRefused."""
    for sign in BETWEEN_CAST.finditer(part):
        if sign.group() == " as ":
            name, character = plain_text(part[: sign.start()]), plain_text(part[sign.end() :])
            return values.person(name), values.text("cast", character, values.PERSON_MOST, one_line=True)
    return values.person(plain_text(part)), None


def written_title(title: str, language: str | None) -> str:
    """Return `LANGUAGE:TITLE`, or the title, as `title_of` reads it back."""
    if language:
        return f"{language}:{escaped(title)}"
    return escaped(title).replace(":", "\\:", 1) if further_title(title).language else escaped(title)


def title_of(part: str) -> Title:
    """Return the further title of a part, with its language if it tells one; raises ValueRefused."""
    colon = next((one for sign in BEHIND_LANGUAGE.finditer(part) if (one := sign.group()).endswith(":")), "")
    text = plain_text(part)
    return Title(values.title(text)) if colon == "\\:" else further_title(text)


def _split(cell: str) -> Iterator[str]:
    start = 0
    for sign in BETWEEN_PARTS.finditer(cell):
        if sign.group() == "|":
            yield cell[start : sign.start()]
            start = sign.end()
    yield cell[start:]
