"""Identifiers of a movie in somebody's scheme (IMDb, TMDB, EIDR, ISAN, any other)."""

from __future__ import annotations

import re

from cinemactl.catalogue.values import ValueRefused, refuse_control_characters, trimmed

VALUE_MOST = 200

_SCHEME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
# `id:42` and `title:1917` name a movie by other means, and http: begins a web address.
_RESERVED = ("http", "https", "id", "title")
_EXAMPLE = "Give it as SCHEME:VALUE, such as imdb:tt0111161 or tmdb:278."

_IMDB = re.compile(r"tt([0-9]{7,10})")
_IMDB_ANY = re.compile(
    r"(?:https?://)?(?:[a-z]+\.)?imdb\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?title/tt([0-9]{7,10})(?:[/?#].*)?"
    r"|tt([0-9]{7,10})",
    re.IGNORECASE | re.ASCII,
)
_IMDB_OTHERS = {"nm": "a person", "co": "a company", "ch": "a character", "ev": "an event", "ls": "a list"}
_TMDB_URL = re.compile(
    r"(?:https?://)?(?:www\.)?themoviedb\.org/movie/([0-9]{1,10})(?:[-/?#].*)?", re.IGNORECASE | re.ASCII
)
# Spreadsheets and data frames write a column of numbers with gaps as 862.0.
_DIGITS = re.compile(r"([0-9]{1,10})(?:\.0+)?")
_EIDR_PREFIX = re.compile(r"(?:doi:|urn:eidr:|(?:https?://)?(?:dx\.)?doi\.org/)?10\.5240[/:]", re.IGNORECASE | re.ASCII)
_HEX4 = "([0-9A-F]{4})"
_EIDR = re.compile("-?".join([_HEX4] * 5 + ["([0-9A-Z])"]), re.IGNORECASE | re.ASCII)
_ISAN = re.compile(
    r"(?:(?:urn:)?isan[: ] ?)?"
    + "[- ]?".join([_HEX4] * 4)
    + "(?:[- ]?([0-9A-Z]))?"
    + f"(?:[- ]?{_HEX4}[- ]?{_HEX4}(?:[- ]?([0-9A-Z]))?)?",
    re.IGNORECASE | re.ASCII,
)
_SITES = {
    "imdb": re.compile(r"(?:https?://)?(?:[a-z]+\.)?imdb\.com/", re.IGNORECASE | re.ASCII),
    "tmdb": re.compile(r"(?:https?://)?(?:www\.)?themoviedb\.org/", re.IGNORECASE | re.ASCII),
    "eidr": re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/10\.5240/", re.IGNORECASE | re.ASCII),
}


def identifier(scheme: str, value: str) -> tuple[str, str]:
    """Return scheme and value in the one form they are kept in: `("imdb", "tt0111161")`.

    imdb, tmdb, eidr and isan are checked; the value of any other scheme is kept as it is, trimmed, of 1 to 200
    characters. Raises ValueRefused.
    """
    check = _CHECKS.get(scheme)
    if check is None:
        scheme = _scheme(scheme)
        check = _CHECKS.get(scheme)
    return scheme, check(value) if check else _other(scheme, value)


def identifier_of(text: str) -> tuple[str, str]:
    """Return scheme and value of `SCHEME:VALUE`, or of a movie's address at IMDb or TMDB. Raises ValueRefused."""
    given = trimmed(text)
    for scheme, site in _SITES.items():
        if site.match(given):
            return identifier(scheme, given)
    scheme, colon, value = given.partition(":")
    if not colon:
        likely = "imdb" if _IMDB.fullmatch(given) else "eidr" if _EIDR_PREFIX.match(given) else ""
        hint = f"Did you mean {likely}:{given}?" if likely else _EXAMPLE
        raise ValueRefused("identifier", text, "has no scheme" if given else "is empty", hint)
    return identifier(scheme, value)


def _scheme(scheme: str) -> str:
    folded = trimmed(scheme).lower()
    if not _SCHEME.fullmatch(folded):
        reason = "is not a letter followed by at most 30 letters, digits, _ or -" if folded else "is empty"
        raise ValueRefused("scheme", scheme, reason, _EXAMPLE)
    if folded in _RESERVED:
        raise ValueRefused("scheme", scheme, "is none that identifiers can have", _EXAMPLE)
    return folded


