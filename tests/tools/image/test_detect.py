from collections.abc import Callable

import PIL.Image
import pytest

from intermodal import Context, Image, ToolError
from intermodal.tools.image.detect import agreed, detect_objects, overlap, wanted_labels
from intermodal.tools.image.labels import KNOWN
from intermodal.tools.image.results import Detections

Photo = Callable[[str], Image]


@pytest.fixture
def detect(looking: Context) -> Callable[..., Detections]:
    assert looking.call is not None
    call = looking.call
    return lambda image, labels=None: call("detect_objects", image=image, labels=labels)


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("astronaut.png", "1 person (centre)"),
        ("chelsea.png", "1 cat (whole picture)"),
        ("coffee.png", "1 cup (centre), 1 dining table (whole picture)"),
        ("motorcycle_left.png", "1 motorcycle (centre)"),
        ("rocket.jpg", "no objects found"),
        ("text.png", "no objects found"),
    ],
)
def test_what_is_seen_on_photos(detect: Callable[..., Detections], photo: Photo, name: str, seen: str) -> None:
    assert str(detect(photo(name))) == seen


@pytest.mark.embedded
def test_counts_the_two_men_and_the_people_at_the_bus(
    detect: Callable[..., Detections], ultralytics_photo: Photo
) -> None:
    assert detect(ultralytics_photo("zidane.jpg"), ["people"]).count == 2
    found = detect(ultralytics_photo("bus.jpg"))
    assert found.labels == ["person", "bus"]
    assert found.count == 4


@pytest.mark.embedded
def test_labels_filter_and_unknown_words_are_reported(detect: Callable[..., Detections], photo: Photo) -> None:
    found = detect(photo("coffee.png"), ["cups", "unicorn"])
    assert found.labels == ["cup"]
    assert "unicorn" in found.note and "horse" in found.note


@pytest.mark.embedded
def test_the_cup_is_where_the_box_says(detect: Callable[..., Detections], photo: Photo) -> None:
    found = detect(photo("coffee.png"), ["cup"])
    cup = found.boxes[0]
    assert abs(cup.x - 170) < 25 and abs(cup.y - 15) < 25  # by eye
    assert abs(cup.width - 240) < 30 and abs(cup.height - 230) < 50
    with PIL.Image.open(found.picture.path) as picture:
        assert picture.size == (600, 400)


def test_only_unknown_words_is_an_error_that_offers_the_nearest() -> None:
    with pytest.raises(ToolError, match=r"doesn't know 'keyboad' \(nearest: keyboard"):
        wanted_labels(["keyboad"], KNOWN)


def test_overlap_of_boxes() -> None:
    assert overlap((0, 0, 2, 2), (0, 0, 2, 2)) == 1
    assert overlap((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 1, 1), (2, 2, 3, 3)) == 0


def test_two_looks_agree_or_halve_the_score() -> None:
    one, other = (0.0, 0.0, 0.5, 1.0), (0.01, 0.0, 0.51, 1.0)
    found = agreed([("cat", 0.9, one), ("mouse", 0.5, (0.6, 0.6, 0.9, 0.9))], [("cat", 0.7, other)])
    assert [(label, round(score, 2)) for label, score, _ in found] == [("cat", 0.8), ("mouse", 0.25)]


def test_one_thing_keeps_its_likeliest_label() -> None:
    corners = (0.1, 0.1, 0.5, 0.5)
    finds = [("cup", 0.9, corners), ("bowl", 0.8, corners)]
    assert [label for label, *_ in agreed(finds, finds)] == ["cup"]


def test_declares_both_backends() -> None:
    ssd, yolo = detect_objects.candidates()
    assert (ssd.weights, ssd.extra) == (("ssd-mobilenet-v2",), "local")
    assert (yolo.extra, yolo.licence) == ("yolo", "AGPL-3.0")
