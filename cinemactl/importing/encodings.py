"""Which encoding a file's text is in, found out from all of it.

What is not UTF-8 is judged by the lines that are not: an encoding is taken only when it makes words of them and no other
makes other words. A wrong guess would spoil every title quietly; a refusal costs an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cinemactl.importing.uploads import FileUnreadable

SAMPLE_BYTES = 128 * 1024
LANGUAGE_BYTES = 16 * 1024
TALKATIVE = 5
MOST_ODD = 0.1
BYTES_A_LINE = 8
ASCII = bytes(range(128))
SURE = 0.2
NEAR = 0.1
SHOWN = 3
# charset-normalizer names a relative of what files are written in.
COMMON = {"euc_jis_2004": "euc_jp", "euc_jisx0213": "euc_jp", "big5hkscs": "big5", "gbk": "gb18030", "cp1125": "cp866"}
DOUBLE_BYTE = frozenset({"gb18030", "big5", "cp932", "euc_jp", "cp949", "johab", "shift_jis_2004"})

LINE_END = re.compile(rb"[\r\n]+")
WORD = re.compile(r"[^\s,;|\"()\[\]]+")
# A control or private character, a mark between letters, a capital after a small letter, two scripts in one word.
MARKS = "\xa1-\xa9\xab-\xb6\xb8\xb9\xbb-\xbf\xd7\xf7"
MARKS += "\u201a\u201e\u2020-\u2022\u2030\u02c6\u02dc\u2122\u2039\u203a\u20ac\u2500-\u25ff"
ODD = re.compile(
    "[\x80-\x9f\ufffd\ue000-\uf8ff]"
    rf"|[^\W\d_][{MARKS}]+[^\W\d_]"
    "|[a-z\xdf-\xff][\xc0-\xde\u0152\u0160\u0178\u017d]"
    "|[a-zA-Z][\u0370-\u1fff\u2c80-\ufefc]|[\u0370-\u1fff][a-zA-Z]"
)
LATIN = re.compile("[a-zA-Z]")
FOREIGN_RUN = re.compile("[\xc0-\xff]{2}")
# What cp1252 would turn letters of other languages into, and what tells that it is cp1252 all the same.
DOUBTS = (
    (re.compile("\xf8|\xec(?=\\w)"), re.compile("[\xe5\xe6\xc5\xc6]"), "cp1250"),
    (re.compile("\xf5(?!e|\\W|$)"), re.compile("\xe3"), "cp1250"),
    (re.compile("[\xf0\xfe\xfd\xdd\xde]"), re.compile("[\xe6\xc6]"), "cp1254"),
)


class Survey:
    """What all the bytes of a text say about its encoding; `feed` takes it piece by piece."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines = 1
        self._good = 0
        self._bad = 0
        self._first_bad = 0
        self._sample: list[bytes] = []
        self._sampled = 0

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""
        piece = self._rest + piece
        cut = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1 or len(piece)
        self._rest = piece[cut:]
        self._look(piece[:cut])

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces on, each looked at."""
        for piece in pieces:
            self.feed(piece)
            yield piece

    def encoding(self, name: str) -> str:
        """Return the encoding of all that was fed; raises FileUnreadable when several are possible, or none."""
        self._look(self._rest)
        self._rest = b""
        if not self._bad or self._good >= TALKATIVE * self._bad:
            return "utf-8"
        found = [] if self._good * TALKATIVE > self._bad else guesses(b"\n".join(self._sample))
        if len(found) == 1:
            return found[0]
        if found:
            first, *others = found[:SHOWN]
            reason = f"it is not UTF-8 (line {self._first_bad}), and may be {first} or {' or '.join(others)}"
            raise FileUnreadable(name, reason, f"Say what it is, as in --encoding {first}, or save it as UTF-8.")
        mixed = " in all its lines" if self._good else ""
        raise FileUnreadable(
            name,
            f"it is not UTF-8{mixed} (line {self._first_bad})",
            "Say what it is, as in --encoding cp1252, or save it as UTF-8.",
        )

    def _look(self, piece: bytes) -> None:
        if piece.isascii():
            self._lines += _line_ends(piece) if not self._bad else 0
            return
        try:
            piece.decode()
        except UnicodeDecodeError:
            self._look_closely(piece)
        else:
            self._good += 1 + len(piece.translate(None, ASCII)) // BYTES_A_LINE
            self._lines += _line_ends(piece) if not self._bad else 0

    def _look_closely(self, piece: bytes) -> None:
        for line in LINE_END.split(piece):
            if line.isascii():
                continue
            try:
                line.decode()
            except UnicodeDecodeError as error:
                if not self._bad:
                    before = piece[: piece.find(line) + error.start]
                    self._first_bad = self._lines + _line_ends(before)
                self._bad += 1
                if self._sampled < SAMPLE_BYTES:
                    self._sample.append(line[:SAMPLE_BYTES])
                    self._sampled += len(line)
            else:
                self._good += 1


def _line_ends(piece: bytes) -> int:
    return piece.count(b"\n") or piece.count(b"\r")


def guesses(sample: bytes) -> list[str]:
    """Return the encodings that lines which are not UTF-8 may be in: one when it is sure, none when none makes sense."""
    western = _makes_sense(sample, "cp1252")
    if western:
        words = _foreign_words(sample, "cp1252")
        text = " ".join(words)
        for doubt, sign, other in DOUBTS:
            doubted = sum(bool(doubt.search(word)) for word in words)
            if doubted > MOST_ODD * len(words) and not sign.search(text) and _makes_sense(sample, other):
                return [other, "cp1252"]
        return ["cp1252"]
    return _by_language(sample)


def _by_language(sample: bytes) -> list[str]:
    from charset_normalizer import from_bytes  # noqa: PLC0415  (start-up)

    part = b"\n".join(LINE_END.split(sample[:LANGUAGE_BYTES])[: -1 if len(sample) > LANGUAGE_BYTES else None])
    matches = []
    for match in from_bytes(part):
        for encoding in (match.encoding, *match.could_be_from_charset):
            common = COMMON.get(encoding, encoding)
            if _makes_sense(sample, common):
                matches.append((common, match.chaos, match.coherence))
                break
    if not matches:
        return []
    first, chaos, coherence = matches[0]
    if first not in DOUBLE_BYTE and coherence < SURE:
        return []
    text = sample.decode(first)
    near = [
        other
        for other, its_chaos, its_coherence in matches[1:]
        if its_chaos <= chaos + NEAR / 2 and its_coherence >= coherence - NEAR and sample.decode(other) != text
    ]
    return list(dict.fromkeys([first, *near]))


def _makes_sense(sample: bytes, encoding: str) -> bool:
    """Whether the words that are not ASCII are words when read so, but for a few."""
    try:
        words = _foreign_words(sample, encoding)
    except (UnicodeError, LookupError):
        return False
    odd = sum(bool(ODD.search(word) or (FOREIGN_RUN.search(word) and not LATIN.search(word))) for word in words)
    return bool(words) and odd <= MOST_ODD * len(words)


def _foreign_words(sample: bytes, encoding: str) -> list[str]:
    return [word for word in WORD.findall(sample.decode(encoding)) if not word.isascii()]
