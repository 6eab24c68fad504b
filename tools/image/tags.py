"""Tags for finding a picture again: `tag_image`."""

from __future__ import annotations

from dataclasses import dataclass

from ..context import Context
from ..contract import tool
from ..values import Image
from .look import UNSURE, look


@dataclass(frozen=True, kw_only=True)
class Tags:
    """Words for what a picture holds, the surest first."""

    tags: list[str]

    def __str__(self) -> str:
        return ", ".join(self.tags)


@tool(room="", time_limit=180.0, memory=100)
def tag_image(image: Image, ctx: Context, most: int = 12) -> Tags:
    """Give tags (keywords) for a picture: things, subjects, colours, kind.

    Args:
        image: The picture to tag.
        most: At most so many tags.

    Returns:
        Tags from the objects detected, the likeliest classes, the kind of picture and its main colours.

    Example:
        tags = tag_image("photo.png")
    """
    seen = look(image, ctx)
    labels = [box.label for box in seen.boxes]
    classes = [guess.label for guess in seen.guesses if guess.score >= UNSURE]
    tags = [*labels, *classes, seen.kind, *(["text"] if seen.text else []), *seen.colors]
    return Tags(tags=list(dict.fromkeys(tags))[: max(1, most)])
