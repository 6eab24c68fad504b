"""People hidden or left out, by boxes that are given or detected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermodal import Context, Image
from intermodal.tools.errors import ToolError
from intermodal.tools.image.privacy import crop_without_people, hide_people, largest_free
from intermodal.tools.image.results import Box, Detections

PERSON = Box(label="person", x=100, y=60, width=100, height=380)


@pytest.fixture
def astronaut(photos: Path) -> Image:
    return Image(photos / "astronaut.png")


@pytest.fixture
def finding(ctx: Context) -> Context:
    ctx.call = lambda tool, image, labels: Detections(boxes=[PERSON], picture=image)
    return ctx


@pytest.mark.parametrize("style", ["blur", "pixelate", "black"])
def test_heads_are_hidden_and_the_rest_is_left(astronaut: Image, finding: Context, style: str) -> None:
    before = astronaut.array()
    after = hide_people(astronaut, style, ctx=finding).array()  # type: ignore[arg-type]
    changed = (before != after).any(axis=2)
    assert changed[60:190, 100:200].mean() > 0.8
    assert not changed[220:].any()
    assert not changed[:, 200:].any()


def test_whole_people_or_given_boxes_are_hidden(astronaut: Image, finding: Context, ctx: Context) -> None:
    whole = (hide_people(astronaut, "black", "whole", ctx=finding).array() == 0).all(axis=2)
    assert whole[60:440, 100:200].all()
    ctx.call = None
    given_box = Box(label="plate", x=10, y=10, width=50, height=20)
    black = (hide_people(astronaut, "black", boxes=[given_box], ctx=ctx).array() == 0).all(axis=2)
    assert black[10:30, 10:60].all()


def test_nobody_found_is_said(astronaut: Image, ctx: Context) -> None:
    ctx.call = lambda tool, image, labels: Detections(boxes=[], picture=image)
    with pytest.raises(ToolError, match="No people were found"):
        hide_people(astronaut, ctx=ctx)
    assert crop_without_people(astronaut, ctx=ctx).pil().size == (512, 512)


def test_the_largest_part_without_people_is_kept(astronaut: Image, finding: Context) -> None:
    view = crop_without_people(astronaut, ctx=finding)
    assert np.array_equal(view.array(), astronaut.array()[:, 200:])


def test_people_everywhere_leave_nothing(astronaut: Image, ctx: Context) -> None:
    everywhere = Box(label="person", x=0, y=0, width=512, height=508)
    ctx.call = lambda tool, image, labels: Detections(boxes=[everywhere], picture=image)
    with pytest.raises(ToolError, match="People fill"):
        crop_without_people(astronaut, ctx=ctx)


corner = st.integers(0, 9)


@given(st.lists(st.tuples(corner, corner, corner, corner), max_size=5))
def test_the_free_rectangle_is_free_and_the_largest(spans: list[tuple[int, int, int, int]]) -> None:
    taken = [(min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1) for a, b, c, d in spans]
    used = np.zeros((10, 10), bool)
    for left, top, right, bottom in taken:
        used[top:bottom, left:right] = True
    left, top, right, bottom = largest_free(taken, (10, 10))
    assert not used[top:bottom, left:right].any()
    best = max(
        (x1 - x0) * (y1 - y0)
        for x0 in range(10) for x1 in range(x0, 11) for y0 in range(10) for y1 in range(y0, 11)
        if not used[y0:y1, x0:x1].any()
    )  # fmt: skip
    assert (right - left) * (bottom - top) == best


@pytest.mark.embedded
def test_a_real_face_is_hidden(looking: Context, photo: Callable[[str], Image]) -> None:
    astronaut = photo("astronaut.png")
    after = hide_people(astronaut, ctx=looking).array().astype(int)
    face = (slice(80, 160), slice(195, 255))
    assert (
        np.abs(np.diff(after[face], axis=1)).mean()
        < 0.35 * np.abs(np.diff(astronaut.array()[face].astype(int), axis=1)).mean()
    )
