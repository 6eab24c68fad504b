"""Changing how a picture looks: light, colour, blur, sharpness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Image
from .regions import check_range, colour, flat, keep, mask_of
from .results import Box

if TYPE_CHECKING:
    import PIL.Image


@tool
def adjust_image(
    image: Image, brightness: float = 1.0, contrast: float = 1.0, saturation: float = 1.0, *, ctx: Context
) -> Image:
    """Make a picture brighter or darker, change its contrast, or make its colours stronger or paler.

    Args:
        image: The picture.
        brightness: 1 leaves it, 0.5 halves it, 1.5 makes it half as bright again; from 0 (black) to 10.
        contrast: 1 leaves it, 0 is plain grey, above 1 is more; from 0 to 10.
        saturation: 1 leaves it, 0 is black and white, above 1 is more colourful; from 0 to 10.

    Example:
        brighter = adjust_image("photo.png", brightness=1.3)
    """
    import PIL.ImageEnhance

    picture = image.pil()
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    changed = picture.convert("RGB")
    for name, factor, make in (
        ("brightness", brightness, PIL.ImageEnhance.Brightness),
        ("contrast", contrast, PIL.ImageEnhance.Contrast),
        ("saturation", saturation, PIL.ImageEnhance.Color),
    ):
        check_range(name, factor, 0, 10)
        if factor != 1.0:
            changed = make(changed).enhance(factor)
    if alpha is not None:
        changed.putalpha(alpha)
    return keep(changed, "adjusted.png", ctx)


@tool
def grayscale_image(image: Image, *, ctx: Context) -> Image:
    """Make a picture black and white (shades of grey).

    Args:
        image: The picture.

    Example:
        grey = grayscale_image("photo.png")
    """
    picture = image.pil()
    return keep(picture.convert("LA" if picture.mode == "RGBA" else "L"), "grey.png", ctx)


@tool
def tint_image(image: Image, color: str, strength: float = 0.6, *, ctx: Context) -> Image:
    """Make a whole picture blue, red, sepia or any other colour.

    Light and shade stay; the hue becomes that of the colour.

    Args:
        image: The picture.
        color: A name such as "blue" or "light green", "sepia", or a code such as "#3366ff".
        strength: From 0 (no change) to 1 (only that colour).

    Example:
        blue = tint_image("photo.png", "blue")
    """
    import PIL.Image
    import PIL.ImageOps

    check_range("strength", strength, 0, 1)
    shade = (150, 105, 60) if color.strip().lower() == "sepia" else colour(color)
    picture = image.pil()
    plain = flat(picture)
    tinted = PIL.ImageOps.colorize(plain.convert("L"), black="black", mid=shade, white="white")
    mixed = PIL.Image.blend(plain, tinted, strength)
    if picture.mode == "RGBA":
        mixed.putalpha(picture.getchannel("A"))
    return keep(mixed, "tinted.png", ctx)


@tool
def blur_image(image: Image, radius: float = 8.0, boxes: list[Box] | None = None, *, ctx: Context) -> Image:
    """Blur a whole picture, or only the given boxes in it.

    To make people unrecognisable use `hide_people`.

    Args:
        image: The picture.
        radius: Standard deviation of the Gaussian blur in pixels, from 0.1 to 500; larger is stronger.
        boxes: Only these parts, such as `cars.boxes`; the whole picture when not given.

    Example:
        soft = blur_image("photo.png", radius=6)
    """
    import PIL.ImageFilter

    check_range("radius", radius, 0.1, 500, "pixels")
    picture = image.pil()
    return keep(_within(picture, picture.filter(PIL.ImageFilter.GaussianBlur(radius)), boxes), "blurred.png", ctx)


@tool
def pixelate_image(image: Image, size: int = 16, boxes: list[Box] | None = None, *, ctx: Context) -> Image:
    """Turn a whole picture, or only the given boxes in it, into coarse square blocks.

    Args:
        image: The picture.
        size: Side of a block in pixels, from 2 to 1000.
        boxes: Only these parts; the whole picture when not given.

    Example:
        blocks = pixelate_image("photo.png", size=20)
    """
    check_range("size", size, 2, 1000, "pixels")
    picture = image.pil()
    return keep(_within(picture, pixelated(picture, size), boxes), "pixelated.png", ctx)


def pixelated(picture: PIL.Image.Image, size: int) -> PIL.Image.Image:
    """A picture in blocks of `size` x `size` pixels, each in its mean colour."""
    import PIL.Image

    across, down = -(-picture.width // size), -(-picture.height // size)
    small = picture.resize((across, down), PIL.Image.Resampling.BOX)
    large = small.resize((across * size, down * size), PIL.Image.Resampling.NEAREST)
    return large.crop((0, 0, *picture.size))


@tool
def sharpen_image(image: Image, amount: float = 1.5, radius: float = 2.0, *, ctx: Context) -> Image:
    """Make a soft picture sharper.

    It strengthens edges (an unsharp mask); detail that a blur has removed does not come back.

    Args:
        image: The picture.
        amount: How much: 1 is gentle, 3 is strong; from 0 to 10.
        radius: Width of the edges that are strengthened, in pixels, from 0.1 to 50.

    Example:
        sharp = sharpen_image("photo.png")
    """
    import PIL.ImageFilter

    check_range("amount", amount, 0, 10)
    check_range("radius", radius, 0.1, 50, "pixels")
    mask = PIL.ImageFilter.UnsharpMask(radius, round(100 * amount), threshold=2)
    return keep(image.pil().filter(mask), "sharpened.png", ctx)


def _within(picture: PIL.Image.Image, changed: PIL.Image.Image, boxes: list[Box] | None) -> PIL.Image.Image:
    """The changed picture, or the original with only the boxes changed."""
    import PIL.Image

    if boxes is None:
        return changed
    if not boxes:
        raise ToolError("There are no boxes to work on: the list is empty. Leave `boxes` out for the whole picture.")
    return PIL.Image.composite(changed, picture, mask_of(boxes, picture.size))
