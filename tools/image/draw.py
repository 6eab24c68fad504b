"""Drawing onto pictures, and putting pictures together: boxes, text, side by side, grid."""

from __future__ import annotations

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Image
from .marks import with_boxes
from .regions import corners, flat, keep
from .results import Box


@tool
def draw_boxes(image: Image, boxes: list[Box] | None = None, *, ctx: Context) -> Image:
    """Draw boxes with their labels onto a picture: those given, or those of everything that is detected in it.

    `mark_area` makes a box from numbers.

    Args:
        image: The picture.
        boxes: What to draw, such as `people.boxes`; each label gets a colour of its own.

    Example:
        marked = draw_boxes("people.png")
    """
    picture = image.pil()
    if boxes is None:
        boxes = ctx.need_call()("detect_objects", image=image).boxes
    for box in boxes:
        corners(box, picture.size)
    return keep(with_boxes(flat(picture), boxes), "boxes.png", ctx)


@tool
def mark_area(x: int, y: int, width: int, height: int, label: str = "area") -> Box:
    """Make a box from x, y, width and height in pixels, for tools that take boxes (blur, erase, draw).

    Args:
        x: Left edge in pixels, counted from the picture's left edge.
        y: Top edge in pixels, counted from the picture's top edge.
        width: In pixels.
        height: In pixels.
        label: What it holds.

    Example:
        plate = mark_area(10, 20, 200, 60)
    """
    if width < 1 or height < 1 or x < 0 or y < 0:
        raise ToolError(
            f"An area needs x, y of 0 or more and a size of 1 px or more; not {x}, {y}, {width} x {height}."
        )
    return Box(label=label, x=x, y=y, width=width, height=height)
