"""People made unrecognisable, or left out. The embedded default finds whole people, not faces or number plates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Image
from .edit import pixelated
from .regions import Corners, corners, keep, mask_of
from .results import Box

HEAD = 0.35  # share of a standing person's box, from its top, that surely holds the head


@tool
def hide_people(
    image: Image,
    style: Literal["blur", "pixelate", "black"] = "blur",
    part: Literal["head", "whole"] = "head",
    boxes: list[Box] | None = None,
    *,
    ctx: Context,
) -> Image:
    """Blur, pixelate or black out the faces of the people in a picture, for privacy.

    People are looked for with `detect_objects`, which may miss small or half hidden ones: look at the result before
    you publish it.

    Args:
        image: The picture.
        style: How they are hidden.
        part: "head" hides the upper third of each person, "whole" all of them.
        boxes: Hide exactly these boxes instead of looking for people.

    Example:
        safe = hide_people("people.png")
    """
    import PIL.Image
    import PIL.ImageFilter

    picture = image.pil()
    chosen = _people(image, ctx) if boxes is None else boxes
    if not chosen:
        raise ToolError(f"No people were found in {str(image)!r}. `mark_area` makes a box by hand, for `boxes`.")
    hidden = [_head(box) for box in chosen] if boxes is None and part == "head" else list(chosen)
    strength = max(6, max(min(box.width, box.height) for box in hidden) // 5)
    if style == "black":
        changed = PIL.Image.new(picture.mode, picture.size, "black")
    elif style == "pixelate":
        changed = pixelated(picture, strength)
    else:
        changed = picture.filter(PIL.ImageFilter.GaussianBlur(strength))
    return keep(PIL.Image.composite(changed, picture, mask_of(hidden, picture.size)), "hidden.png", ctx)


@tool
def crop_without_people(image: Image, *, ctx: Context) -> Image:
    """Cut out the largest part of a picture that shows no people (no faces).

    Args:
        image: The picture.

    Returns:
        The largest upright rectangle that touches none of the people that `detect_objects` finds; the whole picture
        when there are none.

    Example:
        view = crop_without_people("people.png")
    """
    picture = image.pil()
    taken = [corners(box, picture.size) for box in _people(image, ctx)]
    left, top, right, bottom = largest_free(taken, picture.size)
    if (right - left) * (bottom - top) < 0.02 * picture.width * picture.height:
        raise ToolError(f"People fill {str(image)!r}: no part of it without them is large enough to be worth keeping.")
    return keep(picture.crop((left, top, right, bottom)), "without-people.png", ctx)


def largest_free(taken: Sequence[Corners], size: tuple[int, int]) -> Corners:
    """The largest rectangle of a picture of `size` (width, height) that overlaps none of `taken`."""
    lefts = sorted({0, *(right for _, _, right, _ in taken)})
    rights = sorted({size[0], *(left for left, _, _, _ in taken)})
    best, area = (0, 0, 0, 0), 0
    for left in lefts:
        for right in rights:
            if right <= left:
                continue
            between = sorted((top, bottom) for x0, top, x1, bottom in taken if x0 < right and x1 > left)
            top, bottom = _widest_gap(between, size[1])
            if (right - left) * (bottom - top) > area:
                best, area = (left, top, right, bottom), (right - left) * (bottom - top)
    return best


def _widest_gap(spans: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    """The longest stretch of 0 to `length` that none of the spans (sorted by start) covers."""
    best, reached = (0, 0), 0
    for start, end in (*spans, (length, length)):
        if start - reached > best[1] - best[0]:
            best = (reached, start)
        reached = max(reached, end)
    return best


def _people(image: Image, ctx: Context) -> list[Box]:
    found: list[Box] = ctx.need_call()("detect_objects", image=image, labels=["person"]).boxes
    return found


def _head(person: Box) -> Box:
    """The part of a person's box that holds the head, with a margin above it."""
    margin = round(0.04 * person.height)
    # the wider a box is, the likelier it shows a bust, or a person who lies or bends: the head may be further down
    height = min(person.height, max(round(HEAD * person.height), person.width))
    return Box(
        label="head",
        x=person.x,
        y=max(0, person.y - margin),
        width=person.width,
        height=height + margin,
    )
