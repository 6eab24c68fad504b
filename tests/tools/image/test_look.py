import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from intermodal import Context, Image, ToolError
from intermodal.tools.image.look import Seen, kind_of, look, quoted
from intermodal.tools.image.results import Classes, Detections, Guess, Line, Text

Photo = Callable[[str], Image]


def lines(count: int, width: int, height: int) -> Text:
    return Text(lines=[Line(text="x", score=1, x=0, y=0, width=width, height=height)] * count)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("astronaut.png", "photo"),
        ("camera.png", "black-and-white photo"),
        ("horse.png", "drawing"),
        ("logo.png", "drawing"),
    ],
)
def test_kind_of_real_pictures(photo: Photo, name: str, kind: str) -> None:
    assert kind_of(photo(name).array(), Text(lines=[])) == kind


def test_text_tells_made_pictures_apart(photo: Photo) -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    assert kind_of(white, lines(9, 80, 5)) == "document"
    assert kind_of(white, lines(2, 20, 5)) == "diagram"
    grey = np.full((100, 100, 3), 120, np.uint8)
    assert kind_of(grey, lines(9, 40, 5)) == "screenshot"
    assert kind_of(photo("page.png").array(), lines(7, 380, 25)) == "document"


def test_one_pixel_has_a_kind() -> None:
    assert kind_of(np.zeros((1, 1, 3), np.uint8), Text(lines=[])) == "drawing"


def test_a_tool_that_fails_is_named_and_the_others_count(looking: Context, photo: Photo) -> None:
    real = looking.need_call()

    def call(name: str, **arguments: Any) -> Any:
        if name == "read_text":
            raise ToolError("the reader is out")
        return real(name, **arguments)

    seen = look(photo("chelsea.png"), dataclasses.replace(looking, call=call))
    assert [box.label for box in seen.boxes] == ["cat"]
    assert "text: not looked at (the reader is out)" in seen.facts()


class TestDrawings:
    """Drawn shapes are no letters, and a model of photos makes of them what it likes."""

    @staticmethod
    def seen(ctx: Context, tmp_path: Path, text: Text, guess: Guess, noise: bool = False) -> Seen:
        shape = (60, 60, 3)
        pixels = np.random.default_rng(1).integers(0, 255, shape, np.uint8) if noise else np.full(shape, 90, np.uint8)
        PIL.Image.fromarray(pixels).save(tmp_path / "picture.png")
        results = {
            "read_text": text,
            "classify_image": Classes(guesses=[guess]),
            "detect_objects": Detections(boxes=[], picture=Image(tmp_path / "picture.png")),
        }
        call = lambda name, **_: results[name]  # noqa: E731
        return look(Image(tmp_path / "picture.png"), dataclasses.replace(ctx, call=call))

    @staticmethod
    def read(text: str, score: float) -> Text:
        return Text(lines=[Line(text=text, score=score, x=0, y=0, width=9, height=9)])

    def test_an_unsure_letter_or_class_is_left_out(self, ctx: Context, tmp_path: Path) -> None:
        seen = self.seen(ctx, tmp_path, self.read("の", 0.852), Guess(label="mask", score=0.2))
        assert (seen.kind, seen.text, seen.guesses, seen.subject) == ("drawing", "", (), "")

    def test_a_sure_letter_or_class_and_a_word_stay(self, ctx: Context, tmp_path: Path) -> None:
        seen = self.seen(ctx, tmp_path, self.read("P", 0.99), Guess(label="umbrella", score=0.9))
        assert seen.text == "P" and seen.subject == "umbrella"
        assert self.seen(ctx, tmp_path, self.read("STOP", 0.8), Guess(label="mask", score=0.2)).text == "STOP"

    def test_a_photo_keeps_them(self, ctx: Context, tmp_path: Path) -> None:
        seen = self.seen(ctx, tmp_path, self.read("5", 0.86), Guess(label="mask", score=0.2), noise=True)
        assert seen.kind == "photo" and seen.text == "5" and seen.guesses


def test_without_an_agent_it_says_so(ctx: Context, photo: Photo) -> None:
    with pytest.raises(ToolError, match="inside an agent"):
        look(photo("chelsea.png"), ctx)


def test_quotes_are_cut() -> None:
    assert quoted("one\ntwo") == '"one / two"'
    assert quoted("a" * 20, 5) == '"aaaaa..."'
