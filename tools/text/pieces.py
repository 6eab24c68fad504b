"""Cutting a long text into pieces that end where a paragraph, a sentence or a word does."""

from __future__ import annotations

import re

_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?。！？])\s+"), re.compile(r"\s+"))


def pieces(text: str, size: int) -> list[str]:
    """The text in pieces of at most `size` characters, none of them empty; joined, they hold all its words."""
    rest, found = text.strip(), []
    while len(rest) > size:
        cut = _last_end(rest, size)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest else found


def _last_end(text: str, size: int) -> int:
    """Where to cut: at the last end of a paragraph, sentence or word in the second half of `size` characters."""
    for pattern in _ENDS:
        ends = [match.end() for match in pattern.finditer(text[:size])]
        if ends and ends[-1] >= size // 2:
            return ends[-1]
    return size
