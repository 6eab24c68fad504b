"""Cutting, resizing, turning and mirroring real photos: the very pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from intermodal import Context, Image
from intermodal.tools.errors import ToolError
from intermodal.tools.image.results import Box, Detections
from intermodal.tools.image.shape import crop_image, crop_object, flip_image, resize_image, rotate_image


@pytest.fixture
def astronaut(photos: Path) -> Image:
    return Image(photos / "astronaut.png")  # 512 x 512 px


@pytest.fixture
def cat(photos: Path) -> Image:
    return Image(photos / "chelsea.png")  # 451 x 300 px


def test_crop_keeps_exactly_the_asked_pixels(astronaut: Image, ctx: Context) -> None:
    part = crop_image(astronaut, x=100, y=50, width=200, height=120, ctx=ctx)
    assert np.array_equal(part.array(), astronaut.array()[50:170, 100:300])


def test_crop_to_a_box_and_to_the_edge(astronaut: Image, ctx: Context) -> None:
    box = Box(label="person", x=-20, y=10, width=120, height=5000)
    assert np.array_equal(crop_image(astronaut, box, ctx=ctx).array(), astronaut.array()[10:, :100])
    assert np.array_equal(crop_image(astronaut, x=256, ctx=ctx).array(), astronaut.array()[:, 256:])


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ({"x": 600, "y": 0, "width": 10, "height": 10}, "outside the picture, which is 512 x 512 px"),
        ({"x": 0, "y": 0, "width": -5, "height": 10}, "has no area"),
        ({"x": 700}, "outside"),
        ({}, "give a box, or x, y, width and height"),
    ],
)
def test_crop_refuses_what_is_not_there(
    astronaut: Image, ctx: Context, numbers: dict[str, int], complaint: str
) -> None:
    with pytest.raises(ToolError, match=complaint):
        crop_image(astronaut, ctx=ctx, **numbers)


def test_crop_object_takes_the_largest_find(astronaut: Image, ctx: Context) -> None:
    boxes = [
        Box(label="person", x=5, y=5, width=10, height=10),
        Box(label="person", x=200, y=100, width=150, height=300),
    ]
    asked = {}

    def call(tool: str, **arguments: object) -> Detections:
        asked[tool] = arguments
        return Detections(boxes=boxes, picture=astronaut)

    ctx.call = call
    part = crop_object(astronaut, "person", margin=20, ctx=ctx)
    assert np.array_equal(part.array(), astronaut.array()[80:420, 180:370])
    assert part.path.name == "person.png"
    assert asked == {"detect_objects": {"image": astronaut, "labels": ["person"]}}
    boxes.clear()
    with pytest.raises(ToolError, match="No 'zebra' was found"):
        crop_object(astronaut, "zebra", ctx=ctx)


@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        ({"width": 100}, (100, 67)),
        ({"height": 600}, (902, 600)),
        ({"width": 64, "height": 64}, (64, 64)),
        ({"width": 64, "height": 64, "fit": "crop"}, (64, 64)),
        ({"width": 64, "height": 64, "fit": "pad"}, (64, 64)),
        ({"scale": 0.5}, (226, 150)),
    ],
)
def test_resize_gives_the_asked_size(
    cat: Image, ctx: Context, wanted: dict[str, object], size: tuple[int, int]
) -> None:
    made = resize_image(cat, ctx=ctx, **wanted).pil()  # type: ignore[arg-type]
    assert made.size == size


def test_resized_picture_is_still_the_same_picture(cat: Image, ctx: Context) -> None:
    back = resize_image(resize_image(cat, scale=0.5, ctx=ctx), width=451, height=300, ctx=ctx)
    assert np.abs(back.array().astype(int) - cat.array()).mean() < 6
    padded = resize_image(cat, width=100, height=100, fit="pad", ctx=ctx).array()
    assert (padded[:10] == 255).all()
    assert (padded[-10:] == 255).all()


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ({"width": -3}, "can be negative"),
        ({"scale": -1.0}, "can be negative"),
        ({}, "needs a width or height"),
        ({"scale": 2.0, "width": 10}, "either a scale"),
        ({"width": 50_000, "height": 50_000}, "too large"),
        ({"scale": 0.0001}, "must be 1 px or more"),
        ({"scale": float("inf")}, "'scale' is inf"),
    ],
)
def test_resize_refuses_impossible_sizes(cat: Image, ctx: Context, wanted: dict[str, float], complaint: str) -> None:
    with pytest.raises(ToolError, match=complaint):
        resize_image(cat, ctx=ctx, **wanted)  # type: ignore[arg-type]


def test_quarter_turns_move_pixels_without_loss(cat: Image, ctx: Context) -> None:
    upright = cat.array()
    assert np.array_equal(rotate_image(cat, 90, ctx=ctx).array(), np.rot90(upright, -1))
    assert np.array_equal(rotate_image(cat, -90, ctx=ctx).array(), np.rot90(upright, 1))
    assert np.array_equal(rotate_image(cat, 180, ctx=ctx).array(), upright[::-1, ::-1])
    assert np.array_equal(rotate_image(cat, 360, ctx=ctx).array(), upright)


def test_other_angles_grow_the_picture_and_fill_its_corners(cat: Image, ctx: Context) -> None:
    turned = rotate_image(cat, 30, background="red", ctx=ctx)
    assert turned.pil().width > 451
    assert turned.array()[2, 2].tolist() == [255, 0, 0]
    with pytest.raises(ToolError, match="'degrees' is nan"):
        rotate_image(cat, float("nan"), ctx=ctx)
    with pytest.raises(ToolError, match="no colour 'reddd'"):
        rotate_image(cat, 30, background="reddd", ctx=ctx)


def test_flips_mirror(cat: Image, ctx: Context) -> None:
    assert np.array_equal(flip_image(cat, ctx=ctx).array(), cat.array()[:, ::-1])
    assert np.array_equal(flip_image(cat, "vertical", ctx=ctx).array(), cat.array()[::-1])
