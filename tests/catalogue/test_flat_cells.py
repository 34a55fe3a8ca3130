"""Several values in one cell: what is written is read back, whatever signs are in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import Title
from cinemactl.catalogue.flat_cells import (
    cast_of,
    escaped,
    parted,
    plain_text,
    title_of,
    written_cast,
    written_name,
    written_title,
)

# Words and signs that mean something somewhere in a cell.
TEXTS = st.lists(
    st.sampled_from(["a", "as", " ", " as ", "|", "\\", ":", "de", "fr:", "O'", "[", "'x'", ","]), max_size=8
)


def named(parts: list[str]) -> str:
    return values.person("".join(parts) + "z")


NAMES = TEXTS.map(named)


@given(names=st.lists(NAMES, max_size=4))
def test_names(names: list[str]) -> None:
    assert [plain_text(part) for part in parted("|".join(map(written_name, names)))] == names


@given(cast=st.lists(st.tuples(NAMES, st.none() | NAMES), max_size=4))
def test_a_cast(cast: list[tuple[str, str | None]]) -> None:
    cell = "|".join(written_cast(name, character) for name, character in cast)
    assert [cast_of(part) for part in parted(cell)] == cast


@given(titles=st.lists(st.tuples(NAMES, st.none() | st.sampled_from(["de", "zh-Hans", "yue"])), max_size=4))
def test_titles(titles: list[tuple[str, str | None]]) -> None:
    cell = "|".join(written_title(title, language) for title, language in titles)
    assert [title_of(part) for part in parted(cell)] == [Title(*title) for title in titles]


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        (escaped("Face|Off"), "Face\\|Off"),
        (written_cast("Al Pacino", "Vincent"), "Al Pacino as Vincent"),
        (written_cast("Jo as Bo", None), "Jo \\as Bo"),
        (written_title("It: Chapter Two", None), "It: Chapter Two"),
        (written_title("fr: ein Film", None), "fr\\: ein Film"),
    ],
)
def test_plain_texts_are_written_plainly(written: str, cell: str) -> None:
    assert written == cell


@given(cell=st.text("a|\\: s", max_size=30))
def test_any_cell_has_parts(cell: str) -> None:
    assert all(part.strip() for part in parted(cell))
    assert [plain_text(part) for part in parted(escaped(cell))] == ([cell] if cell.strip() else [])
