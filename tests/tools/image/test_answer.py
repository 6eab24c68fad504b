import dataclasses
from collections.abc import Callable

import pytest

from intermodal import Context, Image, ToolError
from intermodal.agent.controller import ChatController
from intermodal.testing import ScriptedModel
from intermodal.tools.image.answer import answer_question

Photo = Callable[[str], Image]


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("astronaut.png", "How many people are in this photo?", "There is 1 person."),
        ("chelsea.png", "Is there a dog in the picture?", "No, I see no dog."),
        ("chelsea.png", "Is there a cat?", "Yes, I see 1 cat."),
        ("chelsea.png", "What colour is the cat?", "The cat is mainly tan and brown."),
        ("motorcycle_left.png", "What colour is the motorcycle?", "The motorcycle is mainly dark grey and red."),
        ("coffee.png", "How big is this picture?", "It is 600 x 400 pixels (width x height)."),
        ("chelsea.png", "What does the sign say?", "I find no legible text in the picture."),
    ],
)
def test_answers_without_a_language_model(
    looking: Context, photo: Photo, name: str, question: str, answer: str
) -> None:
    assert str(answer_question(photo(name), question, looking)) == answer


@pytest.mark.embedded
def test_two_men(looking: Context, ultralytics_photo: Photo) -> None:
    reply = answer_question(ultralytics_photo("zidane.jpg"), "How many people are there?", looking)
    assert str(reply) == "There are 2 people."
    assert reply.rests_on == ["detected: 2 people (centre, right)"]


@pytest.mark.embedded
def test_says_what_it_can_not_tell(looking: Context, photo: Photo) -> None:
    hats = answer_question(photo("astronaut.png"), "How many people are wearing hats?", looking)
    assert hats.answer == "There is 1 person. Whether 'wearing hats' holds for any of them I can't tell."
    coins = answer_question(photo("coins.png"), "How many coins are there?", looking)
    assert coins.answer.startswith("I can't tell: the detector doesn't know 'coins'")


@pytest.mark.embedded
def test_the_controller_answers_from_the_facts_or_is_not_believed(looking: Context, photo: Photo) -> None:
    def ask(*replies: str) -> str:
        model = ScriptedModel(list(replies))
        return str(
            answer_question(
                photo("chelsea.png"), "What animal is this?", dataclasses.replace(looking, controller=model)
            )
        )

    assert ask("It is a cat.") == "It is a cat."
    assert ask("It is a dog.", "It is a cat.") == "It is a cat."
    assert ask("It is a dog.", "A dog!").startswith(
        "I can't tell from what I see in the picture. What I see: A photo of a cat."
    )
    assert ask("I'm sorry, I can't say.").startswith("I can't tell")


@pytest.mark.embedded
@pytest.mark.slow
def test_the_embedded_model_answers_from_a_page(looking: Context, photo: Photo, controller: ChatController) -> None:
    words = dataclasses.replace(looking, controller=controller)
    reply = answer_question(photo("page.png"), "Which values has the histogram, says the text?", words)
    assert "grey" in reply.answer


def test_an_empty_question_is_refused(ctx: Context, photo: Photo) -> None:
    with pytest.raises(ToolError, match="question is empty"):
        answer_question(photo("coffee.png"), "  ", ctx)
