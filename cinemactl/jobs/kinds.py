"""The kinds of job there are, which is also the list of the only functions a worker ever calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

from cinemactl.errors import UsageRefused

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
    """A kind of job: `function_path` is module:function, called as function(context, **args) and giving the report."""

    name: str
    function_path: str
    timeout_seconds: int

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
            Kind("ping", "cinemactl.jobs.ping:ping", timeout_seconds=600),
        )
    }
)


def kind_named(name: str, kinds: Mapping[str, Kind] = KINDS) -> Kind:
    """Return the kind of that name; raises UnknownKind."""
    try:
        return kinds[name]
    except KeyError:
        raise UnknownKind(name, kinds) from None
