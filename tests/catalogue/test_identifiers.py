import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import isan
from stdnum.iso7064 import mod_37_36

from cinemactl.catalogue.identifiers import identifier, identifier_of
from cinemactl.catalogue.values import ValueRefused

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
EIDR = "10.5240/7791-8534-2C23-9030-8610-5"
ISAN = "0000-0000-D07A-0090-Q"
ISAN_VERSION = "0000-0000-D07A-0090-Q-0000-0000-X"


def hexadecimal(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789ABCDEF", min_size=length, max_size=length)


def refused(scheme: str, value: str) -> ValueRefused:
    with pytest.raises(ValueRefused) as caught:
        identifier(scheme, value)
    assert caught.value.hint
    return caught.value


def check_message(error: ValueRefused) -> None:
    assert error.message.isprintable()
    assert error.hint


@pytest.mark.parametrize(
    ("scheme", "value", "expected"),
    [
        ("imdb", "tt0111161", "tt0111161"),
        ("IMDb", " TT0111161 ", "tt0111161"),
        ("imdb", "0111161", "tt0111161"),
        ("imdb", "114709", "tt0114709"),
        ("imdb", "1", "tt0000001"),
        ("imdb", "114709.0", "tt0114709"),
        ("imdb", "tt00111161", "tt0111161"),
        ("imdb", "tt10872600", "tt10872600"),
        ("imdb", "https://www.imdb.com/title/tt0111161/?ref_=nv_sr_1", "tt0111161"),
        ("imdb", "http://m.imdb.com/title/tt0111161", "tt0111161"),
        ("imdb", "imdb.com/de/title/tt0111161/fullcredits", "tt0111161"),
        ("tmdb", "278", "278"),
        ("TMDB", " 00278 ", "278"),
        ("tmdb", "862.0", "862"),
        ("tmdb", "https://www.themoviedb.org/movie/278-the-shawshank-redemption?language=de-DE", "278"),
        ("tmdb", "themoviedb.org/movie/278", "278"),
        ("eidr", EIDR, EIDR),
        ("eidr", EIDR.lower(), EIDR),
        ("eidr", "7791-8534-2C23-9030-8610-5", EIDR),
        ("eidr", "10.5240/779185342c23903086105", EIDR),
        ("eidr", f"https://doi.org/{EIDR}", EIDR),
        ("eidr", f"doi:{EIDR}", EIDR),
        ("eidr", "urn:eidr:10.5240:7791-8534-2C23-9030-8610-5", EIDR),
        ("isan", ISAN, ISAN),
        ("isan", ISAN_VERSION.lower(), ISAN_VERSION),
        ("isan", f"ISAN {ISAN_VERSION}", ISAN_VERSION),
        ("isan", f"urn:isan:{ISAN}", ISAN),
        ("isan", "00000000D07A0090Q", ISAN),
        ("isan", "00000000D07A0090Q00000000X", ISAN_VERSION),
        ("isan", "1881-66C7-3420-6541-Y-9F3A-0245-O", "1881-66C7-3420-6541-Y-9F3A-0245-O"),
        ("wikidata", " Q172241 ", "Q172241"),
        ("our_house-2", "a: b/C", "a: b/C"),
    ],
)
def test_identifier(scheme: str, value: str, expected: object) -> None:
    assert identifier(scheme, value) == (scheme.lower(), expected)


@pytest.mark.parametrize(
    ("scheme", "value", "message"),
    [
        ("imdb", "tt12", "The IMDb id 'tt12' has 2 digits after tt instead of 7 to 10."),
        ("imdb", "tt12345678901", "The IMDb id 'tt12345678901' has 11 digits after tt instead of 7 to 10."),
        ("imdb", "nm0000151", "The IMDb id 'nm0000151' names a person, not a title."),
        ("imdb", "co0000151", "The IMDb id 'co0000151' names a company, not a title."),
        ("imdb", "tt0000000", "The IMDb id 'tt0000000' is zero."),
        ("imdb", "0", "The IMDb id '0' is zero."),
        ("imdb", "Heat", "The IMDb id 'Heat' is not tt and 7 to 10 digits."),
        ("imdb", "-114709", "The IMDb id '-114709' is not tt and 7 to 10 digits."),
        ("imdb", "tt\u0660111161", "The IMDb id 'tt\u0660111161' is not tt and 7 to 10 digits."),
        ("imdb", "", "The IMDb id is empty."),
        ("tmdb", "0", "The TMDB id '0' is not a positive whole number."),
        ("tmdb", "+278", "The TMDB id '+278' is not a positive whole number."),
        ("tmdb", "-278", "The TMDB id '-278' is not a positive whole number."),
        ("tmdb", "2.5", "The TMDB id '2.5' is not a positive whole number."),
        ("tmdb", "9" * 11, "The TMDB id '99999999999' is not a positive whole number."),
        ("tmdb", "", "The TMDB id is empty."),
        ("wikidata", " ", "The wikidata id ' ' is empty."),
        ("wikidata", "Q\x00", r"The wikidata id 'Q\x00' has the control character U+0000 in it."),
        ("9x", "1", "The scheme '9x' is not a letter followed by at most 30 letters, digits, _ or -."),
        ("", "1", "The scheme is empty."),
        ("https", "//example.org", "The scheme 'https' is none that identifiers can have."),
        ("ID", "42", "The scheme 'ID' is none that identifiers can have."),
        ("title", "1917", "The scheme 'title' is none that identifiers can have."),
    ],
)
def test_identifier_refused(scheme: str, value: str, message: str) -> None:
    assert refused(scheme, value).message == message


@pytest.mark.parametrize(
    ("scheme", "value", "reason"),
    [
        ("tmdb", "https://www.themoviedb.org/tv/1396", "is not the address of a movie"),
        ("eidr", "10.5240/7791-8534-2C23-9030-8610-6", "has a check character that does not fit: 6 instead of 5"),
        ("eidr", "10.5240/7719-8534-2C23-9030-8610-5", "has a check character that does not fit: 5 instead of G"),
        ("eidr", "10.5239/7791-8534-2C23-9030-8610-5", "is not 10.5240/, 20 hexadecimal digits and a check character"),
        ("eidr", "10.5240/7791-8534-2C23-9030-8610", "is not 10.5240/, 20 hexadecimal digits and a check character"),
        ("isan", "0000-0000-D07A-0090-P", "has a check character that does not fit: P instead of Q"),
        ("isan", "0000-0000-D07A-0090-Q-0000-0001-X", "has a check character that does not fit: X instead of V"),
        ("isan", "0000-0000-D07A-0090", "lacks a check character"),
        ("isan", "00000000D07A009000000000", "lacks a check character"),
        ("other", "x" * 201, "has more than 200 characters"),
    ],
)
def test_identifier_refused_for_a_reason(scheme: str, value: str, reason: str) -> None:
    assert refused(scheme, value).reason == reason


def test_an_isan_without_check_characters_is_completed_in_the_hint() -> None:
    assert ISAN_VERSION in refused("isan", "00000000D07A009000000000").hint


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("imdb:tt0111161", ("imdb", "tt0111161")),
        (" IMDB : 111161 ", ("imdb", "tt0111161")),
        ("tmdb:278", ("tmdb", "278")),
        (f"eidr:{EIDR}", ("eidr", EIDR)),
        ("mubi:film:42", ("mubi", "film:42")),
        ("https://www.imdb.com/title/tt0111161/", ("imdb", "tt0111161")),
        ("https://www.themoviedb.org/movie/278", ("tmdb", "278")),
        (f"https://doi.org/{EIDR}", ("eidr", EIDR)),
    ],
)
def test_identifier_of(value: str, expected: object) -> None:
    assert identifier_of(value) == expected


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("tt0111161", "Did you mean imdb:tt0111161?"),
        (EIDR, f"Did you mean eidr:{EIDR}?"),
        ("278", "Give it as SCHEME:VALUE, such as imdb:tt0111161 or tmdb:278."),
        ("", "Give it as SCHEME:VALUE, such as imdb:tt0111161 or tmdb:278."),
        ("https://example.org/film", "Give it as SCHEME:VALUE, such as imdb:tt0111161 or tmdb:278."),
    ],
)
def test_identifier_of_refused(value: str, hint: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        identifier_of(value)
    assert caught.value.hint == hint


@given(digits=hexadecimal(20))
def test_every_right_eidr_is_accepted(digits: str) -> None:
    groups = [digits[start : start + 4] for start in range(0, 20, 4)]
    code = f"10.5240/{'-'.join([*groups, mod_37_36.calc_check_digit(digits)])}"
    assert identifier("eidr", code) == ("eidr", code)


@given(digits=hexadecimal(16) | hexadecimal(24))
def test_every_right_isan_is_accepted(digits: str) -> None:
    code = isan.format(digits)
    assert identifier("isan", code) == identifier("isan", code.replace("-", "")) == ("isan", code)


@pytest.mark.parametrize(("scheme", "code"), [("eidr", EIDR), ("isan", ISAN), ("isan", ISAN_VERSION)])
@given(data=st.data())
def test_a_code_with_one_wrong_character_is_refused(scheme: str, code: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([place for place, character in enumerate(code) if character not in "-/"]))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- ") | st.characters(codec=None))
    assume(wrong not in {code[place], code[place].lower()})
    refused(scheme, code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(("scheme", "code"), [("eidr", EIDR), ("isan", ISAN), ("isan", ISAN_VERSION)])
def test_a_separator_that_became_a_digit_is_refused(scheme: str, code: str) -> None:
    for place, character in enumerate(code):
        if character in "-/":
            refused(scheme, f"{code[:place]}0{code[place + 1 :]}")


@given(number=st.integers(1, 10**10 - 1))
def test_every_number_is_one_imdb_and_one_tmdb_id(number: int) -> None:
    spellings = (f"tt{number:07d}", f"tt{number:010d}", f"{number}", f"TT{number:08d}")
    assert {identifier("imdb", spelling) for spelling in spellings} == {("imdb", f"tt{number:07d}")}
    assert identifier("tmdb", f"{number:010d}") == ("tmdb", str(number))


@given(scheme=st.sampled_from(["imdb", "tmdb", "eidr", "isan", "other", "Wiki-Data"]) | ANY_TEXT, value=ANY_TEXT)
def test_any_text_is_an_identifier_or_refused(scheme: str, value: str) -> None:
    try:
        once = identifier(scheme, value)
    except ValueRefused as error:
        check_message(error)
    else:
        assert identifier(*once) == identifier_of(":".join(once)) == once
