from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cinemactl.cli import render
from cinemactl.cli.layout import NARROWEST, fitted, wrapped
from cinemactl.cli.render import Column, Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS = (
    Column("id", "id", justify="right"),
    Column("title", "title"),
    Column("year", "year", justify="right", show=lambda year: f"{year} AD"),
    Column("genres", "genres"),
)
LONG = (
    {
        "id": 1,
        "title": "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
        "year": 1964,
        "genres": ["Comedy", "War", "Science Fiction"],
    },
    {"id": 20, "title": "肖申克的救赎" * 6, "genres": ["Drama"]},
)
MOVIE: dict[str, Any] = {
    "id": 278,
    "title": "The Shawshank Redemption",
    "original_title": None,
    "genres": ["Drama", "Crime"],
    "keywords": [],
    "people": [
        {"name": "Frank Darabont", "role": "director", "position": 1, "character": None},
        {"name": "Tim Robbins", "role": "cast", "position": 1, "character": "Andy Dufresne"},
        {"name": "Morgan Freeman", "role": "cast", "position": 2, "character": "Red"},
    ],
    "titles": [{"title": "Die Verurteilten", "language": "de"}],
    "ids": [{"scheme": "imdb", "value": "tt0111161"}],
    "synopsis": "A banker convicted of uxoricide forms a friendship over a quarter century.\nHope.",
    "on_sale": False,
    "progress": {"stage": "matching", "done": 0},
    "created_at": datetime(2026, 3, 1, 19, 30, 5, 99, tzinfo=UTC),
}


def printed(items: Iterable[Mapping[str, Any]], columns: Sequence[Column] = COLUMNS) -> str:
    stream = io.StringIO()
    render.rows(items, columns, Format.TABLE, stream=stream)
    return stream.getvalue()


def printed_one(item: Mapping[str, Any], title: str | None = None) -> str:
    stream = io.StringIO()
    render.one(item, Format.TABLE, title=title, stream=stream)
    return stream.getvalue()


def test_what_has_no_room_stands_below_or_leaves_and_is_named(on_terminal, capsys):
    """The highest `spare` leaves first, and only what does not fit; a pipe has all of it on one line a row."""
    columns = (
        Column("day", "day", least=14),
        Column("a", "feature", spare=2),
        Column("b", "picture", spare=1),
        Column("finding", "finding", below=True),
    )
    row = {"day": "Fri 2026-12-04", "a": "19:45", "b": "2D", "finding": "It ends after closing by 15 minutes."}

    def drawn(width):
        text = on_terminal(width, lambda stream: render.rows([row], columns, Format.TABLE, stream=stream))
        return re.sub(r"\x1b\[\d*m", "", text).splitlines()

    assert drawn(80)[2] == "Fri 2026-12-04  19:45    2D       It ends after closing by 15 minutes."
    assert drawn(40)[2:] == ["Fri 2026-12-04  19:45    2D", "  It ends after closing by 15 minutes."]
    assert "No room" not in capsys.readouterr().err
    assert drawn(25)[2:] == ["Fri 2026-12-04  2D", "  It ends after closing", "  by 15 minutes."]
    assert "No room for feature:" in capsys.readouterr().err
    assert printed([row], columns).splitlines()[1] == drawn(80)[2]


def test_table_fits_80_columns(on_terminal):
    text = on_terminal(80, lambda stream: render.rows(LONG, COLUMNS, Format.TABLE, stream=stream))
    assert text == (
        "\x1b[1mid  title                                     year  genres\x1b[0m\n"
        "──  ─────────────────────────────────────  ───────  ────────────────────────────\n"
        " 1  Dr. Strangelove or: How I Learned to   1964 AD  Comedy, War, Science Fiction\n"
        "    Stop Worrying and Love the Bomb\n"
        "20  肖申克的救赎肖申克的救赎肖申克的救赎            Drama\n"
        "    肖申克的救赎肖申克的救赎肖申克的救赎\n"
    )


