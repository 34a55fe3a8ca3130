"""`cinemactl movie attach`: posters and trailers by what they are, not by what they are called."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"video" * 50
QUICKTIME = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  " + b"video" * 50
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"video" * 50
MATROSKA = b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x88matroska" + b"video" * 50
HEIC = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1MiHEmiaf" + b"picture" * 50
AVIF = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1" + b"picture" * 50
SOUND = b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42" + b"sound" * 50
EBML = b"\x1aE\xdf\xa3\x84B\x82\x81x" + b"video" * 50


def picture(form, size=(60, 90)):
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, form)
    return file.getvalue()


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(side):
    """Return a small PNG that unpacks to `side` times `side` pixels."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    rows = png_chunk(b"IDAT", zlib.compress(b"\0" * ((side + 7) // 8 + 1) * 100))
    return b"\x89PNG\r\n\x1a\n" + header + rows + png_chunk(b"IEND", b"")


@pytest.fixture
def media(cinemactl):
    cinemactl("movie", "add", "Heat")
    return Path(cinemactl.environment["CINEMACTL_HOME"]) / "media"


@pytest.fixture
def attach(cinemactl, media, tmp_path):
    """Write a file and attach it."""

    def attach(name, content, *words):
        (tmp_path / name).write_bytes(content)
        return cinemactl("movie", "attach", "Heat", name, *words, "--json")

    return attach


def kept(media):
    return sorted(file.name for file in media.iterdir()) if media.exists() else []


def test_a_poster_is_kept_by_its_content(attach, media, tmp_path):
    for form, name, ending, width in (
        ("JPEG", "a.jpg", ".jpg", 60),
        ("PNG", "b.txt", ".png", 60),
        ("WEBP", "c", ".webp", 60),
        ("PNG", "d.mp4", ".png", 61),
        ("JPEG", "e.png", ".jpg", 61),
    ):
        content = picture(form, size=(width, 90))
        attached = attach(name, content)
        poster = hashlib.sha256(content).hexdigest() + ending
        assert (attached.code, attached.json["poster"], attached.json["trailer"]) == (0, poster, None)
        assert attached.err == f"Attached to movie 1 as poster: {media / poster}\n"
        assert (media / poster).read_bytes() == content
        assert (media / poster).stat().st_mode & 0o777 == 0o644
        assert (tmp_path / name).read_bytes() == content
    assert len(kept(media)) == 5


def test_a_trailer_is_known_by_its_container(attach, media):
    for content, ending in ((MP4, ".mp4"), (QUICKTIME, ".mov"), (WEBM, ".webm"), (MATROSKA, ".mkv")):
        attached = attach("trailer.jpg", content)
        trailer = hashlib.sha256(content).hexdigest() + ending
        assert (attached.code, attached.json["trailer"], attached.json["poster"]) == (0, trailer, None)
        assert trailer in kept(media)


def test_the_same_file_twice_is_one_copy(cinemactl, attach, media):
    attached = attach("heat.png", picture("PNG"))
    cinemactl("movie", "add", "Alien")
    again = cinemactl("movie", "attach", "Alien", "heat.png", "--json")
    assert again.json["poster"] == attached.json["poster"]
    assert kept(media) == [attached.json["poster"]]
    unchanged = attach("other-name.png", picture("PNG"))
    assert unchanged.json == attached.json


def test_what_is_neither_is_refused(attach, media):
    neither = "it is neither a JPEG, PNG or WebP picture nor a video"
    for content, reason in (
        (b"", "it is empty"),
        (b"This is no picture.\n" * 50, neither),
        (b"\x00" * 1000, neither),
        (picture("GIF"), neither),
        (picture("BMP"), neither),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", neither),
        (HEIC, neither),
        (AVIF, neither),
        (SOUND, neither),
        (EBML, neither),
        (picture("JPEG")[:-300], "the picture is damaged"),
        (picture("PNG")[:-100], "the picture is damaged"),
        (picture("WEBP")[:-100], "the picture is damaged"),
        (picture("PNG")[:60] + b"\xff" * 40 + picture("PNG")[100:], "the picture is damaged"),
        (bomb(10_000), "it unpacks to too many pixels"),
        (bomb(100_000), "it unpacks to too many pixels"),
    ):
        refused = attach("poster.jpg", content)
        assert (refused.code, refused.out) == (1, "")
        assert refused.error == {
            "code": "media-refused",
            "message": f"poster.jpg cannot be attached: {reason}.",
            "hint": "A poster is a JPEG, PNG or WebP picture, a trailer an MP4, QuickTime, WebM or Matroska video, "
            "or either an http(s) URL.",
        }
        assert kept(media) == []


