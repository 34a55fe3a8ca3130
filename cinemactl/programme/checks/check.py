"""What a check is made of: its id and severity, the numbers a site may change, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cinemactl.programme.checks.site_programme import Placed, SiteProgramme

Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a check that a site may set, from `least` to `most`; `what` says in words what it is.

    One that `is_time` is a time of the business day, in minutes after its midnight, and is written as 18:00.
    """

    name: str
    default: int
    least: int
    most: int
    what: str
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a check has found. `severity` is None for that of the check, `day` for that of the first screening."""

    message: str
    mend: str
    screenings: tuple[Placed, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    day: date | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A named check. `clause` is the law it stands for, empty where it is the house's own; `explanation` is for people.

    What cannot be forced is an error that no site switches off.
    """

    id: str
    severity: str
    what: str
    explanation: str
    find: Callable[[SiteProgramme, Numbers], Iterator[Found]]
    numbers: tuple[Number, ...] = ()
    clause: str = ""
    can_be_forced: bool = True
