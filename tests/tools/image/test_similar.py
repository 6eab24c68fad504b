from collections.abc import Callable
from pathlib import Path

import PIL.Image
import PIL.ImageEnhance
import pytest

from intermodal import Context, Image, ToolError
from intermodal.tools.image.similar import compare_images, find_best_image, find_duplicates, perceptual_hash
from intermodal.tools.image.tags import tag_image

Photo = Callable[[str], Image]


@pytest.fixture
def changed(photo: Photo, tmp_path: Path) -> Callable[[str, str], Image]:
    def change(name: str, how: str) -> Image:
        picture = photo(name).pil().convert("RGB")
        changes: dict[str, Callable[[], PIL.Image.Image]] = {
            "small": lambda: picture.resize((picture.width // 3, picture.height // 3)),
            "bright": lambda: PIL.ImageEnhance.Brightness(picture).enhance(1.3),
            "grey": lambda: picture.convert("L"),
            "jpeg": lambda: picture,
        }
        path = tmp_path / f"{how}.{'jpg' if how == 'jpeg' else 'png'}"
        changes[how]().save(path, **({"quality": 20} if how == "jpeg" else {}))
        return Image(path)

    return change


@pytest.mark.parametrize("how", ["small", "bright", "grey", "jpeg"])
def test_copies_are_near_duplicates(photo: Photo, changed: Callable[[str, str], Image], ctx: Context, how: str) -> None:
    likeness = compare_images(photo("coffee.png"), changed("coffee.png", how), ctx)
    assert likeness.near_duplicate and likeness.score > 0.8


def test_other_pictures_are_far_apart(photo: Photo) -> None:
    names = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "china.jpg", "flower.jpg", "camera.png"]
    hashes = [perceptual_hash(photo(name).array()) for name in names]
    apart = [int((a != b).sum()) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(apart) > 14


def test_duplicates_are_grouped(photo: Photo, changed: Callable[[str, str], Image]) -> None:
    found = find_duplicates([photo("coffee.png"), photo("chelsea.png"), changed("coffee.png", "small")])
    assert [group.numbers for group in found.groups] == [[0, 2]]
    assert str(find_duplicates([photo("coffee.png")])) == "no duplicates"


@pytest.mark.embedded
def test_tags_of_a_photo(looking: Context, photo: Photo) -> None:
    assert (
        str(tag_image(photo("coffee.png"), looking))
        == "cup, dining table, espresso, photo, brown, dark red, tan, orange"
    )
    assert tag_image(photo("coffee.png"), looking, most=2).tags == ["cup", "dining table"]


@pytest.mark.embedded
@pytest.mark.parametrize(("text", "best"), [("a cat", 1), ("a hot drink", 0), ("a tall building in the east", 2)])
def test_the_best_of_several_for_a_text(looking: Context, photo: Photo, text: str, best: int) -> None:
    images = [photo("coffee.png"), photo("chelsea.png"), photo("china.jpg")]
    assert find_best_image(images, text, looking).number == best


@pytest.mark.embedded
def test_two_motorcycles_are_more_alike_than_motorcycle_and_cat(looking: Context, photo: Photo) -> None:
    left, right = photo("motorcycle_left.png"), photo("motorcycle_right.png")
    assert compare_images(left, right, looking).score > compare_images(left, photo("chelsea.png"), looking).score


def test_nothing_to_choose_from(ctx: Context) -> None:
    with pytest.raises(ToolError, match="at least one"):
        find_best_image([], "a cat", ctx)
