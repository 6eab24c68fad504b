"""Scenes: what the controller may write, what is read of it, and what is made of a prompt alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intermodal.prompts import render
from intermodal.tools.errors import ControllerError
from intermodal.tools.image import openmoji, scenery
from intermodal.tools.image.scene import (
    GRAMMAR,
    MOST,
    Scene,
    Thing,
    completed,
    from_words,
    grounded,
    imagine,
    parse,
    settled,
)

WRITTEN = """scene: snow, night
- 1 large red fox: middle, on the ground
- 2 small penguin: left, next to the fox
- 1 medium moon: right, in the sky
end"""


def test_a_written_scene_is_read_whole() -> None:
    assert parse(WRITTEN) == Scene(
        place="snow",
        time="night",
        things=(
            Thing(name="fox", size="large", colour="red"),
            Thing(name="penguin", count=2, size="small", column="left", relation="next to", anchor="fox"),
            Thing(name="moon", column="right", relation="in", anchor="sky"),
        ),
    )


def test_the_prompt_s_own_examples_are_scenes() -> None:
    told = render("scene_system.md", places=scenery.PLACES, times=scenery.TIMES)
    examples = told.split("Request: ")[1:]
    assert len(examples) >= 5
    for example in examples:
        scene = parse(example)
        assert scene is not None
        assert scene.things


@given(st.text(max_size=300))
def test_anything_else_is_no_scene_and_no_error(text: str) -> None:
    parse(text)
    from_words(text, lambda words: len(words) > 4)


def test_unknown_places_and_wild_counts_are_tamed() -> None:
    scene = parse("scene: volcano crater, noon\n- 99 large dog: left, on the ground\nnonsense")
    assert scene is not None
    assert (scene.place, scene.time, scene.things[0].count) == ("plain", "day", 12)
    assert parse("scene: park, day\n") is None


def test_numbers_of_the_prompt_count_and_inventions_go() -> None:
    scene = parse(
        "scene: garden, day\n- 1 large apple: middle, on the ground\n- 1 medium apple: left, on the table\n"
        "- 1 small banana: right, on the table\n- 1 small butterfly: right, in the air\n"
        "- 1 large table: middle, on the ground"
    )
    assert scene is not None
    things = grounded(scene, "three red apples and a banana").things
    assert [(thing.name, thing.count) for thing in things] == [("apple", 3), ("banana", 1), ("table", 1)]


def test_prompts_in_other_languages_keep_the_scene() -> None:
    scene = parse(WRITTEN)
    assert scene is not None
    assert len(grounded(scene, "ein Fuchs im Schnee").things) == 3


def test_what_was_forgotten_is_added() -> None:
    scene = Scene(place="snow", time="night", things=(Thing(name="fox"),))
    names = [thing.name for thing in completed(scene, "a fox in the snow under the moon", openmoji.named).things]
    assert names == ["fox", "moon"]


def test_things_that_can_not_fly_stand_on_the_ground() -> None:
    flying = Thing(name="castle", relation="in", anchor="sky")
    assert settled(Scene(things=(flying,)), "a castle by a road").things[0].anchor == "ground"
    assert settled(Scene(things=(flying,)), "a flying castle").things[0].anchor == "sky"
    assert settled(Scene(place="sea"), "four fish swimming").place == "underwater"


def test_without_a_controller_the_words_make_the_scene() -> None:
    scene = from_words("Two blue birds and a red car on a beach at sunset", openmoji.named)
    assert (scene.place, scene.time) == ("beach", "sunset")
    assert [(thing.name, thing.count, thing.colour) for thing in scene.things] == [
        ("birds", 2, "blue"),
        ("car", 1, "red"),
    ]
    assert scene.things[0].anchor == "sky"
    assert len(from_words("cat dog cow horse pig sheep duck mouse rabbit fox", openmoji.named).things) == MOST


class _Model:
    def __init__(self, reply: str) -> None:
        self.reply, self.grammar = reply, ""

    def write(self, prompt: str, *, grammar: str = "", **_: object) -> str:
        self.grammar = grammar
        if not self.reply:
            raise ControllerError("gone")
        return self.reply


def test_a_controller_that_fails_or_rambles_gives_no_scene() -> None:
    assert imagine("a fox", _Model("")) is None  # type: ignore[arg-type]
    assert imagine("a fox", _Model("Sure! Here is your picture.")) is None  # type: ignore[arg-type]
    model = _Model(WRITTEN)
    scene = imagine("a red fox and two penguins under the moon", model)  # type: ignore[arg-type]
    assert scene is not None
    assert model.grammar == GRAMMAR
