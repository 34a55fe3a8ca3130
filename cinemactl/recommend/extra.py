"""NumPy and SciPy come with an extra, and only what learns or reads everybody's ratings needs them."""

from __future__ import annotations

from importlib.util import find_spec

from cinemactl.errors import CinemactlError


class NotInstalled(CinemactlError):
    """What does the arithmetic is not installed."""

    code = "not-installed"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is not installed, and recommendations are computed with it.",
            "Install the extra: `pip install 'cinemactl[recommend]'`.",
        )


def require_numbers() -> None:
    """Raise NotInstalled when NumPy or SciPy is missing."""
    for module, name in (("numpy", "NumPy"), ("scipy", "SciPy")):
        if find_spec(module) is None:
            raise NotInstalled(name)
