import pytest

from intermodal.tools.image.labels import COCO, KNOWN, known_labels, plural


def test_knows_the_80_kinds_by_their_coco_numbers() -> None:
    assert len(KNOWN) == 80
    assert (COCO[1], COCO[6], COCO[17], COCO[44], COCO[90]) == ("person", "bus", "cat", "bottle", "toothbrush")


@pytest.mark.parametrize(
    ("label", "many"),
    [("person", "people"), ("bus", "buses"), ("knife", "knives"), ("wine glass", "wine glasses"), ("sheep", "sheep"),
     ("couch", "couches"), ("cup", "cups"), ("teddy bear", "teddy bears")],
)  # fmt: skip
def test_plural(label: str, many: str) -> None:
    assert plural(label) == many
    assert plural(label, 1) == label


@pytest.mark.parametrize(
    ("word", "label"),
    [("People", "person"), ("a cat", "cat"), ("the Buses", "bus"), ("women", "person"), ("sofas", "couch"),
     ("cell_phone", "cell phone"), ("bikes", "bicycle"), ("mice", "mouse")],
)  # fmt: skip
def test_words_as_people_say_them(word: str, label: str) -> None:
    assert known_labels(word) == [label]


def test_every_plural_is_understood() -> None:
    assert all(known_labels(plural(label)) == [label] for label in KNOWN)


def test_a_word_for_several_kinds_asks_for_all_of_them() -> None:
    assert {"car", "bus", "truck"} <= set(known_labels("vehicles"))


def test_only_labels_that_the_model_has() -> None:
    assert known_labels("vehicles", ["bus", "dog"]) == ["bus"]
    assert known_labels("unicorn") == []
