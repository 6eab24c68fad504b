"""Checking a sentence that a language model wrote about a picture against what was seen there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .labels import plural

# words that claim nothing about a picture by themselves
_NEUTRAL_WORDS = (
    "a an the this that these those its it is are was be being been has have there here and with of in "
    "at to from by for as which who what where also both each other another some "
    "several many few one no not only more most mostly mainly largely main primary dominant predominantly "
    "predominant major shades hues tones tone color colors colour colours colored coloured image picture photo "
    "photograph shot scene view frame side part area center centre centered left right top bottom "
    "middle upper lower corner whole entire each show shows showing shown see seen visible display displays displaying "
    "displayed depict depicts depicting feature features featuring contain contains containing include includes "
    "including appear appears appearing located positioned placed set against kind subject object objects perhaps "
    "possibly probably likely may might could seems "
    "cost costs pixels pixel size large small"
)
_NEUTRAL = frozenset(_NEUTRAL_WORDS.split())
_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10",
}  # fmt: skip


def invented(sentence: str, facts: Iterable[str], also: str = "") -> list[str]:
    """The words of `sentence` that neither the facts nor `also` (the question, say) hold, each once, as written.

    Numbers count by value ("two" is "2"), singular and plural are one; words that claim nothing are passed over.
    """
    known = {_root(word) for line in (*facts, also) for word in _words(line)}
    return list(dict.fromkeys(word for word in _words(sentence) if word not in _NEUTRAL and _root(word) not in known))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[a-z]+)?", text.lower())


def _root(word: str) -> str:
    """A word without its number: "buses" and "bus" have one root."""
    word = _NUMBERS.get(word, word).removesuffix("'s")
    if word == plural("person"):
        return "person"
    word = "grey" if word == "gray" else word
    for ending, instead in (("ies", "y"), ("ves", "f"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word.removesuffix("s")
    return word.removesuffix("e") if word.endswith("use") else word
