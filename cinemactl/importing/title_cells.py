"""Titles as catalogues sort them, `Matrix, The (1999)`: in order again, with the year and the other titles behind them."""

from __future__ import annotations

import re
from typing import NamedTuple

from cinemactl.catalogue import values
from cinemactl.catalogue.values import FIRST_YEAR, LAST_YEAR, trimmed

# English, German, French, Italian, Spanish, Portuguese, Dutch and the Scandinavian languages.
ARTICLES = (
    *("The", "A", "An"),
    *("Der", "Die", "Das", "Ein", "Eine"),
    *("Le", "La", "Les", "L'", "L\u2019", "Un", "Une", "Des"),
    *("Il", "Lo", "I", "Gli", "Uno", "Una", "Un'", "Un\u2019"),
    *("El", "Los", "Las", "Unos", "Unas"),
    *("O", "Os", "As", "Um", "Uma"),
    *("De", "Het", "'t", "Een"),
    *("Den", "Det", "En", "Ett", "Et"),
)
MOST_FURTHER = 20
YEAR = re.compile(r" ?\(([0-9]{4})(?: ?[-\u2013] ?(?:[0-9]{4})? ?)?\)")
ARTICLE = re.compile(rf"(.*[^\s,]),\s+({'|'.join(sorted(ARTICLES, key=len, reverse=True))})", re.DOTALL)
ALIAS = re.compile(r"a\.?k\.?a\.? ", re.IGNORECASE)
# A parenthesis that says which of several this is belongs to the title.
PART = re.compile(
    r"(?:(?:part|pt|vol|volume|chapter|episode|season|teil|partie|parte) ?\.? ?[0-9ivx]|[0-9]+$|.* (?:cut|version|edition)$)",
    re.IGNORECASE,
)


class TitleCell(NamedTuple):
    """What a cell of a column of titles says."""

    title: str
    year: int | None = None
    further: tuple[str, ...] = ()


def in_order(title: str) -> str:
    """Return `The Matrix` for `Matrix, The`: an article behind the last comma is put before the title.

    Nothing else is moved, and no article whose case is not that of the title.
    """
    if "," not in title:
        return title
    shouted = title.isupper()
    found = ARTICLE.fullmatch(title.title() if shouted else title)
    if not found:
        return title
    # `title()` keeps the lengths of what `ARTICLE` finds, but not always those of other letters.
    rest, comma, article = title.rpartition(",")
    article = article.strip()
    joint = "" if article[-1] in "'\u2019" and article.lower() != "'t" else " "
    return f"{article}{joint}{rest}" if comma else title


def title_cell(cell: str, *, year: bool = False, further: bool = False) -> TitleCell:
    """Return the title of a cell in order, and what stands in parentheses behind it.

    With `year`, `(1999)` at its end is the year (of `(2006-2007)` the first); without, it stays in the title. With
    `further`, parentheses before that are other titles, as MovieLens writes them; without, only `(a.k.a. …)` are.
    Raises ValueRefused as a title does.
    """
    if not cell.endswith(")"):
        # The plain case, of which there are millions.
        tidy = values.title(cell)
        if tidy[-1] != ")":
            return TitleCell(in_order(tidy) if "," in tidy else tidy)
        cell = tidy
    rest, found, behind = values.title(cell), None, ""
    if (dated := _last(YEAR, rest)) and dated.start() and FIRST_YEAR <= int(dated[1]) <= LAST_YEAR:
        rest, behind = rest[: dated.start()], dated.group()
        if year:
            found, behind = int(dated[1]), ""
    others: list[str] = []
    while len(others) < MOST_FURTHER and (split := _parenthesis(rest)):
        before, inside = split
        alias = ALIAS.match(inside)
        if not alias and (not further or PART.match(inside)):
            break
        others.insert(0, in_order(values.title(inside[alias.end() :] if alias else inside)))
        rest = before
    return TitleCell(in_order(rest) + behind, found, tuple(dict.fromkeys(others)))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return what of a text's end is the pattern, from its last opening parenthesis on."""
    start = text.rfind("(")
    if start > 0 and text[start - 1] == " ":
        start -= 1
    return pattern.fullmatch(text, max(start, 0))


def _parenthesis(text: str) -> tuple[str, str] | None:
    """Return what stands before the parenthesis at the end of a text, and in it; None when either is nothing."""
    if not text.endswith(")"):
        return None
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] == ")") - (text[position] == "(")
        if not depth:
            before, inside = trimmed(text[:position]), trimmed(text[position + 1 : -1])
            return (before, inside) if before and inside and text[position - 1] == " " else None
    return None
