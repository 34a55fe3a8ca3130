"""Languages, countries, and the certificates that countries' boards give."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache, lru_cache

from cinemactl.catalogue.language_names import NATIVE
from cinemactl.catalogue.values import ValueRefused, spelling_key, text, trimmed

TAG_MOST = 35
NAME_MOST = 80
SYSTEM_MOST = 20
CERTIFICATE_MOST = 40
CERTIFICATE_SYSTEMS = ("ACB", "BBFC", "CBFC", "CNC", "EIRIN", "FSK", "IFCO", "Kijkwijzer", "MPA")

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")

# Names in use that ISO 639 words differently.
_LANGUAGE_NAMES = {
    "American English": "en-US",
    "Brazilian Portuguese": "pt-BR",
    "British English": "en-GB",
    "Canadian French": "fr-CA",
    "Cantonese": "yue",
    "Castilian": "es",
    "Chinese (Simplified)": "zh-Hans",
    "Chinese (Traditional)": "zh-Hant",
    "European Spanish": "es-ES",
    "Farsi": "fa",
    "Filipino": "fil",
    "Flemish": "nl-BE",
    "Frisian": "fy",
    "Greenlandic": "kl",
    "Haitian Creole": "ht",
    "Hokkien": "nan",
    "Kyrgyz": "ky",
    "Latin American Spanish": "es-419",
    "Mandarin": "cmn",
    "Nynorsk": "nn",
    "Bokmal": "nb",
    "No language": "zxx",
    "Pashto": "ps",
    "Punjabi": "pa",
    "Silent": "zxx",
    "Simplified Chinese": "zh-Hans",
    "Slovene": "sl",
    "Traditional Chinese": "zh-Hant",
    "Uyghur": "ug",
}
# Country codes and the like, taken for language codes.
_NO_LANGUAGES = {
    "cn": "zh for Chinese, or yue for Cantonese",
    "cz": "cs for Czech",
    "dk": "da for Danish",
    "gr": "el for Greek",
    "jp": "ja for Japanese",
    "kh": "km for Khmer",
    "us": "en for English",
    "xx": "zxx for none",
}

# Names and codes in use that ISO 3166 words differently or does not have.
_COUNTRY_NAMES = {
    "AE": ("UAE",),
    "BN": ("Brunei",),
    "BY": ("Byelorussian SSR",),
    "CD": ("Congo-Kinshasa", "DR Congo", "Democratic Republic of Congo"),
    "CG": ("Congo-Brazzaville", "Republic of the Congo"),
    "CI": ("Ivory Coast",),
    "CS": ("Czechoslovakia", "XC"),
    "CV": ("Cape Verde",),
    "DD": ("East Germany", "GDR", "XG"),
    "DE": ("West Germany", "Federal Republic of Germany", "XWG"),
    "FK": ("Falkland Islands",),
    "FM": ("Micronesia",),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "IE": ("Republic of Ireland",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "MO": ("Macau",),
    "NL": ("Holland",),
    "PS": ("Palestine",),
    "RH": ("Rhodesia",),
    "RU": ("Russia",),
    "SU": ("Soviet Union",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "US": ("America",),
    "VA": ("Vatican", "Vatican City"),
    "VI": ("US Virgin Islands",),
    "XK": ("Kosovo", "XK", "XKV"),
    # ISO gave CS twice. It means Czechoslovakia here, and the later state goes by the code of the one it continued.
    "YU": ("Yugoslavia", "Socialist Federal Republic of Yugoslavia", "XYU", "Serbia and Montenegro", "SCG", "CSXX"),
}


@lru_cache(maxsize=4096)
def language(value: str) -> str:
    """Return the BCP 47 tag, in its canonical form, of a tag (`pt-br`, `eng`) or of a name.

    The name is the English one (`Japanese`) or that which the language has in itself (`日本語`).

    Raises ValueRefused for what is neither.
    """
    given = trimmed(value)
    found = _canonical_tag(given)
    if not found and len(given) <= NAME_MOST:
        found = _canonical_tag(_language_names().get(spelling_key(given), ""))
    if found:
        return found
    raise ValueRefused("language", value, "is not a known language" if given else "is empty", _language_hint(given))


def _canonical_tag(tag: str) -> str:
    if len(tag) > TAG_MOST or not _TAG.fullmatch(tag):
        return ""
    from langcodes import Language  # noqa: PLC0415  (start-up: it loads large tables)
    from langcodes.tag_parser import LanguageTagError  # noqa: PLC0415  (start-up: it loads large tables)

    try:
        found = Language.get(tag)
    except LanguageTagError:
        return ""
    # What stays an extended language after normalising is often a country's three letters, as in `pt-bra`.
    return found.to_tag() if found.is_valid() and not found.extlangs else ""


@cache
def _language_names() -> dict[str, str]:
    from pycountry import languages  # noqa: PLC0415  (start-up: as above)

    names = {spelling_key(name): tag for name, tag in _LANGUAGE_NAMES.items()}
    for entry in sorted(languages, key=lambda entry: not hasattr(entry, "alpha_2")):
        code = getattr(entry, "alpha_2", entry.alpha_3)
        common = hasattr(entry, "alpha_2")
        worded = [entry.name, entry.name.partition(" (")[0], getattr(entry, "common_name", "")]
        if common:
            worded.append(getattr(entry, "inverted_name", "").partition(",")[0])
        for name in filter(None, worded):
            names.setdefault(spelling_key(name), code)
    # As short as a code, a name would be taken for one that was mistyped: `en-` is not the language En.
    names = {key: code for key, code in names.items() if len(key) > len("xxx")}
    for code, natives in NATIVE.items():
        for name in natives:
            names.setdefault(spelling_key(name), code)
    return names


@lru_cache(maxsize=1024)
def _language_hint(given: str) -> str:
    if instead := _NO_LANGUAGES.get(given.lower()):
        return f"Did you mean {instead}?"
    if code := _nearest(given, {name: code for name, code in _language_names().items() if len(code) == len("xx")}):
        from pycountry import languages  # noqa: PLC0415  (start-up: as above)

        name = next(entry.name for entry in languages if getattr(entry, "alpha_2", "") == code)
        return f"Did you mean {name.partition(' (')[0]} ({language(code)})?"
    return "Give a BCP 47 tag such as en or pt-BR, or an English name such as Japanese."


@lru_cache(maxsize=4096)
def country(value: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a code of two, three or four letters or of an English name.

    Countries of the past keep the code they had: SU, DD, YU, CS, ZR and so on. Raises ValueRefused for anything else.
    """
    given = trimmed(value)
    found = _countries().get(_country_key(given)) if len(given) <= NAME_MOST else None
    if found:
        return found
    raise ValueRefused("country", value, "is not a known country" if given else "is empty", _country_hint(given))


