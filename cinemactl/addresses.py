"""The addresses of servers: which can be used, and how they may be printed."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from cinemactl.errors import UsageRefused

POSTGRES_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
REDIS_SCHEMES = ("redis", "rediss", "unix")

_HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^:\[\]]*)(:[0-9]+)?")
_SECRET_IN_QUERY = re.compile(r"([?&][^=&]*(?:password|secret)[^=&]*=)[^&]*", re.IGNORECASE)


def masked(url: str) -> str:
    """Return `url` with its passwords, in whichever place it carries them, replaced by ***.

    It rather hides too much than too little: a password may hold any character, escaped as it should be or not.
    """
    scheme, separator, rest = url.partition("://") if "://" in url else ("", "", url)
    before, at, after = _SECRET_IN_QUERY.sub(r"\1***", rest).rpartition("@")
    if ":" in before:
        before = before.partition(":")[0] + ":***"
    return f"{scheme}{separator}{before}{at}{after}"


def checked(url: str, name: str, origin: str, schemes: tuple[str, ...]) -> str:
    """Return `url` if it can be an address with one of the `schemes`; raises UsageRefused."""
    if fault := _fault(url, schemes):
        raise UsageRefused(
            f"The {name} {masked(url)!r} (from {origin}) {fault}.",
            f"An example: {schemes[0]}://user@host/name; in a password write @ as %40, / as %2F, # as %23.",
        )
    return url


def _fault(url: str, schemes: tuple[str, ...]) -> str | None:
    """Return what is wrong with a URL, never quoting a part of it: with one mark too many a part is the password."""
    if any(character.isspace() or not character.isprintable() for character in url):
        return "holds a space or a character that cannot be printed"
    scheme, separator, _ = url.partition("://")
    if not separator or scheme.lower() not in schemes:
        return f"is not a URL that begins with {schemes[0]}://"
    try:
        parts = urlsplit(url)
        usable = _HOST_AND_PORT.fullmatch(parts.netloc.rpartition("@")[2]) and (parts.port or 0) >= 0
    except ValueError:
        usable = False
    if not usable:
        return "has no usable host and port"
    if parts.fragment or parts.netloc.count("@") > 1:
        return "has an @ or a # that is not escaped"
    return None if schemes == POSTGRES_SCHEMES else _redis_fault(parts)


def _redis_fault(parts: SplitResult) -> str | None:
    """Return what is wrong with an address that the client would take, and then quietly use another than was meant."""
    if parts.scheme == "unix":
        return None if len(parts.path) > 1 else "names no socket"
    return None if re.fullmatch(r"(/[0-9]*)?", parts.path) else "names a database that is no number"
