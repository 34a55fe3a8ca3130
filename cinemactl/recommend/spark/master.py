"""Which cluster is asked for, how much of it, and whether its master answers at all."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import Any

from cinemactl.errors import CinemactlError, Unavailable, UsageRefused

HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])"
STANDALONE = re.compile(rf"spark://{HOST}:[0-9]{{1,5}}(?:,{HOST}:[0-9]{{1,5}}){{0,9}}")
LOCAL = re.compile(r"local\[([1-9][0-9]{0,2})\]")
DEFAULT_EXECUTORS = 2
MOST_EXECUTORS = 1000
DEFAULT_EXECUTOR_MEMORY = 2 * 10**9
# Under this much Spark itself does not start an executor.
LEAST_EXECUTOR_MEMORY = 512 * 10**6
ANSWER_SECONDS = 5.0
LARGEST_PORT = 65_535


class MasterUnavailable(Unavailable):
    """Nothing answers where the cluster is said to be."""

    code = "cluster-unavailable"

    def __init__(self, master: str, reason: str) -> None:
        super().__init__(
            f"The cluster at {master} cannot be used: {reason}.",
            "Look whether its master and workers are running; what served before serves on.",
        )


class DatabaseOutOfReach(CinemactlError):
    """The machines of the cluster have no way to the database."""

    code = "database-out-of-reach"

    def __init__(self, master: str) -> None:
        super().__init__(
            f"The workers of the cluster at {master} read the ratings themselves, and this database can be reached from "
            "this machine alone.",
            "Use a PostgreSQL server that they reach (--database-url), or a cluster on this machine.",
        )


@dataclass(frozen=True)
class Wanted:
    """A cluster by the URL of its master: spark://host:port, several by commas, or local[N] for N cores of this machine.

    An executor is one core with `executor_memory` bytes; there are never more than `executors`. The cores of this machine
    share that memory. Raises UsageRefused.
    """

    master: str
    executors: int = DEFAULT_EXECUTORS
    executor_memory: int = DEFAULT_EXECUTOR_MEMORY

    def __post_init__(self) -> None:
        if not (STANDALONE.fullmatch(self.master) or LOCAL.fullmatch(self.master)) or not self._ports_fit():
            raise UsageRefused(
                f"{self.master[:100]!r} is no address of a Spark master.", "An example: --master spark://host:7077."
            )
        if not 1 <= self.executors <= MOST_EXECUTORS:
            raise UsageRefused(f"There can be 1 to {MOST_EXECUTORS} executors, not {self.executors}.")
        if self.executor_memory < LEAST_EXECUTOR_MEMORY:
            raise UsageRefused(
                f"An executor needs {LEAST_EXECUTOR_MEMORY / 1e6:.0f} MB or more, not {self.executor_memory / 1e6:.0f}."
            )

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Wanted:
        """Return it from a job's arguments."""
        return cls(
            str(given["master"]),
            int(given.get("executors", DEFAULT_EXECUTORS)),
            int(given.get("executor_memory", DEFAULT_EXECUTOR_MEMORY)),
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as a job's arguments."""
        return asdict(self)

    @property
    def local(self) -> bool:
        """Whether there is no cluster, but this machine."""
        return LOCAL.fullmatch(self.master) is not None

    @property
    def cores(self) -> int:
        """How many tasks run at the same time."""
        found = LOCAL.fullmatch(self.master)
        return int(found[1]) if found else self.executors

    def hosts(self) -> list[tuple[str, int]]:
        """Return where its masters listen."""
        if self.local:
            return []
        pairs = (one.rpartition(":") for one in self.master.removeprefix("spark://").split(","))
        return [(host.strip("[]"), int(port)) for host, _, port in pairs]

    def _ports_fit(self) -> bool:
        return all(1 <= port <= LARGEST_PORT for _, port in self.hosts())


@dataclass(frozen=True)
class Way:
    """The own address of this machine towards the master, by which the cluster reaches it, and whether the master is `here`."""

    address: str
    here: bool


def way_to(wanted: Wanted) -> Way:
    """Return the way to the first master that takes a connection; raises MasterUnavailable after five seconds for each."""
    if wanted.local:
        return Way("127.0.0.1", here=True)
    reasons = []
    for host, port in wanted.hosts():
        try:
            with socket.create_connection((host, port), timeout=ANSWER_SECONDS) as connection:
                own, other = str(connection.getsockname()[0]), str(connection.getpeername()[0])
                return Way(own, here=own == other)
        except (OSError, UnicodeError) as error:
            reasons.append(f"{host}:{port} does not answer ({_said(error)})")
    raise MasterUnavailable(wanted.master, ", ".join(reasons))


def require_reachable(wanted: Wanted, way: Way, database: Mapping[str, Any]) -> None:
    """Raise DatabaseOutOfReach for a cluster elsewhere and a database on a socket or loopback of this machine.

    `database` is the parameters that psycopg connects with.
    """
    host = str(database.get("host") or "")
    alone = not host or host.startswith(("/", "@")) or host == "localhost" or _is_loopback(host)
    if alone and not way.here:
        raise DatabaseOutOfReach(wanted.master)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _said(error: Exception) -> str:
    return "it takes too long" if isinstance(error, TimeoutError) else str(getattr(error, "strerror", None) or error)
