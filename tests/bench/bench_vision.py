"""How well the tools that look at pictures do with the embedded models.

usage: python -m intermodal.tests.bench.bench_vision [text] [objects] [captions]    (all of them by default)

text: characters right on 20 rendered and photographed texts. objects: counts right on the photos at hand, by kind.
captions: facts of describe_image that are right on 15 photos, by a list of what is true of them; the wrong ones are
listed. Photos: scikit-image, scikit-learn, and ultralytics where it is installed (AGPL-3.0: read in place).
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFilter
import PIL.ImageFont

from intermodal import Context, Image
from intermodal.tools.image.describe import Composed
from intermodal.tools.image.results import Box
from intermodal.tools.running import run
from intermodal.tools.weights import Store

MODULES = {"detect_objects": "detect", "classify_image": "classify", "read_text": "read"}
FOLDERS = (("skimage", "data"), ("sklearn", "datasets/images"), ("ultralytics", "assets"))

SENTENCES = (
    "The quick brown fox jumps over the lazy dog while seven wizards brew potions.",
    "Platform 3: train 9:40 to Basel, calls at Olten and Liestal only.",
    "Invoice 2026-0417, total 1,284.50 EUR, payable within thirty days.",
    "Mélange à la façon du café: déjà vu, naïve, Übergröße, Straße.",
)
PAGE = (
    "Region-based segmentation\nLet us first determine markers of the coins and the\n"
    "background. These markers are pixels that we can label\nunambiguously as either object or background. Here,\n"
    "the markers are found at the two extreme parts of the\nhistogram of grey values:\n"
    ">>> markers = np.zeros_like(coins)"
)

# what is there, counted by eye; only what the 80 kinds cover
OBJECTS: dict[str, dict[str, int]] = {
    "astronaut.png": {"person": 1}, "camera.png": {"person": 1}, "chelsea.png": {"cat": 1},
    "coffee.png": {"cup": 1, "spoon": 1, "dining table": 1}, "horse.png": {"horse": 1},
    "motorcycle_left.png": {"motorcycle": 1, "bench": 1}, "motorcycle_right.png": {"motorcycle": 1, "bench": 1},
    "bus.jpg": {"person": 4, "bus": 1}, "zidane.jpg": {"person": 2, "tie": 2}, "china.jpg": {}, "flower.jpg": {},
    "rocket.jpg": {}, "coins.png": {}, "brick.png": {}, "moon.png": {}, "page.png": {}, "text.png": {}, "cell.png": {},
    "retina.jpg": {}, "hubble_deep_field.jpg": {}, "color.png": {}, "logo.png": {}, "ihc.png": {},
    "clock_motion.png": {"clock": 1},
}  # fmt: skip

# what is true of 15 photos: kinds, subjects and readings that may be stated, and colours that are there, by eye
TRUE: dict[str, dict[str, str]] = {
    "astronaut.png": {"kind": "photo", "subject": "", "text": "",
        "colors": "orange light grey grey black white"},
    "bus.jpg": {"kind": "photo", "subject": "minibus", "text": "MADRID elEctricamEMTe cero emisiones",
        "colors": "grey light grey dark grey dark blue blue tan"},
    "camera.png": {"kind": "black-and-white photo", "subject": "tripod", "text": "",
        "colors": "grey light grey dark grey black"},
    "chelsea.png": {"kind": "photo", "subject": "tabby, tiger cat", "text": "",
        "colors": "brown tan grey orange dark brown"},
    "china.jpg": {"kind": "photo", "subject": "palace", "text": "",
        "colors": "white light blue olive dark grey light grey"},
    "coffee.png": {"kind": "photo", "subject": "espresso", "text": "",
        "colors": "brown dark red tan orange red"},
    "coins.png": {"kind": "black-and-white photo", "subject": "", "text": "",
        "colors": "dark grey grey light grey black"},
    "flower.jpg": {"kind": "photo", "subject": "", "text": "",
        "colors": "orange dark green teal black dark grey tan"},
    "horse.png": {"kind": "drawing", "subject": "", "text": "",
        "colors": "white black"},
    "hubble_deep_field.jpg": {"kind": "photo", "subject": "", "text": "",
        "colors": "black dark grey"},
    "moon.png": {"kind": "black-and-white photo", "subject": "", "text": "",
        "colors": "grey dark grey"},
    "motorcycle_left.png": {"kind": "photo", "subject": "", "text": "YAMAHA",
        "colors": "grey light grey dark brown red dark grey"},
    "page.png": {"kind": "document", "subject": "", "text": PAGE,
        "colors": "light grey grey white dark grey"},
    "rocket.jpg": {"kind": "photo", "subject": "missile", "text": "",
        "colors": "dark blue dark grey grey black"},
    "zidane.jpg": {"kind": "photo", "subject": "", "text": "",
        "colors": "black dark grey dark brown grey red"},
}  # fmt: skip


def photo(name: str) -> Image | None:
    """A sample photo by its file name, or None when its package is not installed."""
    for package, folder in FOLDERS:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None and (Path(spec.origin).parent / folder / name).exists():
            return Image(Path(spec.origin).parent / folder / name)
    return None


def looking(folder: Path) -> Context:
    """A context in which the tools can be called, in this process, one call at a time."""
    lock = threading.Lock()

    def call(name: str, **arguments: Any) -> Any:
        tool = getattr(importlib.import_module(f"intermodal.tools.image.{MODULES[name]}"), name)
        with lock:
            return run(tool, tool.candidates()[0], arguments, ctx)

    ctx = Context(folder=folder, weights=Store().fetch, call=call)
    return ctx


def edits(one: str, other: str) -> int:
    """The Levenshtein distance of two texts."""
    row = list(range(len(other) + 1))
    for i, first in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, second in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (first != second))
    return row[-1]


def a_font(size: int) -> PIL.ImageFont.FreeTypeFont | PIL.ImageFont.ImageFont:
    """DejaVu Sans where the machine has it; Pillow's own font has no accents."""
    try:
        return PIL.ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return PIL.ImageFont.load_default(size)


