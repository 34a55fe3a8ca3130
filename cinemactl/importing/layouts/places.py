"""Where the one column of a field is in a file."""

from __future__ import annotations

from collections.abc import Sequence

from cinemactl.importing.layouts.faults import LayoutUnknown
from cinemactl.importing.layouts.layout import Feed
from cinemactl.importing.layouts.words import word
from cinemactl.importing.uploads import shown


def place_of(name: str, header: Sequence[str], feed: Feed) -> int | None:
    """Return where the column of a feed is, None when the file has none; raises LayoutUnknown when it has two."""
    wanted = {word(one) for one in feed.headings if isinstance(one, str)}
    places = [place for place, one in enumerate(header) if word(one) in wanted]
    places += [one - 1 for one in feed.headings if isinstance(one, int) and 0 < one <= len(header)]
    if len(places) > 1:
        first, second = (header[place] for place in places[:2])
        raise LayoutUnknown(
            f"{shown(name)} has two columns for {feed.field}: {first!r} and {second!r}.",
            "Rename or remove one of them in its header.",
        )
    return places[0] if places else None
