"""Boxes, points and lines drawn onto a picture, so that people can check what a model saw."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .results import Box

if TYPE_CHECKING:
    import PIL.Image
    import PIL.ImageDraw


def colour_of(number: int) -> tuple[int, int, int]:
    """A bright colour, far from those of the neighbouring numbers."""
    red, green, blue = colorsys.hsv_to_rgb((0.01 + number * 0.381966) % 1.0, 0.85, 0.95)
    return round(red * 255), round(green * 255), round(blue * 255)


def with_boxes(picture: PIL.Image.Image, boxes: Sequence[Box]) -> PIL.Image.Image:
    """A copy of `picture` with each box drawn in and labelled; one colour a label."""
    import PIL.ImageDraw

    marked = picture.convert("RGB")
    draw = PIL.ImageDraw.Draw(marked)
    labels = list(dict.fromkeys(box.label for box in boxes))
    line = max(2, round(max(marked.size) / 300))
    for box in sorted(boxes, key=lambda box: -box.area):
        colour = colour_of(labels.index(box.label))
        draw.rectangle((box.x, box.y, box.x + box.width - 1, box.y + box.height - 1), outline=colour, width=line)
    for box in boxes:
        text = f"{box.label} {box.score:.0%}" if box.score < 1 else box.label
        _label(draw, text, (box.x, box.y), colour_of(labels.index(box.label)), marked.size)
    return marked


def _label(
    draw: PIL.ImageDraw.ImageDraw,
    text: str,
    corner: tuple[int, int],
    colour: tuple[int, int, int],
    size: tuple[int, int],
) -> None:
    """Text on a coloured ground at a box's upper left corner, kept inside the picture."""
    import PIL.ImageFont

    font = PIL.ImageFont.load_default(max(12, round(max(size) / 45)))
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    width, height = right - left + 6, bottom - top + 6
    x = max(0, min(corner[0], size[0] - width))
    y = corner[1] - height if corner[1] >= height else max(0, corner[1])
    draw.rectangle((x, y, x + width, y + height), fill=colour)
    dark = colour[0] * 0.3 + colour[1] * 0.59 + colour[2] * 0.11 < 140
    draw.text((x + 3 - left, y + 3 - top), text, font=font, fill="white" if dark else "black")


def with_skeleton(
    picture: PIL.Image.Image, points: Iterable[tuple[float, float]], bones: Iterable[tuple[float, float, float, float]]
) -> PIL.Image.Image:
    """A copy of `picture` with `points` (x, y) as dots and `bones` (x, y, x, y) as lines between them."""
    import PIL.ImageDraw

    marked = picture.convert("RGB")
    draw = PIL.ImageDraw.Draw(marked)
    line = max(2, round(max(marked.size) / 150))
    for bone in bones:
        draw.line(bone, fill=colour_of(1), width=line)
    for x, y in points:
        draw.ellipse((x - line, y - line, x + line, y + line), fill=colour_of(0))
    return marked
