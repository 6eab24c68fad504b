"""Boxes and text drawn onto real photos, and photos put together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from intermodal import Context, Image
from intermodal.tools.errors import ToolError
from intermodal.tools.image.draw import draw_boxes, draw_text, make_grid, mark_area, put_side_by_side
from intermodal.tools.image.results import Box, Detections


@pytest.fixture
def astronaut(photos: Path) -> Image:
    return Image(photos / "astronaut.png")


@pytest.fixture
def cat(photos: Path) -> Image:
    return Image(photos / "chelsea.png")


def test_boxes_change_only_their_outline_and_label(astronaut: Image, ctx: Context) -> None:
    box = mark_area(200, 200, 100, 80, "patch")
    assert box == Box(label="patch", x=200, y=200, width=100, height=80)
    changed = (draw_boxes(astronaut, [box], ctx=ctx).array() != astronaut.array()).any(axis=2)
    assert changed[200, 250]
    assert changed[240, 200]
    assert not changed[210:270, 210:290].any()
    assert not changed[:150].any()


def test_without_boxes_everything_detected_is_drawn(astronaut: Image, ctx: Context) -> None:
    ctx.call = lambda tool, image: Detections(
        boxes=[Box(label="person", x=10, y=10, width=300, height=400)], picture=image, note=tool
    )
    assert (draw_boxes(astronaut, ctx=ctx).array() != astronaut.array()).any()


def test_boxes_outside_are_refused(astronaut: Image, ctx: Context) -> None:
    with pytest.raises(ToolError, match="outside the picture"):
        draw_boxes(astronaut, [Box(label="x", x=9000, y=0, width=5, height=5)], ctx=ctx)
    with pytest.raises(ToolError, match="An area needs"):
        mark_area(-1, 0, 5, 5)


@pytest.mark.parametrize(("place", "rows"), [("top", slice(0, 120)), ("bottom", slice(392, 512))])
def test_text_stands_where_it_was_asked_for(astronaut: Image, ctx: Context, place: str, rows: slice) -> None:
    made = draw_text(astronaut, "On the moon", place=place, ctx=ctx).array()  # type: ignore[arg-type]
    changed = (made != astronaut.array()).any(axis=2)
    assert changed[rows].sum() > 500
    changed[rows] = False
    assert not changed.any()


def test_long_text_is_broken_and_made_to_fit(cat: Image, ctx: Context) -> None:
    made = draw_text(cat, "a very long caption that goes on and on " * 12, size=60, ctx=ctx)
    assert made.pil().size == (451, 300)
    with pytest.raises(ToolError, match="empty"):
        draw_text(cat, "  ", ctx=ctx)


def test_side_by_side_scales_the_second(astronaut: Image, cat: Image, ctx: Context) -> None:
    both = put_side_by_side(astronaut, cat, ctx=ctx)
    assert both.pil().size == (512 + round(451 * 512 / 300), 512)
    assert np.array_equal(both.array()[:, :512], astronaut.array())
    assert put_side_by_side(astronaut, cat, "down", ctx=ctx).pil().size == (512, 512 + round(300 * 512 / 451))


def test_grid_holds_every_picture(astronaut: Image, cat: Image, ctx: Context) -> None:
    sheet = make_grid([astronaut, cat, astronaut], cell=100, gap=10, ctx=ctx)
    assert sheet.pil().size == (230, 230)
    pixels = sheet.array()
    assert np.array_equal(pixels[10:110, 10:110], pixels[120:220, 10:110])
    assert (pixels[120:220, 120:220] == 255).all()
    with pytest.raises(ToolError, match="list is empty"):
        make_grid([], ctx=ctx)
    with pytest.raises(ToolError, match="too large"):
        make_grid([astronaut] * 16, columns=16, cell=4000, ctx=ctx)


def test_letters_of_other_scripts_are_drawn(cat: Image, ctx: Context) -> None:
    russian, greek = (draw_text(cat, text, ctx=ctx).array() for text in ("Привет", "Καλημέρα"))
    assert (russian != cat.array()).any()
    assert (russian != greek).any()
