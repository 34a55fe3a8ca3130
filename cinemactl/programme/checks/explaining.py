"""What a check is, in words."""

from __future__ import annotations

from typing import Any

from cinemactl.programme.checks.check import Check
from cinemactl.programme.checks.tuning import number_told, tuning
from cinemactl.programme.tables import Site


def explain(check: Check, site: Site | None = None) -> dict[str, Any]:
    """Return what a check is, with its severity and numbers, as they are at the site where one is given.

    The numbers are objects of name, value, default and what.
    """
    tuned = tuning(site, check)
    return {
        "id": check.id,
        "severity": tuned.severity,
        "off": tuned.is_off,
        "what": check.what,
        "explanation": check.explanation,
        "clause": check.clause or None,
        "forced": "by --force" if check.can_be_forced else "never",
        "numbers": [
            {
                "name": number.name,
                "value": number_told(number, tuned.numbers[number.name]),
                "default": number_told(number, number.default),
                "what": number.what,
            }
            for number in check.numbers
        ],
    }
