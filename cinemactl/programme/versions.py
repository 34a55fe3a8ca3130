"""The version a movie is shown in: picture format, audio and subtitle language, captions; from text to value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from cinemactl.catalogue import values
from cinemactl.catalogue.places import language
from cinemactl.catalogue.values import ValueRefused, spelling_key
from cinemactl.programme.tables import CAPTIONS

FORMAT_MOST = 20
# As the houses that have them write them; any other name is taken as it is given.
FORMATS = (
    *("2D", "3D", "IMAX", "IMAX 3D", "70mm", "IMAX 70mm", "35mm", "16mm", "4DX", "4DX 3D", "ScreenX", "Dolby Cinema"),
    *("Dolby Cinema 3D", "HFR", "HFR 3D", "LED", "PLF"),
)
_NAME = re.compile(r"[^\W_](?:[^\W_]|[ .+-])*")
_FORMATS = {spelling_key(name): name for name in FORMATS}


@dataclass(frozen=True, slots=True)
class Version:
    """A form a movie is shown in. Languages are BCP 47, `captions` is open, closed or None."""

    format: str = "2D"
    audio: str | None = None
    subtitles: str | None = None
    captions: str | None = None


@lru_cache(maxsize=256)
def format_of(given: str) -> str:
    """Return a picture format, a known one in its usual spelling; raises ValueRefused.

    It has 1 to 20 letters, digits, spaces, dots, hyphens and plus signs, and begins with a letter or a digit.
    """
    name = values.text("format", given, FORMAT_MOST, one_line=True)
    if not _NAME.fullmatch(name):
        near = get_close_matches(spelling_key(name), _FORMATS, n=1, cutoff=0.5)
        hint = (
            f"Did you mean {_FORMATS[near[0]]}?"
            if near
            else f"Known are {', '.join(FORMATS)}; others are short names, too."
        )
        raise ValueRefused("format", given, "is no name of a picture format", hint)
    return _FORMATS.get(spelling_key(name), name)


def captions_of(given: str) -> str:
    """Return `open` or `closed`; raises ValueRefused for anything else."""
    found = values.trimmed(given).casefold()
    if found not in CAPTIONS:
        reason = "are neither open nor closed" if found else "are empty"
        raise ValueRefused("captions", given, reason, "Give open for captions everybody sees, or closed.")
    return found


def version_of(
    format: str | None = None,  # noqa: A002  (what the field calls it)
    audio: str | None = None,
    subtitles: str | None = None,
    captions: str | None = None,
) -> Version:
    """Return the version that these words say, None being unsaid; raises ValueRefused for what cannot be one."""
    return Version(
        "2D" if format is None else format_of(format),
        None if audio is None else language(audio),
        None if subtitles is None else language(subtitles),
        None if captions is None else captions_of(captions),
    )
