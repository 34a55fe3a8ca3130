"""`cinemactl recommend evaluate`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption
from cinemactl.cli.progress import progress
from cinemactl.cli.render import Column, Format
from cinemactl.cli.terminal import writes_unicode

BAR = 30


class Part(StrEnum):
    """What is measured."""

    WARM = "warm"
    COLD = "cold"
    OPENING = "opening"


COLUMNS = (
    Column("part", "part"),
    Column("model", "model"),
    *(
        Column(name, header, justify="right")
        for name, header in (("ndcg10", "nDCG@10"), ("low", "low"), ("high", "high"))
    ),
    Column("ratio", "ours to it", justify="right"),
    *(
        Column(name, header, justify="right")
        for name, header in (("recall20", "Recall@20"), ("coverage10", "coverage@10"), ("novelty", "novelty"))
    ),
    Column("chart", ""),
)
FIELDS = tuple(column.name for column in COLUMNS if column.name != "chart")


def evaluate(
    *,
    part: Annotated[list[Part] | None, typer.Option(help="Only this part; repeats.", case_sensitive=False)] = None,
    svg: Annotated[Path | None, typer.Option(help="And as a picture.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Measure how good the recommendations are on the ratings there are, beside what others would do.

    Held out are, in turn: each member's latest ratings, the newest years' movies, and all but these movies' first ratings.
    Intervals are of 95 %, by resampling the members.

    cinemactl recommend evaluate --svg quality.svg
    """
    from cinemactl.recommend.extra import require_numbers

    require_numbers()
    from cinemactl.recommend.charts import as_svg
    from cinemactl.recommend.evaluating import PARTS, evaluate

    parts = tuple(one.value for one in part) if part else PARTS
    # A picture that cannot be written is refused before the work, not after it.
    with nullcontext() if svg is None else render.output(svg) as picture:
        with edge.database(statement_seconds=0).unit_of_work() as session, progress("Evaluating") as bar:
            found = evaluate(session, parts=parts, progress=bar.update)
        if picture is not None:
            picture.write(as_svg(found))
    if format in {Format.JSON, Format.JSONL}:
        render.one(found, format)
    else:
        render.rows(list(_rows(found)), COLUMNS, format, fields=FIELDS)
    for name in (name for name, one in found.items() if one is None):
        render.note(f"Nothing could be held out for {name!r}: there are too few ratings.")


def _rows(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    from cinemactl.recommend.charts import models_of

    full = "█" if writes_unicode(sys.stdout) else "#"
    for part, measured in found.items():
        models = models_of(measured or {})
        most = max((one["ndcg10"] for one in models.values()), default=0) or 1
        for model, one in models.items():
            ratio = models["ours"]["ratio"].get(model)
            chart = full * round(BAR * one["ndcg10"] / most)
            yield {"part": part, "model": model, **one, "ratio": ratio, "chart": chart}
