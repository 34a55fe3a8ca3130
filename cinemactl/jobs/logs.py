"""The log lines of a worker and of cron on stderr, as text or as JSON, each with its job and duration where it has one."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

TEXT = "%(asctime)s %(message)s"
FORMATS = ("text", "json")
FIELDS = ("job_id", "kind", "attempt", "state", "duration_seconds")
LEVELS = (("cinemactl", logging.INFO), ("rq", logging.WARNING), ("rq.worker", logging.WARNING))


class JsonLines(logging.Formatter):
    """Writes each record as one JSON object: at, level, logger, message, and those of FIELDS that it has."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_to_stderr(log_format: str = "text", *, quiet: bool = False) -> None:
    """Send what jobs, workers and cron log to stderr, in one of FORMATS; `quiet` leaves out all but warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else logging.Formatter(TEXT))
    for name, level in LEVELS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING) if quiet else level)
    for name in ("cinemactl", "rq"):
        logging.getLogger(name).handlers = [handler]
