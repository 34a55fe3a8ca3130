"""How far long work has come, on stderr: a bar on a terminal, a line now and then in a log, nothing with --quiet."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Literal, Self, TextIO

from cinemactl.cli.terminal import SWITCHES, can_redraw, clean, has_color, tell

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

LINE_SECONDS = 5.0
REDRAW_SECONDS = 0.05
KILO = 1000

Unit = Literal["", "bytes"]


def progress(label: str, *, total: int | None = None, unit: Unit = "") -> Progress:
    """Return the progress of one piece of work, to be used in a `with`."""
    return Progress(label, total=total, unit=unit)


class Progress:
    """The progress of one piece of work. It may be told of every row: it draws only when it is time to."""

    def __init__(self, label: str, *, total: int | None = None, unit: Unit = "", every: float = LINE_SECONDS) -> None:
        self._label = clean(label)
        self._total = total
        self._unit = unit
        self._stage: str | None = None
        self._every = every
        self._drawn_at = 0.0
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        self._drawn_at = monotonic()
        if not SWITCHES.quiet and can_redraw(sys.stderr):
            self._bar = _bar(sys.stderr)
            self._bar.add_task(self._label, total=self._total, count="")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, stage: str, done: int, total: int | None = None) -> None:
        """Say that `done` of `total` is done in `stage`; a total of None is the one this stage had before, if any."""
        new_stage = stage != self._stage
        if new_stage and self._stage is not None:
            self._total = None
        self._stage = stage
        if total is not None:
            self._total = total
        now = monotonic()
        if self._bar is not None:
            if new_stage or done == self._total or now - self._drawn_at >= REDRAW_SECONDS:
                self._drawn_at = now
                self._draw(self._bar, done)
        elif not SWITCHES.quiet and now - self._drawn_at >= self._every:
            self._drawn_at = now
            tell(self._line(done))

    def _draw(self, bar: Bar, done: int) -> None:
        task = bar.tasks[0]
        task.total = self._total  # rich's update takes None for "as before"
        bar.update(task.id, description=self._name(), completed=done, count=self._count(done))

    def _line(self, done: int) -> str:
        percent = f"{100 * done // self._total} %" if self._total else ""
        told = ", ".join(filter(None, (percent, self._count(done))))
        return f"{self._name()}: {told}" if told else self._name()

    def _name(self) -> str:
        return f"{self._label}, {clean(self._stage)}" if self._stage else self._label

    def _count(self, done: int) -> str:
        if self._total is not None:
            return f"{_amount(done, self._unit)} of {_amount(self._total, self._unit)}"
        return _amount(done, self._unit) if done else ""


def _amount(number: int, unit: Unit) -> str:
    if not unit:
        return f"{number:,}"
    size = float(number)
    for name in ("bytes", "kB", "MB"):
        if size < KILO:
            return f"{size:.0f} {name}" if name == "bytes" else f"{size:.1f} {name}"
        size /= KILO
    return f"{size:,.1f} GB"


def _bar(stream: TextIO) -> Bar:
    """Return a bar that leaves no trace when it ends. stdout is the data's: rich must not pass it through the bar."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(file=stream, force_terminal=True, no_color=not has_color(stream), emoji=False, markup=False)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[count]}", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        expand=True,
        redirect_stdout=False,
    )
