from __future__ import annotations

import pytest
from programme.plans.cinema import Cinema
from sqlalchemy.orm import Session

from cinemactl.programme.plans import publishing
from cinemactl.programme.plans.faults import EditedSince
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.refusing import ErrorsFound

WEEK = "2026-W49"


@pytest.fixture
def cinema(session: Session) -> Cinema:
    cinema = Cinema(session)
    cinema.apply(cinema.generate("2026-12-04", latest=19 * 60))
    return cinema


def since(cinema: Cinema) -> list[tuple[str, str]]:
    told = publishing.changed_since(cinema.session, [cinema.site], WEEK)
    return [(line["change"], f"{line['starts_at']:%H:%M}") for line in told]


def test_what_changes_after_publishing_is_told(cinema: Cinema) -> None:
    assert [change for change, _ in since(cinema)] == ["added"] * 3
    assert publishing.publish(cinema.session, [cinema.site], WEEK).count == 3
    assert since(cinema) == []
    first, second, third = cinema.screenings()
    assert (first.state, first.sequence) == ("published", 0)
    with pytest.raises(EditedSince, match="was published later"):
        cinema.undo()
    half = {name: getattr(first, name) for name in ("screen_id", "movie_id", "feature_ends_at", "clear_at")}
    earlier = cinema.at("2026-12-04", 13 * 60)
    cinema.apply(
        cinema.propose(
            Proposal(screening_id=first.id, starts_at=earlier, feature_starts_at=earlier, **half),
            Proposal(screening_id=second.id, cancels=True),
        )
    )
    cinema.write(f"DELETE FROM screening WHERE id = {third.id}")
    cinema.apply(cinema.generate("2026-12-05", latest=14 * 60))
    assert since(cinema) == [("moved", "13:00"), ("cancelled", "16:10"), ("removed", "18:20"), ("added", "14:00")]
    assert [one.sequence for one in cinema.screenings()] == [1, 1, 0]
    assert publishing.publish(cinema.session, [cinema.site], WEEK).count == 1
    assert since(cinema) == []


def test_errors_keep_a_week_from_being_published(cinema: Cinema) -> None:
    cinema.write("UPDATE screening SET clear_at = clear_at + interval '1 hour'")
    with pytest.raises(ErrorsFound) as refused:
        publishing.publish(cinema.session, [cinema.site], WEEK)
    first, *lines = refused.value.message.splitlines()
    assert (first, len(lines)) == ("2 errors are found.", 2)
    assert all("(turnaround-short) Start it at" in line for line in lines)
    many = ErrorsFound([*refused.value.findings] * 6, WEEK).message.splitlines()
    assert (len(many), many[-1]) == (12, f"And 2 more: `cinemactl schedule check --week {WEEK}`.")
    done = publishing.publish(cinema.session, [cinema.site], WEEK, force=True)
    assert (done.count, done.errors) == (3, 2)
