"""Light, colour, blur and sharpness of real photos, measured in their pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from numpy.typing import NDArray

from intermodal import Context, Image
from intermodal.tools.errors import ToolError
from intermodal.tools.image.edit import (
    adjust_image,
    blur_image,
    grayscale_image,
    pixelate_image,
    sharpen_image,
    tint_image,
)
from intermodal.tools.image.results import Box

FACE = Box(label="face", x=180, y=70, width=90, height=120)


@pytest.fixture
def astronaut(photos: Path) -> Image:
    return Image(photos / "astronaut.png")


def _detail(picture: NDArray[np.uint8]) -> float:
    """How much neighbouring pixels differ."""
    return float(np.abs(np.diff(picture.astype(int), axis=1)).mean())


def test_brightness_contrast_and_saturation(astronaut: Image, ctx: Context) -> None:
    before = astronaut.array()
    brighter = adjust_image(astronaut, brightness=1.5, ctx=ctx).array()
    assert brighter.mean() > 1.2 * before.mean()
    flat = adjust_image(astronaut, contrast=0.3, ctx=ctx).array()
    assert flat.std() < 0.4 * before.std()
    pale = adjust_image(astronaut, saturation=0, ctx=ctx).array()
    assert (np.ptp(pale, axis=2) == 0).all()
    assert np.array_equal(adjust_image(astronaut, ctx=ctx).array(), before)
    with pytest.raises(ToolError, match="'brightness' is -1; it must be from 0 to 10"):
        adjust_image(astronaut, brightness=-1, ctx=ctx)


def test_grey_pictures_have_equal_channels(astronaut: Image, ctx: Context) -> None:
    grey = grayscale_image(astronaut, ctx=ctx).array()
    assert (np.ptp(grey, axis=2) == 0).all()
    assert grey.std() > 30


def test_tint_turns_the_hue_and_keeps_the_light(astronaut: Image, ctx: Context) -> None:
    blue = tint_image(astronaut, "blue", 1.0, ctx=ctx).array().astype(int)
    assert blue[:, :, 2].mean() > blue[:, :, 0].mean() + 40
    light = np.corrcoef(blue.mean(axis=2).ravel(), astronaut.array().mean(axis=2).ravel())[0, 1]
    assert light > 0.85
    assert np.array_equal(tint_image(astronaut, "red", 0.0, ctx=ctx).array(), astronaut.array())
    with pytest.raises(ToolError, match="Did you mean 'turquoise'"):
        tint_image(astronaut, "turkoise", ctx=ctx)


def test_blur_removes_detail_everywhere_or_only_in_boxes(astronaut: Image, ctx: Context) -> None:
    before = astronaut.array()
    assert _detail(blur_image(astronaut, 5, ctx=ctx).array()) < 0.4 * _detail(before)
    part = blur_image(astronaut, 8, boxes=[FACE], ctx=ctx).array()
    inside = (slice(FACE.y, FACE.y + FACE.height), slice(FACE.x, FACE.x + FACE.width))
    assert _detail(part[inside]) < 0.5 * _detail(before[inside])
    part[inside] = before[inside]
    assert np.array_equal(part, before)


def test_pixelate_makes_blocks_of_one_colour(astronaut: Image, ctx: Context) -> None:
    blocks = pixelate_image(astronaut, 32, ctx=ctx).array()
    assert (blocks[:32, :32] == blocks[0, 0]).all()
    expected = astronaut.array()[:32, :32].reshape(-1, 3).mean(axis=0)
    assert np.abs(blocks[0, 0] - expected).max() <= 1
    only = pixelate_image(astronaut, 16, boxes=[FACE], ctx=ctx).array()
    assert np.array_equal(only[:60], astronaut.array()[:60])
    assert not np.array_equal(only, astronaut.array())


def test_sharpen_adds_to_edges(astronaut: Image, ctx: Context) -> None:
    soft = blur_image(astronaut, 1.5, ctx=ctx)
    assert _detail(sharpen_image(soft, ctx=ctx).array()) > 1.2 * _detail(soft.array())


@pytest.mark.parametrize(
    ("boxes", "complaint"),
    [
        ([], "list is empty"),
        ([Box(label="x", x=600, y=0, width=5, height=5)], "outside the picture"),
        ([Box(label="x", x=0, y=0, width=0, height=5)], "no area"),
    ],
)
def test_boxes_that_can_not_be_worked_on(astronaut: Image, ctx: Context, boxes: list[Box], complaint: str) -> None:
    with pytest.raises(ToolError, match=complaint):
        blur_image(astronaut, boxes=boxes, ctx=ctx)


@pytest.mark.parametrize("radius", [0, -3, 1000])
def test_blur_refuses_impossible_radii(astronaut: Image, ctx: Context, radius: float) -> None:
    with pytest.raises(ToolError, match="'radius' is"):
        blur_image(astronaut, radius, ctx=ctx)


def test_transparency_survives(tmp_path: Path, ctx: Context) -> None:
    picture = PIL.Image.new("RGBA", (40, 40), (200, 30, 30, 0))
    picture.paste((200, 30, 30, 255), (0, 0, 20, 40))
    picture.save(tmp_path / "half.png")
    half = Image(tmp_path / "half.png")
    for made in (
        adjust_image(half, brightness=0.5, ctx=ctx),
        tint_image(half, "blue", ctx=ctx),
        grayscale_image(half, ctx=ctx),
    ):
        assert made.pil().convert("RGBA").getpixel((30, 5))[3] == 0  # type: ignore[index]
