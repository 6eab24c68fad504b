import pytest

from intermodal.tools.image.question import Wants, understand


@pytest.mark.parametrize(
    ("question", "wants", "things"),
    [
        ("How many people are in this photo?", Wants.COUNT, ("people",)),
        ("How many red cars and buses can you see in the picture?", Wants.COUNT, ("cars", "buses")),
        ("Count the cats", Wants.COUNT, ("cats",)),
        ("What is the number of motorcycles?", Wants.COUNT, ("motorcycles",)),
        ("Is there a dog in this picture?", Wants.PRESENCE, ("dog",)),
        ("Do you see a horse?", Wants.PRESENCE, ("horse",)),
        ("Where is the cat?", Wants.PLACE, ("cat",)),
        ("What colour is the bus?", Wants.COLOUR, ("bus",)),
        ("What is the color of the cups?", Wants.COLOUR, ("cups",)),
        ("What colours are in this picture?", Wants.ANYTHING, ()),
        ("What does the sign say?", Wants.TEXT, ()),
        ("What is the total on the receipt?", Wants.TEXT, ()),
        ("How many lines of text are there?", Wants.TEXT, ()),
        ("What is the resolution of this image?", Wants.SIZE, ()),
        ("What is in this picture?", Wants.ANYTHING, ()),
        ("Is the woman smiling?", Wants.ANYTHING, ()),
        ("Is it day or night?", Wants.ANYTHING, ()),
    ],
)
def test_what_a_question_asks_for(question: str, wants: Wants, things: tuple[str, ...]) -> None:
    asked = understand(question)
    assert (asked.wants, asked.things) == (wants, things)


def test_colour_and_detail_are_taken_apart() -> None:
    asked = understand("How many gray cars parked with open doors are there?")
    assert asked.colour == "grey"
    assert understand("How many people are wearing hats?").detail == "wearing hats"


def test_whole_text_or_something_in_it() -> None:
    assert understand("What does the sign say?").whole_text
    assert not understand("What is the total on the receipt?").whole_text
