"""Servers that are not what they should be, and messages that nobody of this house has written."""

from __future__ import annotations

import json
import pickle
import socket
import subprocess
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from jobs.house import House, eventually
from redis import Redis
from rq import Callback, Queue
from rq.serializers import JSONSerializer

from cinemactl.jobs import queue as queues
from cinemactl.jobs.allowed import PERFORM
from cinemactl.jobs.queue import QueueUnavailable
from cinemactl.store.embedded import valkey


@pytest.fixture
def guarded(tmp_path_factory: pytest.TempPathFactory, house: House) -> Iterator[str]:
    path = house.settings.home / "guarded.sock"
    with subprocess.Popen(
        [valkey.program(), "--port", "0", "--unixsocket", path, "--requirepass", "secret", "--save", ""],
        stdout=subprocess.DEVNULL,
        cwd=tmp_path_factory.mktemp("guarded"),
    ) as server:
        try:
            assert eventually(lambda: _listens(path), 10)
            yield str(path)
        finally:
            server.terminate()


def _listens(path: Path) -> bool:
    """Whether somebody accepts connections there; the file is there a moment before."""
    with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
        client.connect(str(path))
        return True
    return False


@pytest.fixture
def chatter(house: House) -> Iterator[str]:
    """Serve something else: greets everybody, and understands nothing."""
    path = house.settings.home / "chatter.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def greet() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"220 mail.example.org ESMTP\r\n")
                    connection.recv(1024)

        thread = threading.Thread(target=greet)
        thread.start()
        yield str(path)
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    path.unlink()


def test_server_that_wants_a_password(house: House, guarded: str) -> None:
    settings = replace(house.settings, redis_url=f"unix://{guarded}")
    with pytest.raises(QueueUnavailable, match="it wants a user or password, and none or another was given"):
        queues.connection(settings)
    settings = replace(house.settings, redis_url=f"unix://{guarded}?password=wrong")
    with pytest.raises(QueueUnavailable, match="it wants a user or password") as error:
        queues.connection(settings)
    assert "wrong" not in error.value.message
    assert "password=***" in error.value.message
    settings = replace(house.settings, redis_url=f"unix://{guarded}?password=secret")
    with queues.connection(settings) as connection:
        assert connection.ping()


def test_another_program_answers(house: House, chatter: str) -> None:
    with pytest.raises(QueueUnavailable, match=r"what answers there is no Redis\.$"):
        queues.connection(replace(house.settings, redis_url=f"unix://{chatter}"))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("redis://127.0.0.1:1", "nothing answers there"),
        ("redis://nobody.invalid", "nothing answers there"),
        ("redis://:secret@127.0.0.1:1/0", "nothing answers there"),
        ("redis://127.0.0.1:port", "that is no address"),
    ],
)
def test_nothing_answers(house: House, url: str, reason: str) -> None:
    with pytest.raises(QueueUnavailable, match=reason) as error:
        queues.connection(replace(house.settings, redis_url=url))
    assert "secret" not in error.value.message


def test_worker_says_in_a_sentence_that_its_redis_is_not_there(house: House) -> None:
    house.settings = replace(house.settings, redis_url="redis://127.0.0.1:1")
    worker = house.worker("--burst")
    _, log = worker.communicate(timeout=10)
    assert worker.returncode == 1
    assert log == ("QueueUnavailable: The queue's server redis://127.0.0.1:1 cannot be used: nothing answers there.\n")


def test_worker_meets_a_queue_that_is_another_programs_key(house: House, redis: Redis) -> None:
    redis.set("rq:queue:cinemactl", "mine")
    worker = house.worker("--burst")
    _, log = worker.communicate(timeout=10)
    assert worker.returncode == 1
    assert "another program keeps something else under 'rq:queue:cinemactl'" in log


def test_a_message_carries_nothing_but_a_number_and_no_retries_of_rqs(house: House, redis: Redis) -> None:
    job_id = house.ask("note", rows=3)
    (message_id,) = cast("list[bytes]", redis.lrange("rq:queue:cinemactl", 0, -1))
    message = cast("dict[bytes, bytes]", redis.hgetall(b"rq:job:" + message_id))
    assert json.loads(zlib.decompress(message[b"data"])) == [PERFORM, None, [job_id], {}]
    assert not {b"retries_left", b"retry_intervals", b"repeats_left"} & message.keys()


def test_nothing_but_recorded_jobs_is_run(house: House, redis: Redis, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    mkdir = Callback("os.mkdir")
    rq_queue = Queue("cinemactl", connection=redis, serializer=JSONSerializer)
    other = rq_queue.enqueue("os.mkdir", str(trap))
    before = rq_queue.enqueue(PERFORM, str(trap), on_failure=mkdir, on_success=mkdir, on_stopped=mkdir)
    rq_queue.enqueue(PERFORM, 999999)
    redis.hset(
        "rq:job:pickled", mapping={"data": pickle.dumps(("os.mkdir", None, (str(trap),), {})), "origin": "cinemactl"}
    )
    redis.hset("rq:job:broken", mapping={"data": b"{", "timeout": b"\xff", "created_at": "yesterday"})
    redis.rpush("rq:queue:cinemactl", "pickled", "broken", "nothing")
    job_id = house.ask("note")
    log = house.burst()
    assert f"{other.id}: The message {other.id} on the queue was refused: it calls 'os.mkdir'" in log
    assert f"{before.id}: The message {before.id} on the queue was refused" in log
    assert "job 999999 is not to be run now" in log
    assert not trap.exists()
    assert other.get_status() == before.get_status() == "failed"
    assert house.job(job_id).state == "succeeded"
    assert redis.llen("rq:queue:cinemactl") == 0
