"""A file comes from a URL, but never from inside the house unless that is allowed."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cinemactl.importing.remote import _is_public, fetch
from cinemactl.importing.uploads import FileUnreadable, name_of, opened

CONTENT = b"title,year\nHeat,1995\n"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        if self.path == "/none":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT) + 5 * (self.path == "/short")))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched_where_private_addresses_are_allowed(site, monkeypatch):
    monkeypatch.setenv("CINEMACTL_ALLOW_PRIVATE_URLS", "1")
    for path in ("/movies.csv?key=1", "/to//movies.csv"):
        with opened(site + path) as (stream, size):
            assert (stream.read(), size) == (CONTENT, len(CONTENT))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/none", "the server answers 404"),
        ("/short", "the connection broke off"),
        ("/to/file:///etc/passwd", "neither http nor https"),
        ("/to/" * 9, "redirected more than 5 times"),
    ],
)
def test_what_cannot_be_fetched(site, path, says):
    def read():
        stream, _ = fetch(site + path, "x.csv", private=True)
        with stream:
            stream.read()

    with pytest.raises(FileUnreadable, match=says):
        read()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]", "192.168.1.1"]
)
def test_private_addresses_are_refused(host):
    with pytest.raises(FileUnreadable, match="is a private address"):
        fetch(f"http://{host}:9/x.csv", "x.csv")


def test_which_addresses_are_public():
    assert _is_public("8.8.8.8")
    assert not _is_public("2002:7f00:1::")
    assert not _is_public("fe80::1%eth0")


def test_a_name_holds_no_secret():
    assert name_of("https://user:word@example.org/a/movies.csv?key=1") == "movies.csv"
    assert name_of("folder/movies.csv") == "movies.csv"