def _other(scheme: str, value: str) -> str:
    field = f"{scheme}_id"
    refuse_control_characters(field, value)
    given = trimmed(value)
    if not given:
        raise ValueRefused(field, value, "is empty", f"Give it as {scheme}:VALUE.")
    if len(given) > VALUE_MOST:
        reason = f"has more than {VALUE_MOST} characters"
        raise ValueRefused(field, value, reason, "An identifier is short: see that it is not a whole text.")
    return given


def _imdb(value: str) -> str:
    if _IMDB.fullmatch(value) and (len(value) == len("tt0111161") or value[2] != "0") and value != "tt0000000":
        return value
    given = trimmed(value)
    hint = "An IMDb id is tt and 7 or more digits, such as tt0111161."
    if found := _DIGITS.fullmatch(given) or _IMDB_ANY.fullmatch(given):
        if number := int(found[found.lastindex or 0]):
            return f"tt{number:07d}"
        raise ValueRefused("imdb_id", value, "is zero", hint)
    start, digits = given[:2].lower(), given[2:]
    numbered = digits.isascii() and digits.isdecimal()
    reason = "is not tt and 7 to 10 digits" if given else "is empty"
    if start in _IMDB_OTHERS and numbered:
        reason = f"names {_IMDB_OTHERS[start]}, not a title"
    elif start == "tt" and numbered:
        reason = f"has {len(digits)} digits after tt instead of 7 to 10"
    raise ValueRefused("imdb_id", value, reason, hint)


def _tmdb(value: str) -> str:
    given = trimmed(value)
    found = _DIGITS.fullmatch(given) or _TMDB_URL.fullmatch(given)
    if found and (number := int(found[1])):
        return str(number)
    reason = "is not a positive whole number" if given else "is empty"
    if "themoviedb.org/" in given:
        reason = "is not the address of a movie"
    raise ValueRefused("tmdb_id", value, reason, "Give the number alone, such as 278.")


def _eidr(value: str) -> str:
    given = trimmed(value)
    hint = "An EIDR id looks like 10.5240/7791-8534-2C23-9030-8610-5."
    prefix = _EIDR_PREFIX.match(given)
    found = _EIDR.fullmatch(given, prefix.end() if prefix else 0)
    if not found:
        reason = "is not 10.5240/, 20 hexadecimal digits and a check character" if given else "is empty"
        raise ValueRefused("eidr", value, reason, hint)
    *groups, check = (group.upper() for group in found.groups())
    _verify("eidr", value, "".join(groups), check)
    return f"10.5240/{'-'.join(groups)}-{check}"


def _isan(value: str) -> str:
    given = trimmed(value)
    found = _ISAN.fullmatch(given)
    if not found:
        reason = (
            "is not 16 hexadecimal digits and a check character, with or without a version" if given else "is empty"
        )
        hint = "An ISAN looks like 0000-0000-D07A-0090-Q, or with a version 0000-0000-D07A-0090-Q-0000-0000-X."
        raise ValueRefused("isan", value, reason, hint)
    groups = [group and group.upper() for group in found.groups()]
    work, version = "".join(groups[:4]), "".join(groups[5:7]) if groups[5] else ""
    if not groups[4] or (version and not groups[7]):
        from stdnum import isan  # noqa: PLC0415  (start-up: few movies have an ISAN)

        whole = isan.format(work + version)
        raise ValueRefused("isan", value, "lacks a check character", f"If the digits are right, it is {whole}.")
    _verify("isan", value, work, groups[4])
    if version:
        _verify("isan", value, work + version, groups[7])
    return "-".join(group for group in groups if group)


def _verify(field: str, value: str, digits: str, check: str) -> None:
    from stdnum.iso7064 import mod_37_36  # noqa: PLC0415  (start-up: as above)

    if not mod_37_36.is_valid(digits + check):
        reason = f"has a check character that does not fit: {check} instead of {mod_37_36.calc_check_digit(digits)}"
        raise ValueRefused(field, value, reason, "A digit is wrong or two are swapped: compare it with its source.")


_CHECKS = {"imdb": _imdb, "tmdb": _tmdb, "eidr": _eidr, "isan": _isan}
CHECKED_SCHEMES = tuple(_CHECKS)
