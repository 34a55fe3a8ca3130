"""What cannot be imported is refused with a sentence before anything is kept."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest
from commands import open_terminal

from cinemactl.cli.import_file import delimiter_of
from cinemactl.errors import UsageRefused

WIDE = ",".join("abcdefghijklmnop").encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (WIDE + b"\n" + WIDE + b"\n", "No column of movies.csv is called title; its first line has 'a', 'b'"),
        (b"h,e,a,t\n1,9,9,5\n", "No column of movies.csv is called title"),
        (gzip.compress(b"title\nHeat\n", mtime=0)[:-9], "it ends too early"),
        (b"title\nHe\0at\n", "it is binary, no text"),
        (b"title,year\nAm\x8elie,2001\n", "it is not UTF-8 (line 2)"),
        (b"<table><tr><td>title</td></tr></table>", "it is a web page or XML, no table"),
        (b"<?xml version='1.0'?><movies/>", "it is a web page or XML, no table"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"\xff\xfe", "it is empty"),
        (b'"title\nHeat\n', "in its first line, it cannot be parsed"),
        (b"title," * 100_000, "its first line has 100,001 columns"),
        (b"title," * 200_000, "its first line does not end"),
        (b"title,director,directed by\nHeat,a,b\n", "two columns for directors: 'director' and 'directed by'"),
        (b"title,imdb_id,tconst\nHeat,1,1\n", "two columns for imdb"),
    ],
)
def test_a_file_that_is_no_table_of_movies(cinemactl, tmp_path, content, says):
    (tmp_path / "movies.csv").write_bytes(content)
    refused = cinemactl("movie", "import", "movies.csv", "--no-wait", "--json")
    assert refused.code == 1
    assert says in refused.error["message"]
    assert refused.error["hint"]
    assert len(refused.err.splitlines()) == 1
    assert cinemactl("import", "list", "--json").json == []
    assert cinemactl("job", "list", "--json").json == []


def test_header_names_that_feed_no_field_may_be_there_twice(cinemactl, tmp_path):
    (tmp_path / "movies.csv").write_text("title,note,note,,\nHeat,a,b,,\n")
    assert cinemactl("movie", "import", "movies.csv", "--no-wait").code == 0


def test_what_the_system_cannot_read(cinemactl, tmp_path):
    refused = cinemactl("movie", "import", "/proc/self/mem", "--json")
    assert refused.code == 1
    assert refused.error["message"] == "mem cannot be imported: it cannot be read (Input/output error)."


@pytest.mark.parametrize("name", ["none.csv", "here.csv/none.csv"])
def test_a_file_that_is_not_there(cinemactl, tmp_path, name):
    (tmp_path / "here.csv").touch()
    refused = cinemactl("movie", "import", name, "--json")
    assert (refused.code, refused.error["code"]) == (3, "file-not-found")


def test_a_folder(cinemactl, tmp_path):
    refused = cinemactl("movie", "import", str(tmp_path), "--json")
    assert (refused.code, refused.error["message"]) == (1, f"{tmp_path} cannot be imported: it is a folder.")


def test_a_pipe_that_nobody_writes_to(cinemactl, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    command = cinemactl.start("movie", "import", "pipe", stderr=subprocess.PIPE, cwd=tmp_path)
    (tmp_path / "pipe").open("wb").close()
    _, said = command.communicate(timeout=30)
    assert (command.returncode, said) == (
        1,
        b"error: pipe cannot be imported: it is empty.\nhint: Name a file with a header and rows.\n",
    )


def test_an_encoding_that_does_not_exist(cinemactl, tmp_path):
    (tmp_path / "movies.csv").write_text("title\nHeat\n")
    for encoding in ("klingon", "hex", "idna", "undefined", "unicode_escape"):
        refused = cinemactl("movie", "import", "movies.csv", "--encoding", encoding, "--json")
        assert refused.code == 1
        assert refused.error["message"] == f"movies.csv cannot be imported: there is no encoding {encoding!r}."


class TestStdin:
    def test_nothing_comes(self, cinemactl):
        refused = cinemactl.process("movie", "import", "-")
        assert refused.code == 1
        assert refused.err.startswith("error: Standard input cannot be imported: it is empty.")

    def test_it_is_closed(self, cinemactl):
        words = ["sh", "-c", 'exec "$0" -m cinemactl movie import - <&-', sys.executable]
        done = subprocess.run(words, env=os.environ | cinemactl.environment, capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr == "error: Standard input is closed.\nhint: Name a file, or pipe one in.\n"

    def test_it_is_a_terminal(self, cinemactl):
        ours, theirs = open_terminal()
        command = cinemactl.start("movie", "import", "-", stdin=theirs, stderr=subprocess.PIPE)
        _, said = command.communicate(timeout=30)
        os.close(ours)
        os.close(theirs)
        assert (command.returncode, said.splitlines()[0]) == (2, b"error: Standard input is the terminal.")


@pytest.mark.parametrize(
    ("given", "meant"), [(";", ";"), ("tab", "\t"), ("\\t", "\t"), ("TAB", "\t"), ("::", "::"), (None, None)]
)
def test_a_delimiter(given, meant):
    assert delimiter_of(given) == meant


@pytest.mark.parametrize("given", ["", ":::", '"', "\n", "\r"])
def test_what_is_no_delimiter(given):
    with pytest.raises(UsageRefused):
        delimiter_of(given)
