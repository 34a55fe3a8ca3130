"""What a stream can take: colour, width and which characters; and the two switches that the command line sets.

Nothing here imports rich. Every choice is made for one stream at the moment of writing, so that
`cinemactl … > file` keeps its colours on stderr.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_WIDTH = 80

BOLD = "1"
RED = "1;31"
YELLOW = "1;33"
CYAN = "36"

# C0 without newline and tab, delete, C1, and the marks that reverse the direction of what follows them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass
class _Switches:
    quiet: bool = False
    color: bool | None = None


SWITCHES = _Switches()


def configure(*, quiet: bool = False, color: bool | None = None) -> None:
    """Set what the flags of this run say: --quiet, and --color or --no-color (None: each stream decides)."""
    SWITCHES.quiet = quiet
    SWITCHES.color = color


def is_quiet() -> bool:
    """Whether --quiet was given."""
    return SWITCHES.quiet


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at `stream` live."""
    return stream.isatty()


def can_redraw(stream: TextIO) -> bool:
    """Whether `stream` is a terminal on which a line can be drawn again."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def has_color(stream: TextIO) -> bool:
    """Whether `stream` gets colour: the flag, then FORCE_COLOR, NO_COLOR, TERM=dumb, then whether it is a terminal."""
    if SWITCHES.color is not None:
        return SWITCHES.color
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return not os.environ.get("NO_COLOR") and can_redraw(stream)


def width_of(stream: TextIO) -> int | None:
    """Return how many columns the terminal behind `stream` has; None, no limit, when it is not a terminal."""
    if not is_terminal(stream):
        return None
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except OSError:
        return DEFAULT_WIDTH


def writes_unicode(stream: TextIO) -> bool:
    """Whether every character can be written to `stream`."""
    return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf")


def writer(stream: TextIO) -> Callable[[str], object]:
    r"""Return the function that writes text to `stream`; what its encoding lacks is written as \xe9 or \u4e2d."""
    if writes_unicode(stream):
        return stream.write
    encoding = stream.encoding
    return lambda text: stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def styled(text: str, style: str, stream: TextIO) -> str:
    """Return `text` in `style` (the numbers of an ANSI sequence) where `stream` has colour."""
    return f"\x1b[{style}m{text}\x1b[0m" if text and has_color(stream) else text


def clean(text: str) -> str:
    """Return `text` without what could steer a terminal: control characters other than newline and tab."""
    if text.isprintable():
        return text
    return without_surrogates(_CONTROLS.sub("", text))


def without_surrogates(text: str) -> str:
    """Return `text` with halves of characters, which no encoding can write, replaced by U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def tell(text: str) -> None:
    """Write `text` and a newline to stderr, at once."""
    writer(sys.stderr)(f"{text}\n")
    sys.stderr.flush()
