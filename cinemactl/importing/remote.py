"""A file fetched from an http(s) URL, from public addresses only, unless private ones are allowed.

Every hop is looked up once, and the connection goes to the very address that was checked, so that a name cannot point
elsewhere in between.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import time
from typing import BinaryIO, cast
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3

from cinemactl.importing.uploads import CHUNK_BYTES, FileUnreadable

SCHEMES = {"http": 80, "https": 443}
MOST_REDIRECTS = 5
MOST_BYTES = 4 * 2**30
MOST_SECONDS = 3600
TIMEOUT = urllib3.Timeout(connect=15, read=60)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_SIZE = 16
HINT = "Download it, and import the file."


class Fetched(io.RawIOBase):
    """The body of a response; reading raises FileUnreadable when it breaks off, is too large, or takes too long."""

    def __init__(self, name: str, response: urllib3.BaseHTTPResponse) -> None:
        self._name = name
        self._response = response
        self._size = 0
        self._until = time.monotonic() + MOST_SECONDS

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        """Fill `buffer` with what has come; 0 at the end."""
        try:
            piece = self._response.read1(len(buffer))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise FileUnreadable(self._name, "the connection broke off", "Try again.") from error
        self._size += len(piece)
        if self._size > MOST_BYTES:
            raise FileUnreadable(self._name, f"it is larger than {MOST_BYTES // 2**30} GiB", HINT)
        if time.monotonic() > self._until:
            raise FileUnreadable(self._name, "it takes more than an hour to come", HINT)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the connection, too."""
        self._response.close()
        super().close()


def fetch(url: str, name: str, *, private: bool = False) -> tuple[BinaryIO, int | None]:
    """Open a URL and return its stream with its size in bytes if told; `name` stands for it in errors.

    Raises FileUnreadable when it cannot be fetched, or may not be: another scheme, or an address that is not public
    (which `private` allows).
    """
    for _ in range(MOST_REDIRECTS + 1):
        response = _ask(_checked(url, name), name, private=private)
        target = response.headers.get("location")
        if response.status not in REDIRECTS or not target:
            break
        response.close()
        url = urljoin(url, target)
    else:
        raise FileUnreadable(name, f"it is redirected more than {MOST_REDIRECTS} times", HINT)
    if response.status != 200:  # noqa: PLR2004  (OK)
        response.close()
        raise FileUnreadable(name, f"the server answers {response.status}", "See the address in a browser.")
    size = response.headers.get("content-length", "")
    stream = io.BufferedReader(cast("io.RawIOBase", Fetched(name, response)), CHUNK_BYTES)
    return cast("BinaryIO", stream), int(size) if size.isdecimal() and len(size) < LONGEST_SIZE else None


def _checked(url: str, name: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise FileUnreadable(name, "it leads to an address that is neither http nor https", HINT)
    return parts


def _ask(parts: SplitResult, name: str, *, private: bool) -> urllib3.BaseHTTPResponse:
    host, port = parts.hostname or "", parts.port or SCHEMES[parts.scheme]
    address = _address(host, port, name, private=private)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, timeout=TIMEOUT, retries=False, server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=TIMEOUT, retries=False)
    shown = f"[{host}]" if ":" in host else host
    headers = {
        "Host": f"{shown}:{port}" if parts.port else shown,
        "Accept-Encoding": "identity",
        "User-Agent": "cinemactl",
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        return pool.request("GET", target, headers=headers, redirect=False, preload_content=False, decode_content=False)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise FileUnreadable(name, f"{host} cannot be reached ({type(error).__name__})", "Try again.") from error


def _address(host: str, port: int, name: str, *, private: bool) -> str:
    """Return the address to connect to; raises FileUnreadable unless all that the name has are public."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise FileUnreadable(name, f"there is no host {host[:80]!r}", "See the address.") from error
    if not private and not all(map(_is_public, found)):
        raise FileUnreadable(
            name, f"{host[:80]} is a private address", "Download it, or allow it with CINEMACTL_ALLOW_PRIVATE_URLS=1."
        )
    return found[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or _is_public(str(inner)))
