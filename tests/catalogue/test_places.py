from collections.abc import Callable
from typing import Any

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.catalogue.language_names import NATIVE
from cinemactl.catalogue.places import CERTIFICATE_SYSTEMS, certificate, country, language
from cinemactl.catalogue.values import ValueRefused

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
TAG_LIKE = st.from_regex(r"\A[a-z]{2,3}([-_]([a-z]{3}|[A-Z][a-z]{3}|[A-Z]{2}|[0-9]{3}|1901|u-co-phonebk))*\Z")


def refused(function: Callable[[str], object], value: str) -> ValueRefused:
    with pytest.raises(ValueRefused) as caught:
        function(value)
    assert caught.value.hint
    return caught.value


def check_message(error: ValueRefused) -> None:
    assert error.message.isprintable()
    assert error.hint


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("pt-br", "pt-BR"),
        ("pt_BR", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("iw", "he"),
        ("yue", "yue"),
        ("mul", "mul"),
        ("zxx", "zxx"),
        ("und", "und"),
        ("Japanese", "ja"),
        (" japanese\xa0", "ja"),
        ("Greek", "el"),
        ("Malay", "ms"),
        ("Swahili", "sw"),
        ("Farsi", "fa"),
        ("Mandarin", "cmn"),
        ("Cantonese", "yue"),
        ("Norwegian Bokm\xe5l", "nb"),
        ("Brazilian Portuguese", "pt-BR"),
        ("American Sign Language", "ase"),
        ("No language", "zxx"),
        ("Klingon", "tlh"),
    ],
)
def test_language(value: str, expected: object) -> None:
    assert language(value) == expected


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("jp", "Did you mean ja for Japanese?"),
        ("cn", "Did you mean zh for Chinese, or yue for Cantonese?"),
        ("Japanse", "Did you mean Japanese (ja)?"),
        ("frenhc", "Did you mean French (fr)?"),
    ],
)
def test_an_unknown_language_is_refused_with_a_suggestion(value: str, hint: str) -> None:
    assert refused(language, value).hint == hint


@pytest.mark.parametrize("value", ["qqqq", "x-klingon", "pt-bra", "en-", "en-US-US", "i-default", "a", "en" * 1000])
def test_an_unknown_language_is_refused(value: str) -> None:
    assert refused(language, value).reason == "is not a known language"


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, names in NATIVE.items() for name in names])
def test_a_language_is_known_by_its_own_name(code: str, name: str) -> None:
    assert language(name) == language(name.upper()) == code


def test_no_language_is_empty() -> None:
    assert refused(language, " ").reason == refused(country, "").reason == "is empty"


@pytest.mark.parametrize("entry", [entry for entry in pycountry.languages if hasattr(entry, "alpha_2")])
def test_the_names_and_codes_of_a_language_agree(entry: Any) -> None:
    assert language(entry.name) == language(entry.alpha_2) == language(entry.alpha_3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("us", "US"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("UK", "GB"),
        ("England", "GB"),
        ("South Korea", "KR"),
        ("North Korea", "KP"),
        ("Russia", "RU"),
        ("Turkey", "TR"),
        ("Turkiye", "TR"),
        ("Czech Republic", "CZ"),
        ("Cote d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("The Netherlands", "NL"),
        ("Bosnia & Herzegovina", "BA"),
        ("Vietnam", "VN"),
        ("Hong Kong", "HK"),
        ("Taiwan", "TW"),
        ("Kosovo", "XK"),
        ("xk", "XK"),
        ("Soviet Union", "SU"),
        ("USSR", "SU"),
        ("SUHH", "SU"),
        ("East Germany", "DD"),
        ("DDR", "DD"),
        ("XG", "DD"),
        ("West Germany", "DE"),
        ("Yugoslavia", "YU"),
        ("Serbia and Montenegro", "YU"),
        ("Czechoslovakia", "CS"),
        ("cs", "CS"),
        ("Zaire", "ZR"),
    ],
)
def test_country(value: str, expected: object) -> None:
    assert country(value) == expected


@pytest.mark.parametrize("entry", list(pycountry.countries))
def test_every_country_of_today_keeps_its_code(entry: Any) -> None:
    assert country(entry.alpha_2) == country(entry.alpha_3) == country(entry.name) == entry.alpha_2


@pytest.mark.parametrize("name", ["Sikkim", "Gilbert and Ellice Islands", "French Afars and Issas"])
def test_a_former_country_is_not_taken_for_the_one_that_has_its_code_now(name: str) -> None:
    refused(country, name)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("Germny", "Did you mean Germany (DE)?"),
        ("Untied States", "Did you mean United States (US)?"),
        ("Zair", "Did you mean Zaire (ZR)?"),
        ("Kosowo", "Did you mean Kosovo (XK)?"),
        ("Soviet Unoin", "Did you mean USSR (SU)?"),
        ("xx", "Give an ISO 3166 code such as US or JP, or an English name such as Japan."),
        ("x" * 10_000, "Give an ISO 3166 code such as US or JP, or an English name such as Japan."),
    ],
)
def test_an_unknown_country_is_refused_with_a_suggestion(value: str, hint: str) -> None:
    error = refused(country, value)
    assert error.reason == "is not a known country"
    assert error.hint == hint


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MPA:PG-13", ("MPA", "PG-13")),
        ("mpa: pg-13 ", ("MPA", "PG-13")),
        ("MPAA:R", ("MPA", "R")),
        ("BBFC:12A", ("BBFC", "12A")),
        ("fsk:12", ("FSK", "12")),
        ("kijkwijzer:al", ("Kijkwijzer", "AL")),
        ("CBFC:U/A 16+", ("CBFC", "U/A 16+")),
        ("Portugal:M/12", ("Portugal", "M/12")),
    ],
)
def test_certificate(value: str, expected: object) -> None:
    assert certificate(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "is empty"),
        ("12", "names no system"),
        ("FSK 12", "names no system"),
        (":12", "names no system"),
        ("FSK:", "has no value after its system"),
        ("F.S.K:12", "has a system that is not 1 to 20 letters and digits"),
        (f"{'x' * 21}:12", "has a system that is not 1 to 20 letters and digits"),
        (f"FSK:{'x' * 41}", "has more than 40 characters"),
        ("FSK:\x00", "has the control character U+0000 in it"),
    ],
)
def test_certificate_refused(value: str, reason: str) -> None:
    assert refused(certificate, value).reason == reason


@pytest.mark.parametrize("function", [language, country])
@given(value=ANY_TEXT | TAG_LIKE)
def test_any_text_is_a_place_or_refused(function: Callable[[str], str], value: str) -> None:
    try:
        once = function(value)
    except ValueRefused as error:
        check_message(error)
    else:
        assert function(once) == once


@given(value=ANY_TEXT | st.tuples(st.sampled_from(CERTIFICATE_SYSTEMS), ANY_TEXT).map(":".join))
def test_any_text_is_a_certificate_or_refused(value: str) -> None:
    try:
        once = certificate(value)
    except ValueRefused as error:
        check_message(error)
    else:
        assert certificate(":".join(once)) == once
