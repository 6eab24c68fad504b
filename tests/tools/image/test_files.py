"""Formats, sizes in bytes, hidden data, animations and QR codes, in real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from intermodal import Context, Image, InputError
from intermodal.tools.errors import ToolError
from intermodal.tools.image.files import (
    compress_image,
    convert_image,
    make_animation,
    make_qr_code,
    read_photo_data,
    strip_photo_data,
)


@pytest.fixture
def astronaut(photos: Path) -> Image:
    return Image(photos / "astronaut.png")


@pytest.fixture
def holiday(tmp_path: Path, photos: Path) -> Image:
    """A JPEG with camera, date, exposure and place, lying on its side."""
    exif = PIL.Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112], exif[0x0131] = "Canon", "Canon EOS 80D", 6, "darktable\x00\x01"
    exif.get_ifd(0x8769).update({0x9003: "2024:05:01 12:30:00", 0x829A: 0.004, 0x829D: 2.8, 0x8827: 200, 0x920A: 50.0})
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.6), 3: "W", 4: (2.0, 17.0, 40.2)})
    path = tmp_path / "holiday.jpg"
    PIL.Image.open(photos / "chelsea.png").convert("RGB").save(path, exif=exif, quality=90)
    return Image(path)


@pytest.mark.parametrize("form", ["png", "jpg", "webp", "gif", "bmp", "tiff"])
def test_every_format_can_be_written_and_read_back(astronaut: Image, ctx: Context, form: str) -> None:
    made = convert_image(astronaut, form, ctx=ctx)  # type: ignore[arg-type]
    with PIL.Image.open(made.path) as picture:
        assert picture.format == {"jpg": "JPEG"}.get(form, form.upper())
    assert np.abs(made.array().astype(int) - astronaut.array()).mean() < 8


@pytest.mark.parametrize("kilobytes", [100, 20, 5])
def test_compressed_files_are_small_enough_and_still_the_picture(
    astronaut: Image, ctx: Context, kilobytes: int
) -> None:
    made = compress_image(astronaut, kilobytes, ctx=ctx)
    assert made.path.stat().st_size <= 1000 * kilobytes
    back = np.asarray(made.pil().resize((512, 512)), int)
    assert np.abs(back - astronaut.array()).mean() < 14


def test_compression_has_limits(astronaut: Image, ctx: Context) -> None:
    with pytest.raises(ToolError, match="'kilobytes' is 0"):
        compress_image(astronaut, 0, ctx=ctx)


def test_photo_data_is_read(holiday: Image) -> None:
    facts = read_photo_data(holiday)
    assert (facts.camera, facts.taken, facts.software) == ("Canon EOS 80D", "2024:05:01 12:30:00", "darktable")
    assert (facts.exposure, facts.aperture, facts.iso, facts.focal_length) == (0.004, 2.8, 200, 50.0)
    assert facts.has_place
    assert (facts.latitude, facts.longitude) == pytest.approx((48.858222, -2.294500), abs=1e-5)
    assert "1/250 s, f/2.8, ISO 200, 50 mm, at 48.85822, -2.29450" in str(facts)


def test_a_picture_without_data_says_so(astronaut: Image) -> None:
    assert "says nothing" in str(read_photo_data(astronaut))
    assert not read_photo_data(astronaut).has_place


def test_stripping_leaves_only_the_upright_picture(holiday: Image, ctx: Context) -> None:
    clean = strip_photo_data(holiday, ctx=ctx)
    with PIL.Image.open(clean.path) as picture:
        assert dict(picture.getexif()) == {}
        assert "exif" not in picture.info
        assert picture.size == (300, 451)
    assert b"Canon" not in clean.path.read_bytes()
    assert np.abs(clean.array().astype(int) - holiday.array()).mean() < 3


def test_a_damaged_photo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(InputError, match=r"'text\.jpg' can't be read as a picture"):
        read_photo_data(Image(tmp_path / "text.jpg"))


def test_an_animation_shows_every_picture_for_its_time(astronaut: Image, photos: Path, ctx: Context) -> None:
    moving = make_animation([astronaut, Image(photos / "chelsea.png"), astronaut], 0.25, ctx=ctx)
    with PIL.Image.open(moving.path) as picture:
        assert (picture.format, picture.n_frames, picture.info["duration"], picture.info["loop"]) == ("GIF", 3, 250, 0)
    with pytest.raises(ToolError, match="two pictures or more"):
        make_animation([astronaut], ctx=ctx)


@pytest.mark.parametrize("text", ["https://example.org", "Grüße, 世界", "x" * 2000])
def test_a_qr_code_can_be_read_back(ctx: Context, text: str) -> None:
    zxing = pytest.importorskip("zxingcpp")
    pytest.importorskip("segno")
    code = make_qr_code(text, 800, ctx=ctx)
    assert [found.text for found in zxing.read_barcodes(code.array())] == [text]


def test_a_qr_code_has_limits(ctx: Context) -> None:
    pytest.importorskip("segno")
    with pytest.raises(ToolError, match="doesn't fit into a QR code"):
        make_qr_code("x" * 5000, ctx=ctx)
    with pytest.raises(ToolError, match="empty"):
        make_qr_code(" ", ctx=ctx)
