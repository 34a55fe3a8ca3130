"""The servers, workers and crons of the run of faults, and the ways to hurt them."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jobs.clocks import Clocks
from jobs.forwarder import Forwarder
from sqlalchemy import make_url, text

from cinemactl import settings as configuration
from cinemactl.errors import CinemactlError
from cinemactl.jobs import queue as queues
from cinemactl.settings import Settings
from cinemactl.store.database import Database
from cinemactl.store.embedded import folders, postgres, valkey
from cinemactl.store.embedded.cluster import PORT

WORKERS = CRONS = 2
SERVERS_CLOCK = "servers"
LONGEST_CUT_SECONDS = 5.0
PROGRAMS_MOVE_SECONDS = 7200.0
SERVERS_MOVE_SECONDS = 5.0


class Stage:
    """A home with its servers; `program` is started with --be, worker or cron, and where these servers are.

    The programs reach the servers through a network that can be cut, and each has a clock of its own. The stage itself
    reaches them directly.
    """

    def __init__(self, home: Path, program: Path) -> None:
        self.settings = direct(home)
        self.database = Database(self.settings, start=False)
        self.programs: dict[str, subprocess.Popen[bytes]] = {}
        self._program = program
        self._log = (home / "programs.log").open("ab")
        self._clock_folder = Path(tempfile.mkdtemp(prefix="cinemactl-clocks-"))
        self.clocks = Clocks(self._clock_folder)
        self._raise_servers()
        sockets = folders.socket_folder(home)
        self._networks = [Forwarder(sockets / name) for name in (f".s.PGSQL.{PORT}", valkey.SOCKET)]

    @property
    def faults(self) -> list[Callable[[], None]]:
        """All that can happen."""
        return [
            *(self.kill_worker, self.kill_horse, self.kill_both, self.kill_cron, self.kill_postgres, self.kill_redis),
            *(self.empty_redis, self.cut_network, self.end_sessions),
            *((self.move_clocks_of_programs, self.move_clock_of_servers) if self.clocks.movable else ()),
        ]

    def raise_up(self) -> None:
        """Start whatever does not run, as a service manager would."""
        self._raise_servers()
        for role, count in (("worker", WORKERS), ("cron", CRONS)):
            for number in range(count):
                name = f"{role} {number}"
                if name not in self.programs or self.programs[name].poll() is not None:
                    self.programs[name] = self._started(role, name)

    def kill_worker(self) -> None:
        """Kill a worker; its horse dies with it."""
        self.programs[f"worker {random.randrange(WORKERS)}"].kill()

    def kill_horse(self) -> None:
        """Kill whatever runs a job in a worker."""
        worker = self.programs[f"worker {random.randrange(WORKERS)}"].pid
        with suppress(OSError):
            for child in Path(f"/proc/{worker}/task/{worker}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)

    def kill_both(self) -> None:
        """Kill a horse and its worker."""
        self.kill_horse()
        self.kill_worker()

    def kill_cron(self) -> None:
        """Kill a cron, the leader or the other."""
        self.programs[f"cron {random.randrange(CRONS)}"].kill()

    def kill_postgres(self) -> None:
        """Kill the database's server."""
        if pid := postgres.process_id(self.settings.home):
            os.kill(pid, signal.SIGKILL)

    def kill_redis(self) -> None:
        """Kill the queue's server."""
        if pid := valkey.process_id(self.settings.home):
            os.kill(pid, signal.SIGKILL)

    def empty_redis(self) -> None:
        """Take the queue's memory away."""
        with queues.connection(self.settings, start=False) as connection:
            connection.flushall()

    def cut_network(self) -> None:
        """Cut the way to the database, to the queue or to both for a while, which their connections survive or not."""
        seconds, lose = random.uniform(0.2, LONGEST_CUT_SECONDS), random.random() < 0.5
        for network in random.sample(self._networks, random.choice((1, 2))):
            network.cut(seconds, lose=lose)

    def end_sessions(self) -> None:
        """End every session of the database, as its server does when it is told to."""
        with self.database.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )

    def move_clocks_of_programs(self) -> None:
        """Move the clock of each worker and cron by up to two hours, each differently."""
        for name in self.programs:
            self.clocks.move(name, random.uniform(-PROGRAMS_MOVE_SECONDS, PROGRAMS_MOVE_SECONDS))

    def move_clock_of_servers(self) -> None:
        """Move the clock of the database and the queue by a few seconds, as its correction by the network's time does."""
        seconds = random.uniform(-SERVERS_MOVE_SECONDS, SERVERS_MOVE_SECONDS)
        self.clocks.move(SERVERS_CLOCK, seconds)
        with suppress(CinemactlError):
            told = self.value("SELECT extract(epoch FROM clock_timestamp())")
            if abs(told - seconds - time.time()) > 1:
                raise AssertionError("the clock of the database cannot be moved")

    def value(self, statement: str) -> float:
        """Return the one number a query gives."""
        with self.database.connection() as connection:
            return float(connection.execute(text(statement)).scalar_one())

    def end(self) -> None:
        """End all."""
        for program in self.programs.values():
            program.kill()
            program.wait()
        valkey.stop(self.settings.home)
        postgres.stop(self.settings.home)
        self._log.close()
        shutil.rmtree(self._clock_folder)

    def _raise_servers(self) -> None:
        environment = self.clocks.environment(SERVERS_CLOCK)
        os.environ.update(environment)
        try:
            postgres.ensure_running(self.settings.home)
            valkey.ensure_running(self.settings.home)
        finally:
            for name in environment:
                del os.environ[name]

    def _started(self, role: str, name: str) -> subprocess.Popen[bytes]:
        database, queue = (network.port for network in self._networks)
        url = make_url(self.settings.database_url or "").set(host="127.0.0.1", port=database, query={})
        words = ["--home", str(self.settings.home), "--database-url", url.render_as_string(hide_password=False)]
        return subprocess.Popen(
            [sys.executable, str(self._program), "--be", role, *words, "--redis-url", f"redis://127.0.0.1:{queue}"],
            env={**os.environ, **self.clocks.environment(name)},
            stderr=self._log,
        )


def direct(home: Path) -> Settings:
    """Return the settings of a home whose servers are named: else commands start workers, which know other kinds."""
    urls = {
        "database_url": postgres.url(home).render_as_string(hide_password=False),
        "redis_url": valkey.url(home),
    }
    return configuration.load({"home": str(home), "config": os.devnull} | urls, {})
