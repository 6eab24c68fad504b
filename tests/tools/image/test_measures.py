from collections.abc import Callable
from pathlib import Path

import PIL.Image
import PIL.ImageFilter
import pytest

from intermodal import Image
from intermodal.tools.image.measures import PhotoCheck, check_photo

Photo = Callable[[str], Image]
PHOTOS = ["astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "china.jpg", "flower.jpg", "rocket.jpg"]


@pytest.fixture
def check(tmp_path: Path) -> Callable[[PIL.Image.Image], PhotoCheck]:
    def checking(picture: PIL.Image.Image) -> PhotoCheck:
        picture.save(tmp_path / "photo.png")
        return check_photo(Image(tmp_path / "photo.png"))

    return checking


@pytest.mark.parametrize("name", PHOTOS)
def test_sharp_photos_are_sharp_and_blurred_ones_blurred(
    check: Callable[..., PhotoCheck], photo: Photo, name: str
) -> None:
    picture = photo(name).pil().convert("RGB")
    assert not check(picture).blurred
    assert check(picture.filter(PIL.ImageFilter.GaussianBlur(2 * max(picture.size) / 512))).blurred


def test_exposure(check: Callable[..., PhotoCheck], photo: Photo) -> None:
    picture = photo("astronaut.png").pil().convert("RGB")
    assert check(picture).exposure == "well exposed"
    assert check(picture.point(lambda value: value * 0.3)).exposure == "underexposed"
    assert check(picture.point(lambda value: 160 + value * 0.6)).exposure == "overexposed"
    assert check(picture.point(lambda value: 110 + value * 0.1)).exposure == "low contrast"


def test_one_pixel_is_measured(check: Callable[..., PhotoCheck]) -> None:
    assert check(PIL.Image.new("RGB", (1, 1), "white")).too_bright == 1.0
