"""How large a plan may be, and how much it may do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that every plan keeps, whoever wrote it.

    Args:
        source: Characters of a plan's text.
        line: Words and signs of one statement.
        depth: How deep statements, expressions and lists may be nested.
        work: What one run may compute besides tool calls; an expression costs 1, a list 1 for each item.
        calls: Tool calls of one run.
        rounds: Rounds of one loop.
        items: Items of a list that the plan itself puts together, those of inner lists included.
        text: Characters of a text that the plan itself puts together.
        parallel: Tool calls that run at the same time.
    """

    source: int = 100_000
    line: int = 2_000
    depth: int = 50
    work: int = 500_000
    calls: int = 500
    rounds: int = 1_000
    items: int = 10_000
    text: int = 1_000_000
    parallel: int = 4
