"""Every failure that is expected: one class each, with its sentence, its way out and its exit code.

`code` is the stable name that scripts read under --json. The four bases carry the exit codes of the command line;
an unexpected exception is a bug and none of these.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """What a command's exit status means."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNAVAILABLE = 5
    SET_ASIDE = 6
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class CinemactlError(Exception):
    """A failure the user can understand: `message` says what happened, `hint` what mends it."""

    exit_code = ExitCode.FAILED
    code = "failed"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object that stands for this error on stderr and in a job's record."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageRefused(CinemactlError):
    """The words of the command, or a value in them, are not acceptable."""

    exit_code = ExitCode.USAGE
    code = "usage"


class NotFound(CinemactlError):
    """What was named does not exist."""

    exit_code = ExitCode.NOT_FOUND
    code = "not-found"


class Conflict(CinemactlError):
    """It exists already, clashes with something, or the name fits several things."""

    exit_code = ExitCode.CONFLICT
    code = "conflict"


class Unavailable(CinemactlError):
    """A server cannot be reached; trying again later may help."""

    exit_code = ExitCode.UNAVAILABLE
    code = "unavailable"


class SetAside(CinemactlError):
    """The work is done, but some rows were set aside."""

    exit_code = ExitCode.SET_ASIDE
    code = "set-aside"


class Interrupted(CinemactlError):
    """The user pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED
    code = "interrupted"

    def __init__(self, message: str = "Interrupted: nothing was changed.", hint: str = "") -> None:
        super().__init__(message, hint)
