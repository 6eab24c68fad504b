"""Drawing onto pictures, and putting pictures together: boxes, text, side by side, grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..fonts import font_for
from ..values import Image
from .marks import with_boxes
from .regions import check_range, check_size, colour, corners, flat, keep
from .results import Box

if TYPE_CHECKING:
    import PIL.ImageDraw

    from ..fonts import Font


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


@tool
def draw_text(
    image: Image,
    text: str,
    place: Literal["top", "centre", "bottom", "top left", "top right", "bottom left", "bottom right"] = "bottom",
    size: int = 0,
    color: str = "white",
    *,
    ctx: Context,
) -> Image:
    """Write words onto a picture, such as a caption or a title.

    Letters beyond plain English need a font of the system that has them; those that none has show as boxes.

    Args:
        image: The picture.
        text: What to write; long lines are broken, and it is drawn smaller when it would not fit.
        place: Where.
        size: Height of the letters in pixels; 0 chooses one that suits the picture.
        color: Of the letters; they get an outline in black or white.

    Example:
        titled = draw_text("photo.png", "On the moon", place="top")
    """
    import PIL.ImageDraw

    if not text.strip():
        raise ToolError("The text to draw is empty.")
    check_range("size", size, 0, 2000, "pixels")
    fill = colour(color)
    picture = flat(image.pil())
    draw = PIL.ImageDraw.Draw(picture)
    lines, font, outline = _fitted(draw, text, size or max(14, round(picture.height / 14)), picture.size)
    left, top, right, bottom = draw.multiline_textbbox((0, 0), lines, font=font, stroke_width=outline, align="center")
    margin = max(4, round(min(picture.size) / 40))
    across = {"left": margin, "right": picture.width - margin - (right - left)}
    down = {"top": margin, "bottom": picture.height - margin - (bottom - top)}
    words = place.split()
    x = next((across[word] for word in words if word in across), (picture.width - (right - left)) / 2)
    y = next((down[word] for word in words if word in down), (picture.height - (bottom - top)) / 2)
    edge = "black" if sum(fill) > 380 else "white"
    draw.multiline_text(
        (x - left, y - top), lines, fill=fill, font=font, align="center", stroke_width=outline, stroke_fill=edge
    )
    return keep(picture, "text.png", ctx)


def _fitted(draw: PIL.ImageDraw.ImageDraw, text: str, size: int, room: tuple[int, int]) -> tuple[str, Font, int]:
    """The text in lines that fit into `room` (width, height), its font, and the width of its outline in pixels."""
    import textwrap

    while True:
        font, outline = font_for(text, size), max(1, size // 16)
        letter = draw.textlength("n", font=font)
        columns = max(1, int(0.92 * room[0] / letter))
        lines = "\n".join(part for line in text.splitlines() for part in textwrap.wrap(line, columns) or [""])
        left, top, right, bottom = draw.multiline_textbbox((0, 0), lines, font=font, stroke_width=outline)
        if (right - left <= 0.97 * room[0] and bottom - top <= 0.97 * room[1]) or size <= 6:
            return lines, font, outline
        size = max(6, int(size * 0.85))


@tool
def put_side_by_side(
    first: Image, second: Image, direction: Literal["across", "down"] = "across", *, ctx: Context
) -> Image:
    """Put two pictures next to each other in one, such as before and after.

    For more than two use `make_grid`.

    Args:
        first: The left (or upper) picture.
        second: The right (or lower) one; it is resized to the same height (or width).
        direction: "across" puts them beside each other, "down" below each other.

    Example:
        both = put_side_by_side("photo.png", "people.png")
    """
    import PIL.Image

    one, other = flat(first.pil()), flat(second.pil())
    if direction == "across":
        other = other.resize((max(1, round(other.width * one.height / other.height)), one.height))
        size, corner = (one.width + other.width, one.height), (one.width, 0)
    else:
        other = other.resize((one.width, max(1, round(other.height * one.width / other.width))))
        size, corner = (one.width, one.height + other.height), (0, one.height)
    check_size(*size)
    sheet = PIL.Image.new("RGB", size, "white")
    sheet.paste(one, (0, 0))
    sheet.paste(other, corner)
    return keep(sheet, "side-by-side.png", ctx)


@tool
def make_grid(images: list[Image], columns: int = 0, cell: int = 320, gap: int = 8, *, ctx: Context) -> Image:
    """Put several pictures into one as a grid (contact sheet, photo collage).

    Args:
        images: The pictures, row by row.
        columns: How many stand beside each other; 0 chooses so that the grid is about square.
        cell: Side of each picture's square in pixels; pictures keep their proportions.
        gap: White space between them in pixels.

    Example:
        sheet = make_grid(["photo.png", "people.png", "scene.jpg"])
    """
    import math

    import PIL.Image
    import PIL.ImageOps

    if not images:
        raise ToolError("There are no pictures to put into a grid: the list is empty.")
    check_range("columns", columns, 0, 100)
    check_range("cell", cell, 16, 4000, "pixels")
    check_range("gap", gap, 0, 1000, "pixels")
    columns = min(columns or math.ceil(math.sqrt(len(images))), len(images))
    rows = math.ceil(len(images) / columns)
    size = (columns * (cell + gap) + gap, rows * (cell + gap) + gap)
    check_size(*size)
    sheet = PIL.Image.new("RGB", size, "white")
    for number, image in enumerate(images):
        part = PIL.ImageOps.pad(flat(image.pil()), (cell, cell), color="white")
        sheet.paste(part, (gap + number % columns * (cell + gap), gap + number // columns * (cell + gap)))
        ctx.progress(number + 1, len(images), "pictures")
    return keep(sheet, "grid.png", ctx)
