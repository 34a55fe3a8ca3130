"""What may be asked for, and what happens when the queue cannot be reached."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from jobs.house import House
from redis import Redis
from sqlalchemy import text

from cinemactl.errors import ExitCode
from cinemactl.jobs.ask import ArgumentsRefused, NotSent, ask, send
from cinemactl.jobs.kinds import UnknownKind
from cinemactl.jobs.queue import QueueUnavailable


@pytest.mark.parametrize(
    "args",
    [
        {"day": date(2026, 11, 22)},
        {"pair": (1, 2)},
        {"by_number": {1: "one"}},
        {"value": math.nan},
        {"value": math.inf},
        {"title": "a\x00b"},
        {"title": "\ud83c"},
        {1: "one"},
        [1, 2],
        "text",
        None,
    ],
)
def test_arguments_that_are_not_json_are_refused_and_nothing_is_recorded(house: House, args: Any) -> None:
    with pytest.raises(ArgumentsRefused), house.database.unit_of_work() as session:
        ask(session, "ping", args, queue="cinemactl", asked_by="a test")
    with house.database.unit_of_work() as session:
        assert session.execute(text("SELECT count(*) FROM job")).scalar_one() == 0


def test_arguments_come_back_as_they_went(house: House) -> None:
    args = {"title": "Amélie 🎬", "ids": [1, 2], "nested": {"a": None, "b": 1.5, "c": True}}
    with house.database.unit_of_work() as session:
        job = ask(session, "ping", args, queue="cinemactl", asked_by="a\x00test")
    found = house.job(job.id)
    assert found.args == args
    assert found.asked_by == "a\ufffdtest"
    assert (found.state, found.attempts) == ("queued", 0)


def test_unknown_kind_is_refused(house: House) -> None:
    with pytest.raises(UnknownKind, match=r"named 'os\.getcwd'"), house.database.unit_of_work() as session:
        ask(session, "os.getcwd", {}, queue="cinemactl", asked_by="a test")


def test_job_is_recorded_though_the_queue_is_away_and_its_number_is_named(house: House) -> None:
    job_id = house.ask("note", sent=False)
    away = replace(house.settings, redis_url="unix:///tmp/cm-nothing-here.sock")
    with pytest.raises(
        NotSent, match=rf"^Job {job_id} is recorded but was not sent: .* nothing answers there\.$"
    ) as error:
        send(away, job_id)
    assert isinstance(error.value, QueueUnavailable)
    assert error.value.exit_code is ExitCode.UNAVAILABLE
    assert f"`cinemactl job retry {job_id}`" in error.value.hint


def test_job_that_is_rolled_back_is_not_sent(house: House, redis: Redis) -> None:
    with house.database.unit_of_work(dry_run=True) as session:
        job = ask(session, "ping", {}, queue="cinemactl", asked_by="a test")
    send(house.settings, job.id)
    assert redis.keys() == []
