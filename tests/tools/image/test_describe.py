import dataclasses
from collections.abc import Callable

import pytest

from intermodal import Context, Image
from intermodal.testing import ScriptedModel
from intermodal.tools.image.describe import Composed, Description, one_sentence, plain_caption, worded
from intermodal.tools.image.look import Seen
from intermodal.tools.image.results import Box, Guess

Photo = Callable[[str], Image]
CAT = Box(label="cat", score=0.9, x=0, y=0, width=10, height=10, place="centre")
SEEN = Seen(width=40, height=30, kind="photo", colors=("brown", "tan"), boxes=(CAT, CAT), text="STOP")


def test_a_plain_caption_holds_what_was_seen() -> None:
    assert plain_caption(SEEN) == 'A photo of 2 cats with the text "STOP". Its main colours are brown and tan.'
    sure = dataclasses.replace(SEEN, boxes=(), text="", guesses=(Guess(label="espresso", score=0.8),))
    assert plain_caption(sure).startswith("A photo of espresso.")
    unsure = dataclasses.replace(sure, guesses=(Guess(label="bubble", score=0.4),))
    assert plain_caption(unsure).startswith("A photo. Its")
    assert "unsure guesses at the subject: bubble 40%" in unsure.facts()


def test_the_controller_words_it_when_it_stays_with_the_facts(ctx: Context) -> None:
    model = ScriptedModel(["Two cats and the text STOP."])
    caption, author = worded(SEEN, dataclasses.replace(ctx, controller=model))
    assert (caption, author) == (
        "Two cats and the text STOP. Its main colours are brown and tan.",
        "worded by the controller",
    )


@pytest.mark.parametrize("reply", ["Two cats sleep on a sofa.", "A photo of a STOP text.", "..."])
def test_an_invented_or_incomplete_sentence_is_dropped(ctx: Context, reply: str) -> None:
    model = ScriptedModel([reply])
    assert worded(SEEN, dataclasses.replace(ctx, controller=model)) == (plain_caption(SEEN), "worded by rule")


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ('"A cat. It sleeps."', "A cat."),
        ("\n\na cat\nmore", "A cat."),
        ("", ""),
        ("A cup, 1.5 cm high.", "A cup, 1.5 cm high."),
    ],
)
def test_one_sentence(reply: str, sentence: str) -> None:
    assert one_sentence(reply) == sentence


@pytest.mark.embedded
def test_describes_a_photo_and_says_that_it_is_composed(looking: Context, photo: Photo) -> None:
    found = Composed()(photo("chelsea.png"), looking)
    assert isinstance(found, Description)
    assert found.caption == "A photo of a cat. Its main colours are brown, tan and grey."
    assert "objects: 1 cat (whole picture)" in found.facts
    assert "composed from detected objects" in str(found)


@pytest.mark.embedded
def test_describes_a_page(looking: Context, photo: Photo) -> None:
    found = Composed()(photo("page.png"), looking)
    assert found.kind == "document"
    assert found.caption.startswith('A document with the text "Region-based segmentation')
    assert found.boxes == []
