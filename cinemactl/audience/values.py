"""The rules for the single values of a member: from text to value, or refused with the reason and the way out."""

from __future__ import annotations

import re
from functools import lru_cache

from cinemactl.catalogue import values
from cinemactl.catalogue.values import ValueRefused

HANDLE_MOST = 100
NAME_MOST = 200
EMAIL_MOST = 254

# Whoever wants to know whether an address exists has to write to it; here only slips are caught.
_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]+\.[^\s@<>,;\".]{2,}")


@lru_cache(maxsize=65_536)
def handle(text: str) -> str:
    """Return a member's handle, of 1 to 100 characters on one line; raises ValueRefused."""
    found = values.text("handle", text, HANDLE_MOST, one_line=True)
    if found.casefold().startswith("id:"):
        raise ValueRefused(
            "handle", text, "reads like a member's number", "Take another handle, without id: before it."
        )
    return found


def name(text: str) -> str:
    """Return a member's name; raises ValueRefused."""
    return values.text("name", text, NAME_MOST, one_line=True)


def email(text: str) -> str:
    """Return an address, its domain in lower case; raises ValueRefused for what has not the form of one."""
    given = values.trimmed(text)
    if len(given) > EMAIL_MOST or not _EMAIL.fullmatch(given):
        raise ValueRefused("email", text, "is no address" if given else "is empty", "Give it as name@example.org.")
    local, _, domain = given.rpartition("@")
    return f"{local}@{domain.lower()}"
