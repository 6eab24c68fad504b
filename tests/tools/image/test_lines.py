"""Edges, straight lines, sketches and palettes of drawn and real pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest

from intermodal import Context, Image
from intermodal.tools.errors import ToolError
from intermodal.tools.image.lines import draw_palette, find_edges, find_lines, sketch_image

pytest.importorskip("cv2")


@pytest.fixture
def square(tmp_path: Path) -> Image:
    picture = PIL.Image.new("RGB", (200, 200), "white")
    PIL.ImageDraw.Draw(picture).rectangle((50, 50, 149, 149), fill=(200, 20, 20))
    picture.save(tmp_path / "square.png")
    return Image(tmp_path / "square.png")


def test_edges_lie_on_the_outline(square: Image, ctx: Context) -> None:
    edges = find_edges(square, ctx=ctx).array()[:, :, 0]
    assert edges[100, 45:55].max() == 255
    assert edges[60:140, 60:140].max() == 0
    assert edges[:40].max() == 0


def test_more_detail_gives_more_edges(photos: Path, ctx: Context) -> None:
    cat = Image(photos / "chelsea.png")
    few, many = (find_edges(cat, detail, ctx=ctx).array().mean() for detail in (0.0, 1.0))
    assert many > 2 * few > 0
    with pytest.raises(ToolError, match="'detail' is 2"):
        find_edges(cat, 2, ctx=ctx)


def test_the_four_sides_of_a_square_are_found(square: Image, ctx: Context) -> None:
    found = find_lines(square, shortest=60, ctx=ctx)
    angles = {round(line.degrees / 90) * 90 % 180 for line in found.lines}
    assert angles == {0, 90}
    assert found.lines[0].length >= 90
    assert found.count == len(found.lines)
    assert "straight lines" in str(found)
    assert (found.picture.array() != square.array()).any()


def test_a_blank_picture_has_no_lines(tmp_path: Path, ctx: Context) -> None:
    PIL.Image.new("RGB", (64, 64), "white").save(tmp_path / "blank.png")
    assert str(find_lines(Image(tmp_path / "blank.png"), ctx=ctx)) == "0 straight lines"


def test_a_sketch_is_mostly_paper(photos: Path, ctx: Context) -> None:
    astronaut = Image(photos / "astronaut.png")
    pencil = sketch_image(astronaut, ctx=ctx).array()
    assert np.median(pencil) > 200
    assert pencil.min() < 120
    coloured = sketch_image(astronaut, color=True, ctx=ctx).array()
    assert np.ptp(coloured.astype(int), axis=2).max() > 60


def test_a_palette_holds_the_picture_s_colours(square: Image, ctx: Context) -> None:
    strip = draw_palette(square, 2, ctx=ctx).array()
    assert strip.shape == (160, 240, 3)
    assert {tuple(strip[50, x]) for x in (60, 180)} == {(255, 255, 255), (200, 20, 20)}
    with pytest.raises(ToolError, match="'colors' is 99"):
        draw_palette(square, 99, ctx=ctx)
