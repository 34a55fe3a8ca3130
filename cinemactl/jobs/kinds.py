"""The kinds of job there are, which is also the list of the only functions a worker ever calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

from cinemactl.errors import UsageRefused

# What may pass by itself: a lost connection, a full disk, somebody else's change at the same moment, a lock held too long.
PASSING = frozenset({"database-unavailable", "queue-unavailable", "disk-full", "changed-meanwhile", "timeout"})

JobFunction = Callable[..., dict[str, Any]]


class UnknownKind(UsageRefused):
    """No kind of job has that name."""

    code = "unknown-kind"

    def __init__(self, name: str, kinds: Mapping[str, Kind]) -> None:
        super().__init__(
            f"This cinemactl knows no kind of job named {name!r}; it knows {', '.join(sorted(kinds))}.",
            "If a newer cinemactl recorded the job, install that one here too.",
        )


@dataclass(frozen=True)
class Kind:
    """A kind of job: `function_path` is module:function, called as function(context, **args) and giving the report.

    After `timeout_seconds` the job is told to end, after `tidy_seconds` more its process is ended. A failure whose code
    is one of `passing` is tried again later, any other is not. `recurs` allows the kind in recurring work.
    """

    name: str
    function_path: str
    timeout_seconds: int
    tidy_seconds: float = 5.0
    passing: frozenset[str] = PASSING
    recurs: bool = False

    def function(self) -> JobFunction:
        """Return the function; raises ImportError or AttributeError when this program does not have it."""
        module, _, name = self.function_path.partition(":")
        return cast("JobFunction", getattr(import_module(module), name))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("import-movies", "cinemactl.importing.run:perform_import", timeout_seconds=6 * 3600),
            Kind("apply-import", "cinemactl.importing.run:apply_import", timeout_seconds=6 * 3600),
            Kind("undo-import", "cinemactl.importing.undoing:undo_import", timeout_seconds=6 * 3600),
            Kind("import-ratings", "cinemactl.importing.ratings.run:perform_import", timeout_seconds=6 * 3600),
            Kind("apply-ratings", "cinemactl.importing.ratings.run:apply_import", timeout_seconds=6 * 3600),
            Kind("undo-ratings", "cinemactl.importing.ratings.undoing:undo_import", timeout_seconds=6 * 3600),
            Kind("import-members", "cinemactl.importing.members.run:perform_import", timeout_seconds=6 * 3600),
            Kind("apply-members", "cinemactl.importing.members.run:apply_import", timeout_seconds=6 * 3600),
            Kind("undo-members", "cinemactl.importing.members.undoing:undo_import", timeout_seconds=6 * 3600),
            Kind("import-places", "cinemactl.importing.places.run:perform_import", timeout_seconds=3600),
            Kind("apply-places", "cinemactl.importing.places.run:apply_import", timeout_seconds=3600),
            Kind("undo-places", "cinemactl.importing.places.undoing:undo_import", timeout_seconds=3600),
            Kind("import-admissions", "cinemactl.importing.admissions.run:perform_import", timeout_seconds=6 * 3600),
            Kind("apply-admissions", "cinemactl.importing.admissions.run:apply_import", timeout_seconds=6 * 3600),
            Kind("undo-admissions", "cinemactl.importing.admissions.undoing:undo_import", timeout_seconds=6 * 3600),
            Kind("import-schedule", "cinemactl.importing.screenings.run:perform_import", timeout_seconds=6 * 3600),
            Kind("apply-schedule", "cinemactl.importing.screenings.run:apply_import", timeout_seconds=6 * 3600),
            Kind("undo-schedule", "cinemactl.importing.screenings.undoing:undo_import", timeout_seconds=6 * 3600),
            Kind("refresh-ranking", "cinemactl.jobs.upkeep:refresh_ranking", timeout_seconds=240, recurs=True),
            Kind("refresh-vectors", "cinemactl.jobs.vectors:refresh_vectors", timeout_seconds=6 * 3600, recurs=True),
            Kind("purge-jobs", "cinemactl.jobs.upkeep:purge_jobs", timeout_seconds=3600, recurs=True),
            Kind(
                "rebuild-recommendations",
                "cinemactl.recommend.rebuilding:rebuild",
                timeout_seconds=6 * 3600,
                recurs=True,
            ),
            Kind(
                "rebuild-nightly",
                "cinemactl.recommend.rebuilding:rebuild_nightly",
                timeout_seconds=6 * 3600,
                recurs=True,
            ),
            Kind("ping", "cinemactl.jobs.ping:ping", timeout_seconds=600, recurs=True),
        )
    }
)


def kind_named(name: str, kinds: Mapping[str, Kind] = KINDS) -> Kind:
    """Return the kind of that name; raises UnknownKind."""
    try:
        return kinds[name]
    except KeyError:
        raise UnknownKind(name, kinds) from None
