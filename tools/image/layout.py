"""Reading order: from pieces of text anywhere on a page to lines as a person reads them."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from .results import Line

Corner = tuple[float, float]
PROSE = 3.0  # words a line, in the median, from which a block beside another is a column of prose, not of a table


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of text as the recogniser found it: its four corners in pixels, clockwise from the
    upper left."""

    text: str
    score: float
    corners: Sequence[Corner]

    @property
    def width(self) -> float:
        """Length of its upper edge."""
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        """Length of its left edge."""
        return math.dist(self.corners[0], self.corners[3])

    @property
    def angle(self) -> float:
        """Slope of its upper edge, in radians; positive when it falls to the right."""
        (x0, y0), (x1, y1) = self.corners[:2]
        return math.atan2(y1 - y0, x1 - x0)


@dataclass(frozen=True)
class _Placed:
    """A piece on the straightened page."""

    piece: Piece
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def lines_of(pieces: Sequence[Piece]) -> list[Line]:
    """The pieces as lines in reading order: columns of prose one after the other, the cells of a row on one line."""
    if not pieces:
        return []
    angle = statistics.median(piece.angle for piece in pieces)
    placed = [_straighten(piece, angle if abs(angle) > 0.01 else 0.0) for piece in pieces]
    return [_line(row) for block in _blocks(placed) for row in _rows(block)]


def _straighten(piece: Piece, angle: float) -> _Placed:
    cosine, sine = math.cos(-angle), math.sin(-angle)
    centre = [sum(corner[axis] for corner in piece.corners) / 4 for axis in (0, 1)]
    x, y = centre[0] * cosine - centre[1] * sine, centre[0] * sine + centre[1] * cosine
    half_width, half_height = piece.width / 2, piece.height / 2
    return _Placed(piece, x - half_width, x + half_width, y - half_height, y + half_height)


def _blocks(placed: list[_Placed]) -> list[list[_Placed]]:
    """Cut a page at its widest gutter into columns of prose, recursively; what stands across it parts what is above
    and below."""
    for gutter in _gutters(placed):
        left = [item for item in placed if item.right <= gutter]
        right = [item for item in placed if item.left >= gutter]
        if _is_prose(left) and _is_prose(right) and _side_by_side(left, right):
            across = [item for item in placed if item not in left and item not in right]
            top = min(item.top for item in (*left, *right))
            bottom = max(item.bottom for item in (*left, *right))
            above = [item for item in across if item.middle < top]
            below = [item for item in across if item.middle > bottom]
            if len(above) + len(below) == len(across):
                parts = (above, left, right, below)
                return [block for part in parts if part for block in _blocks(part)]
    return [placed]


def _gutters(placed: list[_Placed]) -> list[float]:
    """Where a column might end: the right edges of pieces, those with the most room beside them first."""
    typical = statistics.median(item.height for item in placed)
    candidates = []
    for item in placed:
        following = [other.left for other in placed if other.left > item.right]
        if following and min(following) - item.right > 0.5 * typical:
            candidates.append(((item.right + min(following)) / 2, min(following) - item.right))
    ordered = sorted(candidates, key=lambda candidate: -candidate[1])
    return list(dict.fromkeys(round(gutter, 1) for gutter, _ in ordered))[:20]


def _is_prose(block: list[_Placed]) -> bool:
    return len(block) >= 3 and statistics.median(len(item.piece.text.split()) for item in block) >= PROSE


def _side_by_side(left: list[_Placed], right: list[_Placed]) -> bool:
    shared = min(max(i.bottom for i in left), max(i.bottom for i in right)) - max(
        min(i.top for i in left), min(i.top for i in right)
    )
    return shared > 0


def _rows(block: list[_Placed]) -> list[list[_Placed]]:
    """Pieces that stand on one line, from left to right; rows from top to bottom."""
    rows: list[list[_Placed]] = []
    for item in sorted(block, key=lambda item: item.middle):
        row = rows[-1] if rows else []
        middle = statistics.fmean(other.middle for other in row) if row else 0.0
        reach = 0.5 * min([item.height, *(other.height for other in row)])
        clear = all(item.left >= other.right - reach or item.right <= other.left + reach for other in row)
        if row and abs(item.middle - middle) < reach and clear:
            row.append(item)
        else:
            rows.append([item])
    return [sorted(row, key=lambda item: item.left) for row in rows]


def _line(row: list[_Placed]) -> Line:
    """One row as a line; a wide gap between two pieces shows as two spaces."""
    text = row[0].piece.text
    for before, item in itertools.pairwise(row):
        text += ("  " if item.left - before.right > 1.5 * item.height else " ") + item.piece.text
    corners = [corner for item in row for corner in item.piece.corners]
    x, y = math.floor(min(corner[0] for corner in corners)), math.floor(min(corner[1] for corner in corners))
    return Line(
        text=text,
        score=round(statistics.fmean(item.piece.score for item in row), 3),
        x=max(0, x),
        y=max(0, y),
        width=max(1, math.ceil(max(corner[0] for corner in corners)) - x),
        height=max(1, math.ceil(max(corner[1] for corner in corners)) - y),
    )
