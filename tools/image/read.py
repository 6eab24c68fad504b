"""Reading text off a picture: `read_text`."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any

from ..contract import tool
from ..values import Image
from .layout import Piece, lines_of
from .results import Line, Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEGIBLE = 0.7  # score below which a reading is noise rather than text
UPRIGHT = 0.8  # mean score below which the text may stand on its head: upright text reads at 0.9 and above
SMALL = 768  # pixels: a picture whose longer side is shorter is enlarged before it is read


@tool
def read_text(image: Image) -> Text:
    """Read the text in a picture: signs, scanned pages, screenshots, labels (OCR).

    Printed text in Latin script and Chinese, also upside down or sideways. Handwriting is read poorly.

    Args:
        image: The picture to read.

    Returns:
        The lines in reading order, with boxes and scores; `text` joins them and is empty when there is no text.

    Example:
        words = read_text("page.png")
    """
    ...


@read_text.backend("rapidocr", packages=("rapidocr", "onnxruntime"), extra="local", memory=600, room="ocr", quality=0.7)
class RapidOcr:
    """PP-OCR's detection, orientation and recognition models, run by rapidocr on onnxruntime."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,  # the unsure readings show which way up a page is
                "Global.use_cls": False,
                "Det.limit_type": "max",
                "Det.limit_side_len": 736,
                "EngineConfig.onnxruntime.intra_op_num_threads": min(4, os.cpu_count() or 1),
            }
        )

    def __call__(self, image: Image) -> Text:
        import numpy as np

        picture = image.array()
        height, width = picture.shape[:2]
        readings = {0: self._read(picture)}
        for turns in _other_ways_up(readings[0]):
            readings[turns] = self._read(np.rot90(picture, turns))
        turns = max(readings, key=lambda turns: _weight(readings[turns]))
        turns = turns if _reads_well(readings[turns]) else 0
        pieces = [piece for piece in readings[turns] if not _is_noise(piece, height * width)]
        return Text(lines=[_turned_back(line, turns, (width, height)) for line in lines_of(pieces)])

    def _read(self, picture: NDArray[np.uint8]) -> list[Piece]:
        """The pieces of text in an H x W x 3 RGB picture, in its own pixels, however unsure."""
        import cv2
        import numpy as np

        scale = min(3.0, max(1.0, SMALL / max(picture.shape[:2])))
        picture = np.ascontiguousarray(picture[:, :, ::-1])
        if scale > 1.0:
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        found = self._engine(picture)
        if not found.txts:
            return []
        return [
            Piece(
                text=" ".join(text.split()),
                score=float(score),
                corners=tuple((x / scale, y / scale) for x, y in corners),
            )
            for corners, text, score in zip(found.boxes.tolist(), found.txts, found.scores, strict=True)
        ]


def _is_noise(piece: Piece, area: float) -> bool:
    """Whether a reading is a pattern that was taken for letters: unsure, of one or two shapes, or huge."""
    letters = {character for character in piece.text.lower().replace("o", "0") if character.isalnum()}
    if piece.score < LEGIBLE or not letters:
        return True
    large = piece.width * piece.height > 0.15 * area
    return len(letters) <= 2 and piece.score < (0.97 if large or len(piece.text) > 2 else 0.85)


def _weight(pieces: list[Piece]) -> float:
    """How much was read, and how surely."""
    return sum(piece.score**2 * len(piece.text) for piece in pieces)


def _reads_well(pieces: list[Piece]) -> bool:
    """Whether the letters are sure in the mean."""
    letters = sum(len(piece.text) for piece in pieces)
    return sum(piece.score * len(piece.text) for piece in pieces) >= UPRIGHT * letters


def _other_ways_up(pieces: list[Piece]) -> tuple[int, ...]:
    """Quarter turns counter-clockwise after which the picture may read better; () when it reads well as it is.

    The engine itself turns a tall piece counter-clockwise before it reads it: when that reads well, so will the page.
    """
    if not pieces:
        return ()
    reads_well = _reads_well(pieces)
    tall = sum(piece.height > 1.5 * piece.width for piece in pieces)
    if tall * 2 >= len(pieces):
        return (1,) if reads_well else (1, 3)
    return () if reads_well else (2,)


def _turned_back(line: Line, turns: int, size: tuple[int, int]) -> Line:
    """A line of a picture that was turned counter-clockwise, with its box in the original of `size` (width, height)."""
    for turn in range(turns, 0, -1):
        width = size[(turn + 1) % 2]  # of the picture before this turn
        x = max(0, width - line.y - line.height)
        line = dataclasses.replace(line, x=x, y=line.x, width=line.height, height=line.width)
    return line
