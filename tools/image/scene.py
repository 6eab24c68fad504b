"""A picture in words: where it is, when, and which things stand where. The controller writes it line by line:

scene: snow, night
- 1 large red fox: middle, on the ground
- 1 small moon: right, in the sky
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ...prompts import render
from ..context import Controller
from ..errors import ControllerError
from . import scenery

Size = Literal["small", "medium", "large"]
MOST = 8  # kinds of things in one scene
MANY = 12  # drawings of one kind
COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "violet", "pink", "brown", "black", "white", "grey", "gray",
    "golden", "turquoise",
)  # fmt: skip
_COLUMNS = ("left", "middle", "right")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "some": 3, "several": 4, "many": 6, "few": 3, "couple": 2, "pair": 2,
}  # fmt: skip
_RELATIONS = ("on", "in front of", "next to", "behind", "above", "under", "in")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One kind of thing in a scene.

    Args:
        name: What it is, in the singular or plural, without its colour.
        count: How many of it.
        size: Against the other things.
        colour: One of COLOURS, or empty for its usual one.
        column: "left", "middle" or "right".
        relation: How it stands to `anchor`: "on", "in front of", "next to", "behind", "above", "under", "in".
        anchor: "sky", "air", "ground", "water", or another thing's name.
    """

    name: str
    count: int = 1
    size: Size = "medium"
    colour: str = ""
    column: str = "middle"
    relation: str = "on"
    anchor: str = "ground"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A place (one of scenery.PLACES), a time of day (one of scenery.TIMES), and what is there."""

    place: str = "plain"
    time: str = "day"
    things: tuple[Thing, ...] = ()


def _either(words: tuple[str, ...]) -> str:
    return " | ".join(f'"{word}"' for word in words)


GRAMMAR = f"""root ::= "scene: " place ", " time "\\n" thing thing? thing? thing? thing? thing? thing? thing? "end\n"?
place ::= {_either(scenery.PLACES)}
time ::= {_either(scenery.TIMES)}
thing ::= "- " count " " size " " noun ": " column ", " where "\\n"
count ::= [1-9] | "10" | "11" | "12"
size ::= "small" | "medium" | "large"
noun ::= word (" " word)? (" " word)?
word ::= [a-z] [a-z]? [a-z]? [a-z]? [a-z]? [a-z]? [a-z]? [a-z]? [a-z]? [a-z]? [a-z]? [a-z]? [a-z]?
column ::= {_either(_COLUMNS)}
where ::= "in the sky" | "in the air" | "on the ground" | "on the water" | relation " the " noun
relation ::= {_either(_RELATIONS[:-1])}
"""


def imagine(prompt: str, controller: Controller) -> Scene | None:
    """The scene that the controller makes of a prompt; None when it can't be reached or writes no scene."""
    try:
        written = controller.write(
            render("scene.md", request=" ".join(prompt.split())[:600]),
            system=render("scene_system.md", places=scenery.PLACES, times=scenery.TIMES),
            max_tokens=260,
            grammar=GRAMMAR,
        )
    except ControllerError:
        return None
    scene = parse(written)
    return settled(grounded(scene, prompt), prompt) if scene else None


def grounded(scene: Scene, prompt: str) -> Scene:
    """The scene without things that the prompt does not name, each as often as the prompt says.

    A thing that a named one stands by ("on the table") stays, and so does everything when the prompt names none of them
    (it may be in another language).
    """
    words = [_stem(word) for word in re.findall(r"[a-z0-9']+", prompt.lower())]
    named = [thing for thing in scene.things if any(_stem(word) in words for word in thing.name.split())]
    if not named:
        return replace(scene, things=scene.things[:4])
    stands = {_stem(thing.anchor.split()[-1]) for thing in named}
    kept: dict[str, Thing] = {}
    for thing in scene.things:
        last = _stem(thing.name.split()[-1])
        if thing in named or last in stands:
            asked = _asked_number(last, words)
            key = last if asked else f"{thing.colour} {thing.name} {thing.column}"
            before = kept.get(key)
            count = asked or thing.count + (before.count if before else 0)
            kept[key] = replace(before or thing, count=min(count, MANY))
    return replace(scene, things=tuple(kept.values()))


def completed(scene: Scene, prompt: str, known: Callable[[str], object]) -> Scene:
    """The scene with the things that the prompt names, that `known` has a drawing for, and that it forgot."""
    there = {_stem(word) for thing in scene.things for word in thing.name.split()}
    forgotten = [
        replace(thing, size="medium", column="right")
        for thing in from_words(prompt, known).things
        if not {_stem(word) for word in thing.name.split()} & there
    ]
    return replace(scene, things=(*scene.things, *forgotten)[:MOST])


def settled(scene: Scene, prompt: str) -> Scene:
    """The scene with things where they belong: on the ground unless they fly, and fish under water."""
    words = {_stem(word) for word in re.findall(r"[a-z]+", prompt.lower())}
    if words & {"swimming", "swim", "underwater", "diving"} and scene.place in (*scenery.WATERS, "beach", "plain"):
        scene = replace(scene, place="underwater")
    if words & _FLIGHT or scene.place in scenery.FLOATING:
        return scene
    things = [
        replace(thing, relation="on", anchor="ground")
        if thing.anchor in ("sky", "air") and not _SKY_WORDS & {_stem(word) for word in thing.name.split()}
        else thing
        for thing in scene.things
    ]
    return replace(scene, things=tuple(things))


