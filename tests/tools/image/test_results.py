import pytest

from intermodal import Image
from intermodal.tools.image.results import Box, Detections, Line, Text, place_of, summary


def box(label: str, place: str = "", x: int = 0) -> Box:
    return Box(label=label, score=0.9, x=x, y=0, width=10, height=20, place=place)


@pytest.mark.parametrize(
    ("corner", "place"),
    [((0, 0), "top left"), ((45, 45), "centre"), ((90, 45), "right"), ((45, 90), "bottom"), ((0, 90), "bottom left")],
)
def test_place_in_words(corner: tuple[int, int], place: str) -> None:
    assert place_of(*corner, 10, 10, (100, 100)) == place


def test_what_fills_the_picture_is_the_whole_picture() -> None:
    assert place_of(0, 0, 100, 95, (100, 100)) == "whole picture"
    assert place_of(10, 0, 80, 95, (100, 100)) == "centre"


def test_summary_counts_and_places() -> None:
    boxes = [box("person", "left"), box("bus", "centre"), box("person", "right"), box("person", "right")]
    assert summary(boxes) == "3 people (left, right), 1 bus (centre)"


def test_detections_read_as_text() -> None:
    picture = Image("objects.png")
    found = Detections(boxes=[box("cat"), box("cat"), box("dog")], picture=picture, note="Not looked for: 'unicorn'.")
    assert str(found) == "2 cats, 1 dog Not looked for: 'unicorn'."
    assert (found.count, found.labels) == (3, ["cat", "dog"])
    assert str(Detections(boxes=[], picture=picture)) == "no objects found"


def test_text_reads_as_its_lines_and_is_empty_without_any() -> None:
    line = Line(text="STOP", score=1.0, x=0, y=0, width=10, height=5)
    assert str(Text(lines=[line, line])) == "STOP\nSTOP"
    assert not Text(lines=[]).text
