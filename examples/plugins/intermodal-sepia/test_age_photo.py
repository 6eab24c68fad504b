"""Tests of age_photo."""

from pathlib import Path

import PIL.Image
from intermodal_sepia import age_photo

from intermodal import Image
from intermodal.testing import check_tool


def test_it_keeps_to_the_contract() -> None:
    check_tool(age_photo).require()


def test_it_turns_grey_into_brown(tmp_path: Path) -> None:
    PIL.Image.new("RGB", (9, 9), "grey").save(tmp_path / "grey.png")
    red, green, blue = age_photo(Image(tmp_path / "grey.png"))[4, 4]
    assert red > green > blue
