"""`cinemactl movie export --graph` and `--vectors`: the catalogue for graph stores and vector stores."""

from __future__ import annotations

from pathlib import Path

from cinemactl.cli import edge, render
from cinemactl.errors import UsageRefused

STDOUT = Path("-")
GRAPHML = (".graphml", ".xml")


def export_graph(file: Path) -> None:
    """Write GraphML to a file of that ending or stdout, else a folder of CSV files for Neo4j's bulk importer."""
    from cinemactl.catalogue import graph

    if file == STDOUT or file.suffix.lower() in GRAPHML:
        with edge.unit_of_work() as session, render.output(file) as stream:
            nodes, edges = graph.write_graphml(session, stream)
        render.note(f"{nodes} nodes and {edges} edges written.")
        return
    if file.is_file():
        raise UsageRefused(f"{file} is a file.", "Name FILE.graphml, or a folder for the files of Neo4j's importer.")
    file.mkdir(parents=True, exist_ok=True)
    with edge.unit_of_work() as session:
        nodes, edges = graph.write_neo4j(session, file, render.output)
    render.note(f"{nodes} nodes and {edges} edges written. To read them: {graph.import_command(file)}")


def export_vectors(file: Path) -> None:
    """Write a Parquet file of the movies' vectors."""
    if file == STDOUT:
        raise UsageRefused(
            "Parquet is not written to stdout.", "Name a file, as in `movie export --vectors FILE.parquet`."
        )
    with edge.unit_of_work() as session:
        from cinemactl.recommend.vectors_parquet import write_parquet

        count = write_parquet(session, file)
    render.note(f"{count} vectors written.")
