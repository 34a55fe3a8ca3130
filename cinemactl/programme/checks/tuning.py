"""What a site changes of the checks: a number, the severity, or that it is off."""

from __future__ import annotations

from dataclasses import dataclass

from cinemactl.programme.checks.check import Check, Numbers
from cinemactl.programme.tables import Site


@dataclass(frozen=True, slots=True)
class Tuning:
    """A check as it stands at a site."""

    severity: str
    is_off: bool
    numbers: Numbers


def tuning(site: Site, check: Check) -> Tuning:
    """Return a check's severity and numbers at a site, and whether it is off there."""
    given = site.checks.get(check.id, {})
    numbers = {number.name: given.get(number.name, number.default) for number in check.numbers}
    return Tuning(given.get("severity", check.severity), bool(given.get("off", False)), numbers)
