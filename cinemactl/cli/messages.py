"""What a command says beside its data, on stderr: notes, warnings, and why it failed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cinemactl.cli.terminal import CYAN, RED, SWITCHES, YELLOW, clean, styled, tell, writes_unicode
from cinemactl.cli.values import dumps

if TYPE_CHECKING:
    from cinemactl.errors import CinemactlError


def note(text: str) -> None:
    """Say something beside the data, unless --quiet."""
    if not SWITCHES.quiet:
        tell(clean(text))


def warn(text: str) -> None:
    """Say something that must be seen, even under --quiet."""
    tell(f"{styled('warning:', YELLOW, sys.stderr)} {clean(text)}")


def found(severity: str, text: str) -> None:
    """Say what a check has found: an error must be seen, even under --quiet."""
    if severity == "error":
        tell(f"{styled('error:', RED, sys.stderr)} {clean(text)}")
    else:
        note(f"{severity}: {text}")


def further(count: int, key: object) -> None:
    """Say after a page of a list how to see the rest; `key` names the last row of the `count` on the page."""
    note(f"{count} are shown; the next page begins with --after {key}, and --all shows them all.")


def failure(error: CinemactlError, *, as_json: bool) -> None:
    """Say why the command failed and what mends it, as sentences or as one line of JSON."""
    if as_json:
        tell(dumps({"error": error.as_json()}, ascii_only=not writes_unicode(sys.stderr)))
        return
    tell(f"{styled('error:', RED, sys.stderr)} {clean(error.message)}")
    if error.hint:
        tell(f"{styled('hint:', CYAN, sys.stderr)} {clean(error.hint)}")


def dry(dry_run: bool) -> str:  # noqa: FBT001  (its one parameter says it all)
    """Return what a note adds after its verb when nothing is kept: "Added (dry run): movie 5."."""
    return " (dry run)" if dry_run else ""
