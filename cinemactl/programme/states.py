"""The state of a screening, as text."""

from __future__ import annotations

from cinemactl.catalogue import values
from cinemactl.catalogue.values import ValueRefused
from cinemactl.programme.tables import STATES


def state_of(given: str) -> str:
    """Return draft, published or cancelled, given in any case; raises ValueRefused."""
    found = values.trimmed(given).casefold()
    if found not in STATES:
        raise ValueRefused("state", given, f"is none of {', '.join(STATES)}" if found else "is empty")
    return found
