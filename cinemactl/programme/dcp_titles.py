"""Reading a DCP's content title (ISDCF Digital Cinema Naming Convention), tolerantly: nothing is ever refused.

The twelve fields between `_` are sought in their order. Where some are missing, or there are more than there should be,
the parts are aligned with the fields by what each of them looks like (Needleman and Wunsch, 1970).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cinemactl.programme.dcp_fields import DOUBTFUL, LIKELY, NO, POSSIBLE, READERS, SURE, Reading
from cinemactl.programme.versions import Version
from cinemactl.programme.versions import version_of as version_in_words

TITLE = "title"
FIELDS = (TITLE, *READERS)
NOTHING = "NULL"
MOST_PARTS = 48
LONGEST_TITLE = 2000

# What an alignment gains by a part in the place the convention has for it, and what a part left over costs.
IN_PLACE = 0.25
LEFT_OVER = -0.4
# A title goes on over a `_` that should not be in it.
TITLE_GOES_ON = -0.15

SMOOTH_RATE = 48
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[A-Z][a-z])|[-\s]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its text (None where it is missing or NULL), how sure that is from 0 to 1, and what it says."""

    name: str
    text: str | None
    confidence: float
    says: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DcpTitle:
    """A content title with its twelve fields in their order, and the parts that fit none."""

    text: str
    fields: tuple[Field, ...]
    left_over: tuple[str, ...]

    def says(self, name: str) -> dict[str, Any]:
        """Return what a field says."""
        return next(field.says for field in self.fields if field.name == name)

    @property
    def movie(self) -> str | None:
        """The movie's title in words, as far as it can be told."""
        found = self.says(TITLE).get("words")
        return str(found) if found else None

    def document(self) -> dict[str, Any]:
        """Return title, movie, version, fields (field, text, confidence, says) and left_over."""
        version = version_of(self)
        return {
            "title": self.text,
            "movie": self.movie,
            "version": {name: getattr(version, name) for name in ("format", "audio", "subtitles", "captions")},
            "fields": [
                {"field": one.name, "text": one.text, "confidence": one.confidence, "says": one.says}
                for one in self.fields
            ],
            "left_over": list(self.left_over),
        }


def parse_title(text: str) -> DcpTitle:
    """Return what a content title says; never raises for what stands in it."""
    given = text.strip()[:LONGEST_TITLE]
    parts = [part.strip() for part in given.split("_")]
    parts, beyond = parts[:MOST_PARTS], parts[MOST_PARTS:]
    readings = [{name: _reading(part, read) for name, read in READERS.items()} for part in parts]
    places = _aligned(parts, readings)
    fields = [_title_field(parts, places)]
    for name in READERS:
        at = next((number for number, place in enumerate(places) if place == name), None)
        fields.append(_field(name, parts, readings, at))
    left_over = [part for part, place in zip(parts, places, strict=True) if place is None and part]
    return DcpTitle(given, tuple(fields), (*left_over, *beyond))


def version_of(title: str | DcpTitle) -> Version:
    """Return the version that a content title says, plain 2D where it says nothing."""
    read = parse_title(title) if isinstance(title, str) else title
    content, language = read.says("content_type"), read.says("language")
    stereo = "3D" in {read.says(name).get("picture") for name in ("content_type", "standard", "package")}
    smooth = content.get("frames_a_second", 0) >= SMOOTH_RATE
    large = any("IMAX" in part.upper() for part in content.get("further", ()))
    words = [*(["IMAX"] if large else ["HFR"] if smooth else []), *(["3D"] if stereo else [])]
    subtitles = language.get("subtitles") or [None]
    return version_in_words(
        " ".join(words) or None,
        language.get("audio"),
        subtitles[0],
        language.get("captions") or read.says("audio").get("captions"),
    )


def _reading(part: str, read: Any) -> Reading:  # noqa: ANN401  (a reader)
    return (NO, {}) if not part or part.upper() == NOTHING else read(part)


def _aligned(parts: list[str], readings: list[dict[str, Reading]]) -> list[str | None]:
    """Return the field of each part, None for one that fits none, so that the sum of their confidences is greatest.

    A part may be passed over, and so may a field; what is kept is in order. `best[j]` is the score of the parts so far
    when the last field used is the j-th, and the fields of these parts.
    """
    whole = len(parts) == len(FIELDS)
    best: dict[int, tuple[float, list[str | None]]] = {0: (0.0, [TITLE])} if parts else {}
    for number in range(1, len(parts)):
        step: dict[int, tuple[float, list[str | None]]] = {}
        for last, (score, places) in best.items():
            goes_on = last == 0 and places[-1] == TITLE
            _keep(step, last, score + LEFT_OVER, [*places, None])
            if goes_on:
                _keep(step, last, score + TITLE_GOES_ON, [*places, TITLE])
            for field in range(last + 1, len(FIELDS)):
                gain = _gain(parts[number], readings[number][FIELDS[field]][0])
                if whole and field == number:
                    gain += IN_PLACE
                if gain > 0:
                    _keep(step, field, score + gain, [*places, FIELDS[field]])
        best = step
    return max(best.values(), key=lambda found: found[0])[1] if best else []


def _gain(part: str, confidence: float) -> float:
    return DOUBTFUL / 2 if part.upper() == NOTHING or not part else confidence


def _keep(step: dict[int, tuple[float, list[str | None]]], field: int, score: float, places: list[str | None]) -> None:
    if field not in step or step[field][0] < score:
        step[field] = (score, places)


def _field(name: str, parts: list[str], readings: list[dict[str, Reading]], at: int | None) -> Field:
    if at is None:
        return Field(name, None, NO, {})
    text = parts[at]
    if text.upper() == NOTHING:
        return Field(name, None, SURE, {})
    confidence, says = readings[at][name]
    in_place = len(parts) == len(FIELDS) and FIELDS[at] == name
    # A maker's letters in their place among all others are as good as known.
    surer = LIKELY if in_place and confidence == POSSIBLE else max(confidence, DOUBTFUL / 2)
    return Field(name, text or None, round(surer, 2) if text else NO, says)


def _title_field(parts: list[str], places: list[str | None]) -> Field:
    text = "_".join(part for part, place in zip(parts, places, strict=True) if place == TITLE)
    if not text or text.upper() == NOTHING:
        return Field(TITLE, None, SURE if text else NO, {})
    fields = len({place for place in places if place} - {TITLE})
    confidence = LIKELY if fields >= len(FIELDS) // 2 else POSSIBLE if fields else DOUBTFUL
    return Field(TITLE, text, confidence if places.count(TITLE) == 1 else confidence / 2, {"words": _in_words(text)})


def _in_words(text: str) -> str:
    words = " ".join(word for word in _WORDS.split(text.replace("_", " ")) if word)
    return words.title() if words.isupper() and len(words.split()) > 1 else words
