"""The 80 kinds of things that the embedded detector knows, and the words that people use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAMES = (
    "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,,stop sign,"
    "parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,,backpack,umbrella,,,handbag,"
    "tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,"
    "tennis racket,bottle,,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,"
    "hot dog,pizza,donut,cake,chair,couch,potted plant,bed,,dining table,,,toilet,,tv,laptop,mouse,remote,"
    "keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,,book,clock,vase,scissors,teddy bear,"
    "hair drier,toothbrush"
)
# COCO's category numbers have gaps; the detector answers with these numbers
COCO: dict[int, str] = {number: name for number, name in enumerate(_NAMES.split(","), start=1) if name}
KNOWN = tuple(COCO.values())

_IRREGULAR = {"person": "people", "mouse": "mice", "knife": "knives", "sheep": "sheep", "skis": "skis"}
_UNCHANGED = {"scissors", "broccoli", "skis", "sheep"}

# what people say -> what the detector knows; a word that stands for several kinds asks for all of them
_SYNONYMS: dict[str, str] = {
    "human": "person", "man": "person", "woman": "person", "men": "person", "women": "person", "child": "person",
    "children": "person", "kid": "person", "boy": "person", "girl": "person", "baby": "person", "lady": "person",
    "guy": "person", "persons": "person", "pedestrian": "person", "adult": "person", "player": "person",
    "bike": "bicycle", "cycle": "bicycle", "motorbike": "motorcycle", "automobile": "car", "taxi": "car",
    "plane": "airplane", "aeroplane": "airplane", "aircraft": "airplane", "jet": "airplane", "lorry": "truck",
    "ship": "boat", "traffic signal": "traffic light", "hydrant": "fire hydrant", "kitten": "cat", "puppy": "dog",
    "pony": "horse", "lamb": "sheep", "cattle": "cow", "bull": "cow", "rucksack": "backpack", "purse": "handbag",
    "bag": "handbag, backpack, suitcase", "luggage": "suitcase, backpack, handbag", "necktie": "tie",
    "ball": "sports ball", "football": "sports ball", "racket": "tennis racket", "mug": "cup",
    "coffee cup": "cup", "teacup": "cup",
    "glass": "wine glass, cup", "doughnut": "donut", "sofa": "couch", "settee": "couch", "plant": "potted plant",
    "table": "dining table", "desk": "dining table", "television": "tv", "tv set": "tv", "monitor": "tv",
    "screen": "tv, laptop", "computer": "laptop, tv", "notebook": "laptop", "remote control": "remote",
    "phone": "cell phone", "mobile phone": "cell phone", "smartphone": "cell phone", "telephone": "cell phone",
    "stove": "oven", "cooker": "oven", "fridge": "refrigerator", "watch": "clock", "teddy": "teddy bear",
    "hair dryer": "hair drier", "hairdryer": "hair drier",
    "vehicle": "car, bus, truck, motorcycle, bicycle, train, boat, airplane",
    "animal": "bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe", "pet": "cat, dog, bird",
    "fruit": "banana, apple, orange", "vegetable": "broccoli, carrot", "drink": "cup, wine glass, bottle",
    "food": "banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake",
    "furniture": "chair, couch, bed, dining table, bench", "cutlery": "fork, knife, spoon",
}  # fmt: skip


def plural(label: str, count: int = 2) -> str:
    """A label as it reads after a count: "person", "people"; only the last word changes."""
    if count == 1 or label in _UNCHANGED:
        return label
    if label in _IRREGULAR:
        return _IRREGULAR[label]
    if re.search(r"(s|x|z|ch|sh)$", label):
        return f"{label}es"
    if re.search(r"[^aeiou]y$", label):
        return f"{label[:-1]}ies"
    return f"{label}s"


def known_labels(word: str, known: Iterable[str] = KNOWN) -> list[str]:
    """The labels among `known` that a word asks for, in whatever number, case or common synonym; [] when none does.

    "People" gives ["person"], "vehicles" gives every vehicle.
    """
    word = " ".join(re.sub(r"[^\w\s]", " ", word.lower().replace("_", " ")).split())
    word = re.sub(r"^(a|an|the|any|all|some) ", "", word)
    names = {name.lower(): name for name in known}
    forms = names | {plural(name): names[name] for name in names}
    if word in forms:
        return [forms[word]]
    synonyms = _SYNONYMS | {plural(word): meaning for word, meaning in _SYNONYMS.items()}
    return [names[name] for name in synonyms.get(word, "").split(", ") if name in names]
