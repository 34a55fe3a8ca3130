"""The same table comes out of whatever it is in; what is none is refused with the reason."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importing.tables import CONTAINERS, MOVIES, parquet, read, rows_of, workbook, zipped, zstandard

from cinemactl.errors import CinemactlError
from cinemactl.importing.opening import open_table
from cinemactl.importing.uploads import FileUnreadable

FIRST = b"\n".join(MOVIES.splitlines()[:9]) + b"\n"
SMALL = {name: make(FIRST) for name, make in CONTAINERS.items()}


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_same_rows_come_out_of_every_container(name):
    found = read(CONTAINERS[name](MOVIES))
    assert [fields for _, fields, _ in found] == rows_of(MOVIES)
    assert not any(fault for _, _, fault in found)
    lines = [line for line, _, _ in found]
    assert lines[1:] == list(range(1, 343) if "json" in name else range(2, 344))


def test_the_same_rows_come_out_of_parquet(tmp_path):
    found = read(parquet(MOVIES, tmp_path))
    assert next(fields for _, fields, _ in found) == rows_of(MOVIES)[0]
    assert [fields[0] for _, fields, _ in found] == [row[0] for row in rows_of(MOVIES)]
    assert found[1][1] == rows_of(MOVIES)[1]


def test_nested_values_stay_json_and_names_come_from_all_objects():
    content = json.dumps([{"title": "Heat", "year": 1995.0, "genres": [{"id": 1}]}, {"title": None, "x": True}, 7])
    assert read(content.encode()) == [
        (0, ["title", "year", "genres", "x"], ""),
        (1, ["Heat", "1995", '[{"id": 1}]', ""], ""),
        (2, ["", "", "", "true"], ""),
        (3, ["7"], "it is no object"),
    ]


def test_a_line_that_is_no_json_costs_itself():
    found = read(
        b'{"title": "Heat"}\n{"title": \n\n{"title": "Al\\u0000ien"}\n{"title": "\\ud800"}\n{"title": "Dune"}\n'
    )
    assert [line for line, _, fault in found if not fault] == [0, 1, 6]
    assert [line for line, _, fault in found if fault] == [2, 4, 5]


def test_a_workbook_gives_values_and_the_header_below_a_title():
    import datetime as dt

    book = workbook(
        ("Notes", [["only this"]]),
        (
            "List",
            [
                ["My movies"],
                [],
                ["title", "year", "seen"],
                ["Heat", 1995.0, dt.date(1996, 2, 1)],
                ["A", 1.5, None],
            ],
        ),
    )
    assert read(book) == [
        (3, ["title", "year", "seen"], ""),
        (4, ["Heat", "1995", "1996-02-01"], ""),
        (5, ["A", "1.5", ""], ""),
    ]
    assert open_table(lambda: io.BytesIO(book), "x", {}).dialect.sheet == "List"
    with pytest.raises(FileUnreadable, match="no sheet 'Films'; it has 'Notes', 'List'"):
        read(book, sheet="Films")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "it is a JPEG picture"),
        (b"%PDF-1.7\n", "it is a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "it is an old Excel or Word file, or one with a password"),
        (zipped(("word/document.xml", b"<w/>")), "it is a Word document"),
        (zipped(("a.csv", b"x"), ("b.csv", b"y")), "it has 2 files in it: 'a.csv', 'b.csv'"),
        (zipped(("a.csv.gz", gzip.compress(FIRST, mtime=0))), "it is packed twice, with zip and gzip"),
        (gzip.compress(FIRST, mtime=0)[:-20], "it ends too early"),
        (zstandard(FIRST)[:-20], "it ends too early"),
        (zipped(("a.csv", FIRST))[:-20], "it ends too early"),
        (b"PAR1" + b"abc" * 50, "it cannot be read as Parquet"),
        (b"PARE" + b"abc" * 50, "it is an encrypted Parquet file"),
        (b'[{"title": "Heat"}, {"title": "Al', "it ends too early, or is no JSON"),
        (b'{"a": [{"b": 1}], \n"c": [{"d": 1}]}', "it has two lists in it, 'a' and 'c'"),
        (b'[{"title": ' + b"[" * 100_000, "nested too deeply"),
        (b'[{"title": "' + b"x" * 1_200_000, "more than a million characters"),
        (gzip.compress(b"<html><body>", mtime=0), "it is a web page"),
        (gzip.compress(bytes(2_000), mtime=0), "it is binary"),
        (b"x" * 1_200_000, "more than a million characters"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content, says):
    with pytest.raises(FileUnreadable, match=says):
        read(content)


def test_an_encrypted_zip():
    content = bytearray(zipped(("a.csv", FIRST)))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileUnreadable, match="it is encrypted"):
        read(bytes(content))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard, lambda content: zipped(("a.csv", content))])
def test_a_bomb_is_refused(pack):
    with pytest.raises(FileUnreadable, match="which no list of movies does"):
        read(pack(b"title\n" * (80 * 2**20 // 6)))


def test_a_sheet_with_far_corners_is_refused_before_it_takes_memory():
    book = workbook(("List", [["title", "year"], ["Heat", 1995]]))
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace(b'r="B2"', b'r="XFD1048576"')
    with pytest.raises(FileUnreadable, match="more than 4,000,000 cells"):
        read(zipped(*members.items()))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_mutated_file_is_read_or_refused(data):
    content = bytearray(SMALL[data.draw(st.sampled_from(sorted(SMALL)))])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    content = content[: data.draw(st.integers(1, len(content)))]
    try:
        found = read(bytes(content))
    except CinemactlError:
        return
    lines = [line for line, _, _ in found]
    assert lines == sorted(set(lines))
    assert all(len(fields) == len(found[0][1]) for _, fields, fault in found if not fault)


@settings(max_examples=100, deadline=None)
@given(
    content=st.binary(max_size=200),
    start=st.sampled_from([b"", b"\x1f\x8b\x08\0", b"PK\x03\x04", b"[{", b'{"a":', b"\x28\xb5\x2f\xfd"]),
)
def test_no_bytes_break_the_opening(content, start):
    try:
        found = read(start + content)
    except CinemactlError:
        return
    lines = [line for line, _, _ in found]
    assert lines == sorted(set(lines))
