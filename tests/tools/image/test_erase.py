"""Erasing and cutting out, on real photos and on drawings whose true outline is known."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from intermodal import Context, Image
from intermodal.tools.errors import ToolError
from intermodal.tools.image import openmoji
from intermodal.tools.image.erase import erase_area, erase_object, remove_background
from intermodal.tools.image.recolour import render
from intermodal.tools.image.results import Box, Detections

pytest.importorskip("cv2")


@pytest.fixture
def astronaut(photos: Path) -> Image:
    return Image(photos / "astronaut.png")


@pytest.fixture
def marked(tmp_path: Path, photos: Path) -> Image:
    """The cat with a red stamp on it."""
    picture = PIL.Image.open(photos / "chelsea.png").convert("RGB")
    picture.paste((255, 0, 0), (30, 250, 70, 270))
    picture.save(tmp_path / "stamped.png")
    return Image(tmp_path / "stamped.png")


def test_an_erased_stamp_is_filled_from_around_it(marked: Image, photos: Path, ctx: Context) -> None:
    clean = erase_area(marked, x=28, y=248, width=44, height=24, ctx=ctx).array().astype(int)
    original = Image(photos / "chelsea.png").array().astype(int)
    assert np.abs(clean - original)[248:272, 28:72].mean() < 20
    untouched = np.ones(clean.shape[:2], bool)
    untouched[248:272, 28:72] = False
    assert np.array_equal(clean[untouched], marked.array()[untouched])


def test_a_mask_says_what_to_erase(marked: Image, tmp_path: Path, ctx: Context) -> None:
    mask = PIL.Image.new("L", (451, 300), 0)
    mask.paste(255, (26, 246, 74, 274))
    mask.save(tmp_path / "mask.png")
    red = erase_object(marked, mask=Image(tmp_path / "mask.png"), ctx=ctx).array()[250:270, 30:70].astype(int)
    assert (red[:, :, 0] - red[:, :, 1]).max() < 100
    PIL.Image.new("L", (451, 300), 0).save(tmp_path / "black.png")
    with pytest.raises(ToolError, match="black everywhere"):
        erase_object(marked, mask=Image(tmp_path / "black.png"), ctx=ctx)


def test_an_object_is_erased_by_its_name(marked: Image, ctx: Context) -> None:
    stamp = Box(label="stamp", x=30, y=250, width=40, height=20)
    ctx.call = lambda tool, image, labels: Detections(boxes=[stamp] if labels == ["stamp"] else [], picture=image)
    red = erase_object(marked, "stamp", ctx=ctx).array()[250:270, 30:70].astype(int)
    assert (red[:, :, 0] - red[:, :, 1]).max() < 100
    with pytest.raises(ToolError, match="No 'zebra' was found"):
        erase_object(marked, "zebra", ctx=ctx)
    with pytest.raises(ToolError, match="needs to know what to erase"):
        erase_object(marked, ctx=ctx)


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ({}, "has no area"),
        ({"x": 900, "width": 5, "height": 5}, "outside the picture"),
        ({"width": 600, "height": 600}, "whole picture would be erased"),
    ],
)
def test_areas_that_can_not_be_erased(astronaut: Image, ctx: Context, numbers: dict[str, int], complaint: str) -> None:
    with pytest.raises(ToolError, match=complaint):
        erase_area(astronaut, ctx=ctx, **numbers)


def test_a_plain_background_goes_without_a_trace(tmp_path: Path, ctx: Context) -> None:
    drawing = openmoji.find("elephant")
    assert drawing is not None
    sprite = PIL.Image.open(io.BytesIO(render(drawing.svg(), 300))).convert("RGBA")
    picture = PIL.Image.new("RGB", (400, 400), (190, 230, 190))
    picture.paste(sprite, (50, 50), sprite)
    picture.save(tmp_path / "elephant.png")
    cut = remove_background(Image(tmp_path / "elephant.png"), ctx=ctx)
    found = np.asarray(cut.picture.pil())[:, :, 3] > 127
    truth = np.zeros((400, 400), bool)
    truth[50:350, 50:350] = np.asarray(sprite)[:, :, 3] > 127
    assert (found & truth).sum() / (found | truth).sum() > 0.95
    assert "of one colour" in str(cut)


def test_a_person_is_cut_out_of_a_photo(astronaut: Image, ctx: Context) -> None:
    person = Box(label="person", x=20, y=10, width=350, height=500)
    cut = remove_background(astronaut, person, "white", ctx=ctx)
    pixels = cut.picture.array()
    assert pixels.shape == (512, 512, 3)
    assert (pixels[:, 420:] == 255).mean() > 0.99  # the rocket is gone
    assert (
        np.abs(pixels[80:150, 200:240].astype(int) - astronaut.array()[80:150, 200:240]).mean() < 10
    )  # her face stays
    assert "edges may be rough" in cut.note


def test_what_was_detected_is_taken_for_the_subject(astronaut: Image, ctx: Context) -> None:
    boxes = [
        Box(label="person", x=20, y=10, width=350, height=500),
        Box(label="cup", x=400, y=400, width=20, height=20),
    ]
    ctx.call = lambda tool, image: Detections(boxes=boxes, picture=image)
    cut = remove_background(astronaut, ctx=ctx)
    assert "(person)" in cut.note
    assert np.asarray(cut.picture.pil())[100:140, 480:, 3].max() == 0


def test_without_a_detector_the_middle_is_taken_and_that_is_said(
    astronaut: Image, ctx: Context, tmp_path: Path
) -> None:
    astronaut.pil().resize((160, 160)).save(tmp_path / "small.png")
    assert "middle" in remove_background(Image(tmp_path / "small.png"), ctx=ctx).note
