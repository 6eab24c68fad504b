from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from intermodal import Image
from intermodal.tools.image.codes import read_codes

zxingcpp = pytest.importorskip("zxingcpp")


def code(text: str, kind: str, scale: int = 4) -> PIL.Image.Image:
    barcode = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return PIL.Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(barcode, scale=scale))).convert("RGB")


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [("QRCode", "QR Code", "https://example.org/a?b=1"), ("EAN13", "EAN-13", "5901234123457"),
     ("Code128", "Code 128", "INTERMODAL 42"), ("DataMatrix", "Data Matrix", "späti")],
)  # fmt: skip
def test_reads_codes_of_many_kinds(tmp_path: Path, kind: str, name: str, text: str) -> None:
    code(text, kind).save(tmp_path / "code.png")
    found = read_codes(Image(tmp_path / "code.png"))
    assert (found.text, found.codes[0].format) == (text, name)


def test_finds_two_turned_codes_on_a_photo(photo: Callable[[str], Image], tmp_path: Path) -> None:
    scene = photo("coffee.png").pil().convert("RGB")
    scene.paste(code("upper left", "QRCode").resize((140, 140)), (10, 10))
    scene.paste(code("lower right", "QRCode").resize((140, 140)).rotate(30, expand=True, fillcolor="white"), (390, 200))
    scene.save(tmp_path / "scene.jpg", quality=80)
    found = read_codes(Image(tmp_path / "scene.jpg"))
    assert sorted(found.text.split("\n")) == ["lower right", "upper left"]
    first = next(one for one in found.codes if one.text == "upper left")
    assert first.box.place == "top left" and abs(first.box.x - 25) < 20


def test_reads_a_tiny_code(tmp_path: Path) -> None:
    code("tiny", "QRCode", scale=1).save(tmp_path / "code.png")
    assert read_codes(Image(tmp_path / "code.png")).text == "tiny"


def test_no_code_is_an_empty_text(photo: Callable[[str], Image]) -> None:
    found = read_codes(photo("chelsea.png"))
    assert (found.text, found.count, str(found)) == ("", 0, "no QR code or barcode found")