def test_what_is_too_large_is_refused_before_it_is_copied(cinemactl, media, tmp_path):
    with (tmp_path / "huge").open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(2**36)
    refused = cinemactl("movie", "attach", "Heat", "huge")
    assert (refused.code, kept(media)) == (1, [])
    assert refused.err.startswith("error: huge cannot be attached: it is larger than 50 MiB.")


def test_as_says_what_it_should_be(attach, media):
    assert attach("p.png", picture("PNG"), "--as", "poster").code == 0
    assert attach("t.mp4", MP4, "--as", "trailer").code == 0
    wrong = attach("p.png", picture("PNG"), "--as", "trailer")
    assert (wrong.code, wrong.error["message"]) == (1, "p.png cannot be attached: it is no video.")
    wrong = attach("t.mp4", MP4, "--as", "poster")
    assert (wrong.code, wrong.error["message"]) == (1, "t.mp4 cannot be attached: it is a video.")
    wrong = attach("p.png", picture("PNG"), "--as", "logo")
    assert (wrong.code, wrong.error["message"]) == (2, "A movie has no 'logo' to attach to.")
    assert len(kept(media)) == 2


def test_a_file_that_cannot_be_read_is_refused(cinemactl, media, tmp_path):
    (tmp_path / "folder").mkdir()
    refused = cinemactl("movie", "attach", "Heat", "folder", "--json")
    assert (refused.code, refused.error["message"]) == (1, "folder cannot be attached: it is a folder.")
    missing = cinemactl("movie", "attach", "Heat", "missing.jpg", "--json")
    assert (missing.code, missing.error["message"]) == (3, "There is no file missing.jpg.")
    long = cinemactl("movie", "attach", "Heat", "x" * 300, "--json")
    assert (long.code, long.error["message"]) == (
        1,
        f"{'x' * 300} cannot be attached: it cannot be read (File name too long).",
    )
    assert cinemactl("movie", "attach", "Nobody", "missing.jpg", "--json").error["code"] == "movie-not-found"
    assert kept(media) == []


def test_a_url_is_kept_as_it_is(cinemactl, media):
    for url, words, field in (
        ("https://example.org/heat.JPG?size=1#top", (), "poster"),
        ("http://example.org/heat.webm", (), "trailer"),
        ("https://example.org/watch?v=1", ("--as", "trailer"), "trailer"),
    ):
        attached = cinemactl("movie", "attach", "Heat", url, *words, "--json")
        assert (attached.json[field], attached.err) == (url, f"Attached to movie 1 as {field}: {url}\n")
    untold = cinemactl("movie", "attach", "Heat", "https://example.org/watch?v=1", "--json")
    assert (untold.code, untold.error["hint"]) == (2, "Say so with --as poster or --as trailer.")
    wrong = cinemactl("movie", "attach", "Heat", "ftp://example.org/heat.jpg", "--json")
    assert (wrong.code, wrong.error["code"]) == (2, "value-refused")
    assert kept(media) == []


def test_stdin_is_a_file_too(cinemactl, media):
    attached = cinemactl.process("movie", "attach", "Heat", "-", "--json", stdin=picture("WEBP"))
    assert attached.code == 0
    assert kept(media) == [attached.json["poster"]]
    nothing = cinemactl.process("movie", "attach", "Heat", "-", stdin=b"")
    assert (nothing.code, nothing.err.splitlines()[0]) == (1, "error: Standard input cannot be attached: it is empty.")


def test_a_dry_run_leaves_no_file(cinemactl, attach, media):
    dry = attach("heat.png", picture("PNG"), "--dry-run")
    assert (dry.code, dry.json["poster"][-4:]) == (0, ".png")
    assert not media.exists()
    assert cinemactl("movie", "show", "Heat", "--json").json["poster"] is None
    assert attach("text.jpg", b"text", "--dry-run").code == 1


def test_a_folder_that_cannot_be_made_is_named(cinemactl, attach, media):
    media.parent.mkdir(exist_ok=True)
    media.write_text("in the way")
    refused = attach("heat.png", picture("PNG"))
    assert refused.code == 1
    assert refused.error["message"] == f"The file system refuses {media}: File exists."
    assert cinemactl("movie", "show", "Heat", "--json").json["poster"] is None