def rendered(text: str, size: int = 28, ink: str = "black", paper: str = "white") -> PIL.Image.Image:
    """Lines of text on a plain ground."""
    font = a_font(size)
    lines = text.split("\n")
    width = max(round(font.getlength(line)) for line in lines) + 2 * size
    picture = PIL.Image.new("RGB", (width, round(len(lines) * size * 1.5) + 2 * size), paper)
    draw = PIL.ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        draw.text((size, size + row * size * 1.5), line, ink, font)
    return picture


def on_photo(text: str) -> PIL.Image.Image:
    """A sign held into a photo, seen at an angle."""
    background = photo("coffee.png")
    assert background is not None
    scene, sign = background.pil().convert("RGB").resize((1200, 800)), rendered(text, 30)
    corners = (0, 0, -20, sign.height + 20, sign.width + 30, sign.height - 10, sign.width, 12)
    sign = sign.transform(sign.size, PIL.Image.Transform.QUAD, corners, PIL.Image.Resampling.BICUBIC, fillcolor="white")
    scene.paste(sign.resize((min(1100, sign.width), sign.height)), (40, 300))
    return scene


def noisy(picture: PIL.Image.Image, strength: float) -> PIL.Image.Image:
    """The picture with grain."""
    grain = np.random.default_rng(5).normal(0, strength, (picture.height, picture.width, 3))
    return PIL.Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def texts() -> Iterator[tuple[str, str, PIL.Image.Image]]:
    """The 20 texts: what is tried, what stands there, the picture."""
    fox, train, invoice, accents = SENTENCES
    several = "\n".join((fox, train, invoice))
    rows = "Milk  1.20\nBread  2.35\nApples  3.10\nTOTAL  6.65"
    yield "plain", fox, rendered(fox)
    yield "three lines", several, rendered(several)
    yield "accents", accents, rendered(accents)
    yield "tiny (11 px)", invoice, rendered(invoice, 11)
    yield "small (15 px)", several, rendered(several, 15)
    yield "large (90 px)", "EXIT 24 B", rendered("EXIT 24 B", 90)
    yield "light on dark", train, rendered(train, ink="white", paper="black")
    yield "yellow on blue", train, rendered(train, ink="yellow", paper="#1040a0")
    yield "low contrast", fox, rendered(fox, ink="#888888", paper="#b4b4b4")
    yield "receipt rows", rows, rendered(rows.replace("  ", " " * 12))
    yield "upside down", several, rendered(several).rotate(180)
    yield "on its side", several, rendered(several).rotate(90, expand=True)
    yield "slanted by 6 degrees", several, rendered(several).rotate(6, expand=True, fillcolor="white")
    yield "blurred", fox, rendered(fox).filter(PIL.ImageFilter.GaussianBlur(2))
    yield "grainy", fox, noisy(rendered(fox), 45)
    yield "sign in a photo, tilted", train, on_photo(train)
    yield "sign in a photo, accents", accents, on_photo(accents)
    for name, text in (("page.png", PAGE), ("motorcycle_left.png", "YAMAHA"), ("motorcycle_right.png", "YAMAHA")):
        image = photo(name)
        assert image is not None
        yield f"photo {name}", text, image.pil().convert("RGB")


