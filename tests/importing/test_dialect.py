"""How a text is written is found out, or refused; never guessed wrong."""

from __future__ import annotations

import io
import time

import pytest
from importing.tables import read

from cinemactl.importing.encodings import guesses
from cinemactl.importing.opening import open_table
from cinemactl.importing.uploads import FileUnreadable

TEXTS = {
    "western": "title,director\nLe Fabuleux Destin d'Amélie Poulain,Français\nÀ bout de souffle,été\nDas weiße Band,Köln\n",
    "polish": "title,director\nCzłowiek z żelaza,Wajda\nPopiół i diament,ścieżka\nŻycie jako choroba,Krzysztof Kieślowski\n",
    "czech": "title,director\nOstře sledované vlaky,Jiří Menzel\nKolja,Jan Svěrák\nPelíšky,Jan Hřebejk\n",
    "russian": "title,director\nБроненосец Потёмкин,Сергей Эйзенштейн\nСолярис,Андрей Тарковский\nЗеркало,Драма\n",
    "chinese": "title,director\n霸王别姬,陈凯歌\n活着,张艺谋\n花样年华,王家卫\n卧虎藏龙,李安\n",
    "japanese": "title,director\n七人の侍,黒澤明\n東京物語,小津安二郎\nもののけ姫,宮崎駿\n",
    "turkish": "title,director\nKış Uykusu,Nuri Bilge Ceylan\nBir Zamanlar Anadolu'da,şöför ğ\n",
    "greek": "title,director\nΜια αιωνιότητα και μια μέρα,Θόδωρος Αγγελόπουλος\n",
}
ENCODINGS = {
    "western": ("cp1252", "latin-1", "mac_roman", "cp850"),
    "polish": ("cp1250", "iso8859-2"),
    "czech": ("cp1250",),
    "russian": ("cp1251", "koi8-r", "cp866"),
    "chinese": ("gbk",),
    "japanese": ("shift_jis", "euc_jp"),
    "turkish": ("cp1254",),
    "greek": ("cp1253",),
}
SURE = {("western", "cp1252"), ("western", "latin-1"), ("russian", "cp1251"), ("chinese", "gbk"), ("polish", "cp1250")}


def dialect(content: bytes, **options: str):
    return open_table(lambda: io.BytesIO(content), "file", options).dialect


@pytest.mark.parametrize(("language", "encoding"), [(name, one) for name, found in ENCODINGS.items() for one in found])
def test_an_encoding_is_found_or_refused_and_never_wrong(language, encoding):
    content = TEXTS[language].encode(encoding)
    try:
        found = read(content)
    except FileUnreadable:
        assert (language, encoding) not in SURE
    else:
        assert [",".join(fields) for _, fields, _ in found] == TEXTS[language].splitlines()


def test_what_comes_late_in_a_file_decides_its_encoding():
    plain = b"title,year\n" + b"Heat,1995\n" * 300_000
    late = read(plain + b"Am\xe9lie,2001\n")[-1]
    assert (late[1], late[2]) == (["Am\N{LATIN SMALL LETTER E WITH ACUTE}lie", "2001"], "")
    with pytest.raises(FileUnreadable, match=r"it is not UTF-8 \(line 300002\)"):
        read(plain + b"Am\x8elie,2001\n")


def test_a_few_lines_that_are_not_utf_8_are_set_aside():
    content = b"title\n" + "Amélie\n".encode() * 20 + b"Am\xe9lie\n"
    assert [line for line, _, fault in read(content) if fault] == [22]


def test_half_of_one_and_half_of_another_is_refused():
    with pytest.raises(FileUnreadable, match="not UTF-8 in all its lines"):
        read(b"title\n" + ("Amélie\n".encode() + b"Am\xe9lie\n") * 10)


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b"title;rating\nHeat;8,2\nAlien;8,4\n", ";"),
        (b"title\tcast\nHeat\tA, B\nAlien\tC, D\n", "\t"),
        (b"title|cast\nHeat|A, B\n", "|"),
        (b"1::Toy Story (1995)::Animation|Comedy\n2::Heat, The (1995)::Action\n", "::"),
        (b"title,note\nHeat,a::b\nAlien,c::d\n", ","),
        (b"title\nHeat\n", ","),
    ],
)
def test_a_delimiter_is_found(content, delimiter):
    assert dialect(content).delimiter == delimiter


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"title,year\nHeat,1995\n", 1),
        (b"My list\n\ntitle,year\nHeat,1995\nAlien,1979\n", 3),
        (b"Exported,,\n,,\ntitle,year,genre\nHeat,1995,Crime\nAlien,1979,Horror\n", 3),
        (
            b"List v7\nDate,Name,URL\n2019-01-01,Mine,http://a\n\nPosition,Name,Year\n1,Heat,1995\n2,A,1990\n3,B,1991\n4,C,1992\n",
            5,
        ),
        (b"title,director\nHeat,Mann\n\nAlien,Scott\nDune,Lynch\n", 1),
        (b",title,year\n0,Heat,1995\n1,Alien,1979\n", 1),
        (b"1::Toy Story (1995)::Animation\n2::Heat (1995)::Action\n", None),
        (b"1|Toy Story (1995)|01-Jan-1995||http://x/a|0|1\n2|Heat (1995)|01-Jan-1995||http://x/b|1|0\n", None),
        (b"196\t242\t3\t881250949\n186\t302\t3\t891717742\n", None),
    ],
)
def test_a_header_is_found(content, line):
    assert dialect(content).header == line


def test_a_header_is_told():
    content = b"x,y\ntitle,year\nHeat,1995\n"
    assert read(content, header="2") == [(2, ["title", "year"], ""), (3, ["Heat", "1995"], "")]
    assert read(content, header="none")[:2] == [(0, ["column_1", "column_2"], ""), (1, ["x", "y"], "")]
    for header in ("0", "-1", "first", "99999999999"):
        with pytest.raises(FileUnreadable, match="its header cannot be"):
            read(content, header=header)


def test_a_junk_row_at_the_end_and_an_empty_byte_cost_themselves():
    found = read(b"title,year\n" + b"Heat,1995\n" * 80_000 + b"A\0lien,1979\nTotal: 3\n")
    assert [(line, fault.split(" ", 2)[1]) for line, _, fault in found if fault] == [(80_002, "has"), (80_003, "has")]


def test_a_long_word_takes_no_longer_than_as_many_letters_of_short_ones():
    def seconds(words: bytes) -> float:
        started = time.process_time()
        assert guesses(words + " Été à Paris\n".encode("cp1252")) == ["cp1252"]
        return time.process_time() - started

    short, long = b"abcdefg " * 20_000, b"abcdefgh" * 20_000
    assert min(seconds(long) for _ in range(3)) < 10 * min(seconds(short) for _ in range(3)) + 0.1
