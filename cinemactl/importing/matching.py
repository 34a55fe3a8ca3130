"""Which movie each staged row is, by the rule of identities.

A row whose id is known matches by it. Otherwise title and year may match a movie that has no other value in any scheme the
row brings, when there is exactly one such. Rows of one file with different ids in one scheme are different movies. What
could be several is set aside. A row without a title only adds to a movie that is known by an id. All of it is set-wise.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from cinemactl.importing.compatible import match_by_title
from cinemactl.importing.identities import match_by_id, reject_strangers, set_aside_clashing_ids
from cinemactl.importing.layouts.columns import Columns
from cinemactl.importing.repeats import unite_repeats


def match(session: Session, columns: Columns) -> None:
    """Give every staged row its movie if it has one; set aside what could be several; mark duplicates.

    Afterwards each row without an outcome stands for one movie: the one of `movie_id`, or a new one. The caller holds
    the lock on the catalogue.
    """
    match_by_id(session)
    if columns.adds:
        reject_strangers(session)
    match_by_title(session)
    set_aside_clashing_ids(session)
    unite_repeats(session, columns)
