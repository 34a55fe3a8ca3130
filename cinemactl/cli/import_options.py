"""The options that say how a file that is imported is read, for nouns whose records have one column a field."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cinemactl.cli.import_file import delimiter_of

FileArgument = Annotated[
    str, typer.Argument(help="CSV, XLSX, JSON or Parquet, packed or not; - is stdin.", metavar="FILE")
]
READING_OPTIONS: dict[str, Any] = {
    "map_": Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="Which column is a field, by heading or number; repeatable.", metavar="FIELD=COLUMN"
        ),
    ],
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
    "layout": Annotated[
        str | None, typer.Option(help="Layout of the file (default: found out); see `import layouts`.", metavar="NAME")
    ],
}


def reading(**given: Any) -> dict[str, Any]:  # noqa: ANN401  (texts or lists of texts, by option)
    """Return the options as `import_file` takes them; raises UsageRefused for a delimiter that is none."""
    return {**given, "delimiter": delimiter_of(given["delimiter"]), "map": given.pop("map_")}
