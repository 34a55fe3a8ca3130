"""What can be wrong with a layout, or with a file for want of one."""

from __future__ import annotations

from collections.abc import Sequence

from cinemactl.errors import CinemactlError, NotFound, UsageRefused

SHOWN_COLUMNS = 12


class LayoutUnknown(CinemactlError):
    """The header does not say where the titles are, or says it twice."""

    code = "layout-unknown"


class RecordsOfAnotherKind(CinemactlError):
    """The file is known, and holds what the command does not take."""

    code = "records-of-another-kind"


class LayoutNotFound(NotFound):
    """There is no layout of that name."""

    code = "layout-not-found"


class LayoutRefused(UsageRefused):
    """A layout's file, or its name, cannot be used."""

    code = "layout-refused"


class MappingRefused(UsageRefused):
    """A `--map` names a field or a column that there is not."""

    code = "mapping-refused"


def listed(header: Sequence[str]) -> str:
    """Return the headings of a file as a sentence lists them."""
    named = ", ".join(repr(heading[:40]) for heading in header[:SHOWN_COLUMNS])
    more = len(header) - SHOWN_COLUMNS
    return f"{named} and {more} more" if more > 0 else named
