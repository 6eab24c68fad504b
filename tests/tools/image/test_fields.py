import dataclasses
import json
from pathlib import Path

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest

from intermodal import Context, Image
from intermodal.agent.controller import ChatController
from intermodal.testing import ScriptedModel
from intermodal.tools.image.fields import by_pattern, read_fields, stands_in
from intermodal.tools.image.results import Line, Text

RECEIPT = (
    "GREEN GROCER\n12 High Street\nMilk  1.20\nBread  2.35\nSubtotal  3.55\nVAT  0.45\nTOTAL  4.00\n14/03/2026 10:22"
)
CARD = "Ada Miller\nHead of Baking\nMiller & Sons Ltd\nTel: +44 20 7946 0018\nada@miller-sons.com\nwww.miller-sons.com"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("total", RECEIPT, "4.00"),
        ("date", RECEIPT, "14/03/2026"),
        ("time", RECEIPT, "10:22"),
        ("phone", RECEIPT, ""),
        ("phone", CARD, "+44 20 7946 0018"),
        ("e-mail", CARD, "ada@miller-sons.com"),
        ("website", CARD, "www.miller-sons.com"),
        ("date", "Paid on 14 March 2026.", "14 March 2026"),
        ("total", "Total\n€ 1,284.50\nThank you", "€ 1,284.50"),
        ("total", "Total 5.00\nGrand total 6.00", "6.00"),
        ("seller", RECEIPT, ""),
    ],
)
def test_fields_that_their_look_gives_away(name: str, text: str, value: str) -> None:
    assert by_pattern(name, text) == value


def test_a_value_stands_in_the_text_or_not() -> None:
    assert stands_in("green  grocer", RECEIPT)
    assert not stands_in("Green Market", RECEIPT)
    assert not stands_in(" ", RECEIPT)


def reading(ctx: Context, text: str, *replies: str) -> Context:
    lines = [Line(text=line, score=1, x=0, y=0, width=1, height=1) for line in text.split("\n")]
    model = ScriptedModel(list(replies)) if replies else None
    return dataclasses.replace(ctx, call=lambda name, image: Text(lines=lines), controller=model)


def test_the_controllers_values_are_kept_when_they_stand_in_the_text(ctx: Context) -> None:
    reply = json.dumps({"seller": "Green Grocer", "cashier": "Bob"})
    found = read_fields(Image("x.png"), reading(ctx, RECEIPT, reply), ["Seller", "total", "cashier"])
    assert [str(field) for field in found.fields] == ["seller: Green Grocer", "total: 4.00"]
    assert found.missing == ["cashier"]
    assert str(found) == "seller: Green Grocer\ntotal: 4.00\nnot found: cashier"


def test_without_names_the_usual_fields_are_looked_for(ctx: Context) -> None:
    assert [field.name for field in read_fields(Image("x.png"), reading(ctx, RECEIPT)).fields] == ["date", "total"]
    assert read_fields(Image("x.png"), reading(ctx, CARD)).missing == ["name", "company", "address"]


@pytest.mark.parametrize("reply", ["no idea", '["a"]', "{", '{"seller": 3}'])
def test_an_odd_reply_leaves_the_field_out(ctx: Context, reply: str) -> None:
    assert read_fields(Image("x.png"), reading(ctx, RECEIPT, reply), ["seller"]).fields == []


@pytest.fixture
def receipt(tmp_path: Path) -> Image:
    picture = PIL.Image.new("RGB", (420, 520), "white")
    draw, font = PIL.ImageDraw.Draw(picture), PIL.ImageFont.load_default(24)
    for row, line in enumerate(RECEIPT.split("\n")):
        left, _, right = line.partition("  ")
        draw.text((30, 30 + 50 * row), left, "black", font)
        draw.text((320, 30 + 50 * row), right, "black", font)
    picture.save(tmp_path / "receipt.png")
    return Image(tmp_path / "receipt.png")


@pytest.mark.embedded
def test_a_picture_of_a_receipt(looking: Context, controller: ChatController, receipt: Image) -> None:
    ctx = dataclasses.replace(looking, controller=controller)
    found = {field.name: field.value for field in read_fields(receipt, ctx, ["seller", "date", "total"]).fields}
    assert found == {"seller": "GREEN GROCER", "date": "14/03/2026", "total": "4.00"}
