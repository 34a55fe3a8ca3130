"""`cinemactl demo`: what a newcomer sees first."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.errors import CinemactlError, UsageRefused

app = typer.Typer(help="Show what cinemactl does, in a home of its own.")

FOLDER = "demo"
MARK = ".cinemactl-demo"


@app.command()
def demo(
    keep: Annotated[
        Path | None, typer.Option("--in", help="Folder for the demonstration's data (default: beside the home).")
    ] = None,
) -> None:
    """Add a movie, import a file through a worker, find both again; every command is shown as it can be typed.

    Everything happens in a home of its own, which is emptied first and left running at the end.
    """
    home = (keep or edge.settings().home.parent / f"{edge.settings().home.name}-{FOLDER}").absolute()
    _empty(home)
    sample = sample_file("movies.csv")
    render.line("This is cinemactl at work, in a home of its own. Each line after $ can be typed again.")
    render.line("")
    render.line(f"$ export CINEMACTL_HOME={shlex.quote(str(home))}")
    _run(home, "movie", "add", "The Lobster", "--year", "2015", "--runtime", "119", "--genre", "sci-fi", "--genre",
         "romance", "--director", "Yorgos Lanthimos", "--cast", "Colin Farrell as David", "--imdb-id", "tt3464902")  # fmt: skip
    _run(home, "movie", "import", str(sample), "--wait")
    _run(home, "movie", "search", "shawshenk redemtion", "--limit", "3")
    _run(home, "movie", "search", "lobstr lanthimos", "--limit", "1")
    _run(home, "movie", "list", "--genre", "western", "--sort", "release-date", "--limit", "5")
    _run(home, "services", "status")
    render.line("")
    render.line(f"The data is in {home}; with the export above, `{_program()} movie list` shows it.")
    render.line("To remove it all:")
    render.line("")
    shown = shlex.quote(str(home))
    render.line(f"$ {_program()} services stop --home {shown} && rm -r {shown}")


def sample_file(name: str) -> Path:
    """Return a file of the sample data, from the package or from the checkout it runs in."""
    package = Path(__file__).parent.parent
    for folder in (package / "sample_data", package.parent / "sample_data"):
        if (folder / name).exists():
            return folder / name
    raise CinemactlError(f"The sample file {name} is missing.", "Install cinemactl again.")


def _empty(home: Path) -> None:
    """Remove what an earlier demonstration left; raises UsageRefused for a folder that is anything else."""
    if home.exists():
        if any(home.iterdir()) and not (home / MARK).exists():
            raise UsageRefused(f"{home} is not a demonstration's home.", "Name another folder with --in.")
        if (home / MARK).exists():
            _call(home, "services", "stop", "--quiet", stdout=subprocess.DEVNULL)
            shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()


def _run(home: Path, *words: str) -> None:
    """Print a command and run it; raises CinemactlError when it does not end well."""
    render.line("")
    render.line(f"$ {shlex.join((_program(), *words))}")
    sys.stdout.flush()
    code = _call(home, *words)
    if code:
        raise typer.Exit(code)


def _program() -> str:
    """Return how the user calls this program: by its name where that is found, else as it was called."""
    return "cinemactl" if shutil.which("cinemactl") else sys.argv[0]


def _call(home: Path, *words: str, stdout: int | None = None) -> int:
    given = {name: value for name, value in os.environ.items() if not name.startswith("CINEMACTL_")}
    environment = given | {"CINEMACTL_HOME": str(home), "CINEMACTL_CONFIG": ""}
    done = subprocess.run([sys.executable, "-m", "cinemactl", *words], env=environment, stdout=stdout, check=False)
    return done.returncode
