import pytest

from intermodal.tools.image.grounding import invented

FACTS = ["kind of picture: photo", "objects: 3 people (left, right), 1 bus (centre)", 'text in it: "cero emisiones"']


@pytest.mark.parametrize(
    "sentence",
    ["A photo of three people and a bus.", "There are people and buses.", "It shows a person at the right."],
)
def test_what_was_seen_may_be_said(sentence: str) -> None:
    assert invented(sentence, FACTS) == []


def test_what_was_not_seen_is_named() -> None:
    assert invented("Two dogs wait for a red bus on a rainy street.", FACTS) == [
        "two", "dogs", "wait", "red", "on", "rainy", "street",
    ]  # fmt: skip


def test_the_question_may_bring_words() -> None:
    assert invented("No, I see no dog.", FACTS, "Is there a dog? yes no I") == []