def _country_key(name: str) -> str:
    key = spelling_key(name)
    return key.removeprefix("the") if len(key) > len("thexx") else key


@cache
def _countries() -> dict[str, str]:
    from pycountry import countries, historic_countries  # noqa: PLC0415  (start-up: as above)

    known = {entry.alpha_2 for entry in countries}
    # A code that was given again (GE, SK, ...) means the country that has it now, so its former holder is left out.
    former = [entry for entry in historic_countries if entry.alpha_2 not in known]
    names = {_country_key(name): code for code, others in _COUNTRY_NAMES.items() for name in others}
    for kind in ("alpha_2", "alpha_3", "alpha_4", "name", "common_name", "official_name"):
        for entry in (*countries, *former):
            if word := getattr(entry, kind, ""):
                names.setdefault(_country_key(word), entry.alpha_2)
    for entry in former:
        names.setdefault(_country_key(entry.name.partition(",")[0]), entry.alpha_2)
    return names


@lru_cache(maxsize=1024)
def _country_hint(given: str) -> str:
    if code := _nearest(given, {name: code for name, code in _countries().items() if len(name) > len("xxx")}):
        from pycountry import countries, historic_countries  # noqa: PLC0415  (start-up: as above)

        entry = countries.get(alpha_2=code) or historic_countries.get(alpha_2=code)
        name = (getattr(entry, "common_name", "") or entry.name).partition(",")[0] if entry else "Kosovo"
        return f"Did you mean {name} ({code})?"
    return "Give an ISO 3166 code such as US or JP, or an English name such as Japan."


def _nearest(given: str, codes: dict[str, str]) -> str | None:
    near = get_close_matches(spelling_key(given[:NAME_MOST]), codes, n=1, cutoff=0.75)
    return codes[near[0]] if near else None


_SYSTEMS = {system.casefold(): system for system in CERTIFICATE_SYSTEMS} | {"mpaa": "MPA"}


def certificate(value: str) -> tuple[str, str]:
    """Return system and value of `SYSTEM:VALUE`, such as `MPA:PG-13` or `FSK:12`.

    The systems of CERTIFICATE_SYSTEMS are known in any case and their values are made upper case; any other is letters
    and digits, at most 20, and kept as given. Raises ValueRefused when system or value is missing or impossible.
    """
    example = "Give it as SYSTEM:VALUE, such as MPA:PG-13, BBFC:12A or FSK:12."
    given, colon, mark = (trimmed(part) for part in value.partition(":"))
    if not colon or not given:
        raise ValueRefused("certificate", value, "names no system" if trimmed(value) else "is empty", example)
    if not given.isalnum() or len(given) > SYSTEM_MOST:
        reason = f"has a system that is not 1 to {SYSTEM_MOST} letters and digits"
        raise ValueRefused("certificate", value, reason, example)
    if not mark:
        raise ValueRefused("certificate", value, "has no value after its system", example)
    mark = text("certificate", mark, CERTIFICATE_MOST, one_line=True)
    system = _SYSTEMS.get(given.casefold(), given)
    return system, mark.upper() if system in CERTIFICATE_SYSTEMS and mark.isascii() else mark