def test_table_uses_200_columns(on_terminal):
    text = on_terminal(200, lambda stream: render.rows(LONG, COLUMNS, Format.TABLE, stream=stream))
    assert text == (
        "\x1b[1mid  title                                                                        year  genres\x1b[0m\n"
        f"──  {'─' * 72}  ───────  ────────────────────────────\n"
        " 1  Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb      1964 AD  "
        "Comedy, War, Science Fiction\n"
        "20  肖申克的救赎肖申克的救赎肖申克的救赎肖申克的救赎肖申克的救赎肖申克的救赎           Drama\n"
    )


@pytest.mark.parametrize("columns", [30, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(on_terminal, columns):
    items = [LONG[n % 2] | {"id": n} for n in range(1200)] + [{"id": 1201, "title": "x" * 300}]
    text = on_terminal(columns, lambda stream: render.rows(items, COLUMNS, Format.TABLE, stream=stream))
    plain = re.sub("\x1b\\[[0-9;]*m", "", text)
    assert max(map(cell_len, plain.splitlines())) <= columns
    assert plain.count("x") == 300
    assert plain.count("救") == 600 * 6


def test_table_in_a_pipe_cuts_nothing_even_after_the_measured_rows():
    long = "word " * 100 + "end"
    lines = printed([{"title": "short"}] * 1500 + [{"title": long, "id": 7}]).splitlines()
    assert len(lines) == 1502
    assert lines[-1].split() == ["7", *long.split()]


def test_wide_characters_are_aligned():
    items = [{"id": 1, "title": "Heat"}, {"id": 2, "title": "東京物語"}, {"id": 3, "title": "기생충 👩‍👩‍👧 é"}]
    lines = printed(items, (Column("title", "title"), Column("id", "id"))).splitlines()
    assert lines[0] == "title        id"
    assert {cell_len(line[:-1]) for line in lines[1:]} == {13}


def test_a_line_break_in_a_title_does_not_break_the_table():
    assert printed([{"title": "a\r\nb\tc"}], (Column("title", "title"),)) == "title\na b c\n"


def test_one_thing_as_a_table():
    assert printed_one(MOVIE, title="The Shawshank Redemption (1994)") == (
        "The Shawshank Redemption (1994)\n"
        "id              278\n"
        "title           The Shawshank Redemption\n"
        "genres          Drama, Crime\n"
        "director        Frank Darabont\n"
        "cast 1          Tim Robbins as Andy Dufresne\n"
        "cast 2          Morgan Freeman as Red\n"
        "titles          Die Verurteilten (language de)\n"
        "imdb            tt0111161\n"
        "synopsis        A banker convicted of uxoricide forms a friendship over a quarter century.\n"
        "                Hope.\n"
        "on sale         no\n"
        "progress stage  matching\n"
        "progress done   0\n"
        "created at      2026-03-01 19:30:05Z\n"
    )


def test_one_thing_wraps_on_a_terminal(on_terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    item = {"id": 278, "synopsis": MOVIE["synopsis"]}
    assert on_terminal(50, lambda stream: render.one(item, Format.TABLE, title="One", stream=stream)) == (
        "One\n"
        "id        278\n"
        "synopsis  A banker convicted of uxoricide forms a\n"
        "          friendship over a quarter century.\n"
        "          Hope.\n"
    )


def test_one_empty_thing():
    assert printed_one({}) == ""
    assert printed_one({"title": None}) == ""


@given(st.text(st.characters(exclude_categories=["C", "M"]) | st.just("\n")), st.integers(3, 40))
def test_wrapping_keeps_every_word_and_every_width(text, to):
    lines = wrapped(text, to)
    assert all(cell_len(line) <= to for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=8), st.integers(30, 200))
def test_fitted_widths(columns, room):
    natural = [max(pair) for pair in columns]
    floors = [max(min(pair), NARROWEST) for pair in columns]
    widths = fitted(natural, floors, room)
    assert sum(widths) <= room
    assert all(fit <= size for fit, size in zip(widths, natural, strict=True))
    assert widths == natural or sum(widths) == room
    if sum(floors) <= room:
        assert all(fit >= min(least) for fit, *least in zip(widths, floors, natural, strict=True))
