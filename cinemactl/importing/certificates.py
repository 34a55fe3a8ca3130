"""Certificates in a column whose heading names their system: `12` under `FSK` is FSK:12."""

from __future__ import annotations

import re
from functools import lru_cache

from cinemactl.catalogue.places import CERTIFICATE_SYSTEMS, certificate
from cinemactl.catalogue.values import trimmed
from cinemactl.importing.refusing import DASHES

SYSTEMS = {system.casefold(): system for system in CERTIFICATE_SYSTEMS} | {"mpaa": "MPA"}
# `ab 12`, `ab 12 Jahren`, and the 12.0 of spreadsheets and data frames.
AGE = re.compile(r"(?:ab )?([0-9]{1,2})(?:\.0+)?(?: Jahren?)?", re.IGNORECASE)
LONGEST = 60


def system_named(heading: str) -> str:
    """Return the system of certificates that a heading names, empty when it names none."""
    return next((SYSTEMS[word] for word in re.findall(r"[^\W_]+", heading.casefold()) if word in SYSTEMS), "")


@lru_cache(maxsize=4096)
def certificate_in(system: str, cell: str) -> tuple[str, str] | None:
    """Return system and value of a certificate that may stand without its system; None for dashes.

    One that names a system has that. Raises ValueRefused as `certificate` does.
    """
    given = trimmed(cell)
    if given in DASHES:
        return None
    if ":" in given or len(given) > LONGEST:
        return certificate(given)
    first, _, rest = given.partition(" ")
    mark = rest if rest and SYSTEMS.get(first.casefold()) == system else given
    age = AGE.fullmatch(trimmed(mark))
    return certificate(f"{system}:{age[1] if age else mark}")
