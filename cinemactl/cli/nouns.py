"""The nouns of the command line; a noun's module is imported when it is called and not before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer.main
from typer.core import TyperGroup

PANEL_DATA = "The cinema"
PANEL_WORK = "Work in the background"
PANEL_HOUSE = "The house"

NOUNS = {
    "movie": ("Movies: add, find, change, import, export.", PANEL_DATA),
    "site": ("Sites: cinema buildings, their time zones, days and hours.", PANEL_DATA),
    "screen": ("Screens: the auditoriums of a site, their seats and formats.", PANEL_DATA),
    "schedule": ("Screenings: add, list, show, move, cancel, check, plan, export.", PANEL_DATA),
    "booking": ("Bookings: the right to show a movie, its terms and keys.", PANEL_DATA),
    "version": ("Versions: what a DCP's content title says.", PANEL_DATA),
    "member": ("Members: who rates and attends, and what they like.", PANEL_DATA),
    "rating": ("Ratings: members' stars for movies, one by one or by the million.", PANEL_DATA),
    "admission": ("Admissions: seats sold of screenings, and who attended them.", PANEL_DATA),
    "recommend": ("Recommendations: for a member, for a movie; how they are made and how good they are.", PANEL_DATA),
    "import": ("Imports: what a file brought, its plan and its rejects.", PANEL_DATA),
    "job": ("Jobs: what is queued, running and done.", PANEL_WORK),
    "worker": ("Workers: the processes that do the jobs.", PANEL_WORK),
    "cron": ("Recurring work: what is done when.", PANEL_WORK),
    "db": ("The database: upgrade, status, backup, restore, shell.", PANEL_HOUSE),
    "services": ("The embedded servers: status, start, stop.", PANEL_HOUSE),
    "config": ("Settings and where each comes from.", PANEL_HOUSE),
    "doctor": ("Check everything; each line says what mends it.", PANEL_HOUSE),
    "demo": ("Show what cinemactl does, in a home of its own.", PANEL_HOUSE),
}

MODULES = {"import": "imports"}

# Typer gives these to every app; they belong to the whole command line.
COMPLETION_PARAMS = ("install_completion", "show_completion")


class NounGroup(TyperGroup):
    """A group that lists every noun by its help line and imports only the one that is called."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401  (handed through to Typer)
        super().__init__(**attributes)
        self.suggest_commands = True
        for name, (help_line, panel) in NOUNS.items():
            self.commands[name] = TyperGroup(name=name, help=help_line, rich_help_panel=panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401  (Typer's own context type is private)
        """Load the noun that is called, then resolve as ever."""
        if args and args[0] in NOUNS:
            self.commands[args[0]] = load(args[0])
        return super().resolve_command(ctx, args)


def load(noun: str) -> Any:  # noqa: ANN401  (Typer's own command type is private)
    """Return the command of a noun, its module imported."""
    module = import_module(f"cinemactl.cli.{MODULES.get(noun, noun)}")
    command = typer.main.get_command(module.app)
    command.name = noun
    command.params = [param for param in command.params if param.name not in COMPLETION_PARAMS]
    return command
