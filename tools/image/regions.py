"""What the tools that change pictures share: parts of a picture, colours by name, saving the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..context import Context
from ..errors import ToolError, did_you_mean
from ..values import Image
from .results import Box

if TYPE_CHECKING:
    import PIL.Image

LARGEST = 100_000_000  # pixels that a result may have
Corners = tuple[int, int, int, int]  # left, top, right, bottom


def keep(picture: PIL.Image.Image, name: str, ctx: Context) -> Image:
    """Save a result as PNG in the run's folder."""
    path = ctx.new_file(name)
    picture.save(path, compress_level=2)  # half the time of the default, for files a tenth larger
    return Image(path)


def corners(box: Box, size: tuple[int, int]) -> Corners:
    """A box as corners, cut to a picture of `size` (width, height).

    Raises:
        ToolError: It has no area, or lies outside the picture.
    """
    asked = f"The box {box.x}, {box.y}, {box.width} x {box.height} px"
    if box.width <= 0 or box.height <= 0:
        raise ToolError(f"{asked} has no area: width and height must be 1 px or more.")
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(size[0], box.x + box.width), min(size[1], box.y + box.height)
    if left >= right or top >= bottom:
        raise ToolError(
            f"{asked} lies outside the picture, which is {size[0]} x {size[1]} px; x and y count from its upper left "
            "corner."
        )
    return left, top, right, bottom


def mask_of(boxes: Sequence[Box], size: tuple[int, int]) -> PIL.Image.Image:
    """A mask of `size` (mode L): 255 inside the boxes, 0 elsewhere.

    Raises:
        ToolError: A box has no area, or lies outside the picture.
    """
    import PIL.Image

    mask = PIL.Image.new("L", size, 0)
    for box in boxes:
        mask.paste(255, corners(box, size))
    return mask


def check_size(width: int, height: int) -> None:
    """Refuse a result that is empty or too large.

    Raises:
        ToolError: It is; the message gives the limits.
    """
    if width < 1 or height < 1:
        raise ToolError(f"A picture of {width} x {height} px can't be made: width and height must be 1 px or more.")
    if width * height > LARGEST:
        raise ToolError(
            f"A picture of {width} x {height} px is too large: {LARGEST // 1_000_000} million pixels is the limit."
        )


def check_range(name: str, value: float, low: float, high: float, unit: str = "") -> None:
    """Refuse a number outside `low` to `high`.

    Raises:
        ToolError: It is outside; the message names it and its range.
    """
    if not low <= value <= high:
        raise ToolError(f"{name!r} is {value:g}; it must be from {low:g} to {high:g}{' ' + unit if unit else ''}.")


def colour(name: str) -> tuple[int, int, int]:
    """A colour by its English name ("red", "light blue"), "#rrggbb" or "rgb(r, g, b)", as 0 to 255 each.

    Raises:
        ToolError: It is not known; the message offers the nearest.
    """
    import PIL.ImageColor

    text = name.strip().lower()
    for written in (text, text.replace(" ", "").replace("-", "")):
        try:
            return PIL.ImageColor.getrgb(written)[:3]
        except ValueError:
            continue
    hint = did_you_mean(text, PIL.ImageColor.colormap)
    raise ToolError(f"There is no colour {name!r}.{hint} Names like 'light blue' and codes like '#3366ff' are valid.")


def flat(picture: PIL.Image.Image) -> PIL.Image.Image:
    """The picture in RGB, transparency laid over white."""
    from ..pictures import over_white

    return over_white(picture) if picture.mode == "RGBA" else picture.convert("RGB")
