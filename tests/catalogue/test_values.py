from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.catalogue.values import (
    ValueRefused,
    cast,
    keyword,
    person,
    release_date,
    runtime,
    synopsis,
    text,
    title,
    url,
    year,
)
from cinemactl.errors import ExitCode

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
NEAR_TEXT = st.text("aZ09 \t\n\r\x00\x85\xa0\u0301\u200b\u200d\u2028\ufeff\ud800as:/@.-", max_size=40)


def address(value: str) -> str:
    return url("poster", value)


def refused(function: Callable[[str], object], value: str) -> ValueRefused:
    with pytest.raises(ValueRefused) as caught:
        function(value)
    assert caught.value.hint
    return caught.value


def check_message(error: ValueRefused) -> None:
    assert error.message.isprintable()
    assert error.hint


def test_a_refusal_says_what_where_and_why() -> None:
    error = refused(runtime, "abc")
    assert (error.field, error.value, error.reason) == ("runtime", "abc", "is not a number of minutes")
    assert error.message == "The runtime 'abc' is not a number of minutes."
    assert error.hint == "Give minutes as a whole number, such as 142."
    assert error.exit_code is ExitCode.USAGE
    assert error.as_json()["code"] == "value-refused"


def test_a_long_value_is_shortened_in_the_message_only() -> None:
    error = refused(title, "x" * 100_000)
    assert len(error.message) < 120
    assert "…" in error.message
    assert error.value == "x" * 100_000


def test_a_refusal_can_always_be_printed() -> None:
    assert refused(title, "a\ud800\x1b[2J").message.isprintable()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Heat", "Heat"),
        ("  Heat  ", "Heat"),
        ("\ufeff\u200bHeat\xa0\u200b", "Heat"),
        ("The\xa0 Big\t\tShort\r\n2", "The Big Short 2"),
        ("Ame\u0301lie", "Am\xe9lie"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("\u0d05\u0d35\u0d28\u0d4d\u200d", "\u0d05\u0d35\u0d28\u0d4d\u200d"),
        ("$", "$"),
        ("x" * 500, "x" * 500),
        (" " + "x" * 500, "x" * 500),
    ],
)
def test_title(value: str, expected: object) -> None:
    assert title(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "is empty"),
        (" \t\n", "is empty"),
        ("\u200b\u200d\ufeff", "is empty"),
        ("x" * 501, "has more than 500 characters"),
        ("a\x00b", "has the control character U+0000 in it"),
        ("a\x1fb", "has the control character U+001F in it"),
        ("\x7f", "has the control character U+007F in it"),
        ("a\x96b", "has the control character U+0096 in it"),
        ("a\udc80", "has half a character U+DC80 in it"),
    ],
)
def test_title_refused(value: str, reason: str) -> None:
    assert refused(title, value).reason == reason


def test_synopsis_keeps_its_lines() -> None:
    assert synopsis(" One.\r\nTwo.  Three.\r\n\r\n\r\n\r\nFour. \n") == "One.\nTwo. Three.\n\nFour."


def test_synopsis_has_an_end() -> None:
    assert len(synopsis("x" * 20_000)) == 20_000
    assert refused(synopsis, "x" * 20_001).reason == "has more than 20,000 characters"


def test_text_on_one_line() -> None:
    assert text("original_title", "a\nb", 3, one_line=True) == "a b"
    assert text("synopsis", "a\nb", 3) == "a\nb"


def test_field_names_are_worded_in_messages() -> None:
    with pytest.raises(ValueRefused, match=r"^The original title is empty\.$"):
        text("original_title", "", 500)


def test_person_and_keyword_are_short() -> None:
    assert person(" Akira  Kurosawa ") == "Akira Kurosawa"
    assert keyword("time\ntravel") == "time travel"
    assert refused(person, "x" * 201).field == "person"
    assert refused(keyword, "x" * 101).field == "keyword"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tim Robbins as Andy Dufresne", ("Tim Robbins", "Andy Dufresne")),
        ("  Tim Robbins  as\tAndy ", ("Tim Robbins", "Andy")),
        ("Eddie Murphy as Klump as a child", ("Eddie Murphy", "Klump as a child")),
        ("Tim Robbins", ("Tim Robbins", None)),
        ("Asta Nielsen", ("Asta Nielsen", None)),
        ("Lucas Hedges", ("Lucas Hedges", None)),
    ],
)
def test_cast(value: str, expected: object) -> None:
    assert cast(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("Tim Robbins as ", "names no character"),
        ("as Andy", "names no person"),
        ("as", "names no person"),
        ("", "is empty"),
        ("x" * 201, "has more than 200 characters"),
        (f"Tim as {'x' * 201}", "has more than 200 characters"),
    ],
)
def test_cast_refused(value: str, reason: str) -> None:
    assert refused(cast, value).reason == reason


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("142", 142),
        (" 142 ", 142),
        ("0142", 142),
        ("142.0", 142),
        ("142 min", 142),
        ("142min.", 142),
        ("142 Minutes", 142),
        ("142m", 142),
        ("1h 52m", 112),
        ("1h52", 112),
        ("1 hr 52 mins", 112),
        ("2h", 120),
        ("2 hours", 120),
        ("PT2H", 120),
        ("PT1H52M", 112),
        ("pt112m", 112),
        ("1", 1),
        ("60000", 60_000),
    ],
)
def test_runtime(value: str, minutes: int) -> None:
    assert runtime(value) == minutes


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("-5", "is not between 1 and 60,000 minutes"),
        ("0", "is not between 1 and 60,000 minutes"),
        ("60001", "is not between 1 and 60,000 minutes"),
        ("9" * 10_000, "is not between 1 and 60,000 minutes"),
        ("0h 0m", "is not between 1 and 60,000 minutes"),
        ("1.5", "is not a whole number of minutes"),
        ("1,5", "is not a whole number of minutes"),
        ("abc", "is not a number of minutes"),
        ("+5", "is not a number of minutes"),
        ("PT", "is not a number of minutes"),
        ("PT1H52M30S", "is not a number of minutes"),
        ("1:52", "is not a number of minutes"),
        ("\u0661\u0664", "is not a number of minutes"),
        ("", "is empty"),
    ],
)
def test_runtime_refused(value: str, reason: str) -> None:
    assert refused(runtime, value).reason == reason


