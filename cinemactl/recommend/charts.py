"""The evaluation as a picture: bars of nDCG@10 with their intervals, as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

NAMES = {
    "ours": "cinemactl",
    "popularity": "popularity",
    "item_knn": "item kNN by likes",
    "content_knn": "item kNN by content",
    "ease": "EASE",
    "als": "implicit ALS",
}
TITLES = {
    "warm": "Each member's latest ratings",
    "cold": "New movies nobody has rated",
    "opening": "Opening weekend, after ten ratings of each new movie",
}
LEFT, WIDTH, ROW, HEAD = 180, 720, 26, 44
OURS, OTHERS = "#1f5fa8", "#9aa7b5"


def models_of(part: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what was measured of each model in a part, ours first."""
    return {name: part[name] for name in NAMES if name in part}


def as_svg(found: Mapping[str, Any]) -> str:
    """Return a picture of what `evaluate` returned."""
    parts = {name: models_of(part) for name, part in found.items() if part}
    most = max((one["high"] for part in parts.values() for one in part.values()), default=1.0) or 1.0
    drawn, top = [], 10
    for name, models in parts.items():
        drawn.append(f'<text x="10" y="{top + 24}" font-weight="bold">{escape(TITLES[name])}</text>')
        top += HEAD
        for model, one in models.items():
            drawn.extend(_bar(model, one, top, (WIDTH - LEFT - 80) / most))
            top += ROW
        top += 12
    body = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top + 10}" '
        f'font-family="sans-serif" font-size="13">\n<title>nDCG@10 with 95 % intervals</title>\n{body}\n</svg>\n'
    )


def _bar(model: str, one: Mapping[str, Any], top: int, scale: float) -> list[str]:
    end, low, high = (LEFT + one[key] * scale for key in ("ndcg10", "low", "high"))
    middle = top + 9
    return [
        f'<text x="{LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(NAMES[model])}</text>',
        f'<rect x="{LEFT}" y="{top}" width="{end - LEFT:.1f}" height="18" fill="{OURS if model == "ours" else OTHERS}"/>',
        f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {top + 5}v8M{high:.1f} {top + 5}v8" stroke="black"/>',
        f'<text x="{high + 6:.1f}" y="{top + 13}">{one["ndcg10"]:.3f}</text>',
    ]
