"""A file comes from a URL, but never from inside the house unless that is allowed."""

from __future__ import annotations

import hashlib
import hmac
import threading
from functools import reduce
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from cinemactl.importing.object_store import S3Refused
from cinemactl.importing.remote import _is_public, fetch
from cinemactl.importing.uploads import FileUnreadable, name_of, opened

SECRET = "s3cret/w0rd"
CONTENT = b"title,year\nHeat,1995\n"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/bucket/") and not self.is_signed():
            self.send_error(403)
            return
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

    def is_signed(self):
        """Whether the query is signed with SECRET, as Signature Version 4 has it."""
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        signature = asked.pop("X-Amz-Signature", "")
        scope = asked.get("X-Amz-Credential", "/").split("/", 1)[1]
        wanted = (
            "GET",
            parts.path,
            urlencode(sorted(asked.items())),
            f"host:{self.headers['Host']}\n",
            "host",
            "UNSIGNED-PAYLOAD",
        )
        digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
        told = "\n".join(("AWS4-HMAC-SHA256", asked.get("X-Amz-Date", ""), scope, digest))
        key = reduce(
            lambda key, word: hmac.digest(key, word.encode(), "sha256"), scope.split("/"), b"AWS4" + SECRET.encode()
        )
        return hmac.compare_digest(hmac.digest(key, told.encode(), "sha256").hex(), signature)

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


def test_a_file_is_fetched_where_private_addresses_are_allowed(site):
    for path in ("/movies.csv?key=1", "/to//movies.csv"):
        with opened(site + path, private=True) as (stream, size):
            assert (stream.read(), size) == (CONTENT, len(CONTENT))


@pytest.fixture
def bucket(site, monkeypatch, tmp_path):
    for name, value in {
        "AWS_ENDPOINT_URL_S3": site,
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_file_in_s3_is_fetched_with_the_credentials_of_its_tools(bucket):
    with opened("s3://bucket/lists of 2026/movies+.csv", private=True) as (stream, _):
        assert stream.read() == CONTENT
    bucket.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(FileUnreadable, match="the server answers 403"), opened("s3://bucket/movies.csv", private=True):
        pass


@pytest.mark.parametrize("url", ["s3://", "s3://bucket", "s3:///key", "s3://bucket/", "s3://BUCKET!/key"])
def test_what_names_no_file_in_s3(bucket, url):
    with pytest.raises(S3Refused), opened(url, private=True):
        pass


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
