"""What can be seen in a picture, gathered from the other tools side by side: the ground for captions and answers."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ..context import Context
from ..errors import Cancelled, IntermodalError
from ..values import Image
from .colours import colours_of
from .results import Box, Classes, Detections, Guess, Text, summary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CALLS = {"objects": "detect_objects", "classes": "classify_image", "text": "read_text"}
SURE, UNSURE = 0.6, 0.1  # score of a class from which on it is stated, or mentioned as a guess
PHOTOS = ("photo", "black-and-white photo")
MADE_TO_READ = ("document", "screenshot", "diagram")
# drawn shapes look like letters, and like anything to a model that learnt from photos. In 48 collages of one thing each
# the likeliest class was right once, and wrong with up to 73 %; shapes read as a letter or two score up to 0.94, signs
# 0.97 and more (0.986 was a slice of pizza read as 8)
SURE_IN_DRAWINGS, SURE_LETTER = 0.8, 0.96
PATCH = 1500  # pixels: the side of the inner part that tells the kind of a large picture
SHOWN = 400  # characters of a picture's text that are quoted


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the tools saw in one picture. A part that was not looked at, or failed, is empty; `missing` says why."""

    width: int
    height: int
    kind: str
    colors: tuple[str, ...]
    boxes: tuple[Box, ...] = ()
    guesses: tuple[Guess, ...] = ()
    text: str = ""
    missing: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The main subject by its class; empty when no class is sure."""
        return self.guesses[0].label if self.guesses and self.guesses[0].score >= SURE else ""

    def facts(self, brief: bool = False) -> list[str]:
        """Everything seen, a line each; in brief without the colours and the unsure."""
        unsure = "" if brief or self.subject else ", ".join(str(g) for g in self.guesses[:3] if g.score >= UNSURE)
        colors = "" if brief else ", ".join(self.colors)
        found = [
            f"kind of picture: {self.kind}, {self.width} x {self.height} pixels",
            f"objects: {summary(list(self.boxes))}" if self.boxes else "",
            f"main subject: {self.subject}" if self.subject else "",
            f"unsure guesses at the subject: {unsure}" if unsure else "",
            f"text in it: {quoted(self.text, 160 if brief else SHOWN)}" if self.text else "",
            f"main colours: {colors}" if colors else "",
        ]
        return [line for line in (*found, *self.missing) if line]


def look(image: Image, ctx: Context, parts: tuple[str, ...] = tuple(CALLS)) -> Seen:
    """Look at a picture with the tools for `parts` (of CALLS), at once.

    Raises:
        InputError: The picture can't be opened.
        ToolError: There is no agent to run the other tools.
    """
    call = ctx.need_call()
    picture = image.array()
    height, width = picture.shape[:2]
    with ThreadPoolExecutor(max_workers=len(CALLS)) as pool:
        running = {part: pool.submit(call, CALLS[part], image=image) for part in parts}
        colors = tuple(colour.name for colour in colours_of(picture, 4))
    results, missing = _gather(running)
    text = cast(Text, results.get("text", Text(lines=[])))
    classes = cast(Classes, results.get("classes", Classes(guesses=[])))
    kind = kind_of(picture, text)
    if kind not in PHOTOS:
        text = _without_shapes(text)
        kind = kind_of(picture, text)
    if kind == "drawing":
        classes = Classes(guesses=[guess for guess in classes.guesses if guess.score >= SURE_IN_DRAWINGS])
    boxes = cast(Detections, results["objects"]).boxes if "objects" in results else []
    if kind in MADE_TO_READ:  # a page is taken for a book, a window for a television
        boxes, classes = [box for box in boxes if box.place != "whole picture"], Classes(guesses=[])
    return Seen(
        width=width,
        height=height,
        kind=kind,
        colors=colors,
        boxes=tuple(boxes),
        guesses=tuple(classes.guesses),
        text=text.text,
        missing=tuple(missing),
    )


def _without_shapes(text: Text) -> Text:
    """A drawn picture's text without what is rather a shape: a letter or two, read none too surely."""
    return Text(lines=[line for line in text.lines if len(line.text) > 2 or line.score >= SURE_LETTER])


def _gather(running: dict[str, Future[Any]]) -> tuple[dict[str, Any], list[str]]:
    """The results by part, and a line on each part that could not be looked at."""
    results, missing = {}, []
    for part, future in running.items():
        try:
            results[part] = future.result()
        except Cancelled:
            raise
        except IntermodalError as error:
            missing.append(f"{part}: not looked at ({error})")
    return results, missing


def quoted(text: str, shown: int = SHOWN) -> str:
    """Text from a picture on one line in quotes, cut after `shown` characters."""
    flat = " / ".join(text.split("\n"))
    return f'"{flat[:shown].rstrip()}{"..." if len(flat) > shown else ""}"'


def kind_of(picture: NDArray[np.uint8], text: Text) -> str:
    """What kind of picture an H x W x 3 RGB array is: photo, drawing, diagram, screenshot or document.

    Drawn pictures hold large areas of exactly one colour, photos hardly any; text tells the drawn ones apart. The
    limits were set on the photos and renderings of tests/bench/bench_vision.py.
    """
    import numpy as np

    top, left = (max(0, (side - PATCH) // 2) for side in picture.shape[:2])
    values = picture[top : top + PATCH, left : left + PATCH].astype(np.int16)
    down, across = (np.abs(np.diff(values, axis=axis)).max(2) for axis in (0, 1))
    drawn = float(((down[:, :-1] == 0) & (across[:-1] == 0)).mean()) > 0.42 if min(picture.shape[:2]) > 1 else True
    white = float((values.min(2) > 225).mean())
    grey = float((values.max(2) - values.min(2)).mean()) < 6
    area = picture.shape[0] * picture.shape[1]
    written = sum(line.width * line.height for line in text.lines) / area
    if written > 0.15 and text.count >= 4 and (white > 0.8 or (not drawn and (grey or white > 0.5))):
        return "document"
    if drawn and text.count >= 6:
        return "screenshot"
    if drawn and text.count >= 1 and white > 0.5:
        return "diagram"
    if drawn:
        return "drawing"
    return "black-and-white photo" if grey else "photo"
