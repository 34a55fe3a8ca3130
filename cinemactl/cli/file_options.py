"""What every `NOUN import FILE` and `NOUN export FILE` is given, spelled once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.cli.import_file import delimiter_of
from cinemactl.cli.render import Format


class DateOrder(StrEnum):
    """What comes first in a date: the day, the month or the year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


FileArgument = Annotated[
    str, typer.Argument(help="CSV, XLSX, JSON or Parquet, packed or not; - is stdin.", metavar="FILE")
]
RejectsOption = Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")]
PlanOnlyOption = Annotated[bool, typer.Option("--dry-run", help="Plan only: say what would happen.")]

# How the table in the file is found.
TABLE_OPTIONS: dict[str, Any] = {
    "encoding": Annotated[str | None, typer.Option(help="Encoding of the file (default: found out).", metavar="NAME")],
    "delimiter": Annotated[
        str | None, typer.Option(help="Delimiter of the file (default: found out).", metavar="CHARACTER")
    ],
    "header": Annotated[
        str | None, typer.Option(help="Line of the header, or none (default: found out).", metavar="N|none")
    ],
    "sheet": Annotated[
        str | None, typer.Option(help="Sheet of a workbook (default: the first with a table).", metavar="NAME")
    ],
}
LAYOUT_OPTIONS: dict[str, Any] = {
    "layout": Annotated[
        str | None, typer.Option(help="Layout of the file (default: found out); see `import layouts`.", metavar="NAME")
    ],
    "map_": Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="Which column is a field, by heading or number; repeatable.", metavar="FIELD=COLUMN"
        ),
    ],
    "save_layout": Annotated[
        str | None, typer.Option("--save-layout", help="Keep the layout, with its --map, by this name.", metavar="NAME")
    ],
}
LENIENT_OPTIONS: dict[str, Any] = {
    "lenient": Annotated[
        bool, typer.Option("--lenient", help="Drop and count values that cannot be used, not their rows.")
    ],
}
DATE_OPTIONS: dict[str, Any] = {
    "date_order": Annotated[
        DateOrder | None, typer.Option("--date-order", help="Order of dates such as 03/04/2024 (default: found out).")
    ],
}

ExportFileArgument = Annotated[Path, typer.Argument(help="Where to; - is stdout.", metavar="FILE")]
ExportFormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="How it is written (default: by the file's ending, else csv).",
        case_sensitive=False,
        show_default=False,
    ),
]


def reading(**given: Any) -> dict[str, Any]:  # noqa: ANN401  (texts or lists of texts, by option)
    """Return such options as `import_file` takes them; raises UsageRefused for a delimiter that is none."""
    told = {name.removesuffix("_"): value for name, value in given.items()}
    if (order := told.get("date_order")) is not None:
        told["date_order"] = order.value
    return told | {"delimiter": delimiter_of(given["delimiter"])}


def format_of(file: Path) -> Format:
    """Return the format that a file's ending tells, CSV when it tells none."""
    return {".json": Format.JSON, ".jsonl": Format.JSONL}.get(file.suffix.lower(), Format.CSV)
