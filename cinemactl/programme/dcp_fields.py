"""The fields of a DCP's content title, each with a reader that says how sure it is and what the field says.

After the registry of the ISDCF Digital Cinema Naming Convention. A reader takes the text of a field and returns a
confidence from 0, which is not such a field, to 1, and what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from cinemactl.programme.dcp_languages import NONE, language_of

Reading = tuple[float, dict[str, Any]]

SURE, LIKELY, POSSIBLE, DOUBTFUL, NO = 1.0, 0.9, 0.6, 0.3, 0.0

TYPES = {
    "FTR": "feature",
    "TLR": "trailer",
    "TSR": "teaser",
    "TST": "test",
    "RTG": "rating",
    "ADV": "advertisement",
    "SHR": "short",
    "XSN": "transitional",
    "PSA": "public service announcement",
    "POL": "policy",
    "CLP": "clip",
    "PRO": "promo",
    "STR": "3D glasses card",
    "EPS": "episode",
    "HLT": "highlights",
    "EVT": "event",
}
GRADINGS = {"DVIS": "Dolby Vision", "HDR1": "HDR", "EC": "EclairColor"}
STATUSES = {"TEMP": "temporary", "PRE": "pre-release", "FINAL": "final"}
CONTAINERS = {"F": ("flat", 1.85), "S": ("scope", 2.39), "C": ("full", 1.90)}
CHANNELS = {"10": "1.0", "20": "2.0", "21": "2.1", "51": "5.1", "71": "7.1", "MOS": "silent"}
IMMERSIVE = {"ATMOS": "Dolby Atmos", "IAB": "immersive", "AURO": "Auro", "DTSX": "DTS:X"}
TRACKS = {"HI": "hearing_impaired", "VI": "audio_description", "SL": "sign_language", "DBOX": "motion"}
CAPTIONS = {"OCAP": "open", "CCAP": "closed"}
RATES = ("24", "25", "30", "48", "50", "60", "96", "100", "120")
EVERYWHERE = {"INT": "international", "OV": "original version", "XX": "none"}
TEXTS = {"TD": "texted", "TL": "textless"}
STANDARDS = {"IOP": "Interop", "INTEROP": "Interop", "SMPTE": "SMPTE"}
PACKAGES = {"OV": "original version", "VF": "version file"}

VERSION = re.compile(r"[0-9]{1,2}|[A-Z]", re.IGNORECASE)
LUMINANCE = re.compile(r"([0-9]{1,2})FL")
ASPECT = re.compile(r"([FSC])(?:-([0-9]{3}))?", re.IGNORECASE)
MAKER = re.compile(r"[A-Z0-9]{2,4}")
PACKAGE = re.compile(r"(OV|VF)(?:-([0-9]{1,2}))?(?:-(3D))?", re.IGNORECASE)
# 3.5 and 4.5 foot lamberts are written without the point, and nothing is mastered at 30.
DIMMEST_OF_TEN = 30
MOST_LANGUAGES = 6


def read_content(text: str) -> Reading:
    """Read what the composition is: FTR-3-3D-6fl-48-DVis."""
    kind, *parts = text.split("-")
    if kind.upper() not in TYPES:
        return NO, {}
    says: dict[str, Any] = {"type": kind.upper(), "name": TYPES[kind.upper()]}
    if strange := [part for part in parts if not _read_modifier(says, part)]:
        says["further"] = strange
    return (LIKELY if strange else SURE), says


def _read_modifier(says: dict[str, Any], part: str) -> bool:
    """Note what a part of the content type says; return whether it is one that is known."""
    upper = part.upper()
    if "version" not in says and VERSION.fullmatch(part):
        says["version"] = part
    elif upper in {"2D", "3D"}:
        says["picture"] = upper
    elif upper in STATUSES:
        says["status"] = STATUSES[upper]
    elif upper in GRADINGS:
        says["grading"] = GRADINGS[upper]
    elif upper == "REDBAND":
        says["red_band"] = True
    elif found := LUMINANCE.fullmatch(upper):
        value = int(found[1])
        says["foot_lamberts"] = value / 10 if value >= DIMMEST_OF_TEN else value
    elif upper in RATES:
        says["frames_a_second"] = int(upper)
    else:
        return False
    return True


def read_aspect(text: str) -> Reading:
    """Read the projector's aspect ratio, and the picture's within: F-133."""
    found = ASPECT.fullmatch(text)
    if not found:
        return NO, {}
    name, ratio = CONTAINERS[found[1].upper()]
    return SURE, {"container": name, "ratio": int(found[2]) / 100 if found[2] else ratio}


def read_language(text: str) -> Reading:
    """Read the languages: of the sound, of subtitles (burned in when in lower case), and captions: EN-fr-OCAP."""
    parts = text.split("-")
    captions = [CAPTIONS[part.upper()] for part in parts if part.upper() in CAPTIONS]
    codes = [part for part in parts if part.upper() not in CAPTIONS]
    if not codes or len(codes) > MOST_LANGUAGES:
        return NO, {}
    known = [part.upper() == NONE or language_of(part) is not None for part in codes]
    if not known[0]:
        return NO, {}
    audio, *further = codes
    audible = language_of(audio) if audio.upper() != NONE else None
    tags = {part: language_of(part) for part in further if part.upper() != NONE}
    # Captions are in the language that stands where subtitles do; in the language that is spoken they are no subtitles.
    shown = {part: tag for part, tag in tags.items() if tag and not (captions and tag == audible)}
    says: dict[str, Any] = {"audio": audible, "subtitles": list(shown.values())}
    if any(part.islower() for part in shown):
        says["burned_in"] = True
    if captions:
        says["captions"] = "open" if "open" in captions else "closed"
    whole = SURE if further else LIKELY
    return whole * sum(known) / len(known), says


def read_territory(text: str) -> Reading:
    """Read where it is for and how it is rated there: US-13, INT-TD."""
    places: list[str] = []
    ratings: list[str] = []
    says: dict[str, Any] = {"territories": places}
    for number, part in enumerate(text.split("-")):
        upper = part.upper()
        if upper in TEXTS and number:
            says["texts"] = TEXTS[upper]
        elif _is_place(upper) and not (number == 1 and upper in RATINGS_LIKE_PLACES):
            places.append("GB" if upper == "UK" else upper)
        elif number == 0:
            return NO, {}
        else:
            ratings.append(part)
    if ratings:
        says["rating"] = "-".join(ratings)
    return (LIKELY if len(ratings) <= 1 else POSSIBLE), says


# Letters that rate a movie somewhere, and are a country's as well.
RATINGS_LIKE_PLACES = frozenset({"PG", "MA", "NR", "GA", "TP", "BA"})


def _is_place(code: str) -> bool:
    return code in EVERYWHERE or code == "UK" or code in _countries()


@cache
def _countries() -> frozenset[str]:
    import pycountry  # noqa: PLC0415  (start-up: it loads large tables)

    return frozenset(country.alpha_2 for country in pycountry.countries)


def read_audio(text: str) -> Reading:
    """Read the sound: channels, immersive sound, tracks for those who hear or see little, motion: 51-HI-VI-Dbox."""
    says: dict[str, Any] = {}
    known = 0
    parts = text.split("-")
    for part in parts:
        upper = part.upper()
        if upper in CHANNELS:
            says["channels"] = CHANNELS[upper]
        elif upper in IMMERSIVE:
            says["immersive"] = IMMERSIVE[upper]
        elif upper in TRACKS:
            says[TRACKS[upper]] = True
        elif upper in CAPTIONS:
            says["captions"] = CAPTIONS[upper]
        elif tag := language_of(part):
            says["language"] = tag
        else:
            continue
        known += 1
    if not {"channels", "immersive"} & says.keys():
        return NO, {}
    return SURE * known / len(parts), says


def read_resolution(text: str) -> Reading:
    """Read the resolution: 2K."""
    return (SURE, {"resolution": text.upper()}) if text.upper() in {"2K", "4K", "8K"} else (NO, {})


def read_studio(text: str) -> Reading:
    """Read who released it: two to four letters or digits, of which there are too many to know."""
    return (POSSIBLE, {"studio": text}) if MAKER.fullmatch(text) else (NO, {})


def read_date(text: str) -> Reading:
    """Read when it was packaged: 20171103."""
    if not (text.isascii() and text.isdecimal()):
        return NO, {}
    try:
        return SURE, {"date": date.fromisoformat(text).isoformat()}
    except ValueError:
        return (DOUBTFUL if len(text) in {len("171103"), len("20171103")} else NO), {}


def read_facility(text: str) -> Reading:
    """Read who made it: two to four letters or digits."""
    return (POSSIBLE, {"facility": text}) if MAKER.fullmatch(text) else (NO, {})


def read_standard(text: str) -> Reading:
    """Read the standard of the package: SMPTE, IOP-3D."""
    name, _, rest = text.upper().partition("-")
    if name not in STANDARDS:
        return NO, {}
    says = {"standard": STANDARDS[name]}
    return (SURE, says | ({"picture": "3D"} if rest else {})) if rest in {"", "3D"} else (LIKELY, says)


def read_package(text: str) -> Reading:
    """Read whether the package is whole or needs another: OV, VF-2."""
    found = PACKAGE.fullmatch(text)
    if not found:
        return NO, {}
    says = {"package": PACKAGES[found[1].upper()]}
    says |= {"number": found[2]} if found[2] else {}
    return SURE, says | ({"picture": "3D"} if found[3] else {})


# In the order of the convention; the title of the movie goes before all of them.
READERS: dict[str, Callable[[str], Reading]] = {
    "content_type": read_content,
    "aspect_ratio": read_aspect,
    "language": read_language,
    "territory": read_territory,
    "audio": read_audio,
    "resolution": read_resolution,
    "studio": read_studio,
    "date": read_date,
    "facility": read_facility,
    "standard": read_standard,
    "package": read_package,
}
