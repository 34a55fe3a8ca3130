"""What a check finds, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cinemactl.programme.shown import Shown

WARNING = "warning"
ERROR = "error"
SEVERITIES = (WARNING, ERROR)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of some screenings of a site.

    `shown` are the screenings concerned, in the order of their starts; there is none where nothing is shown, and then `day`
    is the business day concerned. `numbers` are plain values of JSON.
    """

    rule: str
    severity: str
    message: str
    shown: tuple[Shown, ...]
    mend: str
    numbers: Mapping[str, Any]
    site_id: int
    site: str
    day: date
    can_be_forced: bool = True

    @property
    def screenings(self) -> tuple[int | None, ...]:
        """The ids of the screenings concerned; None stands for one that is only planned."""
        return tuple(one.id for one in self.shown)

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "screenings": list(self.screenings),
            "mend": self.mend,
            "numbers": dict(self.numbers),
            "site": self.site,
            "day": self.day.isoformat(),
        }
