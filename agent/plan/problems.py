"""What is wrong with a plan, as values, and how a compiler would print it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ...tools.errors import PlanError


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a plan.

    Args:
        message: What it is, and what to write instead.
        line, column: Where, counted from 1.
        severity: An error keeps the plan from running; a warning does not.
        choices: What would be valid there, the likeliest first.
    """

    message: str
    line: int = 1
    column: int = 1
    severity: Literal["error", "warning"] = "error"
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


def raise_errors(problems: Iterable[Problem]) -> None:
    """Raise what keeps a plan from running.

    Raises:
        PlanError: There are errors; it holds every problem, and its message names them.
    """
    found = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        shown = " ".join(str(problem) for problem in errors[:3])
        more = f" And {len(errors) - 3} more." if len(errors) > 3 else ""
        raise PlanError(f"The plan can't be run. {shown[:1].upper()}{shown[1:]}{more}", found)


def render(problems: Iterable[Problem], source: str, name: str = "plan") -> str:
    """The problems as a compiler prints them, each with its line of the source and a mark below the place."""
    lines = source.split("\n")
    texts = []
    for problem in problems:
        texts.append(f"{name}:{problem.line}:{problem.column}: {problem.severity}: {problem.message}")
        if problem.line <= len(lines) and lines[problem.line - 1].strip():
            text = _printable(lines[problem.line - 1])
            start = max(0, min(problem.column - 60, len(text) - 100))  # a long line is shown around the place
            number = f"{problem.line:>5}"
            texts.append(f"{number} | {text[start : start + 120]}")
            texts.append(f"{' ' * len(number)} | {' ' * (problem.column - 1 - start)}^")
    return "\n".join(texts)


def _printable(text: str) -> str:
    """A line with a space for each tab, and a dot for what could drive the terminal."""
    return "".join("·" if unicodedata.category(char) == "Cc" else char for char in text.replace("\t", " "))
