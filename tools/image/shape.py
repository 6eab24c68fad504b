"""Changing a picture's frame: cut, resize, turn, mirror."""

from __future__ import annotations

from typing import Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Image
from .regions import check_range, check_size, colour, corners, keep
from .results import Box


@tool
def crop_image(
    image: Image, box: Box | None = None, x: int = 0, y: int = 0, width: int = 0, height: int = 0, *, ctx: Context
) -> Image:
    """Cut a rectangle out of a picture, given a detected box, or x, y, width, height in pixels.

    What reaches outside the picture is left away. To cut out a thing by its name use `crop_object`.

    Args:
        image: The picture to cut from.
        box: A box, such as `people.boxes[0]`; the numbers are not needed then.
        x: Left edge in pixels, counted from the picture's left edge.
        y: Top edge in pixels, counted from the picture's top edge.
        width: In pixels; 0 reaches to the right edge.
        height: In pixels; 0 reaches to the bottom edge.

    Returns:
        The part, with as many pixels as it had in the picture.

    Example:
        face = crop_image("photo.png", x=120, y=0, width=200, height=220)
    """
    picture = image.pil()
    if box is None:
        if not (x or y or width or height):
            raise ToolError("crop_image needs to know what to keep: give a box, or x, y, width and height in pixels.")
        rest_width, rest_height = max(1, picture.width - x), max(1, picture.height - y)
        box = Box(label="part", x=x, y=y, width=width or rest_width, height=height or rest_height)
    return keep(picture.crop(corners(box, picture.size)), "crop.png", ctx)


@tool
def crop_object(image: Image, name: str, margin: int = 10, *, ctx: Context) -> Image:
    """Cut one thing out of a picture by its name, such as "dog" or "person": the largest one found.

    Args:
        image: The picture to cut from.
        name: What to look for, as `detect_objects` knows it.
        margin: Pixels to keep around it.

    Example:
        cat = crop_object("photo.png", "person")
    """
    check_range("margin", margin, 0, 10_000, "pixels")
    found = ctx.need_call()("detect_objects", image=image, labels=[name])
    if not found.boxes:
        raise ToolError(f"No {name!r} was found in {str(image)!r}. detect_objects shows what is.")
    box = max(found.boxes, key=lambda box: box.area)
    picture = image.pil()
    wider = Box(
        label=box.label,
        x=box.x - margin,
        y=box.y - margin,
        width=box.width + 2 * margin,
        height=box.height + 2 * margin,
    )
    return keep(picture.crop(corners(wider, picture.size)), f"{box.label.replace(' ', '-')}.png", ctx)


@tool
def resize_image(
    image: Image,
    width: int = 0,
    height: int = 0,
    scale: float = 0.0,
    fit: Literal["stretch", "crop", "pad"] = "stretch",
    *,
    ctx: Context,
) -> Image:
    """Make a picture larger or smaller, to a width and/or height in pixels, or by a scale such as 0.5.

    With only a width or only a height the proportions are kept.

    Args:
        image: The picture.
        width: Wanted width in pixels; 0 when only the height matters.
        height: Wanted height in pixels; 0 when only the width matters.
        scale: Instead of pixels: 0.5 halves both sides, 2 doubles them.
        fit: When width and height are both given: "stretch" distorts, "crop" cuts off what stands out, "pad" adds
            white margins.

    Example:
        small = resize_image("photo.png", width=320)
    """
    import PIL.Image
    import PIL.ImageOps

    picture = image.pil()
    size = _new_size(picture.size, width, height, scale)
    check_size(*size)
    how = PIL.Image.Resampling.LANCZOS
    if fit == "crop":
        picture = PIL.ImageOps.fit(picture, size, how)
    elif fit == "pad":
        picture = PIL.ImageOps.pad(picture, size, how, color="white")
    else:
        picture = picture.resize(size, how)
    return keep(picture, "resized.png", ctx)


def _new_size(size: tuple[int, int], width: int, height: int, scale: float) -> tuple[int, int]:
    """Width and height in pixels of the resized picture; proportions are kept where one of them is free."""
    if width < 0 or height < 0 or scale < 0:
        raise ToolError(f"width {width}, height {height}, scale {scale:g}: none of them can be negative.")
    if scale and (width or height):
        raise ToolError("resize_image takes either a scale, or a width and height in pixels; not both.")
    if scale:
        check_range("scale", scale, 0, 100)
        return round(size[0] * scale), round(size[1] * scale)
    if not (width or height):
        raise ToolError("resize_image needs a width or height in pixels, or a scale such as 0.5.")
    return width or max(1, round(size[0] * height / size[1])), height or max(1, round(size[1] * width / size[0]))


@tool
def rotate_image(image: Image, degrees: float = 90.0, background: str = "white", *, ctx: Context) -> Image:
    """Turn a picture clockwise by 90, 180, 270 or any other number of degrees.

    Args:
        image: The picture.
        degrees: Clockwise, negative for counter-clockwise. Nothing is cut off: the picture grows where it must.
        background: Colour of the corners that other angles leave free.

    Example:
        turned = rotate_image("photo.png", 90)
    """
    import PIL.Image

    check_range("degrees", degrees, -36_000, 36_000)
    picture = image.pil()
    turns = {
        90: PIL.Image.Transpose.ROTATE_270,
        180: PIL.Image.Transpose.ROTATE_180,
        270: PIL.Image.Transpose.ROTATE_90,
    }
    degrees %= 360
    if degrees == 0:
        turned = picture
    elif degrees in turns:
        turned = picture.transpose(turns[int(degrees)])
    else:
        fill = (*colour(background), 255)[: len(picture.getbands())]
        turned = picture.rotate(-degrees, PIL.Image.Resampling.BICUBIC, expand=True, fillcolor=fill)
    return keep(turned, "rotated.png", ctx)


@tool
def flip_image(image: Image, direction: Literal["horizontal", "vertical"] = "horizontal", *, ctx: Context) -> Image:
    """Mirror a picture: "horizontal" swaps left and right, "vertical" turns it upside down.

    Args:
        image: The picture.
        direction: Which way.

    Example:
        mirrored = flip_image("photo.png")
    """
    import PIL.Image

    how = PIL.Image.Transpose
    turned = image.pil().transpose(how.FLIP_LEFT_RIGHT if direction == "horizontal" else how.FLIP_TOP_BOTTOM)
    return keep(turned, "flipped.png", ctx)
