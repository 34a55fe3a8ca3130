"""What driving a cluster needs here: PySpark, which an extra brings, and Java, which none does."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from cinemactl.errors import CinemactlError
from cinemactl.recommend.extra import require_numbers


class SparkNotInstalled(CinemactlError):
    """What drives a cluster is not installed."""

    code = "not-installed"


def require_spark() -> None:
    """Raise NotInstalled when NumPy or SciPy is missing, SparkNotInstalled when PySpark or Java is."""
    require_numbers()
    if find_spec("pyspark") is None:
        raise SparkNotInstalled(
            "PySpark is not installed, and a cluster is driven with it.",
            "Install the extra: `pip install 'cinemactl[spark]'`.",
        )
    if java() is None:
        raise SparkNotInstalled(
            "Java is not installed, or not found, and Spark runs on it.",
            "Install Java 17 or newer, and name its folder with JAVA_HOME if it is not on the PATH.",
        )


def java() -> str | None:
    """Return the path of the Java that Spark would take, None when there is none."""
    if home := os.environ.get("JAVA_HOME"):
        found = Path(home, "bin", "java")
        return str(found) if os.access(found, os.X_OK) else None
    return shutil.which("java")
