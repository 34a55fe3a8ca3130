"""Files that mean harm, by the command line: refused or neutralised at once, and nothing of them is kept or applied."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from urllib.parse import unquote

import pytest
from importing.tables import workbook, zipped, zstandard

from cinemactl import settings as configuration
from cinemactl.importing import remote
from cinemactl.jobs.run import perform

GIB = 2**30
FEW_SECONDS = 20  # on a busy machine; four gigabytes would take minutes
FORMULA = '=HYPERLINK("http://example.org","Heat")'
ROWS = b"title,year\n" + b"Heat,1995\n" * 200_000


def is_run_by_a_spreadsheet(cell):
    return cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not cell[1:].replace(".", "", 1).isdecimal()


def nothing_is_kept(cinemactl):
    listed = [cinemactl(*words, "--json").json for words in (("movie", "list"), ("import", "list"), ("job", "list"))]
    return listed == [[], [], []]


@pytest.fixture
def imported(cinemactl, tmp_path):
    """Import a file by the function that workers call, and return how waiting for it ends."""

    def imported(content, *words, name="movies.csv"):
        (tmp_path / name).write_bytes(content)
        asked = cinemactl("movie", "import", name, "--no-wait", *words)
        if asked.code:
            return asked
        (tmp_path / name).unlink()  # whoever does the job has nothing but the database
        perform(int(asked.out), settings=configuration.load({}, cinemactl.environment))
        return cinemactl("job", "wait", asked.out.strip(), "--json")

    return imported


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("page.csv", b"<!DOCTYPE html>\n<html><head><title>Heat</title></head>", "it is a web page or XML, no table"),
        ("bom.csv", b"\xef\xbb\xbf\r\n\r\n <html lang=en>\r\n<body>", "it is a web page or XML, no table"),
        ("wide.csv", "<html>\n<body>\n".encode("utf-16"), "it is a web page or XML, no table"),
        (
            "letters.csv",
            b",".join(b"%c" % byte for byte in b"abcdefghijklmnopq") * 2 + b"\n1,2\n",
            "No column of letters.csv",
        ),
        ("one.csv", b"t\ni\nt\nl\ne\n", "No column of one.csv is called title"),
        ("photo.csv", b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00" + bytes(range(256)) * 9000, "it is a JPEG picture"),
        (
            "bomb.zip",
            zipped(("movies.csv", b"title,year\n" + b"Heat,1995\n" * 10_000_000)),
            "which no list of movies does",
        ),
        ("bomb.csv.zst", zstandard(b"title,year\n" + b"Heat,1995\n" * 10_000_000), "which no list of movies does"),
        ("twice.csv", zipped(("a.zip", zipped(("movies.csv", ROWS)))), "it is packed twice, with zip and zip"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() and " " not in value else "",
)
def test_what_is_no_table_is_refused_at_once(cinemactl, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    started = time.monotonic()
    refused = cinemactl("movie", "import", name, "--no-wait", "--json")
    assert time.monotonic() - started < FEW_SECONDS
    assert (refused.code, says in refused.error["message"]) == (1, True), refused.error
    assert refused.error["hint"]
    assert nothing_is_kept(cinemactl)


@pytest.mark.parametrize(
    ("start", "endless", "says"),
    [
        (b"", b"x", "its first line does not end"),
        (b"title,year\nHeat,", b"1", "one of its lines has more than a million characters"),
        (ROWS, b"x", "one of its lines has more than a million characters"),
        (b'[{"title": "', b"x", "one of its lines has more than a million characters"),
    ],
)
def test_a_line_of_four_gigabytes_from_stdin(cinemactl, start, endless, says):
    words = ("movie", "import", "-", "--no-wait", "--json")
    started = time.monotonic()
    command = cinemactl.start(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    written = 0
    with suppress(BrokenPipeError):
        for piece in chain([start], repeat(endless * 2**20, 4 * 1024)):
            written += command.stdin.write(piece)
    command.stdin.close()
    command.stdin = None  # nothing more is to be written
    _, said = command.communicate(timeout=FEW_SECONDS)
    assert time.monotonic() - started < FEW_SECONDS
    assert (command.returncode, says in said.decode()) == (1, True), said
    assert written < GIB // 8
    assert nothing_is_kept(cinemactl)


@pytest.mark.parametrize("start", [b"", b"title,year\nHeat,1995\n", ROWS])
def test_a_hole_of_four_gigabytes(cinemactl, tmp_path, start):
    (tmp_path / "movies.csv").write_bytes(start)
    os.truncate(tmp_path / "movies.csv", 4 * GIB)
    started = time.monotonic()
    refused = cinemactl("movie", "import", "movies.csv", "--no-wait", "--json")
    assert time.monotonic() - started < FEW_SECONDS
    assert (refused.code, refused.error["code"]) == (1, "file-unreadable")
    assert nothing_is_kept(cinemactl)


def test_a_path_that_the_worker_cannot_see(imported):
    assert imported(b"title\nHeat\n").json["created"] == 1


def test_a_url_that_redirects_to_a_private_address(cinemactl, monkeypatch):
    asked = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            target = unquote(self.path.removeprefix("/"))
            asked.append(target)
            self.send_response(302)
            self.send_header("Location", target)
            self.end_headers()

        def log_message(self, *words):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        public = remote._is_public
        monkeypatch.setattr(remote, "_is_public", lambda address: address == "127.0.0.1" or public(address))
        for private in ("127.0.0.2", "10.0.0.1", "169.254.169.254", "[::1]", "0.0.0.0", "2130706434"):  # noqa: S104
            target = f"http://{private}:{server.server_port}/secret.csv"
            url = f"http://127.0.0.1:{server.server_port}/{target}"
            refused = cinemactl("movie", "import", url, "--no-wait", "--json")
            assert (refused.code, "is a private address" in refused.error["message"]) == (1, True), refused.error
            assert asked.pop() == target
            assert not asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert nothing_is_kept(cinemactl)


def test_a_formula_in_a_workbook_has_no_value_and_runs_nowhere(cinemactl, imported):
    book = workbook(("List", [["title", "year"], [FORMULA, 1995], ["Alien", "=1+1978"], ["Dune", 1984]]))
    done = imported(book, name="movies.xlsx")
    assert (done.code, done.json["created"], done.json["rejected"]) == (6, 2, 1)
    found = {movie["title"]: movie["year"] for movie in cinemactl("movie", "list", "--json").json}
    assert found == {"Alien": None, "Dune": 1984}


COMMANDS = (
    *(
        "movie list",
        "movie export",
        "movie search hyperlink",
        "movie show 1",
        "import list",
        "import show 1",
        "job list",
    ),
    *("import rejects 1", "job show 1", "job logs 1", "import layouts", "config show", "worker list"),
)


def test_what_is_written_as_csv_is_safe_to_open_in_a_spreadsheet(cinemactl, imported):
    named = "=cmd|' C calc'!A0.csv"
    rows = [
        ["title", "year", "cast", "synopsis", FORMULA, "+heading"],
        [FORMULA, "1995", "@SUM(1)|-Al", "\t=1", "x", ""],
        ["+1 Heat", "=19x9", "-x", "@x", FORMULA, "\r=2"],
        ["-2+3", "@", "", "", "'=3", "|=4"],
    ]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    done = imported(stream.getvalue().encode(), name=named)
    assert (done.code, done.json["created"], done.json["rejected"]) == (6, 1, 2)
    for words in COMMANDS:
        form = () if words in ("movie export", "import rejects 1") else ("--format", "csv")
        written = cinemactl(*words.split(), *form)
        assert written.code == 0, (words, written.err)
        cells = [cell for row in csv.reader(io.StringIO(written.out, newline=""), strict=True) for cell in row]
        assert cells, words
        assert not [cell for cell in cells if is_run_by_a_spreadsheet(cell)], words
    assert cinemactl("movie", "list", "--json").json[0]["title"] == FORMULA
