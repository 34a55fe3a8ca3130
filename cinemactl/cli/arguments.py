"""The words of a command line, brought into the order that Typer reads them in."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from cinemactl.errors import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

VALUE_OPTIONS = ("--database-url", "--redis-url", "--home", "--config", "--lock", "--timeout")
FLAG_OPTIONS = ("--quiet", "-q", "--debug", "--no-color", "--version")
# What these print has no format.
PAGE_OPTIONS = ("--help", "-h", "--version")
JSON_FORMATS = ("json", "jsonl")


def arranged(given: Sequence[str]) -> list[str]:
    """Return the words with the global options, wherever they stand, in front, and --format or --json at the end.

    Raises UsageRefused when a global option lacks its value or a word is not text.
    """
    front: list[str] = []
    rest: list[str] = []
    options, operands = _parted(given)
    formats = _formats(options)
    words = iter(options)
    for word in words:
        if word in VALUE_OPTIONS:
            front += [word, _value(word, next(words, None))]
        elif word in FLAG_OPTIONS or word.partition("=")[0] in VALUE_OPTIONS:
            front.append(word)
        elif word == "--format":
            next(words, None)
        elif word != "--json" and not word.startswith("--format="):
            rest.append(word)
    for word in given:
        _refuse_what_is_no_text(word)
    if formats and not any(word in PAGE_OPTIONS for word in options):
        rest.append(f"--format={formats[-1]}")
    return front + rest + operands


def wants_json(given: Sequence[str]) -> bool:
    """Whether errors are to be JSON, too."""
    formats = _formats(_parted(given)[0])
    return bool(formats) and formats[-1].lower() in JSON_FORMATS


def has_flag(given: Sequence[str], flag: str) -> bool:
    """Whether a global flag stands anywhere among the options."""
    return flag in _parted(given)[0]


def _parted(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part the words at `--`: behind it nothing is an option."""
    end = given.index("--") if "--" in given else len(given)
    return list(given[:end]), list(given[end:])


def _formats(options: Sequence[str]) -> list[str]:
    """Return the formats asked for, --json being short for one of them."""
    found = []
    for word, following in zip_longest(options, options[1:], fillvalue=""):
        if word == "--json":
            found.append("json")
        elif word == "--format":
            found.append(following)
        elif word.startswith("--format="):
            found.append(word.partition("=")[2])
    return found


def _value(option: str, value: str | None) -> str:
    if value is None:
        raise UsageRefused(f"The option {option} needs a value.", "See `cinemactl --help`.")
    return value


def _refuse_what_is_no_text(word: str) -> None:
    if not word.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in word):
        raise UsageRefused("An argument is not valid UTF-8.", "Give text in UTF-8.")
