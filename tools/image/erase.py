"""Taking things out of pictures: parts painted over, backgrounds removed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..context import Context
from ..contract import tool
from ..errors import IntermodalError, ToolError
from ..values import Image
from .regions import colour, corners, keep, mask_of
from .results import Box
from .silhouette import Mask, cut_out, plain_background

if TYPE_CHECKING:
    import PIL.Image


@dataclass(frozen=True, kw_only=True)
class Cutout:
    """A picture without its background, and a note on how it was found."""

    picture: Image
    note: str

    def __str__(self) -> str:
        return self.note


@tool(packages=("cv2",), extra="local", room="opencv")
def erase_area(
    image: Image, box: Box | None = None, x: int = 0, y: int = 0, width: int = 0, height: int = 0, *, ctx: Context
) -> Image:
    """Erase a rectangle of a picture, given a box or x, y, width, height in pixels, and fill it from around it.

    The filling continues the surroundings (inpainting by Telea, 2004): good for small marks, dates and logos; large
    areas come out smeared. To erase a thing by its name use `erase_object`.

    Args:
        image: The picture.
        box: A box, such as `cars.boxes[0]`; the numbers are not needed then.
        x: Left edge in pixels.
        y: Top edge in pixels.
        width: In pixels.
        height: In pixels.

    Example:
        clean = erase_area("photo.png", x=20, y=440, width=120, height=40)
    """
    picture = image.pil()
    box = box or Box(label="area", x=x, y=y, width=width, height=height)
    return keep(_painted_over(picture, mask_of([box], picture.size)), "erased.png", ctx)


@tool(packages=("cv2",), extra="local", room="opencv")
def erase_object(image: Image, name: str = "", mask: Image | None = None, *, ctx: Context) -> Image:
    """Erase a thing from a picture by its name, such as "dog", or wherever a mask picture is white.

    All things of that name are erased, box by box, and filled from around them: small ones vanish, large ones leave a
    smear.

    Args:
        image: The picture.
        name: What to erase, as `detect_objects` knows it; not needed with a mask.
        mask: A picture that is white where to erase and black elsewhere; it is stretched to the picture's size.

    Example:
        empty = erase_object("people.png", "person")
    """
    picture = image.pil()
    if mask is not None:
        shape = mask.pil().convert("L").resize(picture.size).point(lambda value: 255 * (value > 127))
    elif name.strip():
        boxes = ctx.need_call()("detect_objects", image=image, labels=[name]).boxes
        if not boxes:
            raise ToolError(f"No {name!r} was found in {str(image)!r}. detect_objects shows what is.")
        shape = mask_of([_wider(box) for box in boxes], picture.size)
    else:
        raise ToolError("erase_object needs to know what to erase: a name such as 'dog', or a mask.")
    if shape.getbbox() is None:
        raise ToolError("The mask is black everywhere, so there is nothing to erase; paint white what has to go.")
    return keep(_painted_over(picture, shape), "erased.png", ctx)


def _wider(box: Box) -> Box:
    """A box with a margin for soft edges and shadows."""
    margin = max(3, round(0.04 * max(box.width, box.height)))
    return replace(
        box, x=box.x - margin, y=box.y - margin, width=box.width + 2 * margin, height=box.height + 2 * margin
    )


def _painted_over(picture: PIL.Image.Image, mask: PIL.Image.Image) -> PIL.Image.Image:
    """The picture with the mask's white parts filled from around them."""
    import cv2
    import numpy as np
    import PIL.Image

    pixels, area = np.asarray(picture.convert("RGB")), np.asarray(mask)
    if (area > 0).all():
        raise ToolError("The whole picture would be erased, so there is nothing to fill it from.")
    reach = max(3, round(max(picture.size) / 150))
    filled = PIL.Image.fromarray(cv2.inpaint(pixels, area, reach, cv2.INPAINT_TELEA))
    if picture.mode == "RGBA":
        filled.putalpha(picture.getchannel("A"))
    return filled


@tool(packages=("cv2",), extra="local", room="opencv")
def remove_background(image: Image, box: Box | None = None, background: str = "", *, ctx: Context) -> Cutout:
    """Remove the background of a picture: only the main thing stays, on nothing or on a plain colour.

    A plain background goes cleanly. From a photo the things that `detect_objects` finds are cut out by their colours
    (GrabCut; Rother, Kolmogorov, Blake, 2004): expect rough edges, and mistakes where thing and background look alike.

    Args:
        image: The picture.
        box: Where the thing is, such as `dogs.boxes[0]`; found by itself when not given.
        background: A colour to put behind it, such as "white"; transparent when empty.

    Returns:
        The cut-out (a PNG with transparency, or on the colour) and a note on how it was found.

    Example:
        cut = remove_background("photo.png", background="white")
    """
    import numpy as np
    import PIL.Image

    behind = colour(background) if background.strip() else None
    pixels = image.array()
    size = (pixels.shape[1], pixels.shape[0])
    plain = plain_background(pixels) if box is None else None
    if plain is not None:
        alpha, how = plain, "The background was of one colour and was removed by that."
    else:
        boxes, how = _subjects(image, box, size, ctx)
        alpha = cut_out(pixels, boxes)
    share = float(np.mean(alpha))
    if share < 0.001:
        raise ToolError(
            f"Nothing stands out from the background of {str(image)!r}. Give a box around the thing to keep."
        )
    cut = PIL.Image.fromarray(pixels).convert("RGBA")
    cut.putalpha(_soft(alpha))
    if behind is not None:
        ground = PIL.Image.new("RGBA", size, (*behind, 255))
        ground.alpha_composite(cut)
        cut = ground.convert("RGB")
    return Cutout(picture=keep(cut, "cut-out.png", ctx), note=f"{how} {share:.0%} of the picture is left.")


def _subjects(image: Image, box: Box | None, size: tuple[int, int], ctx: Context) -> tuple[list[Box], str]:
    """Where the main things are, and how that is known."""
    if box is not None:
        corners(box, size)
        return [box], f"What stands in the given box ({box.label}) was cut out by its colours; edges may be rough."
    try:
        found: list[Box] = ctx.need_call()("detect_objects", image=image).boxes if ctx.call else []
    except IntermodalError:
        found = []  # without a detector the middle of the picture is as good a guess as any
    if found:
        largest = max(each.area for each in found)
        main = [each for each in found if each.area >= 0.3 * largest]
        names = ", ".join(dict.fromkeys(each.label for each in main))
        return main, f"What was detected ({names}) was cut out by its colours; edges may be rough."
    margin_x, margin_y = round(0.08 * size[0]), round(0.08 * size[1])
    middle = Box(
        label="middle",
        x=margin_x,
        y=margin_y,
        width=max(1, size[0] - 2 * margin_x),
        height=max(1, size[1] - 2 * margin_y),
    )
    return [middle], "Nothing was detected, so the middle was taken for the main thing; check the result."


def _soft(mask: Mask) -> PIL.Image.Image:
    """A mask as transparency (mode L) with an edge one or two pixels soft."""
    import cv2
    import numpy as np
    import PIL.Image

    return PIL.Image.fromarray(cv2.GaussianBlur(mask.astype(np.uint8) * 255, (0, 0), 1.0))
