import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.refusals import refused, value_or_refusal

from cinemactl.catalogue.values import title
from cinemactl.importing.title_cells import ARTICLES, TitleCell, in_order, title_cell


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("Matrix, The", "The Matrix"),
        ("Beautiful Mind, A", "A Beautiful Mind"),
        ("Blaue Engel, Der", "Der Blaue Engel"),
        ("Avventura, L'", "L'Avventura"),
        ("Am\xe9lie Poulain, Le Fabuleux Destin d'", "Am\xe9lie Poulain, Le Fabuleux Destin d'"),
        ("Dolce vita, La", "La Dolce vita"),
        ("Vitelloni, I", "I Vitelloni"),
        ("Laberinto del fauno, El", "El Laberinto del fauno"),
        ("Auto da Compadecida, O", "O Auto da Compadecida"),
        ("Zwarte boek, Het", "Het Zwarte boek"),
        ("Sjunde inseglet, Det", "Det Sjunde inseglet"),
        ("Good, the Bad and the Ugly, The", "The Good, the Bad and the Ugly"),
        ("MATRIX, THE", "THE MATRIX"),
        ("Me, the", "Me, the"),
        ("The Matrix", "The Matrix"),
        ("Crocodiles, The Movie", "Crocodiles, The Movie"),
        ("Hello, Dolly!", "Hello, Dolly!"),
        ("I, Robot", "I, Robot"),
        ("Paris, Texas", "Paris, Texas"),
        ("To Live and Die in LA, LA", "To Live and Die in LA, LA"),
        (", The", ", The"),
        ("The", "The"),
        ("Matrix,The", "Matrix,The"),
    ],
)
def test_an_article_at_the_end_is_put_before(cell: str, title: str) -> None:
    assert in_order(cell) == title


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Toy Story (1995)", TitleCell("Toy Story", 1995)),
        ("Matrix, The (1999)", TitleCell("The Matrix", 1999)),
        ("Matrix, The (1999) ", TitleCell("The Matrix", 1999)),
        ("Matrix, The\xa0(1999)\u200b", TitleCell("The Matrix", 1999)),
        ("Seven (a.k.a. Se7en) (1995)", TitleCell("Seven", 1995, ("Se7en",))),
        (
            "City of Lost Children, The (Cit\xe9 des enfants perdus, La) (1995)",
            TitleCell("The City of Lost Children", 1995, ("La Cit\xe9 des enfants perdus",)),
        ),
        (
            "His Secret Life (a.k.a. Ignorant Fairies, The) (Fate ignoranti, Le) (2001)",
            TitleCell("His Secret Life", 2001, ("The Ignorant Fairies", "Le Fate ignoranti")),
        ),
        ("European Vacation (aka Vacation II) (1985)", TitleCell("European Vacation", 1985, ("Vacation II",))),
        ("8 1/2 (8\xbd) (1963)", TitleCell("8 1/2", 1963, ("8\xbd",))),
        ("Hotel Chevalier (Part 1 of 'X') (2007)", TitleCell("Hotel Chevalier (Part 1 of 'X')", 2007)),
        ("Blade Runner (Director's Cut) (1982)", TitleCell("Blade Runner (Director's Cut)", 1982)),
        ("(500) Days of Summer (2009)", TitleCell("(500) Days of Summer", 2009)),
        ("Death Note (2006\u20132007)", TitleCell("Death Note", 2006)),
        ("Fawlty Towers (1975-1979)", TitleCell("Fawlty Towers", 1975)),
        ("You Can (Not) Redo", TitleCell("You Can (Not) Redo")),
        ("Babylon 5", TitleCell("Babylon 5")),
        ("Blade Runner 2049", TitleCell("Blade Runner 2049")),
        ("Kill (Bill (Volume)) (2003)", TitleCell("Kill", 2003, ("Bill (Volume)",))),
        ("(1999)", TitleCell("(1999)")),
        ("Numbers (0042)", TitleCell("Numbers (0042)")),
        ("Odd) (1999)", TitleCell("Odd)", 1999)),
    ],
)
def test_a_title_of_movielens(cell: str, expected: TitleCell) -> None:
    assert title_cell(cell, year=True, further=True) == expected


def test_the_year_stays_where_nobody_asks_for_it() -> None:
    assert title_cell("Matrix, The (1999)") == TitleCell("The Matrix (1999)")
    assert title_cell("City of God (Cidade de Deus) (2002)", year=True) == TitleCell(
        "City of God (Cidade de Deus)", 2002
    )
    assert title_cell("Seven (a.k.a. Se7en) (1995)") == TitleCell("Seven (1995)", None, ("Se7en",))


def test_a_title_is_refused_as_ever() -> None:
    assert refused(title_cell, " ").reason == "is empty"
    assert refused(title_cell, "x" * 501).reason == "has more than 500 characters"
    assert refused(title_cell, "(" * 200_000 + ")" * 200_000).reason == "has more than 500 characters"


@given(name=st.from_regex(r"\A[A-Za-z][a-z]{0,9}( [a-z]{1,9}){0,3}\Z"), article=st.sampled_from(ARTICLES))
def test_every_article_goes_there_and_back(name: str, article: str) -> None:
    moved = in_order(f"{name}, {article}")
    assert moved.replace(" ", "") == f"{article}{name}".replace(" ", "")
    assert in_order(moved) == moved


@given(cell=st.text(max_size=60) | st.text("aT(19)5, The\xa0", max_size=40), year=st.booleans(), further=st.booleans())
def test_no_character_of_a_title_is_lost(cell: str, year: bool, further: bool) -> None:  # noqa: FBT001  (Hypothesis draws them)
    found = value_or_refusal(lambda one: title_cell(one, year=year, further=further), cell)
    if isinstance(found, TitleCell) and "k" not in cell.lower():
        kept = "".join((found.title, *found.further, str(found.year or "")))
        assert sorted(filter(str.isalpha, kept)) == sorted(filter(str.isalpha, title(cell)))
