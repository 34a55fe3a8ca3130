"""Languages as DCP content titles write them, where that is not the code of ISO 639."""

from __future__ import annotations

from functools import lru_cache

from cinemactl.catalogue.places import language
from cinemactl.catalogue.values import ValueRefused

NONE = "XX"

# Codes of the ISDCF registry that stand for a language of a region or in a script.
_CODES = """
    QMS:cmn-Hans QMT:cmn-Hant QTM:cmn-TW ZHS:zh-Hans ZHT:zh-Hant YHK:yue-HK QFC:fr-CA FRBE:fr-BE FRCH:fr-CH
    FRLU:fr-LU VLS:nl-BE QBP:pt-BR LAS:es-419 QSA:es-AR QSM:es-MX QCL:es-CL QCO:es-CO QPE:es-PE QUS:es-US
    QSB:es-BO QCA:es-CR QCU:es-CU QSD:es-DO QSE:es-EC QSL:es-SV QGU:es-GT QSH:es-HN QNI:es-NI QPA:es-PA
    QPY:es-PY QPR:es-PR QUY:es-UY QVE:es-VE DEA:de-AT DCH:de-CH DLI:de-LI DLU:de-LU ITCH:it-CH SVF:sv-FI
    CAES:ca-ES EAU:en-AU ECA:en-CA EGB:en-GB EIE:en-IE EIN:en-IN ENZ:en-NZ EUS:en-US EGZ:en-ZA EHK:en-HK
    ENS:en-SG IND:id MSA:ms WEL:cy ROMD:ro-MD SRCY:sr-Cyrl SRLT:sr-Latn SRBA:sr-BA SRME:sr-ME HRBA:hr-BA
    RUMD:ru-MD ARAE:ar-AE ARSA:ar-SA ARSY:ar-SY BNIN:bn-IN PJA:pa-Arab BRFR:br-FR
"""
OF_THE_REGISTRY = dict(pair.split(":") for pair in _CODES.split())
CODE_SIZES = (2, 3, 4)


@lru_cache(maxsize=1024)
def language_of(code: str) -> str | None:
    """Return the BCP 47 tag of a code such as EN, QBP or gsw, in any case; None for what is none."""
    if len(code) not in CODE_SIZES or not (code.isascii() and code.isalpha()):
        return None
    known = OF_THE_REGISTRY.get(code.upper())
    if known is None and len(code) == max(CODE_SIZES):
        return None
    try:
        return language(known or code)
    except ValueRefused:
        return None
