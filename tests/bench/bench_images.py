"""Picture making: `python -m intermodal.tests.bench.bench_images [FOLDER]`.

Background removal against known masks (things with a known outline laid on photos), the seconds of each operation on a
12-megapixel photo, and, with FOLDER, twelve collages to look at; what a person sees is noted beside each prompt.
"""

from __future__ import annotations

import importlib.util
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from intermodal import Context, Image
from intermodal.agent.controller import open_controller
from intermodal.tools.image import draw, edit, files, lines, openmoji, recolour, shape
from intermodal.tools.image.erase import remove_background
from intermodal.tools.image.generate import CollageBackend
from intermodal.tools.image.results import Box

PROMPTS = {  # prompt -> what a person sees in the collage that the embedded model's scene gave (23 November 2026)
    "a red fox sitting in the snow under the moon": "clear; the fox is only its head",
    "a sailing boat on the sea at sunset": "clear",
    "two dogs playing with a ball in a park": "clear",
    "a birthday cake with candles on a table": "clear; the candles stand beside the cake",
    "a rocket flying to the moon": "clear",
    "an elephant next to a tree": "clear",
    "a cat reading a book": "a cat beside an open book",
    "a house in the mountains with a rainbow": "clear",
    "three apples and a banana": "clear",
    "a robot watering flowers": "a robot, a flower and a watering can",
    "an astronaut riding a horse": "clear; the astronaut is head and shoulders behind the horse",
    "four fish swimming around a shark": "clear; the fish are in a row above the shark",
}
THINGS = ("elephant", "tulip", "sailboat", "dog", "teapot", "guitar")


def photos() -> Path:
    """scikit-image's sample pictures."""
    spec = importlib.util.find_spec("skimage")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "data"


def composites() -> Iterator[tuple[str, NDArray[np.uint8], NDArray[np.bool_]]]:
    """(name, picture, true mask): drawings, and a horse's silhouette with a real texture, on real photos."""
    grounds = [
        PIL.Image.open(photos() / name).convert("RGB").resize((600, 400)) for name in ("coffee.png", "chelsea.png")
    ]
    for number, thing in enumerate(THINGS):
        drawing = openmoji.find(thing, by_meaning=False)
        assert drawing is not None
        sprite = PIL.Image.open(io.BytesIO(recolour.render(drawing.svg(), 300))).convert("RGBA")
        picture, mask = grounds[number % 2].copy(), np.zeros((400, 600), bool)
        picture.paste(sprite, (150, 50), sprite)
        mask[50:350, 150:450] = np.asarray(sprite)[:, :, 3] > 127
        yield thing, np.asarray(picture), mask
    horse = np.asarray(PIL.Image.open(photos() / "horse.png").convert("L").resize((600, 400))) < 128
    texture = np.asarray(PIL.Image.open(photos() / "gravel.png").convert("RGB").resize((600, 400))) // 3 + [60, 30, 0]
    for name, ground in zip(("coffee", "cat"), grounds, strict=True):
        yield f"horse on {name}", np.where(horse[:, :, None], texture, np.asarray(ground)).astype(np.uint8), horse


def bench_backgrounds(folder: Path) -> None:
    """Print intersection over union of found and true masks, with the thing's box known."""
    ctx, scores = Context(folder=folder), []
    for name, picture, truth in composites():
        path = folder / "composite.png"
        PIL.Image.fromarray(picture).save(path)
        rows, columns = np.nonzero(truth)
        x, y = int(columns.min()), int(rows.min())
        box = Box(label=name, x=x, y=y, width=int(columns.max()) - x + 1, height=int(rows.max()) - y + 1)
        found = np.asarray(remove_background(Image(path), box, ctx=ctx).picture.pil())[:, :, 3] > 127
        scores.append(float((found & truth).sum() / (found | truth).sum()))
        print(f"  {name:18} {scores[-1]:.3f}")
    print(f"background removal, IoU with the box known: mean {np.mean(scores):.3f}, worst {min(scores):.3f}")


def bench_operations(folder: Path) -> None:
    """Print the seconds of each operation on a photo of 4,000 x 3,000 pixels, decoding and saving included."""
    ctx, path = Context(folder=folder), folder / "large.jpg"
    PIL.Image.open(photos() / "astronaut.png").convert("RGB").resize((4000, 3000)).save(path, quality=90)
    photo = Image(path)
    cases = {
        "crop_image": lambda: shape.crop_image(photo, x=100, y=100, width=1000, height=1000, ctx=ctx),
        "resize_image": lambda: shape.resize_image(photo, width=800, ctx=ctx),
        "rotate_image (90)": lambda: shape.rotate_image(photo, 90, ctx=ctx),
        "adjust_image": lambda: edit.adjust_image(photo, brightness=1.2, ctx=ctx),
        "blur_image": lambda: edit.blur_image(photo, 6, ctx=ctx),
        "sharpen_image": lambda: edit.sharpen_image(photo, ctx=ctx),
        "draw_text": lambda: draw.draw_text(photo, "A title", ctx=ctx),
        "find_edges": lambda: lines.find_edges(photo, ctx=ctx),
        "sketch_image": lambda: lines.sketch_image(photo, ctx=ctx),
        "compress_image": lambda: files.compress_image(photo, 300, ctx=ctx),
        "remove_background": lambda: remove_background(photo, ctx=ctx),
    }
    for name, run in cases.items():
        begun = time.perf_counter()
        run()
        print(f"  {name:18} {time.perf_counter() - begun:6.2f} s")


def bench_collages(folder: Path) -> None:
    """Draw PROMPTS with the embedded model into FOLDER, and print seconds and notes."""
    with open_controller("local") as controller:
        draw_collage = CollageBackend()
        for number, (prompt, seen) in enumerate(PROMPTS.items(), 1):
            begun = time.perf_counter()
            made = draw_collage(prompt, ctx=Context(folder=folder, controller=controller))
            made.picture.path.rename(folder / f"{number:02}-{prompt.replace(' ', '-')}.png")
            print(f"  {time.perf_counter() - begun:5.1f} s  {prompt}: {seen}\n           {made.note}")


def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as temporary:
        bench_backgrounds(Path(temporary))
        bench_operations(Path(temporary))
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        bench_collages(folder)


if __name__ == "__main__":
    main()
