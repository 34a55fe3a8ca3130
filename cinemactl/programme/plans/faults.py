"""What can be wrong with a plan."""

from __future__ import annotations

from collections.abc import Sequence

from cinemactl.errors import Conflict, NotFound

SHOWN = 5


class PlanNotFound(NotFound):
    """There is no such plan."""

    code = "plan-not-found"

    def __init__(self, plan_id: int | None = None) -> None:
        super().__init__(
            "There is no plan yet." if plan_id is None else f"There is no plan {plan_id}.",
            "`schedule generate`, `schedule copy` and `schedule diff FILE` make one.",
        )


class ProgrammeMoved(Conflict):
    """The programme is not any more as the plan found it."""

    code = "plan-outdated"

    def __init__(self, plan_id: int, names: Sequence[str]) -> None:
        super().__init__(
            f"The programme has changed since plan {plan_id} was made: {listed(names)}. Nothing was changed.",
            "Make the plan again, and see what it does now.",
        )


class PlanOfAnImport(Conflict):
    """The plan belongs to an import, which does more than it."""

    code = "plan-of-import"

    def __init__(self, plan_id: int, import_id: int, verb: str) -> None:
        done = "applies" if verb == "apply" else "takes back"
        super().__init__(
            f"Plan {plan_id} is that of import {import_id}.", f"`cinemactl import {verb} {import_id}` {done} all of it."
        )


class NothingToUndo(Conflict):
    """No plan is applied."""

    code = "nothing-to-undo"

    def __init__(self) -> None:
        super().__init__("No plan is applied: there is nothing to undo.", "Single changes are taken back one by one.")


class EditedSince(Conflict):
    """Screenings of the plan were changed, removed or put in the way since it was applied."""

    code = "edited-since"

    def __init__(self, plan_id: int, names: Sequence[str]) -> None:
        super().__init__(
            f"Plan {plan_id} cannot be undone: {listed(names)}. Nothing was changed.",
            "Take those changes back first, or change the programme by hand.",
        )


class SeatsSold(Conflict):
    """Seats are sold for screenings that would be changed."""

    code = "screening-sold"

    def __init__(self, what: str, seats: int, names: Sequence[str]) -> None:
        sold = "1 seat is" if seats == 1 else f"{seats} seats are"
        super().__init__(
            f"{sold} sold for what would be {what}: {listed(names)}. Nothing was changed.",
            "--force does it all the same.",
        )


def listed(names: Sequence[str]) -> str:
    """Return names in one line, the first few of many."""
    more = len(names) - SHOWN
    return "; ".join(names[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
