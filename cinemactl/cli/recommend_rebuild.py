"""`cinemactl recommend rebuild`, `status` and `rollback`."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.import_file import user
from cinemactl.cli.options import DryRunOption, FormatOption, WaitOption
from cinemactl.cli.render import Format
from cinemactl.cli.waiting import cancel_after_interrupt, dispatch, finish, wait_for, waits
from cinemactl.errors import UsageRefused

SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(MB|GB|TB)", re.IGNORECASE)
UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


def size_of(text: str) -> int:
    """Return the bytes of a size such as 4GB or 800MB; raises UsageRefused."""
    found = SIZE.fullmatch(text.strip())
    if not found or not (size := round(float(found[1]) * UNITS[found[2].upper()])):
        raise UsageRefused(f"{text[:40]!r} is no size of memory.", "Give one such as 4GB or 800MB.")
    return size


class Engine(StrEnum):
    """Where is learned."""

    LOCAL = "local"
    SPARK = "spark"


def rebuild(
    *,
    memory: Annotated[str, typer.Option(help="The memory it may take.", metavar="SIZE")] = "4GB",
    engine: Annotated[
        Engine, typer.Option(help="Learn here, or on a Spark cluster.", case_sensitive=False)
    ] = Engine.LOCAL,
    master: Annotated[str | None, typer.Option(help="The cluster: spark://host:port.", metavar="URL")] = None,
    executors: Annotated[int | None, typer.Option(help="At most so many, of one core each (2).", metavar="N")] = None,
    executor_memory: Annotated[str | None, typer.Option(help="The memory of each (2GB).", metavar="SIZE")] = None,
    wait: WaitOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Learn anew from all ratings; what served before serves until it is done. One that is going on already is joined.

    cinemactl recommend rebuild --memory 2GB
    """
    size = size_of(memory)
    spark = _cluster(engine, master, executors, executor_memory)
    if spark is None:
        from cinemactl.recommend.extra import require_numbers

        require_numbers()
    else:
        from cinemactl.recommend.spark.extra import require_spark

        require_spark()
    with edge.unit_of_work() as session:
        from cinemactl.jobs.rebuilds import ask_rebuild
        from cinemactl.recommend.rebuilding import DEFAULT_MEMORY

        job, joined = ask_rebuild(session, edge.settings(), memory=size, asked_by=user(), spark=spark)
        job_id, differs = job.id, (job.args.get("memory", DEFAULT_MEMORY), job.args.get("spark")) != (size, spark)
    if joined:
        asked = ", which was asked for with another memory or engine" if differs else ""
        render.note(f"A rebuild is going on already; this joins job {job_id}{asked}.")
    try:
        dispatch(job_id)
        if not waits(wait):
            if format is Format.TABLE:
                render.line(str(job_id))
            else:
                render.one({"job_id": job_id, "state": "queued", "joined": joined}, format)
            return
        ended = wait_for(job_id, "Learning")
    except KeyboardInterrupt:
        if joined:
            raise
        raise cancel_after_interrupt(job_id) from None
    finish(ended, format)


def _cluster(engine: Engine, master: str | None, executors: int | None, memory: str | None) -> dict[str, Any] | None:
    """Return the cluster that the options name as a job takes it, None for none; raises UsageRefused."""
    if engine is Engine.LOCAL:
        if master or executors is not None or memory:
            raise UsageRefused("A cluster is named, and --engine spark is missing.", "Add --engine spark.")
        return None
    if not master:
        raise UsageRefused("--engine spark needs a cluster.", "Name it with --master spark://host:7077.")
    from cinemactl.recommend.spark.master import DEFAULT_EXECUTOR_MEMORY, DEFAULT_EXECUTORS, Wanted

    wanted = Wanted(
        master,
        DEFAULT_EXECUTORS if executors is None else executors,
        size_of(memory) if memory else DEFAULT_EXECUTOR_MEMORY,
    )
    return wanted.as_json()


def status(format: FormatOption = Format.TABLE) -> None:
    """Show which version serves: its age, what it was made of, how good it was in validation; and which others are kept."""
    with edge.unit_of_work() as session:
        from cinemactl.recommend import status as versions

        shown: dict[str, Any] = versions.document(versions.current_model(session))
        kept = versions.kept_versions(session)
    render.one({**shown, "kept": kept}, format)


def rollback(
    *,
    to: Annotated[int | None, typer.Option(help="That version, also a later one.", metavar="VERSION", min=1)] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Let the version before the current one serve again, or the one that --to names.

    cinemactl recommend rollback --to 7
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.recommend import status as versions

        now, before = versions.rollback(session, to)
        shown = versions.document(now)
    render.outcome(shown, format)
    if now is before:
        render.note(f"Version {now.id} serves already.")
    else:
        render.note(f"Version {now.id} serves{render.dry(dry_run)} in place of version {before.id}.")
