"""Saying what a picture shows: `describe_image`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ... import prompts
from ..context import Context
from ..contract import tool
from ..errors import ControllerError, InputError
from ..values import Image
from .grounding import invented
from .labels import plural
from .look import Seen, look, quoted
from .results import Box

_MASSES = (
    "espresso,guacamole,consomme,dough,carbonara,broccoli,cauliflower,corn,hay,velvet,wool,meat loaf,red wine,"
    "chocolate sauce,hot pot,ice cream,mashed potato,eggnog,chain mail"
)
_UNCOUNTED = frozenset(_MASSES.split(","))  # ImageNet's classes that take no article
COMPOSED = "composed from detected objects, likely classes, legible text and colours"


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a picture shows.

    Args:
        caption: One sentence.
        facts: What it rests on, a line each; empty when a captioning model wrote the caption.
        boxes: The objects found, with their places.
        text: The text in the picture.
        colors: The names of its main colours.
        kind: "photo", "drawing", "screenshot", "document" ...
        origin: How the caption came about.
    """

    caption: str
    facts: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    text: str = ""
    colors: list[str] = field(default_factory=list)
    kind: str = ""
    origin: str

    def __str__(self) -> str:
        return "\n".join([self.caption, *self.facts, f"({self.origin})"])


@tool
def describe_image(image: Image) -> Description:
    """Describe what a picture shows, in a sentence (`caption`) with its facts.

    Args:
        image: The picture to describe.

    Returns:
        A caption, and what it rests on: objects with counts and places, legible text, colours, kind of picture.

    Example:
        description = describe_image("photo.png")
    """
    ...


@describe_image.backend("composed", extra="local", packages=("numpy", "PIL"), room="", memory=100, quality=0.4)
class Composed:
    """A caption composed from what the detector, the classifier and the text reader found, worded by the controller.

    A sentence of the controller that names anything else, or leaves an object out, gives way to one made by rule.
    """

    def __call__(self, image: Image, ctx: Context) -> Description:
        seen = look(image, ctx)
        caption, author = worded(seen, ctx)
        return Description(
            caption=caption,
            facts=seen.facts(),
            boxes=list(seen.boxes),
            text=seen.text,
            colors=list(seen.colors),
            kind=seen.kind,
            origin=f"{COMPOSED}; {author}",
        )


@describe_image.backend(
    "blip",
    packages=("torch", "transformers"),
    extra="torch",
    memory=2000,
    licence="BSD-3-Clause",
    quality=0.7,
    room="torch",
)
class Blip:
    """BLIP (Li et al. 2022). Setting `blip_model`: a Hugging Face repository or a local folder with its files."""

    def __init__(self, ctx: Context) -> None:
        import transformers

        name = str(ctx.settings.get("blip_model", "Salesforce/blip-image-captioning-base"))
        try:
            self._processor: Any = transformers.BlipProcessor.from_pretrained(name)
            self._model: Any = transformers.BlipForConditionalGeneration.from_pretrained(name).eval()
        except (OSError, ValueError) as error:
            raise InputError(
                f"The captioning model {name!r} can't be loaded ({str(error).splitlines()[0]}). Set `blip_model` to a "
                "local folder, or take the embedded way with --backend describe_image=composed."
            ) from error
        self._name = name

    def __call__(self, image: Image) -> Description:
        import torch

        inputs = self._processor(images=image.array(), return_tensors="pt")
        with torch.inference_mode():
            tokens = self._model.generate(**inputs, max_new_tokens=40, do_sample=False)
        caption = self._processor.decode(tokens[0], skip_special_tokens=True).strip()
        return Description(caption=one_sentence(caption), origin=f"written by {self._name}")


def worded(seen: Seen, ctx: Context) -> tuple[str, str]:
    """A caption of what was seen, and who worded it.

    The colours are added by rule: a small model hands them out to things that do not have them.
    """
    facts = seen.facts(brief=True)
    if ctx.controller is None or len(facts) < 2:
        return plain_caption(seen), "worded by rule"
    try:
        sentence = one_sentence(ctx.controller.write(prompts.render("caption.md", facts=facts), max_tokens=70))
    except ControllerError:
        return plain_caption(seen), "worded by rule"
    added = invented(sentence, facts, "text words written reads says" if seen.text else "")
    unsaid = invented(" ".join(box.label for box in seen.boxes), [sentence])
    if not sentence or added or unsaid:
        return plain_caption(seen), "worded by rule"
    return f"{sentence} {_colours(seen)}".strip(), "worded by the controller"


def plain_caption(seen: Seen) -> str:
    """A sentence on what was seen, put together by rule."""
    things = [_amount(seen.boxes, label) for label in dict.fromkeys(box.label for box in seen.boxes)]
    if seen.subject and not any(box.label in seen.subject for box in seen.boxes):
        things.insert(0, seen.subject if seen.subject in _UNCOUNTED else f"{_article(seen.subject)} {seen.subject}")
    shows = f" of {listed(things)}" if things else ""
    words = f" with the text {quoted(seen.text, 80)}" if seen.text else ""
    sentence = f"{_article(seen.kind).capitalize()} {seen.kind}{shows}{words}."
    return f"{sentence} {_colours(seen)}".strip()


def _colours(seen: Seen) -> str:
    return f"Its main colours are {listed(list(seen.colors[:3]))}." if seen.colors else ""


def _amount(boxes: tuple[Box, ...], label: str) -> str:
    count = sum(box.label == label for box in boxes)
    return f"{_article(label)} {label}" if count == 1 else f"{count} {plural(label, count)}"


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"


def listed(things: list[str]) -> str:
    """Things as a sentence names them: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(things[:-1]), things[-1]])) if things else ""


def one_sentence(text: str) -> str:
    """The first sentence of a reply: one line, no quotes around it, a capital first and a full stop last."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "").strip("*# ")
    if len(line) > 1 and line[0] == line[-1] and line[0] in "\"'":
        line = line[1:-1]
    line = re.split(r"(?<=[.!?])\s+(?=[A-Z])", line)[0].strip()
    return line[:1].upper() + line[1:].rstrip(".") + "." if line else ""
