"""Cutting a long text into pieces that end where a paragraph, a sentence or a word does."""

from __future__ import annotations

import re

_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?。！？])\s+"), re.compile(r"\s+"))
# where one sentence ends and the next may begin: not after an initial, a title, a usual abbreviation or a list's number
_ABBREVIATED = r"(?<!\b[A-Z]\.)(?<!\b(?:Mr|Ms|Dr|St|vs|No)\.)(?<!\bMrs\.)(?<!e\.g\.)(?<!i\.e\.)(?<!^\d\.)(?<!\n\d\.)"
_SENTENCE_END = re.compile(
    rf"{_ABBREVIATED}(?<=[.!?…])[\"'”’»)]*\s+(?=[^\sa-z])"  # in scripts with capitals
    r"|(?<=[。！？])(?!\s*$)"
    r"|\n(?=\s*(?:[-*•]|\d+[.)])\s)"  # the items of a list
)


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


def first_sentences(text: str, most: int) -> str:
    """A text's beginning, up to the end of its sentence number `most`."""
    text = text.strip()
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    return text[: ends[most - 1]].rstrip() if most <= len(ends) else text
