"""Comparing two texts: how alike they are, in meaning and in words, and what was changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..context import Context
from ..contract import tool
from ..embedding import WEIGHTS, embed
from ..errors import ToolError
from .pieces import pieces
from .saying import need

MOST = 200_000  # characters of each text
MOST_PARTS = 4000  # sentences of each text that are compared one by one
PIECE = 900  # characters that are embedded at once
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How two texts compare.

    Args:
        same: Whether they are the same but for spaces.
        meaning: How alike they are in meaning, from 0 (nothing in common) to 1 (the same).
        wording: Which share of the words they have in common, in the same order, from 0 to 1.
        removed: Sentences that only the first text has.
        added: Sentences that only the second text has.
    """

    same: bool
    meaning: float
    wording: float
    removed: list[str]
    added: list[str]

    def __str__(self) -> str:
        if self.same:
            return "The texts are the same."
        changes = [f"- {sentence}" for sentence in self.removed] + [f"+ {sentence}" for sentence in self.added]
        head = f"{self.meaning:.0%} alike in meaning, {self.wording:.0%} in wording."
        return "\n".join([head, *changes])


@tool(weights=(WEIGHTS,), packages=("tokenizers",), extra="local", room="documents", memory=250)
def compare_texts(first: str, second: str, ctx: Context) -> Comparison:
    """Compare two texts: how similar in meaning and wording they are, and what was removed and added.

    Likeness in meaning is that of their sentence vectors (MiniLM, made for English): about 0.8 for a paraphrase.

    Args:
        first: One text, up to 200,000 characters.
        second: The other.

    Example:
        changes = compare_texts("The shop opens at nine.", "The shop opens at ten.")
    """
    need(first, "first text", MOST)
    need(second, "second text", MOST)
    one, two = first.split(), second.split()
    if one == two:
        return Comparison(same=True, meaning=1.0, wording=1.0, removed=[], added=[])
    before, after = list(_sentences(first)), list(_sentences(second))
    removed, added = _difference(before, after)
    wording = difflib.SequenceMatcher(None, one, two, autojunk=len(one) > 2000).ratio()
    return Comparison(
        same=False, meaning=_alike(first, second, ctx), wording=round(wording, 3), removed=removed, added=added
    )


def _alike(first: str, second: str, ctx: Context) -> float:
    if ctx.weights is None:
        raise ToolError("This tool needs the weights of a sentence model: run it inside an agent.")
    import numpy as np

    folder = ctx.weights(WEIGHTS)
    one, two = (embed(pieces(text, PIECE), folder).mean(0) for text in (first, second))
    cosine = float(one @ two / (np.linalg.norm(one) * np.linalg.norm(two)))
    return round(min(1.0, max(0.0, cosine)), 3)


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        if sentence.strip():
            yield " ".join(sentence.split())


def _difference(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The sentences that only one of them has."""
    if max(len(before), len(after)) > MOST_PARTS:
        raise ToolError(f"The texts have more than {MOST_PARTS:,} sentences. Compare them in parts.")
    removed, added = [], []
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            removed += before[a:b]
            added += after[c:d]
    return removed, added
