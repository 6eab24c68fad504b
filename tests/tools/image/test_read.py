import difflib
from collections.abc import Callable
from pathlib import Path

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import PIL.ImageOps
import pytest

from intermodal import Context, Image
from intermodal.tools.image.results import Text

Photo = Callable[[str], Image]
PAGE = (
    "Region-based segmentation\nLet us first determine markers of the coins and the\n"
    "background. These markers are pixels that we can label\nunambiguously as either object or background. Here,\n"
    "the markers are found at the two extreme parts of the\nhistogram of grey values:\n"
    ">>> markers = np.zeros_like(coins)"
)
pytestmark = pytest.mark.embedded


@pytest.fixture
def read(looking: Context, tmp_path: Path) -> Callable[[Image | PIL.Image.Image], Text]:
    def reading(picture: Image | PIL.Image.Image) -> Text:
        if isinstance(picture, PIL.Image.Image):
            picture.save(tmp_path / "picture.png")
            picture = Image(tmp_path / "picture.png")
        found: Text = looking.need_call()("read_text", image=picture)
        return found

    return reading


def likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def test_reads_a_small_photographed_page(read: Callable[..., Text], photo: Photo) -> None:
    assert likeness(read(photo("page.png")).text, PAGE) > 0.98


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_reads_it_whichever_way_it_lies(read: Callable[..., Text], photo: Photo, degrees: int) -> None:
    page = photo("page.png").pil().convert("RGB")
    words = read(page.rotate(degrees, expand=True))
    assert likeness(words.text, PAGE) > 0.95
    first = words.lines[0]
    along = {90: first.x, 180: page.height - first.y - first.height, 270: page.height - first.x - first.width}[degrees]
    assert first.text == "Region-based segmentation" and along < 20  # the title's box lies at the page's upper edge


def test_light_text_on_dark(read: Callable[..., Text], photo: Photo) -> None:
    assert likeness(read(PIL.ImageOps.invert(photo("page.png").pil().convert("RGB"))).text, PAGE) > 0.95


def test_reads_a_receipt_row_by_row(read: Callable[..., Text]) -> None:
    receipt = PIL.Image.new("RGB", (400, 260), "white")
    draw, font = PIL.ImageDraw.Draw(receipt), PIL.ImageFont.load_default(24)
    for row, (name, price) in enumerate([("Milk", "1.20"), ("Bread", "2.35"), ("Apples", "3.10"), ("TOTAL", "6.65")]):
        draw.text((30, 30 + 50 * row), name, "black", font)
        draw.text((300, 30 + 50 * row), price, "black", font)
    assert read(receipt).text == "Milk  1.20\nBread  2.35\nApples  3.10\nTOTAL  6.65"


@pytest.mark.parametrize("name", ["chelsea.png", "coffee.png", "coins.png", "camera.png", "clock_motion.png"])
def test_no_text_where_there_is_none(read: Callable[..., Text], photo: Photo, name: str) -> None:
    assert read(photo(name)).text == ""


def test_lines_have_boxes_inside_the_picture(read: Callable[..., Text], photo: Photo) -> None:
    for line in read(photo("page.png")).lines:
        assert line.x >= 0 and line.y >= 0 and line.x + line.width <= 384 + 3 and line.y + line.height <= 191 + 3
        assert 0.7 <= line.score <= 1


@pytest.mark.parametrize("sign", ["P", "5", "B2"])
def test_reads_a_sign_of_a_letter_or_two(read: Callable[..., Text], sign: str) -> None:
    picture = PIL.Image.new("RGB", (400, 400), "#80b080")
    draw = PIL.ImageDraw.Draw(picture)
    draw.rectangle((130, 130, 270, 270), fill="blue")
    draw.text((200, 200), sign, "white", PIL.ImageFont.load_default(80), anchor="mm")
    assert read(picture).text == sign
