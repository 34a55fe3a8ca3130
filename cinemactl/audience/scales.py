"""Stars: half a star to five, in halves; and what other scales come to.

A scale is named by the most there is to give. On the scale of 5, stars are taken as they are and what lies between two
halves goes to the nearer one, upwards from the middle. 0 there says that nothing was given, and is refused. On the scales of
10 and 100, 0 is the worst that can be said, and becomes half a star, the worst there is here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from cinemactl.catalogue.values import ValueRefused

SCALES = (5, 10, 100)
LEAST, MOST, STEP = Decimal("0.5"), Decimal(5), Decimal("0.5")
LONGEST = 8  # characters of a number: 100.0000


def stars_exactly(text: str) -> Decimal:
    """Return stars that somebody gave by hand; raises ValueRefused for what is not in halves."""
    value = value_of(text, int(MOST))
    if not is_stars(value, int(MOST)):
        raise ValueRefused("rating", text, "is not in halves", _hint(int(MOST)))
    return value


def value_of(text: str, scale: int) -> Decimal:
    """Return the number of a rating on a scale of SCALES; raises ValueRefused for what cannot be one on it."""
    given = text.strip()
    number = given.replace(",", ".", 1)
    if len(number) > LONGEST or not number.isascii() or not number.replace(".", "", 1).isdecimal():
        raise ValueRefused("rating", text, "is not a number" if given else "is empty", _hint(scale))
    value = Decimal(number)
    if value > scale:
        raise ValueRefused("rating", text, f"is more than {scale}", _hint(scale))
    if scale == MOST and value < LEAST:
        reason = "says that nothing was given" if not value else "is less than half a star"
        raise ValueRefused("rating", text, reason, _hint(scale))
    return value


def to_stars(value: Decimal, scale: int) -> Decimal:
    """Return the stars that a value on a scale comes to."""
    halves = (value * 10 / scale).quantize(Decimal(1), ROUND_HALF_UP)
    return max(LEAST, halves * STEP)


def is_stars(value: Decimal, scale: int) -> bool:
    """Whether a value on a scale is stars as it stands, so that there is no other original to keep."""
    return scale == MOST and to_stars(value, scale) == value


def _hint(scale: int) -> str:
    if scale == MOST:
        return "Give 0.5 to 5 in halves, such as 3.5; a file of another scale is imported with --scale 10 or 100."
    return f"On this scale it is 0 to {scale}."
