# ruff: noqa: RUF001  (texts of many scripts are what it tests)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.importing.mending import ENCODING, ENTITY, ZERO_WIDTH, Mended

# What people type in the scripts that movies are titled in; capitals and typography that are UTF-8 by chance among them.
RIGHT = (
    *(
        "Amélie",
        "Le Fabuleux Destin d'Amélie Poulain",
        "Être et avoir",
        "À bout de souffle",
        "LA LIBERTÉ\xa0!",
        "« À MOI »",
        "Ça\xa0!",
    ),
    *(
        "AMANHÃ…",
        "MANHÃ”",
        "CORAÇÃO",
        "São Paulo",
        "Não Olhe para Cima",
        "O Irmão",
        "¿Qué?",
        "¡Ay, Carmela!",
        "Ñandú",
        "El Niño",
    ),
    *(
        "Das weiße Band",
        "Für Ärzte",
        "Über’s Jahr",
        "„Größe“",
        "Å",
        "Åsa-Nisse",
        "Ærlighed",
        "Þetta reddast",
        "Ólafur Ð",
        "Ý",
    ),
    *(
        "千と千尋の神隠し",
        "霸王别姬",
        "기생충",
        "Сталкер",
        "Ёлки",
        "Μια αιωνιότητα",
        "ไทย\u200bแลนด์",
        "सत्यजित राय",
        "ความรัก",
        "שלום",
        "\u200fשלום",
    ),
    *(
        "می\u200cخواهم",
        "Tiếng Việt",
        "Łódź",
        "Ģimene",
        "İstanbul",
        "Český sen",
        "WALL·E",
        "Alien³",
        "8½",
        "Pokémon®",
        "Tom & Jerry",
    ),
    *(
        "Fast & Furious; the story",
        "R&B;",
        "AT&T; and more",
        "&c.",
        "&",
        "&;",
        "&#;",
        "&unknown;",
        "&amp",
        "&#99999999;",
        "&#0;",
        "&#27;",
    ),
    *("naïve", "Ð", "Ã", "Â", "50 £", "½ €", "20°C", "soft\xadhyphen", "a\u200db", "👨\u200d👩\u200d👧", "e\u0301"),
)


def mended(cell: str) -> tuple[str, dict[str, int]]:
    counted = Mended()
    return counted.mend(cell), counted.counts


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_text_stays(text: str) -> None:
    assert mended(text) == (text, {})


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("Schindler&#39;s List", "Schindler's List"),
        ("Schindler&#x27;s List", "Schindler's List"),
        ("Caf&eacute;", "Café"),
        ("&quot;Weird Al&quot;", '"Weird Al"'),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("It&amp;#39;s", "It's"),
        ("Don&#146;t", "Don’t"),
        ("a&nbsp;b", "a\xa0b"),
        ("&lt;b&gt;", "<b>"),
        ("&#128512;", "😀"),
    ],
)
def test_entities(cell: str, text: str) -> None:
    assert mended(cell) == (text, {ENTITY: 1})


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Amélie",
            "Pokémon",
            "São Paulo",
            "crème brûlée",
            "Don’t Look Now",
            "¿Qué?",
            "Été",
            "日本語",
            "Матрица",
            "Köln – Paris",
            "8½",
        ),
        *("Das Leben der Anderen: Über uns", "기생충", "Ταξίδι", "Los Años Bárbaros", "Ágora"),
    ],
)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_utf_8_read_as_latin_1(text: str, encoding: str) -> None:
    misread = "".join(bytes([byte]).decode(encoding, "replace").replace("\ufffd", chr(byte)) for byte in text.encode())
    assert mended(misread) == (text, {ENCODING: 1})


def test_twice_misread() -> None:
    assert mended("AmÃƒÂ©lie") == ("Amélie", {ENCODING: 1})


def test_characters_of_no_width() -> None:
    assert mended("\ufeffHe\u200bat") == ("Heat", {ZERO_WIDTH: 1})


def test_a_cell_is_counted_under_each_kind() -> None:
    counted = Mended()
    assert [counted.mend(cell) for cell in ("AmÃ©lie &amp; Co", "a &amp; b", "plain")] == [
        "Amélie & Co",
        "a & b",
        "plain",
    ]
    assert counted.counts == {ENTITY: 2, ENCODING: 1}


def test_a_long_cell_is_soon_done() -> None:
    for cell in ("Ã©" * 1_000_000, "&amp" * 1_000_000, "&" * 1_000_000 + ";", "&amp;" * 200_000, "\u200b" * 1_000_000):
        assert len(mended(cell)[0]) <= len(cell)


@given(
    st.text(
        st.characters(categories=("L", "N", "Z"), max_codepoint=0x24F)
        | st.characters(min_codepoint=0x250, categories=("L", "M", "N", "P")),
        max_size=40,
    ).filter(lambda text: not any("\xc2" <= one <= "\xf4" for one in text))
)
def test_texts_of_all_scripts_stay(text: str) -> None:
    assert mended(text) == (text, {})


@given(
    st.lists(st.sampled_from([one for one in RIGHT if one.replace(" ", "").isalpha()]), min_size=1, max_size=5).map(
        " ".join
    )
)
def test_words_of_several_languages_stay(text: str) -> None:
    assert mended(text) == (text, {})


@given(st.text(max_size=60))
def test_mending_ends_and_is_done_once(text: str) -> None:
    once, _ = mended(text)
    assert mended(once) == (once, {}) or "&" in once
