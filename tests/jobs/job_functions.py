"""Jobs for the tests, as a worker process finds them; they leave rows in the table `effect`."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from sqlalchemy import text

from cinemactl.errors import Conflict
from cinemactl.jobs.context import JobContext


def note(context: JobContext, *, seconds: float = 0, rows: int = 1) -> dict[str, Any]:
    """Leave rows, then take a while and say so."""
    _leave(context, rows)
    context.log("rows are left")
    steps = round(seconds / 0.05)
    for step in range(steps):
        context.progress("resting", step, steps)
        time.sleep(0.05)
    return {"rows": rows}


def deaf(context: JobContext, *, seconds: float) -> dict[str, Any]:
    """Leave a row, then sleep without listening, even to an error."""
    _leave(context, 1)
    time.sleep(seconds)
    return {}


def asleep_in_sql(context: JobContext, *, seconds: float) -> dict[str, Any]:
    """Leave a row, then wait inside the database."""
    _leave(context, 1)
    context.session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
    return {}


def refuse(context: JobContext) -> dict[str, Any]:
    """Leave a row, then fail as expected."""
    _leave(context, 1)
    raise Conflict("Somebody else has it.", "Ask them.")


def break_down(context: JobContext) -> dict[str, Any]:
    """Leave a row, then fail as nobody expects."""
    _leave(context, 1)
    raise ValueError("the \x00 of all evil")


def die(context: JobContext) -> dict[str, Any]:
    """Leave a row, then die without a word."""
    _leave(context, 1)
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def _leave(context: JobContext, rows: int) -> None:
    for _ in range(rows):
        context.session.execute(text("INSERT INTO effect (job_id) VALUES (:job_id)"), {"job_id": context.job_id})


def lose_connection(context: JobContext, *, times: int) -> dict[str, Any]:
    """Leave a row; in the first attempts the database ends the connection."""
    _leave(context, 1)
    if _attempt(context) <= times:
        context.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    return {}


def clash(context: JobContext, *, code: str) -> dict[str, Any]:
    """Leave a row; in the first attempt the database reports an error of that code."""
    _leave(context, 1)
    if _attempt(context) == 1:
        context.session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'clash' USING ERRCODE = '{code}'; END $$"))
    return {}


def tidy(context: JobContext, *, seconds: float) -> dict[str, Any]:
    """Wait for its end to be asked for, then take so long to tidy up."""
    try:
        while True:
            context.progress("waiting", 0)
            time.sleep(0.05)
    finally:
        time.sleep(seconds)
        context.log("all is tidy")


def _attempt(context: JobContext) -> int:
    query = text("SELECT attempts FROM job WHERE id = :id")
    return int(context.session.execute(query, {"id": context.job_id}).scalar_one())
