"""A plan's comments, which Python's parser drops: each is found again and kept with its statement."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from typing import Any

_NO_WORDS = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Scan:
    """What the words and signs of a text tell.

    Args:
        comments: Line -> the comment on it.
        lines: Lines that hold more than a comment.
        empty: Lines that hold nothing.
        longest, longest_at: The words and signs of the longest statement, and where it begins.
        trouble, trouble_at: Why the text can't be cut into words; empty when it can.
    """

    comments: dict[int, str]
    lines: frozenset[int]
    empty: frozenset[int]
    longest: int = 0
    longest_at: int = 1
    trouble: str = ""
    trouble_at: int = 1


def scan(source: str) -> Scan:
    """Cut a text into words and signs, as far as that goes."""
    comments: dict[int, str] = {}
    lines: set[int] = set()
    words, begun, longest, longest_at = 0, 1, 0, 1
    trouble, trouble_at = "", 1
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                comments[token.start[0]] = token.string.lstrip("#").strip()
            elif token.type == tokenize.NEWLINE:
                words = 0
            elif token.type not in _NO_WORDS:
                begun = begun if words else token.start[0]
                words += 1
                lines.update(range(token.start[0], token.end[0] + 1))
                if words > longest:
                    longest, longest_at = words, begun
    except (tokenize.TokenError, SyntaxError) as error:
        trouble = str(error.args[0])
        place = error.args[1] if len(error.args) > 1 else (1, 0)
        trouble_at = place[0] if isinstance(place, tuple) and isinstance(place[0], int) else getattr(error, "lineno", 1)
    empty = frozenset(n for n, line in enumerate(source.split("\n"), 1) if not line.strip())
    return Scan(comments, frozenset(lines), empty, longest, longest_at, trouble, trouble_at or 1)


class Comments:
    """Hands out comments to statements, which must ask in the order of the text.

    A comment belongs to the statement on its line, else to the next one; one within a statement's lines to that one.
    """

    def __init__(self, scanned: Scan) -> None:
        self._scan = scanned
        self._left = dict(sorted(scanned.comments.items()))

    def of(self, node: ast.stmt) -> dict[str, Any]:
        """A statement's comments, remark and gap, as the fields of a node."""
        end = self._header_end(node)
        above = tuple(self._take(line) for line in list(self._left) if line < end)
        remark = self._take(end) if end in self._left else None
        first = node.lineno - 1
        while first in self._scan.comments and first not in self._scan.lines:
            first -= 1
        return {"comments": above, "remark": remark, "gap": first in self._scan.empty}

    def rest(self) -> tuple[str, ...]:
        """The comments that no statement came after."""
        return tuple(self._take(line) for line in list(self._left))

    def _take(self, line: int) -> str:
        return self._left.pop(line)

    def _header_end(self, node: ast.stmt) -> int:
        """The last line of a statement; of a block, that of the line which opens it."""
        if isinstance(node, (ast.If, ast.For)):
            return min(
                node.body[0].lineno, max(_end(node.test if isinstance(node, ast.If) else node.iter), node.lineno)
            )
        return _end(node)


def _end(node: ast.stmt | ast.expr) -> int:
    return node.end_lineno or node.lineno
