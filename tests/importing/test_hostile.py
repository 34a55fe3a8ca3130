"""Spoiled files of every shape, each the same every time; `benchmarks/hostile_files.py` tries them by the thousand."""

from __future__ import annotations

import pytest
from importing.containers import CONTAINERS
from importing.hostile import begin, check
from importing.originals import ORIGINALS
from importing.spoiling import Hostile, hostile
from importing.tables import read, workbook

from cinemactl.importing.uploads import FileUnreadable

FILES = 36


@pytest.mark.parametrize("seed", range(FILES))
def test_a_spoiled_file_is_refused_or_accounted_for_and_taken_back(importer, seed):
    file = hostile(f"suite {seed}")
    begin(importer, file)
    check(importer, file)


@pytest.mark.parametrize("original", ORIGINALS, ids=lambda original: f"{original.name}-{len(original.rows[0])}")
def test_every_original_is_true_to_its_shape(importer, original):
    file = Hostile(original.name, original.text().encode(), original, how=["text"])
    holds_no_movies = original.name == "u.user" or "userId" in original.rows[0]
    assert check(importer, file).startswith("refused: records-of-another-kind" if holds_no_movies else "imported")


def test_the_files_are_many_sided():
    made = [hostile(f"suite {seed}") for seed in range(400)]
    assert {file.original.name for file in made} == {original.name for original in ORIGINALS}
    assert {how for file in made for how in file.how} >= {
        *CONTAINERS,
        "random bytes",
        "truncated",
        "columns swapped",
        "cut",
    }
    assert [file.content for file in made[:50]] == [hostile(f"suite {seed}").content for seed in range(50)]


def test_a_damaged_parquet_file_is_called_by_its_name():
    with pytest.raises(FileUnreadable, match=r"No magic bytes found at end of file 'movies\.parquet'") as refused:
        read(b"PAR1" + bytes(100), "movies.parquet")
    assert "/cinemactl-" not in refused.value.message


def test_a_workbook_whose_members_lie_before_its_beginning():
    book = workbook(("List", [["title"], ["Heat"]]))
    with pytest.raises(FileUnreadable, match="it ends too early"):
        read(book[:4] + book[200:])
