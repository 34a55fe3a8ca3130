from __future__ import annotations

import io
import os
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cinemactl.cli import render
from cinemactl.cli.render import Column, Format
from cinemactl.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEVEN = datetime(2026, 3, 1, 19, tzinfo=UTC)
MOVIES = (
    {
        "id": 1,
        "title": "Heat",
        "year": 1995,
        "genres": ["Crime", "Drama"],
        "seen_at": datetime(2026, 3, 1, 19, tzinfo=UTC),
    },
    {"id": 20, "title": "東京物語", "year": 1953, "genres": [], "seen_at": None},
    {"id": 3, "title": "[bold]Amélie[/bold]", "year": None, "genres": ["Comedy"], "seen_at": None},
)
COLUMNS = (
    Column("id", "id", justify="right"),
    Column("title", "title"),
    Column("year", "year", justify="right", show=lambda year: f"{year} AD"),
    Column("genres", "genres"),
)


def printed(items: Sequence[dict[str, Any]], output_format: Format, fields: Sequence[str] | None = None) -> str:
    stream = io.StringIO(newline="")
    assert render.rows(items, COLUMNS, output_format, fields=fields, stream=stream) == len(items)
    return stream.getvalue()


def test_json_list_has_one_object_a_line():
    assert printed(MOVIES, Format.JSON) == (
        "[\n"
        '{"id": 1, "title": "Heat", "year": 1995, "genres": ["Crime", "Drama"], "seen_at": "2026-03-01T19:00:00Z"},\n'
        '{"id": 20, "title": "東京物語", "year": 1953, "genres": [], "seen_at": null},\n'
        '{"id": 3, "title": "[bold]Amélie[/bold]", "year": null, "genres": ["Comedy"], "seen_at": null}\n'
        "]\n"
    )


def test_json_lines_have_no_brackets():
    assert printed(MOVIES[1:], Format.JSONL) == (
        '{"id": 20, "title": "東京物語", "year": 1953, "genres": [], "seen_at": null}\n'
        '{"id": 3, "title": "[bold]Amélie[/bold]", "year": null, "genres": ["Comedy"], "seen_at": null}\n'
    )


def test_csv_has_the_keys_asked_for():
    assert printed(MOVIES, Format.CSV, fields=("title", "id", "genres", "seen_at", "nothing")) == (
        "title,id,genres,seen_at,nothing\n"
        "Heat,1,Crime|Drama,2026-03-01T19:00:00Z,\n"
        "東京物語,20,,,\n"
        "[bold]Amélie[/bold],3,Comedy,,\n"
    )


def test_csv_has_the_keys_of_the_columns_otherwise():
    assert printed(MOVIES[:1], Format.CSV) == "id,title,year,genres\n1,Heat,1995,Crime|Drama\n"


def test_table_in_a_pipe_is_plain_text():
    assert printed(MOVIES, Format.TABLE) == (
        "id  title                   year  genres\n"
        " 1  Heat                 1995 AD  Crime, Drama\n"
        "20  東京物語             1953 AD\n"
        " 3  [bold]Amélie[/bold]           Comedy\n"
    )


def test_empty_lists():
    assert [printed((), output_format) for output_format in Format] == ["", "[]\n", "", "id,title,year,genres\n"]


def test_one_thing_as_json(on_terminal):
    stream = io.StringIO()
    render.one({"id": 1, "genres": ["é"]}, Format.JSON, stream=stream)
    assert stream.getvalue() == '{"id": 1, "genres": ["é"]}\n'
    shown = on_terminal(80, lambda stream: render.one({"id": 1, "genres": ["é"]}, Format.JSON, stream=stream))
    assert shown == '{\n  "id": 1,\n  "genres": [\n    "é"\n  ]\n}\n'


def test_one_thing_as_csv():
    stream = io.StringIO()
    people = [{"name": "Frank Darabont", "role": "director"}]
    render.one({"id": 1, "people": people, "genres": ["a", "b"]}, Format.CSV, stream=stream)
    assert stream.getvalue() == ('id,people,genres\n1,"[{""name"":""Frank Darabont"",""role"":""director""}]",a|b\n')


def test_stdout_is_the_default(capsys):
    render.rows(MOVIES[:1], COLUMNS[:2], Format.CSV)
    render.one({"id": 1}, Format.JSONL)
    assert capsys.readouterr() == ("id,title\n1,Heat\n" + '{"id": 1}\n', "")


def test_a_failing_query_leaves_stdout_empty():
    def failing() -> Iterator[dict[str, Any]]:
        raise NotFound("gone")
        yield {}

    for output_format in Format:
        stream = io.StringIO()
        with pytest.raises(NotFound):
            render.rows(failing(), COLUMNS, output_format, stream=stream)
        assert not stream.getvalue()


@pytest.mark.parametrize("output_format", Format)
def test_a_list_streams_in_bounded_memory(output_format):
    rows = ({"id": number, "title": f"Movie {number}"} for number in range(50_000))
    with Path(os.devnull).open("w", encoding="utf-8") as stream:
        tracemalloc.start()
        try:
            assert render.rows(rows, COLUMNS[:2], output_format, stream=stream) == 50_000
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize("output_format", Format)
def test_rows_are_not_flushed_one_by_one(output_format):
    class Counting(io.RawIOBase):
        writes = 0

        def writable(self):
            return True

        def write(self, data):
            self.writes += 1
            return len(data)

    raw = Counting()
    with io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8") as stream:
        render.rows(
            ({"id": number, "title": "Heat"} for number in range(10_000)), COLUMNS, output_format, stream=stream
        )
        assert 0 < raw.writes < 100


@pytest.mark.parametrize("output_format", Format)
@pytest.mark.parametrize("count", [1, 10_000])
def test_a_broken_pipe_is_raised(output_format, count):
    reader, into = os.pipe()
    os.close(reader)
    stream = open(into, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (closing it fails too)
    with pytest.raises(BrokenPipeError):
        render.rows([MOVIES[0]] * count, COLUMNS, output_format, stream=stream)
    with suppress(BrokenPipeError):
        stream.close()


def test_output_appears_whole_or_not_at_all(tmp_path, capsys):
    target = tmp_path / "movies.csv"
    target.write_text("old")
    target.chmod(0o640)
    with pytest.raises(TypeError), render.output(target) as stream:
        render.rows([{"id": 1}, {"id": object()}], (), Format.JSON, stream=stream)
    assert target.read_text() == "old"
    with render.output(target) as stream:
        render.rows(MOVIES[:1], COLUMNS[:2], Format.CSV, stream=stream)
    assert target.read_bytes() == b"id,title\n1,Heat\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [target]
    with render.output(Path("-")) as stream:
        stream.write("to stdout")
    with render.output(os.devnull) as stream:
        stream.write("to nothing")
    assert capsys.readouterr().out == "to stdout"


def test_start_up_imports_no_rich():
    code = (
        "import sys, cinemactl.cli.render, cinemactl.cli.progress as p\n"
        "from cinemactl.cli.render import *\n"
        "rows([{'a': 1}], [Column('a', 'a')], Format.TABLE)\n"
        "with p.progress('Working', total=1) as bar: bar.update('', 1)\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('rich', 'typer')]"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"a\n1\n"
