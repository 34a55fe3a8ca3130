"""What the database takes for something the program does: its own statements, caught on their way and explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

Result = TypeVar("Result")


@dataclass(frozen=True)
class Statement:
    """A statement as it was sent, and the milliseconds it takes to execute and to plan."""

    sql: str
    parameters: Any
    execution: float = 0.0
    planning: float = 0.0


@dataclass(frozen=True)
class Measured(Generic[Result]):
    """What came of an action, and its statements."""

    result: Result
    statements: list[Statement]

    @property
    def execution(self) -> float:
        """The milliseconds all statements take to execute."""
        return sum(statement.execution for statement in self.statements)

    @property
    def planning(self) -> float:
        """The milliseconds all statements take to plan."""
        return sum(statement.planning for statement in self.statements)


def measure(session: Session, act: Callable[[Session], Result], runs: int) -> Measured[Result]:
    """Do something once, then explain each of its statements `runs` times and take the medians."""
    with _caught(session) as statements:
        result = act(session)
    return Measured(result, [_timed(session, statement, runs) for statement in statements])


def plan(session: Session, statement: Statement) -> str:
    """Return a statement with its plan, as PostgreSQL words it."""
    explained = session.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}", statement.parameters
    )
    return "\n".join([statement.sql, *(f"    {line}" for line in explained.scalars())])


@contextmanager
def _caught(session: Session) -> Iterator[list[Statement]]:
    statements: list[Statement] = []

    def catch(_connection: object, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        statements.append(Statement(sql, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", catch)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", catch)


def _timed(session: Session, statement: Statement, runs: int) -> Statement:
    """Explain a statement; the clock is not read for every row of every node, which would cost more than the work."""
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement.sql}"
    every = [session.connection().exec_driver_sql(explain, statement.parameters).scalar_one()[0] for _ in range(runs)]
    return Statement(
        statement.sql,
        statement.parameters,
        execution=median(run["Execution Time"] for run in every),
        planning=median(run["Planning Time"] for run in every),
    )
