"""The names of the months in English, German, French, Spanish and Italian, and their abbreviations."""

from __future__ import annotations

from functools import cache

from cinemactl.catalogue.values import spelling_key

SHORTEST = 3  # letters of an abbreviation
LONGEST_SHORT = 4

NAMES = (
    ("January", "Januar", "Jänner", "janvier", "enero", "gennaio"),
    ("February", "Februar", "Feber", "février", "febrero", "febbraio"),
    ("March", "März", "Maerz", "mars", "marzo"),
    ("April", "avril", "abril", "aprile"),
    ("May", "Mai", "mayo", "maggio"),
    ("June", "Juni", "juin", "junio", "giugno"),
    ("July", "Juli", "juillet", "julio", "luglio"),
    ("August", "août", "agosto"),
    ("September", "septembre", "septiembre", "setiembre", "settembre"),
    ("October", "Oktober", "octobre", "octubre", "ottobre"),
    ("November", "novembre", "noviembre"),
    ("December", "Dezember", "décembre", "diciembre", "dicembre"),
)


def month_of(word: str) -> int | None:
    """Return the month, 1 to 12, of its name or of the first letters of it; None for a word that names none, or two."""
    return _months().get(spelling_key(word))


@cache
def _months() -> dict[str, int]:
    keys = {spelling_key(name): number for number, names in enumerate(NAMES, start=1) for name in names}
    meant: dict[str, set[int]] = {}
    for key, number in keys.items():
        for length in range(SHORTEST, LONGEST_SHORT + 1):
            meant.setdefault(key[:length], set()).add(number)
    # `jui` begins June and July in French.
    return {short: numbers.pop() for short, numbers in meant.items() if len(numbers) == 1} | keys
