"""Which movies the ambiguous rows of an import are: answers from a file, or given at the terminal."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cinemactl.cli import edge, terminal
from cinemactl.errors import UsageRefused

if TYPE_CHECKING:
    from cinemactl.importing.questions import Question

SKIP = "skip"
LAST = "done"
LONGEST_CELL = 60
LONGEST_LINE = 18  # digits of an id or a line, which fit the database's numbers


def answers_in(file: Path) -> dict[int, str]:
    """Return the answers of a CSV file with the columns line and answer; what is skipped is not there.

    Raises UsageRefused, naming the line, for what is no answer.
    """
    answers: dict[int, str] = {}
    with _opened(file) as stream:
        rows = csv.DictReader(stream)
        if not {"line", "answer"} <= set(rows.fieldnames or ()):
            raise UsageRefused(
                f"{file} has no columns called line and answer.",
                "Write a line such as 12,7 for each row: or new, or skip.",
            )
        for row in rows:
            line = (row["line"] or "").strip()
            if not _is_number(line):
                raise UsageRefused(
                    f"{line[:40]!r} in line {rows.line_num} of {file} is no line of a file.", "Give its number."
                )
            answer = _answer(row["answer"] or "", f"line {rows.line_num} of {file}")
            if answer != SKIP:
                answers[int(line)] = answer
    return answers


def ask_about(import_id: int) -> dict[int, str]:
    """Ask at the terminal about each ambiguous row of an import; raises UsageRefused where there is nobody to ask."""
    from cinemactl.importing.questions import questions_of

    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageRefused(
            "Nobody is there to be asked which movies the rows are.", "Say so in a file: --answers FILE."
        )
    with edge.unit_of_work() as session:
        questions = questions_of(session, import_id)
    answers: dict[int, str] = {}
    for number, question in enumerate(questions, start=1):
        _show(question, f"{number} of {len(questions)}")
        answer = _asked()
        if answer == LAST:
            break
        if answer != SKIP:
            answers[question.line] = answer
    return answers


def _show(question: Question, place: str) -> None:
    row = ", ".join(f"{name} {cell[:LONGEST_CELL]}" for name, cell in question.cells.items())
    terminal.tell(terminal.clean(f"\nRow {place}, line {question.line}: {row}\n{question.reason}"))
    for movie_id, label in question.candidates:
        terminal.tell(terminal.clean(f"{movie_id:>8}  {label}"))


def _asked() -> str:
    """Return an answer, or LAST."""
    while True:
        sys.stderr.write("Which movie is it (an id, new, skip, done)? ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line or line.strip().lower() == LAST:
            return LAST
        try:
            return _answer(line, "what was typed")
        except UsageRefused as refused:
            terminal.tell(f"{refused.message} {refused.hint}")


def _answer(text: str, where: str) -> str:
    """Return the id of a movie, `new` or SKIP; raises UsageRefused."""
    answer = text.strip().lower() or SKIP
    if answer in {"new", SKIP} or _is_number(answer):
        return answer
    raise UsageRefused(f"{answer[:40]!r} in {where} is no answer.", "Give the id of a movie, new, or skip.")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_LINE


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield sys.stdin
        return
    try:
        stream = file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise UsageRefused(f"{file} cannot be read ({error.strerror or error}).", "Name a file of answers.") from error
    with stream:
        yield stream
