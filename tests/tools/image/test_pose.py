from collections.abc import Callable

import PIL.Image
import pytest

from intermodal import Context, Image
from intermodal.tools.image.pose import Pose, find_pose
from intermodal.tools.running import run

pytestmark = pytest.mark.embedded


@pytest.fixture
def pose(ctx: Context) -> Callable[[Image], Pose]:
    return lambda image: run(find_pose, find_pose.candidates()[0], {"image": image}, ctx)


def test_the_astronaut_faces_the_camera(pose: Callable[[Image], Pose], photo: Callable[[str], Image]) -> None:
    found = pose(photo("astronaut.png"))
    assert found.posture == "face towards the camera, upper body"
    nose = next(point for point in found.points if point.name == "nose")
    assert abs(nose.x - 222) < 12 and abs(nose.y - 121) < 12  # by eye
    with PIL.Image.open(found.picture.path) as picture:
        assert picture.size == (512, 512)


def test_the_cameraman_looks_to_the_right(pose: Callable[[Image], Pose], photo: Callable[[str], Image]) -> None:
    assert "face turned to the picture's right" in str(pose(photo("camera.png")))


@pytest.mark.parametrize("name", ["chelsea.png", "coffee.png", "rocket.jpg"])
def test_no_person_no_pose(pose: Callable[[Image], Pose], photo: Callable[[str], Image], name: str) -> None:
    assert str(pose(photo(name))) == "no person's pose found"
