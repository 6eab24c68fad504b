from collections.abc import Callable

import numpy as np
import pytest

from intermodal import Image, ToolError
from intermodal.tools.image.colours import colours_of, dominant_colors
from intermodal.tools.image.results import Box

Photo = Callable[[str], Image]


@pytest.mark.parametrize(
    ("value", "name"),
    [((255, 0, 0), "red"), ((0, 0, 255), "blue"), ((255, 255, 255), "white"), ((0, 0, 0), "black"),
     ((128, 128, 128), "grey"),
     ((255, 140, 0), "orange"), ((139, 69, 19), "brown"), ((255, 192, 203), "pink"), ((0, 128, 0), "green")],
)  # fmt: skip
def test_plain_colours_have_their_names(value: tuple[int, int, int], name: str) -> None:
    picture = np.full((20, 30, 3), value, np.uint8)
    found = colours_of(picture)
    assert [(colour.name, colour.share) for colour in found] == [(name, 1.0)]
    assert found[0].hex == "#{:02x}{:02x}{:02x}".format(*value)


def test_shares_go_from_large_to_small() -> None:
    picture = np.zeros((10, 10, 3), np.uint8)
    picture[:, :3] = 255
    assert [(colour.name, colour.share) for colour in colours_of(picture)] == [("black", 0.7), ("white", 0.3)]


def test_a_photo_and_a_box_in_it(photo: Photo) -> None:
    assert dominant_colors(photo("chelsea.png")).names[:2] == ["brown", "tan"]
    assert "dark blue" in dominant_colors(photo("rocket.jpg")).names
    sky = Box(label="corner", x=0, y=0, width=50, height=50)
    assert len(dominant_colors(photo("rocket.jpg"), count=1, box=sky).colors) == 1


def test_a_box_outside_is_refused(photo: Photo) -> None:
    with pytest.raises(ToolError, match="outside the picture"):
        dominant_colors(photo("rocket.jpg"), box=Box(label="nowhere", x=9000, y=0, width=5, height=5))