def _asked_number(name: str, words: list[str]) -> int:
    """How many of a thing a prompt's words ask for: the number at most two words before it; 0 when they don't say."""
    for index, word in enumerate(words):
        if word == name:
            for before in reversed(words[max(0, index - 3) : index]):
                if before in _NUMBERS or before.isdigit():
                    return max(1, _NUMBERS.get(before, 0) or int(before)) if before != "few" else 3
    return 0


def _stem(word: str) -> str:
    """A word without its plural ending, roughly."""
    return word[:-1] if word.endswith("s") and len(word) > 3 and not word.endswith("ss") else word


_HEAD = re.compile(r"scene:\s*([a-z ]+),\s*([a-z]+)", re.IGNORECASE)
_THING = re.compile(
    r"-\s*(\d+)\s+(small|medium|large)\s+([a-z' -]+?):\s*(left|middle|right),\s*([a-z' -]+)", re.IGNORECASE
)
_WHERE = re.compile(rf"({'|'.join(sorted(_RELATIONS, key=len, reverse=True))}) (?:the |an? )?(.+)")


def parse(written: str) -> Scene | None:
    """Read a scene in the form above; lines that are something else are left out, and None stands for no scene."""
    head = _HEAD.search(written)
    things: list[Thing] = []
    for line in written.splitlines():
        match = _THING.match(line.strip())
        where = _WHERE.fullmatch(match[5].strip().lower()) if match else None
        if match is None or where is None:
            continue
        colour, name = split_colour(match[3].lower().strip())
        size: Size = "small" if match[2] == "small" else "large" if match[2] == "large" else "medium"
        thing = Thing(
            name=name, count=max(1, min(int(match[1]), MANY)), size=size, colour=colour, column=match[4].lower(),
            relation=where[1], anchor=where[2],
        )  # fmt: skip
        things.append(thing)
    if not things:
        return None
    place, time = (head[1].strip().lower(), head[2].lower()) if head else ("plain", "day")
    return Scene(
        place=place if place in scenery.PLACES else "plain",
        time=time if time in scenery.TIMES else "day",
        things=tuple(things[:MOST]),
    )


def split_colour(words: str) -> tuple[str, str]:
    """("red", "sports car") of "red sports car"; no colour when the words are a colour alone."""
    first, _, rest = words.partition(" ")
    return (first, rest) if first in COLOURS and rest else ("", words)


# what a scene's words say about its place and time; used where the controller gives none
_PLACE_WORDS = {
    word: place
    for place, words in {
        "snow": "snow winter ice", "beach": "beach sand shore", "sea": "sea ocean", "lake": "lake river pond",
        "underwater": "underwater", "desert": "desert", "forest": "forest woods jungle",
        "mountains": "mountains mountain hills",
        "park": "park", "garden": "garden flowers", "meadow": "meadow field grass farm house tree trees",
        "city": "city town street", "road": "road highway", "space": "space galaxy stars", "room": "room",
        "kitchen": "kitchen table", "sky": "sky",
    }.items()
    for word in words.split()
}  # fmt: skip
_TIME_WORDS = {
    "sunset": "sunset",
    "sunrise": "sunset",
    "evening": "sunset",
    "dusk": "sunset",
    "dawn": "sunset",
    "night": "night",
}
_DRAWABLE = {"house", "mountain", "tree", "trees", "flowers", "table", "stars"}


def _words(text: str) -> set[str]:
    return set(text.split())


_SETTING = _words("day daytime background scene picture image water ground floor air wall")
SCENERY_WORDS = {*_PLACE_WORDS, *_TIME_WORDS, *_SETTING} - _DRAWABLE
_SKY_WORDS = _words(
    "sun moon star cloud airplane plane rocket bird eagle seagull owl bat bee butterfly dragon kite balloon helicopter "
    "parachute comet planet rainbow ufo snowflake lightning"
)
_FLIGHT = _words("flying fly flie floating float hovering soaring jumping falling sky air")
# words that name a drawing but, in a prompt, mostly mean something else
_STOP = _words("the and with under over next into onto from top back end soon new free cool up left right down like")


def from_words(prompt: str, known: Callable[[str], object]) -> Scene:
    """A scene from a prompt's own words, without a controller: each phrase that `known` has a drawing for."""
    words = re.findall(r"[a-z']+", prompt.lower())
    place = next((_PLACE_WORDS[word] for word in words if word in _PLACE_WORDS), "meadow")
    time = next((_TIME_WORDS[word] for word in words if word in _TIME_WORDS), "night" if "moon" in words else "day")
    things: list[Thing] = []
    count, colour = 1, ""
    while words:
        numeral = words[0] in _NUMBERS
        name = (
            "" if numeral else next((phrase for n in (3, 2, 1) if _is_thing(phrase := " ".join(words[:n]), known)), "")
        )
        if name:
            number = len(things)
            high = bool(_SKY_WORDS & {name, _stem(name)})
            thing = Thing(name=name, count=count, colour=colour, size="medium" if number else "large")
            where = ("in", "sky") if high else ("on", "ground")
            column = _COLUMNS[(1, 0, 2)[number % 3]]
            things.append(replace(thing, column=column, relation=where[0], anchor=where[1]))
            count, colour = 1, ""
        elif numeral:
            count, colour = _NUMBERS[words[0]], ""
        elif words[0] in COLOURS:
            colour = words[0]
        words = words[len(name.split()) or 1 :]
    return Scene(place=place, time=time, things=tuple(things[:MOST]))


def _is_thing(phrase: str, known: Callable[[str], object]) -> bool:
    if len(phrase) < 3 or phrase.endswith("ing") or phrase in SCENERY_WORDS | _STOP:
        return False
    return phrase.split()[0] not in COLOURS and bool(known(phrase))
