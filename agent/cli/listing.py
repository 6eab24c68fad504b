"""Tables for people, and the same rows as JSON for programs."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import typer


def print_json(rows: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))


def print_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print rows under column heads; the last column is wrapped to the terminal's width."""
    texts = [[str(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(columns, *texts, strict=True)]
    left = sum(widths[:-1]) + 2 * (len(columns) - 1)
    room = max(24, shutil.get_terminal_size((120, 24)).columns - left)
    typer.echo("  ".join(head.upper().ljust(width) for head, width in zip(columns, widths, strict=True)).rstrip())
    for cells in texts:
        lines = textwrap.wrap(cells[-1], room) or [""]
        first = [cell.ljust(width) for cell, width in zip(cells[:-1], widths[:-1], strict=True)]
        typer.echo("  ".join([*first, lines[0]]).rstrip())
        for line in lines[1:]:
            typer.echo(" " * left + line)


def size(count: float) -> str:
    """Bytes as people read them: 63 MB, 1.1 GB."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
