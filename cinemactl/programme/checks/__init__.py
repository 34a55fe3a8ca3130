"""Named checks of the programme: what is wrong with screenings, how badly, and what mends it."""

from cinemactl.programme.checks.around import check_changes
from cinemactl.programme.checks.finding import ERROR, WARNING, Finding
from cinemactl.programme.checks.run import check_screenings

__all__ = ["ERROR", "WARNING", "Finding", "check_changes", "check_screenings"]