def bench_text(ctx: Context) -> None:
    """Characters right, text by text and in all."""
    wrong = characters = 0
    for what, truth, picture in texts():
        path = ctx.new_file("text.png")
        picture.save(path)
        begun = time.perf_counter()
        found = ctx.need_call()("read_text", image=Image(path)).text
        seconds = time.perf_counter() - begun
        missed = min(len(truth), edits(" ".join(found.split()), " ".join(truth.split())))
        wrong, characters = wrong + missed, characters + len(truth)
        shown = "" if missed == 0 else f"  read {found!r}"
        print(f"{what:26} {1 - missed / len(truth):7.1%} {seconds:6.2f} s{shown[:150]}")
    print(f"characters right: {1 - wrong / characters:.2%} of {characters}")


def bench_objects(ctx: Context) -> None:
    """Found, missed and false objects, photo by photo and in all."""
    total: Counter[str] = Counter()
    for name, truth in OBJECTS.items():
        image = photo(name)
        if image is None:
            continue
        begun = time.perf_counter()
        found = Counter(box.label for box in ctx.need_call()("detect_objects", image=image).boxes)
        seconds = time.perf_counter() - begun
        missed, false = Counter(truth) - found, found - Counter(truth)
        total.update(there=sum(truth.values()), missed=missed.total(), false=false.total(), found=found.total())
        print(f"{name:24} {seconds:5.2f} s  missed {dict(missed) or '-'}  false {dict(false) or '-'}")
    right = total["found"] - total["false"]
    print(f"recall {right}/{total['there']}, precision {right}/{total['found']}")


def bench_captions(ctx: Context) -> None:
    """Right and wrong facts, photo by photo and in all."""
    right = wrong = 0
    for name, truth in TRUE.items():
        image = photo(name)
        if image is None:
            continue
        found = Composed()(image, ctx)
        false = _false_facts(found, truth, OBJECTS[name])
        stated = (
            1 + len(found.boxes) + len(found.colors) + bool(found.text) + any("subject: " in f for f in found.facts)
        )
        right, wrong = right + stated - len(false), wrong + len(false)
        print(
            f"{name:24} {stated - len(false)}/{stated}  {found.caption}"
            + "".join(f"\n{'':25}wrong: {f}" for f in false)
        )
    print(f"facts right: {right} of {right + wrong}")


def _false_facts(found: Any, truth: dict[str, str], objects: dict[str, int]) -> list[str]:
    false = [] if found.kind == truth["kind"] else [f"kind {found.kind}"]
    left = Counter(objects)
    boxes: list[Box] = found.boxes
    for box in boxes:
        left[box.label] -= 1
        false += [f"object {box.label}"] if left[box.label] < 0 else []
    false += [f"colour {colour}" for colour in found.colors if colour not in truth["colors"]]
    for fact in found.facts:
        subject = fact.removeprefix("main subject: ")
        false += [f"subject {subject}"] if subject != fact and subject not in truth["subject"] else []
    if found.text and edits(found.text.lower(), truth["text"].lower()) > 0.1 * len(found.text):
        false.append(f"text {found.text!r}")
    return false


PARTS = {"text": bench_text, "objects": bench_objects, "captions": bench_captions}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(PARTS)}; all of them when none is named")
    asked = parser.parse_args().part or list(PARTS)
    if unknown := [part for part in asked if part not in PARTS]:
        parser.error(f"There is no part {unknown[0]!r}; there is: {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory() as folder:
        ctx = looking(Path(folder))
        for part in asked:
            print(f"== {part}")
            PARTS[part](ctx)


if __name__ == "__main__":
    main()