@pytest.mark.parametrize(("value", "expected"), [("1994", 1994), ("2001.0", 2001), (" 1870 ", 1870), ("2100", 2100)])
def test_year(value: str, expected: object) -> None:
    assert year(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1869", "is not between 1870 and 2100"),
        ("2101", "is not between 1870 and 2100"),
        ("-1994", "is not between 1870 and 2100"),
        ("94", "is not between 1870 and 2100"),
        ("2001.5", "is not a year"),
        ("MCMXCIV", "is not a year"),
        ("", "is empty"),
    ],
)
def test_year_refused(value: str, reason: str) -> None:
    assert refused(year, value).reason == reason


def test_release_date() -> None:
    assert release_date(" 1994-09-23 ") == date(1994, 9, 23)
    assert release_date("2004-02-29") == date(2004, 2, 29)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2003-02-30", "The release date '2003-02-30' is no day of the calendar."),
        ("0000-01-01", "The release date '0000-01-01' is no day of the calendar."),
        ("1869-12-31", "The release date '1869-12-31' is not between 1870 and 2100."),
        ("23.09.1994", "The release date '23.09.1994' is not a date as YYYY-MM-DD."),
        ("1994-9-23", "The release date '1994-9-23' is not a date as YYYY-MM-DD."),
        ("19940923", "The release date '19940923' is not a date as YYYY-MM-DD."),
        ("1994-W38-5", "The release date '1994-W38-5' is not a date as YYYY-MM-DD."),
        ("", "The release date is empty."),
    ],
)
def test_release_date_refused(value: str, message: str) -> None:
    assert refused(release_date, value).message == message


@pytest.mark.parametrize(
    "good",
    [
        "https://example.org/poster.jpg",
        "http://example.org:8080/a?b=c@d#e",
        "HTTPS://EXAMPLE.ORG",
        "https://[2001:db8::1]/x",
        "https://kino.example/plakat/größe.jpg",
    ],
)
def test_url(good: str) -> None:
    assert address(f" {good}\n") == good


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "is empty"),
        ("example.org/poster.jpg", "does not begin with http:// or https://"),
        ("ftp://example.org/x", "does not begin with http:// or https://"),
        ("javascript:alert(1)", "does not begin with http:// or https://"),
        ("file:///etc/passwd", "does not begin with http:// or https://"),
        ("http://", "has no host"),
        ("http:///x", "has no host"),
        ("http://../x", "has no host"),
        ("http://[", "is not an address that can be read"),
        ("http://example.org:99999/", "is not an address that can be read"),
        ("http://example.org/a b", "has a space or a backslash in it"),
        ("http://example.org/a\nb", "has a space or a backslash in it"),
        ("http://example.org\\evil", "has a space or a backslash in it"),
        ("http://example.org/\x00", "has the control character U+0000 in it"),
        ("https://example.org/" + "x" * 1981, "has more than 2,000 characters"),
    ],
)
def test_url_refused(value: str, reason: str) -> None:
    assert refused(address, value).reason == reason


@pytest.mark.parametrize(
    "form", ["https://{}@h/x", "ftp://{}@h/x", "http:{}@h", "//{}@h", "http://{}\x00@h", "http://[{}@h"]
)
def test_a_password_is_shown_nowhere(form: str) -> None:
    error = refused(address, form.format("user:s3cret"))
    assert "s3cret" not in f"{error.message}{error.hint}{error.value}"


@pytest.mark.parametrize("function", [title, synopsis, person, keyword, cast, runtime, year, release_date, address])
@given(value=ANY_TEXT | NEAR_TEXT)
def test_any_text_is_a_value_or_refused(function: Callable[[str], object], value: str) -> None:
    try:
        function(value)
    except ValueRefused as error:
        check_message(error)


@pytest.mark.parametrize("function", [title, synopsis, person, keyword, address])
@given(value=ANY_TEXT | NEAR_TEXT | st.from_regex(r"https?://[a-z.]+/\S*"))
def test_what_is_canonical_stays_as_it_is(function: Callable[[str], str], value: str) -> None:
    try:
        once = function(value)
    except ValueRefused:
        return
    assert function(once) == once


@given(value=ANY_TEXT | NEAR_TEXT)
def test_cast_reads_what_it_gives(value: str) -> None:
    try:
        name, character = cast(value)
    except ValueRefused:
        return
    assert cast(name if character is None else f"{name} as {character}") == (name, character)


@given(minutes=st.integers(1, 60_000))
def test_every_runtime_in_every_spelling(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    spellings = [f"{minutes}", f"{minutes} min", f"{hours}h {rest}m", f"PT{hours}H{rest}M", f"PT{minutes}M"]
    assert {runtime(spelling) for spelling in spellings} == {minutes}


@given(day=st.dates(date(1870, 1, 1), date(2100, 12, 31)))
def test_every_release_date(day: date) -> None:
    assert release_date(day.isoformat()) == day
    assert year(f"{day.year}.0") == day.year
