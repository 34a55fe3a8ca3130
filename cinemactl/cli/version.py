"""`cinemactl version ...`: what a DCP's content title says of a version."""

from __future__ import annotations

from typing import Annotated

import typer

from cinemactl.cli import render
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="Versions: what a DCP's content title says.")

COLUMNS = (
    Column("field", "field", show=lambda name: name.replace("_", " ")),
    Column("text", "text"),
    Column("says", "says"),
    Column("confidence", "confidence", justify="right"),
)


@app.callback()
def versions() -> None:
    """Keep `parse` a verb of its own, though it is the only one."""


@app.command()
def parse(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="A content title, as a CPL or a server has it.")],
    *,
    format: FormatOption = Format.TABLE,
) -> None:
    """Say what each field of a DCP's content title means, and how sure that is from 0 to 1. No title is refused.

    cinemactl version parse PitchPerfect3_FTR-7-DVis_F_EN-XX-CCAP_US-13_ATMOS-71-HI-VI_2K_UP_20171103_DLB_SMPTE_OV
    """
    from cinemactl.programme.dcp_titles import parse_title

    read = parse_title(title).document()
    if format in {Format.JSON, Format.JSONL}:
        render.one(read, format)
        return
    render.rows(read["fields"], COLUMNS, format)
    if read["left_over"]:
        render.note(f"Not understood: {', '.join(read['left_over'])}.")
    version = read["version"]
    said = [
        version["format"],
        *([f"in {version['audio']}"] if version["audio"] else []),
        *([f"with {version['subtitles']} subtitles"] if version["subtitles"] else []),
        *([f"with {version['captions']} captions"] if version["captions"] else []),
    ]
    render.note(f"{read['movie'] or 'A movie without a title'}: {', '.join(said)}.")
