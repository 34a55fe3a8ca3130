"""A JSON text, decoded value by value: one value is in memory at a time."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, cast

from cinemactl.importing.uploads import FileUnreadable

READ_CHARACTERS = 64 * 1024
VALUE_CHARACTERS = 2**20
# Nobody counts so far, and converting the digits would take their number squared.
LONGEST_NUMBER = 400
SPACE = re.compile(r"[ \t\r\n]*")
HINT = "Give an array of objects, an object with one such array in it, or an object a line."


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < LONGEST_NUMBER else digits


DECODER = json.JSONDecoder(parse_int=_whole, parse_constant=lambda _: None)


class JsonText:
    """A stream of JSON; every method raises FileUnreadable where it is none."""

    def __init__(self, stream: io.RawIOBase | io.BytesIO, encoding: str, name: str) -> None:
        beneath = io.BufferedReader(cast("io.RawIOBase", stream), READ_CHARACTERS)
        self._text = io.TextIOWrapper(beneath, encoding=encoding, errors="surrogateescape", newline="")
        self._name = name
        self._buffer = ""
        self._at = 0
        self._ended = False
        self.peek()
        self._buffer = self._buffer.removeprefix("\ufeff")

    def first_line(self) -> str:
        """Return the first line without stepping over it, or a million characters of it."""
        while "\n" not in self._buffer and "\r" not in self._buffer and len(self._buffer) < VALUE_CHARACTERS:
            if not self._more():
                break
        return (self._buffer.splitlines() or [""])[0]

    def peek(self) -> str:
        """Return the next character that is no space, empty at the end."""
        while True:
            self._at = cast("re.Match[str]", SPACE.match(self._buffer, self._at)).end()
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, character: str) -> None:
        """Step over the next character, which is to be this one."""
        if self.peek() != character:
            raise self.refused()
        self._at += 1

    def value(self) -> Any:  # noqa: ANN401  (JSON is anything)
        """Step over the next value and return it; it has at most a million characters."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self.refused("a value is nested too deeply") from None
            except ValueError:
                pass
            else:
                if self._ended or end < len(self._buffer):  # a number may go on
                    self._at = end
                    return value
            if len(self._buffer) - self._at > VALUE_CHARACTERS:
                raise self.refused("a value in it has more than a million characters, or it is no JSON")
            if not self._more() and not self._is_value():
                raise self.refused()

    def items(self) -> Iterator[Any]:
        """Yield the values of the array that comes next."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.peek() == "]":
                self.take("]")
                return
            self.take(",")

    def members(self) -> Iterator[str]:
        """Yield the names in the object that comes next; the caller steps over the value of each."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            if self.peek() != '"':
                raise self.refused()
            name = self.value()
            self.take(":")
            yield name
            if self.peek() == "}":
                self.take("}")
                return
            self.take(",")

    def is_list_of_objects(self) -> bool:
        """Whether an array comes next whose first value is an object."""
        if self.peek() != "[":
            return False
        while not (found := re.compile(r"\[\s*(\S)").match(self._buffer, self._at)):
            if not self._more():
                return False
        return found[1] == "{"

    def refused(self, reason: str = "") -> FileUnreadable:
        """Return the refusal of the text."""
        return FileUnreadable(
            self._name, reason or ("it ends too early, or is no JSON" if self._ended else "it is no JSON"), HINT
        )

    def _is_value(self) -> bool:
        try:
            DECODER.raw_decode(self._buffer, self._at)
        except (ValueError, RecursionError):
            return False
        return True

    def _more(self) -> bool:
        """Read on, and let go of what was stepped over; False at the end."""
        try:
            read = "" if self._ended else self._text.read(READ_CHARACTERS)
        except UnicodeError:
            raise self.refused(f"it is not valid {self._text.encoding}") from None
        if not read:
            self._ended = True
            return False
        self._buffer = self._buffer[self._at :] + read
        self._at = 0
        return True
