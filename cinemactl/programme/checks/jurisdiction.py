"""Where a law holds."""

from __future__ import annotations

from dataclasses import dataclass

from cinemactl.catalogue.values import spelling_key
from cinemactl.programme.tables import Site


@dataclass(frozen=True, slots=True)
class Place:
    """A country, or of it the regions and cities of these names: one of them is enough, in any spelling."""

    country: str
    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()

    def has(self, site: Site) -> bool:
        """Whether a site lies there, by what is known of it."""
        if site.country != self.country:
            return False
        return (
            not (self.regions or self.cities) or _is_one(site.region, self.regions) or _is_one(site.city, self.cities)
        )


def _is_one(name: str | None, names: tuple[str, ...]) -> bool:
    return bool(name) and spelling_key(name or "") in set(map(spelling_key, names))
