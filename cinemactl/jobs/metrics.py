"""How jobs and workers stand, as Prometheus reads it, served on this machine's loopback address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.jobs import lease as leases
from cinemactl.jobs.cron.leader import leader
from cinemactl.jobs.manage import live_workers
from cinemactl.jobs.tables import Job
from cinemactl.settings import Settings
from cinemactl.store.database import Database

ADDRESS = "127.0.0.1"
READ_SECONDS = 2.0
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

logger = logging.getLogger("cinemactl.jobs")


class PortUnusable(CinemactlError):
    """The port for the metrics cannot be had."""

    code = "port-unusable"

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(
            f"The metrics cannot be served on {ADDRESS}:{port}: {reason}.", "Choose another --metrics-port."
        )


class MetricsServer:
    """Answers GET /metrics, one request at a time."""

    def __init__(self, settings: Settings, port: int) -> None:
        class Handler(_Handler):
            _settings = settings

        try:
            self._server = HTTPServer((ADDRESS, port), Handler)
        except OSError as error:
            raise PortUnusable(port, error.strerror or str(error)) from error

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.server_port

    def serve(self, seconds: float) -> None:
        """Answer a request if one comes within so many seconds."""
        self._server.timeout = seconds
        self._server.handle_request()

    def close(self) -> None:
        """Listen no more."""
        self._server.server_close()


def metrics_text(settings: Settings) -> str:
    """Return the metrics; raises what the database and the queue raise."""
    with Database(settings, start=False).unit_of_work() as session:
        lines = list(_job_lines(session))
        led = leader(session.connection()) is not None
    workers = len(live_workers(settings, settings.queue))
    lines += _metric("cinemactl_workers", "Living workers of the queue.", [("", workers)])
    lines += _metric("cinemactl_cron_leader", "Whether a cron leads.", [("", int(led))])
    return "\n".join(lines) + "\n"


def _job_lines(session: Session) -> Iterator[str]:
    counted = session.execute(
        select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state).order_by(Job.kind, Job.state)
    ).all()
    samples: list[tuple[str, float]] = [
        (f'{{kind="{_escaped(kind)}",state="{state}"}}', count) for kind, state, count in counted
    ]
    yield from _metric("cinemactl_jobs", "Jobs on record by kind and state.", samples)
    waited = func.extract("epoch", func.now() - func.min(func.coalesce(Job.due_at, Job.created_at)))
    oldest = session.scalar(select(waited).where(Job.state == "queued", leases.IS_DUE)) or 0
    yield from _metric(
        "cinemactl_oldest_job_seconds", "How long the oldest queued job has waited.", [("", float(oldest))]
    )
    stuck = session.scalar(select(func.count()).select_from(Job).where(leases.LEASE_RAN_OUT)) or 0
    yield from _metric("cinemactl_stuck_leases", "Running jobs whose worker shows no sign of life.", [("", stuck)])


def _metric(name: str, meaning: str, samples: list[tuple[str, float]] | list[tuple[str, int]]) -> list[str]:
    return [
        f"# HELP {name} {meaning}",
        f"# TYPE {name} gauge",
        *(f"{name}{labels} {value:g}" for labels, value in samples),
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class _Handler(BaseHTTPRequestHandler):
    """One request: a line and headers within a moment, or nothing."""

    timeout = READ_SECONDS
    _settings: Settings

    def do_GET(self) -> None:
        """Answer with the metrics, 404 for another path, 503 when a server is away."""
        if self.path.partition("?")[0] != "/metrics":
            self._answer(404, "Only /metrics is served here.\n")
            return
        try:
            self._answer(200, metrics_text(self._settings))
        except CinemactlError as error:
            self._answer(503, f"{error.message}\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  (http.server's signature)
        """Leave a trace for those who debug."""
        logger.debug(format, *args)

    def _answer(self, status: int, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
