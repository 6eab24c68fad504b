"""What looking at a picture gives: boxes, detections, classes, lines of text.

Coordinates are pixels from the upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..values import Image
from .labels import plural


@dataclass(frozen=True, kw_only=True)
class Box:
    """A labelled rectangle in a picture.

    Args:
        label: What is in it.
        score: How sure the model is, from 0 to 1.
        x: Its left edge in pixels.
        y: Its top edge in pixels.
        width: In pixels.
        height: In pixels.
        place: Where it is, in words: "left", "top right", "centre" ...
    """

    label: str
    score: float = 1.0
    x: int
    y: int
    width: int
    height: int
    place: str = ""

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        return f"{self.label}{where} ({self.x}, {self.y}, {self.width} x {self.height} px, {self.score:.0%} sure)"

    @property
    def area(self) -> int:
        """In square pixels."""
        return self.width * self.height


def place_of(x: float, y: float, width: float, height: float, size: tuple[int, int]) -> str:
    """Where a box lies in a picture of `size` (width, height): "left", "top right", "centre", or "whole picture"."""
    if width * height > 0.8 * size[0] * size[1]:
        return "whole picture"
    across, down = (x + width / 2) / size[0], (y + height / 2) / size[1]
    wide = width > 0.6 * size[0]
    column = "" if wide else "left" if across < 0.4 else "right" if across > 0.6 else ""
    tall = height > 0.55 * size[1]
    row = "" if tall else "top" if down < 0.36 else "bottom" if down > 0.64 else ""
    return f"{row} {column}".strip() or "centre"


@dataclass(frozen=True, kw_only=True)
class Detections:
    """The objects found in a picture.

    Args:
        boxes: One for each object, the surest first.
        picture: The picture with the boxes drawn in.
        note: What could not be looked for, and why; empty when all was.
    """

    boxes: list[Box]
    picture: Image
    note: str = ""

    @property
    def count(self) -> int:
        """How many objects there are."""
        return len(self.boxes)

    @property
    def labels(self) -> list[str]:
        """The kinds of objects found, each once, the most frequent first."""
        found = [box.label for box in self.boxes]
        return sorted(dict.fromkeys(found), key=found.count, reverse=True)

    def __str__(self) -> str:
        return " ".join(part for part in (summary(self.boxes) or "no objects found", self.note) if part)


def summary(boxes: list[Box]) -> str:
    """Boxes by label with their places: "2 people (left, centre), 1 bus (whole picture)"; empty without boxes."""
    groups: dict[str, list[Box]] = {}
    for box in boxes:
        groups.setdefault(box.label, []).append(box)
    parts = []
    for label, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        places = list(dict.fromkeys(box.place for box in group if box.place))
        where = f" ({', '.join(places)})" if places else ""
        parts.append(f"{len(group)} {plural(label, len(group))}{where}")
    return ", ".join(parts)


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One class that a picture may belong to."""

    label: str
    score: float

    def __str__(self) -> str:
        return f"{self.label} {self.score:.0%}"


@dataclass(frozen=True, kw_only=True)
class Classes:
    """What a picture may show as a whole, the likeliest first."""

    guesses: list[Guess]

    @property
    def label(self) -> str:
        """The likeliest class."""
        return self.guesses[0].label

    @property
    def score(self) -> float:
        """How likely the likeliest class is, from 0 to 1."""
        return self.guesses[0].score

    def __str__(self) -> str:
        return ", ".join(map(str, self.guesses))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of text in a picture; `score` from 0 to 1 says how sure the reading is."""

    text: str
    score: float
    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Text:
    """The text in a picture, line by line in reading order."""

    lines: list[Line]

    @property
    def text(self) -> str:
        """All lines, one below the other; empty when there is no text."""
        return "\n".join(line.text for line in self.lines)

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def __str__(self) -> str:
        return self.text
