"""Texts of people made fit for a page."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """Return a text on one line without control characters, which no HTML page may hold."""
    return _CONTROLS.sub("", " ".join(text.split()))
